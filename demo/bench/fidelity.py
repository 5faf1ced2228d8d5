"""What the PDF reader keeps of the demo manuals: table cells and characters, against what their writer was given."""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import demo._pdf
from demo import (
    alarm_sheet,
    manual_en,
    manual_exchanger,
    manual_zh,
    procedure_isolation,
    procedure_operating,
    procedures,
    revisions,
)
from demo.plant import Plant, build
from ingestion.parsers.base import Parsed
from ingestion.parsers.pdf import PARSER

SEEDS = (1, 7, 11)


@dataclass(frozen=True)
class Written:
    """A procedure in one language, written as a manual is."""

    of: Callable[[Plant], procedures.Procedure]
    language: procedures.Language
    template: str

    @property
    def FILE(self) -> str:
        return self.template.format(language=self.language)

    def write(self, plant: Plant, path: Path) -> None:
        procedures.write(plant, self.of(plant), self.language, path)


MANUALS: tuple[ModuleType | Written, ...] = (
    manual_en, manual_zh, manual_exchanger, alarm_sheet, revisions,
    *(Written(of, language, template) for of, template in (
        (procedure_operating.operating_procedure, procedure_operating.FILE),
        (procedure_isolation.isolation_procedure, procedure_isolation.FILE)) for language in procedures.LANGUAGES),
)  # fmt: skip


@dataclass
class Told:
    """What a manual's writer was given, in order; ``tables`` as rows of cells, the head row first."""

    texts: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)

    def table(self, caption: str, head: list[str], rows: list[list[str]], _: object) -> None:
        self.texts.append(caption)
        self.tables.append([list(head), *map(list, rows)])


def main(folder: Path) -> None:
    """``folder`` is not needed: the manuals are written here."""
    for seed in SEEDS:
        for manual in MANUALS:
            with tempfile.TemporaryDirectory() as made:
                told, parsed = write_and_read(manual, seed, Path(made))
            print(f"   seed {seed}, {manual.FILE}: cells kept {cells_kept(told, parsed):.3f} of {len(_cells(told))}, "
                  f"characters kept {characters_kept(told, parsed):.4f}")


def write_and_read(manual: ModuleType | Written, seed: int, folder: Path) -> tuple[Told, Parsed]:
    """The manual of the plant of ``seed``, written to ``folder``."""
    path = folder / manual.FILE
    with _listening() as told:
        manual.write(build(seed), path)
    return told, PARSER.parse(path, path.name, ())


@contextmanager
def _listening() -> Iterator[Told]:
    """Whatever a book is given meanwhile."""
    told, book = Told(), demo._pdf.Book
    takers: dict[str, Any] = {
        "p": told.texts.append, "h1": told.texts.append, "h2": told.texts.append, "steps": told.texts.extend,
        "box": lambda signal, text: told.texts.extend([signal, text]),
        "figure": lambda _, caption: told.texts.append(caption),
        "table": told.table,
    }
    kept = {name: getattr(book, name) for name in takers}

    def heard(name: str) -> Any:
        def method(self: demo._pdf.Book, *arguments: Any) -> Any:
            takers[name](*arguments)
            return kept[name](self, *arguments)
        return method

    try:
        for name in takers:
            setattr(book, name, heard(name))
        yield told
    finally:
        for name, method in kept.items():
            setattr(book, name, method)


def cells_kept(told: Told, parsed: Parsed) -> float:
    """The share of cells that stand in their table, row and column."""
    tables = [block for block in parsed.blocks if block.kind == "table"]
    found = [(i, j, k, plain(cell)) for i, block in enumerate(tables) for j, span in enumerate(block.spans)
             for k, cell in enumerate(span.text.split(" | "))]
    return _kept(_cells(told), found)


def characters_kept(told: Told, parsed: Parsed) -> float:
    said = "".join(map(plain, told.texts)) + "".join(cell for *_, cell in _cells(told))
    return _kept(said, everything(parsed))


def everything(parsed: Parsed) -> str:
    """All that a document says, headings included, without blanks and the marks between cells."""
    headings = dict.fromkeys(heading for block in parsed.blocks for heading in block.heading_path)
    spans = "".join(span.text for block in parsed.blocks for span in block.spans)
    return plain(spans).replace("|", "") + plain("".join(headings))


def plain(text: str) -> str:
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", text)))


def _cells(told: Told) -> list[tuple[int, int, int, str]]:
    return [(i, j, k, plain(cell)) for i, table in enumerate(told.tables) for j, row in enumerate(table) for k, cell in enumerate(row)]


def _kept(said: Iterable[Hashable], found: Iterable[Hashable]) -> float:
    """Each counted as often as it is said."""
    want, have = Counter(said), Counter(found)
    return sum((want & have).values()) / want.total()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
