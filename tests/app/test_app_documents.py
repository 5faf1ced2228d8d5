"""Documents over HTTP: listed, filtered, paged, read as text and tables, downloaded; each only by who may see it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid5

import httpx
import pytest
from service_kit import Demo, served

from app.api import service as service_module
from retrieval.models import (
    _NAMESPACE,
    Caller,
    DataTable,
    Document,
    Passage,
    RecordLocator,
    TableColumn,
    TableRow,
    TextLocator,
)
from retrieval.sql import documents, epochs, ledger
from retrieval.sql.documents import Content
from retrieval.sql.engine import Database

LINES = [f"Step {n}: open the vent of P-101A {n} times." for n in range(30)]


def document(id: str, **given: Any) -> Document:
    values = {"kind": "manual", "title": id, "path": f"{id}.md", "sha256": id[0] * 64} | given
    return Document.model_validate({"id": id, **values})


def passage(of: Document, position: int, **given: Any) -> Passage:
    line = 3 * position + 1
    values: dict[str, Any] = {
        "kind": "text",
        "text": LINES[position],
        "heading_path": ("Start", f"Part {position // 10}"),
        "locator": TextLocator(unit="line", first=line, last=line + 1),
    }
    return Passage.model_validate(
        {
            "id": str(uuid5(_NAMESPACE, f"{of.id}{of.revision}{position}")),
            "document_id": of.id,
            "parent_id": of.id,
            "position": position,
            "language": "en",
            "groups": of.groups,
            "areas": of.areas,
        }
        | values
        | given
    )


def show(db: Database, content: Content) -> None:
    epoch = epochs.reserve(db)
    documents.stage(db, epoch, content)
    epochs.publish(db, epoch)


NOTES = document("notes", title="启泵 Start-up notes", path="procedures/start_up 100%.md", revision="2")
PARTS = document("parts", kind="table", title="Spare parts", path="spares/parts.xlsx")
SECRET = document("secret", title="Secret recipe", groups=("board",))
SOUTH = document("south", title="South line", areas=("south",))
TABLE = DataTable(
    name="Seals/密封 1",
    title="Seals",
    role="spare_parts",
    columns=(TableColumn(name="Part"), TableColumn(name="Price", type="number", unit="EUR")),
    rows=tuple(
        TableRow(row=n, cells=(f"Seal {n}", 1.5 * n), shown=(f"Seal {n}", f"{1.5 * n:.2f}")) for n in range(2, 40)
    ),
)


def fill(data: Path) -> None:
    db = Database.open(data / "plantwright.sqlite")
    try:
        old = NOTES.model_copy(update={"revision": "1", "sha256": "0" * 64})
        show(db, Content(old, (passage(old, 0),)))
        show(db, Content(NOTES, tuple(passage(NOTES, n) for n in range(30))))
        row = RecordLocator(table=TABLE.name, key="9", row=9)
        show(db, Content(PARTS, (passage(PARTS, 0, locator=row),), tables=(TABLE,)))
        show(db, Content(SECRET, (passage(SECRET, 0),), tables=(TABLE,)))
        show(db, Content(SOUTH, (passage(SOUTH, 0),)))
        note(
            db,
            "procedures/start_up 100%.md",
            "published",
            document_id="notes",
            sha256=NOTES.sha256,
            passages=30,
            size=99,
        )
        note(db, "bad.pdf", "quarantined", reason="bad.pdf, page 3: is encrypted; save it without a password")
        note(db, "late.csv", "failed", reason="late.csv: disk full", document_id="secret", attempts=2)
    finally:
        db.close()
    originals = data / "originals"
    originals.mkdir(exist_ok=True)
    (originals / f"{NOTES.sha256}.md").write_text("# Start\n<script>alert(1)</script>\n", encoding="utf-8")


def note(db: Database, path: str, status: Any, **given: Any) -> None:
    values: dict[str, Any] = {"sha256": "f" * 64, "document_id": None, "reason": None, "parser": "p/1"} | given
    ledger.put_entry(
        db, ledger.LedgerEntry(path=path, status=status, finished=datetime(2026, 3, 2, tzinfo=UTC), **values)
    )


@pytest.fixture
async def client(tmp_path: Path, demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    fill(tmp_path)
    async with served(tmp_path, demo.plant) as opened:
        yield opened


@pytest.fixture
def limited(client: httpx.AsyncClient) -> Iterator[httpx.AsyncClient]:
    """The same service for somebody of the group plant in the area site."""
    app = client._transport.app  # type: ignore[attr-defined]
    caller = Caller(name="ana", groups=frozenset({"plant"}), areas=frozenset({"site"}))
    app.dependency_overrides[service_module.caller] = lambda: caller
    yield client
    app.dependency_overrides.clear()


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    response = await client.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def ids(client: httpx.AsyncClient, **query: Any) -> list[str]:
    return [each["id"] for each in (await get(client, "/v1/documents", **query))["documents"]]


async def test_documents_are_listed_with_what_the_ledger_knows(client: httpx.AsyncClient) -> None:
    body = await get(client, "/v1/documents")
    assert body.keys() == {"documents"}
    shown = {each["id"]: each for each in body["documents"]}
    assert list(shown) == ["secret", "south", "parts", "notes"]  # by title
    assert {name: shown["notes"][name] for name in ("revision", "passages", "tables", "size", "ingested")} == {
        "revision": "2",
        "passages": 30,
        "tables": 0,
        "size": 99,
        "ingested": "2026-03-02T00:00:00Z",
    }
    assert (shown["parts"]["tables"], shown["parts"]["passages"], shown["parts"]["ingested"]) == (1, None, None)


async def test_filters_and_paging(client: httpx.AsyncClient) -> None:
    assert await ids(client, kind="table") == ["parts"]
    assert await ids(client, q="START") == ["notes"]
    assert await ids(client, q="启泵") == ["notes"]
    assert await ids(client, q="100%") == ["notes"]
    assert await ids(client, q="%") == ["notes"]  # a character as any other
    assert await ids(client, q="spares/") == ["parts"]
    assert await ids(client, site="elsewhere") == []
    got, cursor = [], ""
    while True:
        body = await get(client, "/v1/documents", limit=1, cursor=cursor)
        got += [each["id"] for each in body["documents"]]
        if not (cursor := body.get("next", "")):
            break
    assert got == ["secret", "south", "parts", "notes"]
    for query in ({"cursor": "!!"}, {"cursor": "bm90IGpzb24"}):
        assert (await client.get("/v1/documents", params=query)).status_code == 400
    assert (await client.get("/v1/documents", params={"kind": "novel"})).status_code == 422


async def test_text_is_read_in_order(client: httpx.AsyncClient) -> None:
    body = await get(client, "/v1/documents/notes/text", first=5, last=8)
    assert [piece["position"] for piece in body["pieces"]] == [5, 6, 7, 8]
    assert (body["total"], body["next"]) == (30, 9)
    assert body["pieces"][0]["text"] == LINES[5]
    assert body["pieces"][0]["heading_path"] == ["Start", "Part 0"]
    assert body["pieces"][0]["locator"] == {"kind": "text", "unit": "line", "first": 16, "last": 17}
    rest = await get(client, "/v1/documents/notes/text", first=27)
    assert (len(rest["pieces"]), rest["next"]) == (3, None)
    assert (await get(client, "/v1/documents/notes/text", limit=4))["next"] == 4


async def test_text_around_a_passage_or_a_line(client: httpx.AsyncClient) -> None:
    centre = passage(NOTES, 12).id
    body = await get(client, "/v1/documents/notes/text", around=centre)
    assert [piece["position"] for piece in body["pieces"]] == list(range(7, 18))
    assert [piece["id"] for piece in body["pieces"]][5] == centre
    body = await get(client, "/v1/documents/notes/text", place=6)  # between passages: the one before
    assert [piece["position"] for piece in body["pieces"]] == list(range(7))
    for query in ({"around": passage(PARTS, 0).id}, {"around": "nothing"}):
        assert (await client.get("/v1/documents/notes/text", params=query)).status_code == 404
    assert (await client.get("/v1/documents/parts/text", params={"place": 3})).status_code == 404


async def test_tables_and_their_rows(client: httpx.AsyncClient) -> None:
    heads = (await get(client, "/v1/documents/parts/tables"))["tables"]
    assert [(head["name"], head["role"]) for head in heads] == [("Seals/密封 1", "spare_parts")]
    assert "rows" not in heads[0]
    body = await get(client, "/v1/documents/parts/tables/Seals%2F密封 1", first=10, limit=5)
    assert [row["row"] for row in body["table"]["rows"]] == [10, 11, 12, 13, 14]
    assert body["table"]["rows"][0] == {"row": 10, "cells": ["Seal 10", 15.0], "shown": ["Seal 10", "15.00"]}
    assert body["next"] == 15
    assert (await get(client, "/v1/documents/parts/tables/Seals/密封 1", first=36))["next"] is None
    assert (await client.get("/v1/documents/parts/tables/none")).status_code == 404


async def test_the_original_is_only_ever_downloaded(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/documents/notes/original")
    assert response.status_code == 200
    assert response.text.startswith("# Start")
    assert response.headers["content-type"].startswith("text/markdown")
    assert response.headers["content-disposition"].startswith("attachment")
    assert "start_up%20100%25.md" in response.headers["content-disposition"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]
    assert (await client.get("/v1/documents/parts/original")).status_code == 404  # its copy is gone


async def test_revisions_are_kept_in_order(client: httpx.AsyncClient) -> None:
    found = (await get(client, "/v1/documents/notes/revisions"))["revisions"]
    assert [(each["revision"], each["current"]) for each in found] == [("2", True), ("1", False)]
    assert found[1]["to_epoch"] == found[0]["from_epoch"]


@pytest.mark.parametrize("id", ["secret", "south"])
async def test_what_the_caller_may_not_see_is_not_there(limited: httpx.AsyncClient, id: str) -> None:
    assert await ids(limited) == ["parts", "notes"]
    for path in ("", "/revisions", "/original", "/text", "/tables", "/tables/Seals%2F密封 1"):
        assert (await limited.get(f"/v1/documents/{id}{path}")).status_code == 404, path
    assert (await limited.delete(f"/v1/documents/{id}")).status_code == 404


async def test_failures_say_why(client: httpx.AsyncClient) -> None:
    found = (await get(client, "/v1/ingestions/failures"))["failures"]
    assert [(each["path"], each["status"], each["document_id"]) for each in found] == [
        ("bad.pdf", "quarantined", None),
        ("late.csv", "failed", "secret"),
    ]
    assert "page 3: is encrypted" in found[0]["reason"]


async def test_failures_of_others_are_not_told(limited: httpx.AsyncClient) -> None:
    assert (await get(limited, "/v1/ingestions/failures"))["failures"] == []


async def test_what_others_share_is_not_deleted_by_one_of_them(tmp_path: Path, demo: Demo) -> None:
    db = Database.open(tmp_path / "plantwright.sqlite")
    shared = document("shared", title="Shared", groups=("plant", "board"))
    show(db, Content(shared, (passage(shared, 0),)))
    db.close()
    async with served(tmp_path, demo.plant) as client:
        app = client._transport.app  # type: ignore[attr-defined]
        app.dependency_overrides[service_module.caller] = lambda: Caller(
            name="ana", groups=frozenset({"plant"}), areas=frozenset({"site"})
        )
        response = await client.delete("/v1/documents/shared")
        assert (response.status_code, "group 'board'" in response.json()["detail"]) == (403, True)
        assert (await get(client, "/v1/ingestions"))["ingestions"] == []


async def test_a_document_with_revisions_of_others_is_not_deleted(tmp_path: Path, demo: Demo) -> None:
    db = Database.open(tmp_path / "plantwright.sqlite")
    for groups in (("board",), ("plant",)):
        shown = document("moved", title="Moved", groups=groups)
        show(db, Content(shown, (passage(shown, 0),)))
    db.close()
    async with served(tmp_path, demo.plant) as client:
        app = client._transport.app  # type: ignore[attr-defined]
        app.dependency_overrides[service_module.caller] = lambda: Caller(
            name="ana", groups=frozenset({"plant"}), areas=frozenset({"site"})
        )
        for history in ("drop", "keep"):
            response = await client.delete("/v1/documents/moved", params={"history": history})
            assert (response.status_code, "revisions" in response.json()["detail"]) == (403, True)
        assert (await get(client, "/v1/ingestions"))["ingestions"] == []
