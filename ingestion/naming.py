"""What a file is called in the index: a file that is known keeps its name, another one never takes it from it."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ingestion.discover import INSIDE
from ingestion.labels import Labels
from ingestion.shelf import Shelf, location, readers
from retrieval.models import Document
from retrieval.sql.ledger import LedgerEntry


class Names:
    """Of one run. ``inbox`` is where uploads come in, which are removed once they are ingested."""

    def __init__(self, shelf: Shelf, inbox: Path) -> None:
        self._shelf = shelf
        self._held: dict[str, LedgerEntry] = {}  # by name; of an archive, one of its members'
        self._known: dict[str, str] = {}  # location -> name
        self._taken: dict[str, str] = {}  # in this run: name -> location
        self._inbox = str(inbox.resolve())
        for path, entry in shelf.entries.items():
            for name in {path, path.partition(INSIDE)[0]} - {""}:  # its own, or its archive's
                if not name.endswith(INSIDE):
                    self._held.setdefault(name, entry)
                    if entry.root:
                        self._known[location(entry.root, name)] = name

    def name(self, real: Path, root: str, relative: str, labels: Labels | None) -> tuple[str, str]:
        """Its name and the folder that this is relative to. ``labels`` None: it can't be told who may see it."""
        place = str(real)
        for known in (self._known.get(place), self._known.get(location(root, relative))):
            if known is not None and self._taken.get(known, place) == place:
                self._taken[known] = place
                return known, self._held[known].root or root
        for name, its_root in _candidates(root, relative, self._inbox):
            if name not in self._taken and self._is_free(name, labels):
                self._taken[name] = place
                return name, its_root
        raise AssertionError("numbers do not end")

    def _is_free(self, name: str, labels: Labels | None) -> bool:
        """Nobody has it, or a file that is gone and was for the same people, so that this is its next revision."""
        holder, shown = self._held.get(name), self._shelf.at(name)
        if holder is None and shown is None:
            return True
        if labels is None or (holder is not None and not self._is_gone(holder, name)):
            return False
        return all(readers(one.groups, one.areas) == readers(labels.groups, labels.areas) for one in self._of(name))

    def _is_gone(self, holder: LedgerEntry, name: str) -> bool:
        if not holder.root or _lies_in(holder.root, self._inbox):
            return True
        return not os.path.exists(location(holder.root, name))

    def _of(self, name: str) -> Iterator[Document]:
        """The documents of the name, or of the archive's members: as shown, or as last shown."""
        holder, shown = self._held.get(name), self._shelf.at(name)
        if shown is not None:
            yield shown
        elif holder is not None and holder.path == name and holder.document_id:
            past = self._shelf.past(holder.document_id)
            yield from [past] if past is not None else []
        if holder is not None and holder.path != name:
            members = (self._shelf.at(entry.path) for entry in self._shelf.within(name))
            yield from (member for member in members if member is not None)


def _candidates(root: str, relative: str, inbox: str) -> Iterator[tuple[str, str]]:
    """With ever more of the folders above, and then with a number; the folder of an upload has no name of its own."""
    yield relative, root
    above, name = Path(root), relative
    while above.name and not _lies_in(root, inbox):
        above, name = above.parent, f"{above.name}/{name}"
        yield name, str(above)
    path, number = PurePosixPath(relative), 2
    while True:
        yield str(path.with_name(f"{path.stem} ({number}){path.suffix}")), root
        number += 1


def _lies_in(root: str, folder: str) -> bool:
    return root == folder or root.startswith(folder + os.sep)
