"""Tables as blocks and as typed tables: one over several pages is one, its repeated head said once."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.parsers._tables.typed import typed_table
from ingestion.parsers.base import Block, Span
from ingestion.parsers.pdf._geometry import Page, Row, Table, locator
from retrieval.models import DataTable
from retrieval.tags import find

_CONTINUED = re.compile(r"[(（\[]?\s*(?:continued|cont(?:'d|\.|d)?|续表?|接上表)\s*[)）\].]?\s*$|^续表", re.IGNORECASE)
_LABEL = re.compile(r"^(?:Table|续?表)\s*([\dA-Z]+(?:[-.–]\d+)*)", re.IGNORECASE)


@dataclass
class OpenTable:
    """A table that the next page may go on with."""

    first: Table
    caption: str
    path: tuple[str, ...]  # headings over it
    at: int  # its block's place among the blocks
    rows: list[tuple[int, Row]] = field(default_factory=list)  # with their page

    @property
    def head(self) -> list[tuple[str, ...]]:
        return [row.cells for row in self.first.rows[: self.first.head]]

    def goes_on_with(self, table: Table, caption: str) -> bool:
        """Whether a table at the head of the next page is the rest of this one."""
        same = not caption or (bool(_CONTINUED.search(caption)) and _label(caption) in ("", _label(self.caption)))
        return same and self.first.columns == table.columns and self.rows[-1][0] == table.page - 1

    def add(self, table: Table) -> None:
        """Its rows, without a head that says the same again."""
        head = self.head
        repeated = [row.cells for row in table.rows[: len(head)]] == head
        self.rows += [(table.page, row) for row in (table.rows[len(head) :] if repeated else table.rows)]


def _label(caption: str) -> str:
    match = _LABEL.match(caption)
    return match[1] if match else ""


class Ledgers:
    """All tables of a document, in order."""

    def __init__(self) -> None:
        self.tables: list[OpenTable] = []

    def open(self, table: Table, caption: str, path: tuple[str, ...], at: int) -> OpenTable:
        opened = OpenTable(table, caption, path, at, [(table.page, row) for row in table.rows])
        self.tables.append(opened)
        return opened

    def data(self, known_tags: Sequence[str]) -> tuple[DataTable, ...]:
        """Each table typed. Named by page and by number on it: ``p12 t1``."""
        known, seen = frozenset(known_tags), Counter[int]()
        out = []
        for table in self.tables:
            page = table.first.page
            seen[page] += 1
            head, title = _head(table)
            about = find(" ".join((*table.path, table.caption)), known)
            rows = [row.cells for _, row in table.rows[table.first.head :]]
            out.append(
                typed_table(
                    f"p{page} t{seen[page]}",
                    head,
                    list(enumerate(rows, start=1)),
                    title=table.caption or title or (table.path[-1] if table.path else ""),
                    page=page,
                    tags=tuple(dict.fromkeys(one.tag for one in about if not known or one.tag in known)),
                )
            )
        return tuple(out)


def table_block(table: OpenTable, pages: dict[int, Page]) -> Block:
    """A span a row, ``cell | cell``."""
    spans = tuple(Span(" | ".join(row.cells), locator([row.box], pages[page])) for page, row in table.rows)
    path = (*table.path, table.caption) if table.caption else table.path
    return Block("table", spans, path, head=min(table.first.head, len(spans)))


def _head(table: OpenTable) -> tuple[list[str], str]:
    """Names of the columns; and what a first row says that covers them all. Two head rows are read downwards."""
    if table.first.head == 0:
        return [], ""
    upper = table.first.rows[0]
    if table.first.head == 1:
        return list(upper.cells), ""
    lower = table.first.rows[1].cells
    if len(upper.wide) == len(lower) - 1:
        return list(lower), upper.cells[0]
    names, group = [], ""
    for i, below in enumerate(lower):
        group = group if i in upper.wide else upper.cells[i]
        names.append(below if group in ("", below) else f"{group} {below}".strip())
    return names, ""
