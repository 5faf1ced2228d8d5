"""Orders that a file had replaced come back once it is gone or no longer states them."""

from dataclasses import replace

from ingestion.publish import Publisher
from ingestion.shelf import Shelf
from retrieval.models import Document


def recall_orders(publisher: Publisher, shelf: Shelf, document: Document) -> list[str]:
    """Files with the last word on orders of this document, whose end or next revision is staged, are to be read again.

    The next run does so; of several files that state an order only the newest shows it. Returns warnings.
    """
    warnings: list[str] = []
    for id in sorted(publisher.overridden_by(document)):
        older = shelf.documents.get(id)
        entry = shelf.entries.get(older.path) if older else None
        if older is None or entry is None:
            continue
        again = replace(entry, parser=None)
        publisher.note_with_staged(again)
        shelf.note(again)
        warnings.append(f"{older.path}: states orders that {document.path} had replaced; ingest it again to show them")
    return warnings


def may_drop_orders(old: Document, new: Document) -> bool:
    """Whether a log's next revision may leave orders to other files: with other content, or for other readers."""
    return old.kind == "worklog" and (
        (old.sha256, old.kind, set(old.groups), set(old.areas))
        != (new.sha256, new.kind, set(new.groups), set(new.areas))
    )
