"""Whose fault it was: the file's for good, or the world's for a while."""

import errno
import os
from datetime import datetime, timedelta
from typing import Literal

from ingestion.reading import first_line
from retrieval.errors import BadDocument, Permanent, Transient
from retrieval.sql.ledger import LedgerEntry

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
LONGEST_SECONDS = 3600.0
Kind = Literal["quarantined", "failed"]


def disk_is_full(error: Exception) -> bool:
    """No fault of the file. The store's engine has no error classes: its text says it."""
    full = isinstance(error, OSError) and error.errno in _DISK_FULL
    return full or os.strerror(errno.ENOSPC) in str(error)


def kind_of(error: Exception, *, writing: bool) -> Kind:
    """Quarantined: trying again with the same file is pointless. What breaks while writing isn't the file's fault."""
    if writing:
        return "quarantined" if isinstance(error, BadDocument) else "failed"
    return "failed" if isinstance(error, Transient | OSError) else "quarantined"


def reason_of(name: str, error: Exception, *, writing: bool) -> str:
    """One line that begins with the file's name."""
    if isinstance(error, Permanent | Transient):
        text = str(error)
        return text if text.startswith(name) else f"{name}: {text}"
    if isinstance(error, OSError) and error.strerror:
        return str(BadDocument(name, f"cannot be read: {error.strerror}", remedy="check the disk or share"))
    what = "written" if writing else "read"
    remedy = "run it again; if it stays, the index is at fault" if writing else "export it again from its source"
    return str(BadDocument(name, f"cannot be {what} ({type(error).__name__}: {first_line(error)})", remedy=remedy))


def retry_after(now: datetime, attempts: int, seconds: float) -> datetime:
    """Doubled with each attempt before this one, an hour at most."""
    return now + timedelta(seconds=min(LONGEST_SECONDS, seconds * 2.0 ** min(attempts - 1, 30)))


def is_due(entry: LedgerEntry, now: datetime) -> bool:
    return entry.retry_after is None or entry.retry_after <= now
