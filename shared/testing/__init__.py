"""Test tools that ship with the product: fakes, a private PostgreSQL, direct calls of operations."""
