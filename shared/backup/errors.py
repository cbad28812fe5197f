"""Why a backup can't be taken or restored."""

from __future__ import annotations

from pathlib import Path


class BackupError(Exception):
    """The message says what is wrong and what to do. Nothing was switched: what was there is as it was."""


class NotWhole(BackupError):
    """Files are missing, or are not those that were written: an interrupted or damaged backup."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"the backup in {folder} is not whole: {reason}")
        self.folder = folder


class NotEmpty(BackupError):
    """Restoring goes into an empty place only, so that it never mixes two histories."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} is not empty; restore into an empty one, and switch over to it")
