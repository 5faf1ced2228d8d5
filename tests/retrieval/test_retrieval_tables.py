from datetime import UTC, datetime
from typing import Any

import pytest

from retrieval.errors import NotFound
from retrieval.models import Caller, DataTable, Document, TableColumn, TableRow, WorkOrder
from retrieval.sql import documents, epochs, records, tables
from retrieval.sql.documents import Content
from retrieval.sql.engine import Database

COLUMNS = (
    TableColumn(name="Part No."),
    TableColumn(name="Qty", type="number"),
    TableColumn(name="Spare", type="boolean"),
)
DAY = Caller(name="day", groups=frozenset({"maintenance"}), areas=frozenset({"U1"}))


def document(name: str = "parts.xlsx", **more: Any) -> Document:
    return Document(id=f"id-{name}", kind="table", title=name, path=name, sha256="0" * 64, **more)


def table(name: str, rows: int, *, role: Any = "") -> DataTable:
    """Rows 2, 4, 6, ... of a sheet."""
    return DataTable(
        name=name,
        columns=COLUMNS,
        role=role,
        rows=tuple(
            TableRow(row=2 * i, cells=(f"{i:05}", float(i), None), shown=(f"{i:05}", f"{i},0", ""))
            for i in range(1, rows + 1)
        ),
    )


def publish(db: Database, *contents: Content) -> int:
    epoch = epochs.reserve(db)
    for content in contents:
        documents.stage(db, epoch, content)
    epochs.publish(db, epoch)
    return epoch


def test_tables_are_listed_without_rows_and_read_in_pages(db: Database, local: Caller) -> None:
    publish(db, Content(document(), tables=(table("Parts", 5, role="spare_parts"), table("Other!A1", 2))))
    listed = tables.list_tables(db, local, document_id="id-parts.xlsx")
    assert [(id, one.name, one.rows) for id, one in listed] == [
        ("id-parts.xlsx", "Parts", ()),
        ("id-parts.xlsx", "Other!A1", ()),
    ]
    assert tables.count_rows(db, local, "id-parts.xlsx") == {"Parts": 5, "Other!A1": 2}
    first = tables.get_table(db, local, "id-parts.xlsx", "Parts", limit=2)
    assert [row.row for row in first.rows] == [2, 4]
    assert first.rows[0] == TableRow(row=2, cells=("00001", 1.0, None), shown=("00001", "1,0", ""))
    rest = tables.get_table(db, local, "id-parts.xlsx", "Parts", first=first.rows[-1].row + 1)
    assert [row.row for row in rest.rows] == [6, 8, 10]
    assert (first.columns, first.role) == (COLUMNS, "spare_parts")


def test_tables_are_found_by_role(db: Database, local: Caller) -> None:
    publish(
        db,
        Content(document("a.xlsx"), tables=(table("A", 1, role="spare_parts"), table("B", 1))),
        Content(document("b.xlsx"), tables=(table("A", 1, role="bill_of_materials"),)),
    )
    found = tables.list_tables(db, local, roles=("spare_parts", "bill_of_materials"))
    assert [(id, one.name) for id, one in found] == [("id-a.xlsx", "A"), ("id-b.xlsx", "A")]


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (DAY, True),
        (DAY.model_copy(update={"groups": frozenset({"operations"})}), False),
        (DAY.model_copy(update={"areas": frozenset({"U2"})}), False),
        (DAY.model_copy(update={"groups": frozenset()}), False),
        (Caller(name="nobody"), False),
    ],
)
def test_who_may_not_see_the_document_sees_no_table_of_it(db: Database, caller: Caller, sees: bool) -> None:
    publish(db, Content(document(groups=("maintenance",), areas=("U1",)), tables=(table("Parts", 2),)))
    assert bool(tables.list_tables(db, caller)) == sees
    assert bool(tables.count_rows(db, caller, "id-parts.xlsx")) == sees
    if sees:
        assert len(tables.get_table(db, caller, "id-parts.xlsx", "Parts").rows) == 2
    else:
        with pytest.raises(NotFound, match=r"no table 'Parts' in document 'id-parts\.xlsx'"):
            tables.get_table(db, caller, "id-parts.xlsx", "Parts")


def test_a_revision_shows_when_it_is_published_and_replaces_the_older(db: Database, local: Caller) -> None:
    publish(db, Content(document(), tables=(table("Parts", 3),)))
    epoch = epochs.reserve(db)
    documents.stage(db, epoch, Content(document(revision="2"), tables=(table("Parts", 5),)))
    assert len(tables.get_table(db, local, "id-parts.xlsx", "Parts").rows) == 3
    epochs.publish(db, epoch)
    assert len(tables.get_table(db, local, "id-parts.xlsx", "Parts").rows) == 5
    assert len(tables.list_tables(db, local)) == 1
    gone = epochs.reserve(db)
    documents.retire(db, gone, "id-parts.xlsx")
    epochs.publish(db, gone)
    assert tables.list_tables(db, local) == []
    assert tables.count_rows(db, local, "id-parts.xlsx") == {}


def test_an_order_of_two_exports_counts_once_and_keeps_its_money_and_state(db: Database, local: Caller) -> None:
    def order(text: str) -> WorkOrder:
        opened = datetime(2025, 3, 4, tzinfo=UTC)
        return WorkOrder(
            order="WO-1",
            asset="P-101A",
            type="cm",
            opened=opened,
            cost=5,
            currency="EUR",
            status="TECO",
            text=text,
            row=2,
        )

    publish(db, Content(document("march.csv"), orders=(order("leak"),)))
    publish(db, Content(document("april.csv"), orders=(order("leak, closed"),)))
    source, found = records.get_order(db, local, "WO-1")
    assert (source.path, found.text, found.currency, found.status) == ("april.csv", "leak, closed", "EUR", "TECO")
    assert records.count_orders(db, local) == 1
