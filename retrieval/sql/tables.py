"""Typed tables of documents: listed and read as a caller."""

from collections.abc import Sequence

import sqlalchemy as sa

from retrieval.errors import NotFound
from retrieval.models import Caller, DataTable, TableRow
from retrieval.sql._rows import visible
from retrieval.sql.engine import Database
from retrieval.sql.schema import table_rows, tables


def list_tables(
    db: Database, caller: Caller, *, document_id: str | None = None, roles: Sequence[str] = ()
) -> list[tuple[str, DataTable]]:
    """(document id, table without its rows) in the order of the documents."""
    query = sa.select(tables.c.document_id, tables.c.body).where(visible(tables, caller)).order_by(tables.c.row_id)
    if document_id is not None:
        query = query.where(tables.c.document_id == document_id)
    if roles:
        query = query.where(tables.c.role.in_(list(roles)))
    with db.read() as connection:
        return [(id, DataTable.model_validate(body | {"rows": ()})) for id, body in connection.execute(query)]


def get_table(
    db: Database, caller: Caller, document_id: str, name: str, *, first: int = 1, limit: int = 1000
) -> DataTable:
    """With its rows from ``first`` on (1-based as the rows are), at most ``limit``. Raises ``NotFound``."""
    table, rows = tables.c, table_rows.c
    with db.read() as connection:
        body = connection.execute(
            sa.select(table.body).where(table.document_id == document_id, table.name == name, visible(tables, caller))
        ).scalar()
        if body is None:
            raise NotFound(f"no table {name!r} in document {document_id!r}; see /v1/documents/{document_id}/tables")
        found = connection.execute(
            sa.select(rows.row, rows.cells, rows.shown)
            .where(rows.document_id == document_id, rows.name == name, rows.row >= first, visible(table_rows, caller))
            .order_by(rows.row)
            .limit(limit)
        )
        return DataTable.model_validate(
            body | {"rows": [TableRow(row=row, cells=tuple(cells), shown=tuple(shown)) for row, cells, shown in found]}
        )


def count_rows(db: Database, caller: Caller, document_id: str) -> dict[str, int]:
    """How many rows each table of the document has, by its name; empty where the caller may not see it."""
    rows = table_rows.c
    query = (
        sa.select(rows.name, sa.func.count())
        .where(rows.document_id == document_id, visible(table_rows, caller))
        .group_by(rows.name)
    )
    with db.read() as connection:
        return {name: int(count) for name, count in connection.execute(query)}
