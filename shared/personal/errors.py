"""What can be wrong with sealed personal data."""

from __future__ import annotations


class PersonalDataError(Exception):
    """Personal data can't be sealed or opened: an operator's fault or a changed row, never a caller's."""


class MasterKeyUnknown(PersonalDataError):
    """A subject's key is wrapped under a master key that this process was not given."""

    def __init__(self, master: str) -> None:
        super().__init__(f"the master key {master!r} is not among YIWANG_MASTER_KEYS: add its line again")
        self.master = master


class SubjectKeyUnknown(PersonalDataError):
    """An event names a subject key that `vault.subject_keys` does not hold, not even as a destroyed one.

    The events were restored without the keys that belong to them.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the subject key {key} is not in vault.subject_keys: restore the keys' backup too")
        self.key = key


class SealBroken(PersonalDataError):
    """A sealed value was changed, or moved to another event: its authentication fails."""


class NoVault(PersonalDataError):
    """Sealed events were met by who can't open them, or personal ones by who can't seal them."""

    def __init__(self) -> None:
        super().__init__("personal data needs a vault with YIWANG_MASTER_KEYS, and this connection has none")
