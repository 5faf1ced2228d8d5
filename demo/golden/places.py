"""The generated documents, and where in them a fact stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from demo.evidence import Pdf, grouped
from demo.golden.item import Piece

Quote = tuple[str, ...]  # a sentence, or the cells of a table row in order


@dataclass(frozen=True)
class Places:
    """``pdfs`` by file name: all of a folder, each read once."""

    folder: Path
    bilingual: tuple[str, ...] = ()  # names of files in both languages

    @cached_property
    def pdfs(self) -> dict[str, Pdf]:
        return {path.name: Pdf(path, "" if path.name in self.bilingual else "zh" if path.stem.endswith("_zh") else "en")
                for path in sorted(self.folder.rglob("*.pdf"))}

    def prove(self, file: str, *quotes: Quote | str, also: Iterable[tuple[str, Quote]] = (),
              more: Iterable[Piece] = ()) -> list[Piece]:
        """All places that say it: each of ``quotes`` in ``file`` and each of ``also`` in its own, and ``more``; any one will do.

        Raises ``LookupError`` where one of them stands nowhere.
        """
        return grouped([*self._all(file, quotes, also), *more])

    def _all(self, file: str, quotes: Iterable[Quote | str], also: Iterable[tuple[str, Quote]]) -> list[Piece]:
        told = [(file, (quote,) if isinstance(quote, str) else quote) for quote in quotes]
        found: list[Piece] = []
        for name, cells in (*told, *also):
            for piece in self.pdfs[name].find_all(*cells):
                if piece not in found:
                    found.append(piece)
        return found

    def prove_each(self, file: str, *quotes: Quote | str) -> list[Piece]:
        """A group for each quote: all of them are needed."""
        return grouped(*[self._all(file, [quote], ()) for quote in quotes])

    def prove_groups(self, groups: Sequence[tuple[str, Sequence[Quote]]]) -> list[Piece]:
        """A group for each (file, alternatives)."""
        return grouped(*[self._all(file, quotes, ()) for file, quotes in groups])
