"""What the index holds, read from SQL alone: a service may run on the same folder meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from retrieval.errors import NotFound
from retrieval.models import Caller, Document, PageLocator, Passage
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents
from retrieval.sql.engine import Database
from retrieval.sql.holdings import shown_passages


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document and its passages in order."""

    document: Document
    passages: tuple[Passage, ...]

    @property
    def file(self) -> str:
        return file_name(self.document.path)

    def pages(self) -> dict[int, str]:
        """The text of each page as its passages tell it, by page number; headings included."""
        found: dict[int, list[str]] = {}
        for passage in self.passages:
            for page, text in _places(passage):
                found.setdefault(page, []).append(text)
        return {page: "\n".join(texts) for page, texts in found.items()}


def file_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def read_index(settings: RetrievalSettings) -> list[Indexed]:
    """Every document that is shown. Raises ``NotFound`` where there is no index."""
    if not settings.database.exists():
        raise NotFound(f"{settings.data_dir}: no index there; run: python -m ingestion PATH...")
    database, caller = Database.open(settings.database), Caller.local()
    try:
        return [_read(database, caller, one) for one in documents.list_documents(database, caller)]
    finally:
        database.close()


def of_names(index: Sequence[Indexed], names: Sequence[str]) -> list[Indexed]:
    """Those of the file names or ids; all for none. Raises ``NotFound`` that names the first unknown."""
    known = {key for one in index for key in (one.file, one.document.id, one.document.path)}
    if unknown := [name for name in names if name not in known]:
        shown = ", ".join(sorted(one.file for one in index)[:12])
        raise NotFound(f'no document "{unknown[0]}" in the index; there are: {shown}')
    wanted = set(names)
    return [one for one in index if not names or wanted & {one.file, one.document.id, one.document.path}]


def _read(database: Database, caller: Caller, document: Document) -> Indexed:
    ids = sorted(shown_passages(database, document.id))
    passages = documents.get_passages(database, caller, ids).values()
    return Indexed(document, tuple(sorted(passages, key=lambda passage: passage.position)))


def _places(passage: Passage) -> list[tuple[int, str]]:
    """(page, text): of its parts where it runs over several pages."""
    parts = [(part.locator, passage.text[part.start : part.end]) for part in passage.parts]
    pages = [(where.page, text) for where, text in parts if isinstance(where, PageLocator)]
    if not pages and isinstance(passage.locator, PageLocator):
        pages = [(passage.locator.page, passage.text)]
    head = "\n".join(passage.heading_path)
    return [(page, f"{head}\n{text}" if number == 0 else text) for number, (page, text) in enumerate(pages)]
