"""Errors by what a caller can do about them; the exit codes of the contract follow them."""

from index.model import NianbaoError


class OutsideError(NianbaoError):
    """The outside failed: the disk, another program holding the lock, a damaged library."""


class MisuseError(NianbaoError):
    """The user named something that is not there, or that cannot be done."""


class UnansweredError(NianbaoError):
    """There is no result, for the reason that the message states."""
