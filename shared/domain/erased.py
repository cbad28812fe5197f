"""What stands where a person's words stood, after their subject was erased."""

from __future__ import annotations

ERASED = "已删除"
"""Pages in other languages translate it. Masks leave it as it is."""
