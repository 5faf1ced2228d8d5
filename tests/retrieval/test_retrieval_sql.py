"""SQL: epochs, visibility, records, caches, answers. All on real files."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from retrieval.errors import BadInput, BadSetting, IndexMismatch, NotFound, Permanent, Unavailable
from retrieval.legs.base import Sparse
from retrieval.models import (
    Asset,
    Caller,
    Connection,
    Document,
    Hit,
    Item,
    PageLocator,
    Passage,
    RecordLocator,
    Region,
    SheetLocator,
    WorkOrder,
    passage_id,
)
from retrieval.sql import answers, assets, documents, encodings, epochs, graph_rows, ledger, records, schema
from retrieval.sql.documents import Content
from retrieval.sql.engine import Database
from retrieval.sql.sections import continuations, section_warnings

NIGHT = Caller(name="night", groups=frozenset({"operations"}), areas=frozenset({"U1"}))


def make_document(
    name: str = "a.pdf",
    *,
    revision: str = "1",
    groups: tuple[str, ...] = ("plant",),
    areas: tuple[str, ...] = ("site",),
    site: str = "site",
) -> Document:
    return Document(
        id=f"doc-{name}",
        kind="manual",
        title=f"Manual {name}",
        path=name,
        sha256="0" * 64,
        revision=revision,
        site=site,
        groups=groups,
        areas=areas,
        asset_tags=("P-101A",),
    )


def make_passage(
    document: Document,
    position: int,
    text: str,
    *,
    parent: str = "s1",
    locator: PageLocator | RecordLocator | SheetLocator | None = None,
) -> Passage:
    box = Region(x0=0.1, y0=0.1, x1=0.9, y1=0.2)
    return Passage(
        id=passage_id(document.id, document.revision, position),
        document_id=document.id,
        parent_id=parent,
        position=position,
        kind="text",
        text=text,
        locator=locator or PageLocator(page=1, regions=(box,)),
        language="en",
        revision=document.revision,
        groups=document.groups,
        areas=document.areas,
    )


def make_order(number: str, asset: str = "P-101A", **changes: object) -> WorkOrder:
    values = {
        "order": number,
        "asset": asset,
        "type": "corrective",
        "failure_mode": "VIB",
        "row": 2,
        "opened": datetime(2025, 3, 1, 8, tzinfo=UTC),
        "text": "brg noisy, changed",
    }
    return WorkOrder.model_validate(values | changes)


def publish(db: Database, *contents: Content) -> int:
    epoch = epochs.reserve(db)
    for content in contents:
        documents.stage(db, epoch, content)
    epochs.publish(db, epoch)
    return epoch


def simple(name: str = "a.pdf", **labels: object) -> Content:
    document = make_document(name, **labels)  # type: ignore[arg-type]
    return Content(document, (make_passage(document, 0, f"text of {name} rev {document.revision}"),))


def test_the_migrations_make_the_schema(db: Database) -> None:
    with db.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_migrations_run_without_alembic_ini_and_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "100% plant" / "x.sqlite"
    for _ in range(2):
        database = Database.open(path)
        assert epochs.reserve(database) >= 1
        database.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(BadSetting, match=r"x\.sqlite"):
        Database.open(path)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    Database.open(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(IndexMismatch, match="newer version"):
        Database.open(path)


def test_writes_roll_back_on_an_error(db: Database) -> None:
    def fail() -> None:
        with db.write() as connection:
            connection.execute(sa.update(schema.state).values(epoch=7))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert epochs.current(db) == 0


def test_epochs_are_never_handed_out_twice(db: Database) -> None:
    got: list[int] = []
    workers = [threading.Thread(target=lambda: got.extend(epochs.reserve(db) for _ in range(10))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got) == list(range(1, 41))


def test_publishing_goes_forward_only(db: Database) -> None:
    first, second = epochs.reserve(db), epochs.reserve(db)
    epochs.publish(db, second)
    epochs.publish(db, second)
    for epoch in (first, second + 1):  # older, and never reserved
        with pytest.raises(Permanent):
            epochs.publish(db, epoch)
    assert epochs.current(db) == second


def test_manifest(db: Database) -> None:
    assert epochs.manifest(db) is None
    epochs.set_manifest(db, {"chunker": "1"})
    assert epochs.manifest(db) == {"chunker": "1"}


def test_a_staged_revision_is_invisible_until_published(db: Database, local: Caller) -> None:
    publish(db, simple(revision="1"))
    epoch = epochs.reserve(db)
    documents.stage(db, epoch, simple(revision="2"))
    assert documents.get_document(db, local, "doc-a.pdf").revision == "1"
    epochs.publish(db, epoch)
    assert documents.get_document(db, local, "doc-a.pdf").revision == "2"
    assert [d.revision for d in documents.list_documents(db, local)] == ["2"]
    old = passage_id("doc-a.pdf", "1", 0)
    assert documents.get_passages(db, local, [old]) == {}
    assert old in documents.get_passages(db, local, [old], epoch=epoch - 1)  # kept for "what changed"


def test_the_same_passage_id_may_live_in_two_epochs(db: Database, local: Caller) -> None:
    publish(db, simple())
    publish(db, simple())
    assert len(documents.get_passages(db, local, [passage_id("doc-a.pdf", "1", 0)])) == 1


def test_staging_again_replaces_what_was_staged(db: Database, local: Caller) -> None:
    epoch = epochs.reserve(db)
    documents.stage(db, epoch, simple())
    documents.stage(db, epoch, simple())
    epochs.publish(db, epoch)
    assert len(documents.list_documents(db, local)) == 1


def test_retire_hides_a_document_with_all_that_came_with_it(db: Database, local: Caller) -> None:
    document = make_document("log.csv")
    publish(db, Content(document, orders=(make_order("WO-1"),), assets=((2, Asset(tag="P-101A", name="Pump")),)))
    epoch = epochs.reserve(db)
    documents.retire(db, epoch, document.id)
    assert records.count_orders(db, local) == 1
    epochs.publish(db, epoch)
    assert records.count_orders(db, local) == 0
    assert assets.list_assets(db, local) == []
    assert documents.find_document(db, "log.csv", "site") is None


def test_sweep_undoes_what_a_crash_left(db: Database, local: Caller) -> None:
    publish(db, simple(revision="1"))
    documents.stage(db, epochs.reserve(db), simple(revision="2"))  # and then the process died
    documents.sweep(db)
    publish(db, simple("b.pdf"))
    assert documents.get_document(db, local, "doc-a.pdf").revision == "1"
    assert len(documents.list_documents(db, local)) == 2


def test_find_document_knows_path_and_site(db: Database) -> None:
    publish(db, simple(site="north"))
    assert documents.find_document(db, "a.pdf", "south") is None
    found = documents.find_document(db, "a.pdf", "north")
    assert found is not None
    assert found.id == "doc-a.pdf"


@pytest.mark.parametrize(
    ("groups", "areas", "seen"),
    [
        ({"operations"}, {"U1"}, True),
        ({"operations"}, {"U2"}, False),
        ({"lab"}, {"U1"}, False),
        (set(), {"U1"}, False),
        ({"operations"}, set(), False),
        ({"*"}, {"*"}, True),
        ({"*"}, {"U2"}, False),
        ({"x", "operations"}, {"*"}, True),
    ],
)
def test_rows_show_only_to_those_who_share_a_group_and_an_area(
    db: Database, groups: set[str], areas: set[str], seen: bool
) -> None:
    caller = Caller(name="x", groups=frozenset(groups), areas=frozenset(areas))
    labels = {"groups": ("operations", "plant"), "areas": ("U1",)}
    document = make_document("log.csv", **labels)  # type: ignore[arg-type]
    passage = make_passage(document, 0, "WO-1", locator=RecordLocator(table="work_orders", key="WO-1", row=2))
    sheet = make_passage(document, 1, "HV", locator=SheetLocator(drawing_id="D", item="HV-1", position=(0.5, 0.5)))
    item = Item(tag="HV-1", item_class="GateValve", role="block_valve", drawing_id="D", position=(0.5, 0.5))
    publish(
        db,
        Content(
            document,
            (passage, sheet),
            (make_order("WO-1"),),
            ((2, Asset(tag="P-101A", name="Pump")),),
            (item,),
            (Connection(source="HV-1", target="P-101A"),),
        ),
    )
    assert caller.may_see(document.groups, document.areas) is seen
    found = [
        documents.list_documents(db, caller),
        documents.get_passages(db, caller, [passage.id]),
        documents.parent_passages(db, caller, "s1"),
        documents.get_titles(db, caller, [document.id]),
        records.find_orders(db, caller),
        records.count_by(db, caller, "asset"),
        records.order_passages(db, caller, ["WO-1"]),
        assets.list_assets(db, caller),
        graph_rows.list_items(db, caller),
        graph_rows.list_connections(db, caller),
        graph_rows.sheet_passages(db, caller, ["HV-1"]),
    ]
    assert [bool(rows) for rows in found] == [seen] * len(found)
    assert records.count_orders(db, caller) == int(seen)
    for get in (
        lambda: documents.get_document(db, caller, document.id),
        lambda: records.get_order(db, caller, "WO-1"),
        lambda: assets.asset_rows(db, caller, "P-101A"),
    ):
        if seen:
            get()
        else:
            with pytest.raises(NotFound):
                get()


def test_more_ids_than_a_statement_takes(db: Database, local: Caller) -> None:
    publish(db, simple())
    ids = [str(number) for number in range(40_000)] + [passage_id("doc-a.pdf", "1", 0)]
    assert len(documents.get_passages(db, local, ids)) == 1


def test_parent_passages_are_in_order(db: Database, local: Caller) -> None:
    document = make_document()
    publish(db, Content(document, tuple(make_passage(document, n, f"row {n}", parent="t") for n in (2, 0, 11, 1))))
    assert [passage.position for passage in documents.parent_passages(db, local, "t")] == [0, 1, 2, 11]


@pytest.fixture
def log(db: Database) -> Database:
    orders = (
        make_order("WO-100001", opened=datetime(2024, 12, 31, 23, tzinfo=timezone(-timedelta(hours=5)))),
        make_order("WO-100002", "P-101B", failure_mode="ELP", text="机封泄漏，更换", language="zh"),
        make_order(
            "WO-100003",
            opened=datetime(2025, 6, 1, tzinfo=UTC),
            type="preventive",
            failure_mode=None,
            text="oil change",
        ),
        make_order("WO-100004", opened=datetime(2025, 6, 2, tzinfo=UTC), text="100% of bolts retorqued, Brg ok"),
    )
    publish(db, Content(make_document("log.csv"), orders=orders))
    return db


def numbers(found: list[tuple[Document, WorkOrder]]) -> list[str]:
    return [order.order[-1] for _, order in found]


def test_orders_are_found_by_their_fields(log: Database, local: Caller) -> None:
    assert numbers(records.find_orders(log, local)) == ["4", "3", "2", "1"]
    assert numbers(records.find_orders(log, local, newest_first=False, limit=2)) == ["1", "2"]
    assert numbers(records.find_orders(log, local, assets=["P-101B", "P-104"])) == ["2"]
    assert numbers(records.find_orders(log, local, failure_modes=["VIB"], types=["corrective"])) == ["4", "1"]
    assert numbers(records.find_orders(log, local, text="BRG changed")) == ["1"]
    assert numbers(records.find_orders(log, local, text="泄漏")) == ["2"]
    assert numbers(records.find_orders(log, local, text="100%")) == ["4"]  # % is no wildcard
    assert records.count_orders(log, local, text="_") == 0
    assert records.count_by(log, local, "failure_mode") == [("VIB", 2), ("ELP", 1)]
    assert records.count_by(log, local, "asset", types=["corrective"]) == [("P-101A", 2), ("P-101B", 1)]


def test_times_compare_across_zones(log: Database, local: Caller) -> None:
    # WO-100001 was opened at 23:00 on 31 December five hours west: 04:00 UTC on 1 January.
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert "1" in numbers(records.find_orders(log, local, since=since))
    assert "1" in numbers(
        records.find_orders(log, local, until=datetime(2025, 1, 1, 14, tzinfo=timezone(timedelta(hours=8))))
        + records.find_orders(log, local, since=since)
    )
    assert numbers(records.find_orders(log, local, until=since)) == []
    assert numbers(records.find_orders(log, local, until=since + timedelta(hours=5))) == ["1"]
    assert records.get_order(log, local, "WO-100001")[1].opened == datetime(2025, 1, 1, 4, tzinfo=UTC)
    with pytest.raises(BadInput, match=r"since.*zone"):
        records.find_orders(log, local, since=datetime(2025, 1, 1))


def test_an_order_is_upserted_by_its_number(log: Database, local: Caller) -> None:
    changed = make_order("WO-100001", text="reopened")
    publish(log, Content(make_document("export.csv"), orders=(make_order("WO-100001"), changed)))
    assert records.count_orders(log, local) == 4
    source, order = records.get_order(log, local, "WO-100001")
    assert (source.path, order.text) == ("export.csv", "reopened")


def test_another_site_may_use_the_same_number(log: Database, local: Caller) -> None:
    publish(log, Content(make_document("s.csv", site="south"), orders=(make_order("WO-100001"),)))
    assert records.count_orders(log, local) == 5


def test_an_order_without_a_zone_is_named(db: Database) -> None:
    order = make_order("WO-9", opened=datetime(2025, 1, 1), row=17)
    with pytest.raises(BadInput, match=r"WO-9, row 17.*zone"):
        publish(db, Content(make_document("log.csv"), orders=(order,)))


def test_the_newer_register_stands(db: Database, local: Caller) -> None:
    publish(db, Content(make_document("old.csv"), assets=((2, Asset(tag="P-1", name="old")),)))
    publish(db, Content(make_document("new.csv"), assets=((5, Asset(tag="P-1", name="new")),)))
    assert [asset.name for asset in assets.list_assets(db, local)] == ["new"]
    source, row, asset = assets.asset_rows(db, local, "P-1")
    assert (source.path, row, asset.name) == ("new.csv", 5, "new")


def test_encodings_come_back_as_they_went_in(db: Database) -> None:
    dense, sparse = (0.5, -0.25, 0.1), Sparse((7, 4_000_000_000), (1.25, 0.1))
    keys = [encodings.key("leg", "一"), encodings.key("leg", "二"), encodings.key("other", "一")]
    encodings.put_vectors(db, {keys[0]: dense, keys[1]: sparse})
    encodings.put_vectors(db, {keys[0]: (9.0,)})  # what is there stays
    encodings.put_vectors(db, {})
    found = encodings.get_vectors(db, keys)
    assert found == {keys[0]: pytest.approx(dense), keys[1]: sparse}


def test_the_ledger_keeps_the_last_word(db: Database) -> None:
    finished = datetime(2026, 1, 1, tzinfo=UTC)
    entry = ledger.LedgerEntry("b.pdf", "0" * 64, None, "failed", "page 3: broken", "pdf", finished)
    ledger.put_entry(db, entry)
    again = ledger.LedgerEntry("b.pdf", "1" * 64, "doc", "published", None, "pdf", finished)
    ledger.put_entry(db, again)
    ledger.put_entry(db, ledger.LedgerEntry("a.pdf", "1" * 64, "d", "published", None, "pdf", finished))
    assert ledger.get_entry(db, "b.pdf") == again
    assert ledger.get_entry(db, "c.pdf") is None
    assert [entry.path for entry in ledger.list_entries(db)] == ["a.pdf", "b.pdf"]


def test_an_answer_belongs_to_who_asked(db: Database, local: Caller) -> None:
    answers.create(db, NIGHT, "a1", "Why?", "c1")
    answers.append_event(db, "a1", 1, "status", {"stage": "resolve"})
    answers.append_event(db, "a1", 2, "done", {"answer": "因为"}, True)
    stranger = Caller(name="day")
    assert answers.events_after(db, NIGHT, "a1", 1) == [(2, "done", {"answer": "因为"}, True)]
    assert len(answers.events_after(db, local, "a1", 0)) == 2
    assert answers.events_after(db, stranger, "a1", 0) == []
    assert answers.get(db, stranger, "a1") is None
    row = answers.get(db, NIGHT, "a1")
    assert row is not None
    assert (row["status"], row["response"]) == ("running", None)
    with pytest.raises(sa.exc.IntegrityError):
        answers.append_event(db, "a1", 2, "done", {}, True)


def test_a_conversation_is_its_last_finished_answers_oldest_first(db: Database) -> None:
    for number in range(4):
        answers.create(db, NIGHT, f"a{number}", f"q{number}", "c1")
    for number in (0, 1, 2):
        answers.finish(db, f"a{number}", "answered", {"n": number})
    answers.finish(db, "a3", "cancelled", None)
    assert answers.conversation(db, NIGHT, "c1", 2) == [("q1", {"n": 1}), ("q2", {"n": 2})]
    assert answers.conversation(db, Caller(name="day"), "c1", 2) == []


def test_a_full_disk_is_said_in_our_words_and_nothing_half_stays(db: Database, local: Caller) -> None:
    before = documents.list_documents(db, local)

    with db.write() as connection:  # the one in the pool: it is used again
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite then means: no more than there are now
    document = make_document()
    large = Content(document, tuple(make_passage(document, number, "x" * 9000) for number in range(200)))
    with pytest.raises(Unavailable, match=r"plantwright\.sqlite: database or disk is full; check the disk"):
        publish(db, large)
    assert documents.list_documents(db, local) == before
    with db.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.passages)).scalar_one() == 0


def test_passages_and_warnings_of_an_earlier_epoch_are_still_to_be_had(db: Database, local: Caller) -> None:
    document = make_document()
    head = ("1 Safety",)

    def warned(revision: str) -> Passage:
        passage = make_passage(document.model_copy(update={"revision": revision}), 0, f"rev {revision}", parent="t")
        return passage.model_copy(update={"kind": "warning", "heading_path": head})

    first = publish(db, Content(document, (warned("1"),)))
    publish(db, Content(document.model_copy(update={"revision": "2"}), (warned("2"),)))
    hits = [Hit(passage=warned("1"), title="", score=1.0)]
    for epoch, text in ((first, "rev 1"), (None, "rev 2")):
        assert [p.text for p in documents.parent_passages(db, local, "t", epoch=epoch)] == [text]
        assert [hit.passage.text for hit in section_warnings(db, local, hits, epoch=epoch)] == [text]


def test_the_nearest_warnings_come_first(db: Database, local: Caller) -> None:
    document = make_document()
    paths = [("4 Care",), ("4 Care", "4.2 Seal"), ("4 Care", "4.1 Oil"), (), ("4 Care", "4.2 Seal"), ("4 Care",)]
    warnings = [
        make_passage(document, n, f"{n}").model_copy(update={"kind": "warning", "heading_path": path})
        for n, path in enumerate(paths)
    ]
    hit = make_passage(document, 9, "step").model_copy(update={"heading_path": ("4 Care", "4.2 Seal", "Steps")})
    publish(db, Content(document, (*warnings, hit)))
    found = section_warnings(db, local, [Hit(passage=hit, title="T", score=1.0)])
    assert [(hit.passage.position, hit.title) for hit in found] == [(1, "T"), (4, "T"), (0, "T"), (5, "T")]


@pytest.mark.parametrize(
    "text", ["Use one of the following:", "The codes are as follows.", "故障代码如下：", "参数见下表"]
)
def test_what_a_passage_announces_follows_it(db: Database, local: Caller, text: str) -> None:
    document = make_document()
    first, table, last = (make_passage(document, n, words) for n, words in enumerate((text, "E1 | Overload", "Else:")))
    other = make_passage(document.model_copy(update={"id": "other"}), 0, "another document")
    publish(db, Content(document, (first, table, last)))
    publish(db, Content(document.model_copy(update={"id": "other"}), (other,)))
    hits = [Hit(passage=passage, title="T", score=1.0) for passage in (first, table, last)]
    found = continuations(db, local, hits)
    assert {id: hit.passage.text for id, hit in found.items()} == {first.id: "E1 | Overload"}
    assert continuations(db, Caller(name="nobody"), hits) == {}


def test_what_follows_in_another_section_was_not_announced(db: Database, local: Caller) -> None:
    document = make_document()
    paths = (("4 Care", "4.2 Seal"), ("5 Faults",))
    first, after = (
        make_passage(document, n, text).model_copy(update={"heading_path": path})
        for n, (text, path) in enumerate(zip(("Do this:", "E1"), paths, strict=True))
    )
    publish(db, Content(document, (first, after)))
    assert continuations(db, local, [Hit(passage=first, title="T", score=1.0)]) == {}
