"""Files that need not be read: unchanged, a copy of another, in quarantine, waiting, or retired by hand."""

from dataclasses import dataclass
from datetime import datetime

from ingestion.discover import Refused
from ingestion.faults import is_due
from ingestion.report import Outcome
from ingestion.shelf import Shelf
from retrieval.sql.ledger import LedgerEntry

BY_HAND = "retired by hand"
DELETED = "deleted by hand"
KINDS = "@"


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str = ""


def judge(
    shelf: Shelf,
    name: str,
    sha256: str,
    parser_id: str,
    *,
    rebuild: bool,
    retry: bool,
    given: bool,
    now: datetime,
) -> Verdict | None:
    """None: read it. ``given``: it was named by its own path; ``retry``: what failed or was put away is tried again."""
    entry, shown = shelf.entries.get(name), shelf.at(name)
    same = entry is not None and entry.sha256 == sha256
    if entry and same and entry.status == "retired" and entry.reason in (BY_HAND, DELETED) and not (retry or given):
        return Verdict("retired", f"{name}: stays {entry.reason}; name the file itself or give --retry to have it back")
    if entry and same and read_by(entry) == parser_id and not rebuild:
        if entry.status == "published" and shown is not None and shown.sha256 == sha256:
            return Verdict("unchanged")
        if not retry and (put_off := _put_off(entry, now)):
            return put_off
    twin = shelf.twin(name, sha256)
    if twin is not None:
        return Verdict("unchanged", f"{name}: the same content as {twin.path}, which stands for both")
    return None


def read_by(entry: LedgerEntry) -> str:
    """The parser that read it, with its cut and labels; behind ``@`` stands which parsers there were to choose from."""
    return (entry.parser or "").partition(KINDS)[0]


def chosen_from(entry: LedgerEntry) -> str:
    return (entry.parser or "").partition(KINDS)[2]


def _put_off(entry: LedgerEntry, now: datetime) -> Verdict | None:
    reason = entry.reason or ""
    if entry.status == "quarantined":
        return Verdict("quarantined", reason)
    if entry.status == "failed" and not is_due(entry, now) and entry.retry_after:
        when = entry.retry_after.astimezone().strftime("%H:%M:%S")
        return Verdict("waiting", f"{reason} (attempt {entry.attempts}; tried again after {when}, or with --retry)")
    return None


def refusal(refused: Refused, id: str | None, now: datetime) -> LedgerEntry:
    """What the ledger says of a file that nobody reads; ``id`` is the document that still shows its path."""
    return LedgerEntry(
        path=refused.name,
        sha256=refused.sha256,
        document_id=id,
        status="failed" if refused.transient else "quarantined",
        reason=refused.failure.reason,
        parser=refused.parser,
        finished=now,
        stage="discover",
        attempts=1,
        root=refused.root,
    )
