"""What the index held at the start and what came since, in memory: no question about a file needs SQL."""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from ingestion.discover import INSIDE
from retrieval.errors import NotFound
from retrieval.models import Caller, Document, document_id
from retrieval.sql import catalogue, holdings, ledger
from retrieval.sql.engine import Database
from retrieval.sql.ledger import LedgerEntry

Readers = tuple[frozenset[str], frozenset[str]]  # groups and areas


class Shelf:
    """Documents that a site shows, by id, path and content, and the ledger by path.

    ``inbox``: where uploads come in. ``past``: a document that is no longer shown, as it was shown last.
    """

    def __init__(
        self,
        site: str,
        documents: Iterable[Document] = (),
        entries: Iterable[LedgerEntry] = (),
        *,
        inbox: Path | None = None,
        past: Callable[[str], Document | None] = lambda id: None,
    ) -> None:
        self.site, self.past = site, past
        self._inbox = str(inbox.resolve()) if inbox else None
        self.documents: dict[str, Document] = {}
        self.entries: dict[str, LedgerEntry] = {entry.path: entry for entry in entries}
        self._by_path: dict[str, str] = {}
        self._by_content: dict[str, dict[str, None]] = {}  # sha256 -> ids in the order of their publication
        self._claims: dict[str, str] = {}  # name -> id of the document that has moved there
        self._hashes: Mapping[str, str] = {}
        self._readers: Mapping[str, Readers] = {}
        self._present: Collection[str] = ()
        for document in documents:
            self.put(document)

    @classmethod
    def load(cls, db: Database, site: str, inbox: Path) -> "Shelf":
        def past(id: str) -> Document | None:
            try:
                return catalogue.revisions(db, Caller.local(), id)[0].document
            except NotFound:
                return None

        return cls(site, holdings.shown_documents(db, site), ledger.list_entries(db), inbox=inbox, past=past)

    def put(self, document: Document) -> None:
        """It is shown now, instead of its older revision."""
        self.drop(document.id)
        self.documents[document.id] = document
        self._by_path[document.path] = document.id
        self._by_content.setdefault(document.sha256, {})[document.id] = None

    def drop(self, id: str) -> None:
        """It is no longer shown."""
        old = self.documents.pop(id, None)
        if old is not None:
            self._by_content[old.sha256].pop(id)
            if self._by_path.get(old.path) == id:
                del self._by_path[old.path]

    def at(self, name: str) -> Document | None:
        """The document shown under this path; the one published last where two are."""
        id = self._by_path.get(name)
        return None if id is None else self.documents[id]

    def located(self, path: Path) -> list[Document]:
        """The document of a file on disk, which need not be there any more; of an archive, those of its members."""
        places = {os.path.abspath(path), str(path.resolve())}
        found = dict[str, Document]()
        for name, entry in self.entries.items():
            inside = location(entry.root, name.partition(INSIDE)[0]), location(entry.root, name)
            document = self.at(name) if entry.root and not places.isdisjoint(inside) else None
            if document is not None:
                found[document.id] = document
        return list(found.values())

    def expect(
        self, hashes: Mapping[str, str], present: Collection[str], readers: Mapping[str, Readers] | None = None
    ) -> None:
        """What the run has found: the hash of each name that it will read, and all names that are there.

        ``readers`` by name: who may see it. A document follows its content to a new name where the old name is gone
        or has other content now, and the new one is for the same people.
        """
        self._hashes, self._present, self._readers = hashes, present, readers or {}
        self._claims = {}
        claimed: set[str] = set()
        for name, sha256 in hashes.items():
            mine = self.at(name)
            if mine is not None and mine.sha256 == sha256:
                continue
            for id in self._by_content.get(sha256, {}):
                document = self.documents[id]
                if id not in claimed and self._is_for_the_same(name, document) and not self._stays(document):
                    self._claims[name] = id
                    claimed.add(id)
                    break

    def twin(self, name: str, sha256: str) -> Document | None:
        """A document that shows this content to the same people under a path that still has it."""
        for id in self._by_content.get(sha256, {}):
            document = self.documents[id]
            if document.path != name and self._is_for_the_same(name, document) and self._stays(document):
                return document
        return None

    def id_for(self, name: str, sha256: str) -> str:
        """The document that moved here, else the one of this path unless it moves away, else a new one."""
        if name in self._claims and self._claims[name] in self.documents:
            return self._claims[name]
        mine = self.at(name)
        if mine is not None and (mine.sha256 == sha256 or mine.id not in self._claims.values()):
            return mine.id
        entry = self.entries.get(name)
        if entry is not None and entry.status == "retired" and entry.document_id and self._is_free(entry.document_id):
            return entry.document_id  # it is back
        id = document_id(name, self.site)
        return id if self._is_free(id) else document_id(f"{name}|{sha256}", self.site)

    def note(self, entry: LedgerEntry) -> None:
        """The last word on a file."""
        self.entries[entry.path] = entry

    def forget(self, name: str) -> None:
        """The ledger says nothing of it any more."""
        self.entries.pop(name, None)

    def within(self, archive: str) -> list[LedgerEntry]:
        """What is known of an archive's members."""
        prefix = archive + INSIDE
        return [entry for path, entry in self.entries.items() if path.startswith(prefix) and path != prefix]

    def _is_free(self, id: str) -> bool:
        """A file that was renamed has kept the id of its old path."""
        return id not in self.documents

    def _is_for_the_same(self, name: str, document: Document) -> bool:
        return self._readers.get(name) == readers(document.groups, document.areas)

    def _is_upload(self, root: str) -> bool:
        return self._inbox is not None and root.startswith(self._inbox)

    def _stays(self, document: Document) -> bool:
        """Whether its file is still there with the same content, or nobody can tell: uploads are not kept."""
        name = document.path
        if name in self._hashes:
            return self._hashes[name] == document.sha256
        if name in self._present:
            return True
        if name.partition(INSIDE)[0] in self._present:
            return False  # the archive is there and no longer holds it
        entry = self.entries.get(name)
        if entry is None or not entry.root:
            return False
        if self._is_upload(entry.root) or not os.path.isdir(entry.root):
            return True
        file = Path(entry.root, name.split(INSIDE)[0])
        try:
            return file.is_file() and (INSIDE in name or sha256_of(file) == document.sha256)
        except OSError:
            return True  # a share that is gone for a while: nothing has moved


def readers(groups: Iterable[str] | None, areas: Iterable[str] | None) -> Readers:
    """Who may see it, to be compared."""
    return frozenset(groups or ()), frozenset(areas or ())


def location(root: str, name: str) -> str:
    """Where the file of a name is on disk."""
    return os.path.join(root, *name.split("/"))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(*said: object) -> str:
    """Eight letters that change with what is said."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:8]
