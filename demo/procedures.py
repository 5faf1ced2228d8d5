"""The site's procedures, each as an English and a Chinese document written from one list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from demo._pdf import Book, Cover
from demo.plant import Plant

Language = Literal["en", "zh"]
Pair = tuple[str, str]  # a text in English and in Chinese
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_SIGNALS = {"DANGER": "危险", "WARNING": "警告", "CAUTION": "注意"}
_LABELS: tuple[Pair, ...] = (("Document number", "文件编号"), ("Revision", "修订版"), ("Date", "日期"), ("Site", "装置"),
                             ("Applies to tags", "适用位号"))


@dataclass(frozen=True)
class Heading:
    text: Pair
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Text:
    text: Pair


@dataclass(frozen=True)
class Steps:
    steps: Sequence[Pair]


@dataclass(frozen=True)
class Warn:
    signal: Literal["DANGER", "WARNING", "CAUTION"]
    text: Pair


@dataclass(frozen=True)
class Rows:
    """A table; a cell that is the same in both languages is a plain string."""

    caption: Pair
    head: Sequence[Pair]
    rows: Sequence[Sequence[Pair | str]]
    shares: Sequence[float]


Piece = Heading | Text | Steps | Warn | Rows


@dataclass(frozen=True)
class Procedure:
    """``file`` has ``{language}`` in it."""

    file: str
    title: Pair
    number: str
    revision: str
    date: str
    tags: Sequence[str]
    pieces: Sequence[Piece]


def name(procedure: Procedure, language: Language) -> str:
    """The file of a language."""
    return procedure.file.format(language=language)


def write(plant: Plant, procedure: Procedure, language: Language, path: Path) -> None:
    """Write the procedure in one language to ``path``."""
    pick = LANGUAGES.index(language)
    values = (f"{procedure.number}-{language.upper()}", procedure.revision, procedure.date,
              (f"{plant.site}, unit {plant.unit}", f"{plant.unit} 单元")[pick], (", ", "、")[pick].join(procedure.tags))
    rows = tuple((label[pick], value) for label, value in zip(_LABELS, values, strict=True))
    cover = Cover(title=procedure.title[pick], subtitle=(f"Unit {plant.unit}", f"{plant.unit} 单元")[pick], number=values[0],
                  revision=procedure.revision, date=procedure.date, rows=rows,
                  imprint=("Harbour Works, operations.", "生产运行部。")[pick])
    book = Book(language, cover)
    for piece in procedure.pieces:
        _put(book, piece, pick)
    book.save(path)


def _put(book: Book, piece: Piece, pick: int) -> None:
    match piece:
        case Heading(text, level):
            (book.h1 if level == 1 else book.h2)(text[pick])
        case Text(text):
            book.p(text[pick])
        case Steps(steps):
            book.steps([step[pick] for step in steps])
        case Warn(signal, text):
            book.box((signal, _SIGNALS[signal])[pick], text[pick])
        case Rows(caption, head, rows, shares):
            cells = [[cell if isinstance(cell, str) else cell[pick] for cell in row] for row in rows]
            book.table(caption[pick], [label[pick] for label in head], cells, shares)
