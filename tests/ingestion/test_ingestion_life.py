"""A document's life: quarantine and retry, moves and swaps, copies, retired, deleted, pruned; overlapping exports."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from ingestion_kit import (
    CALLER,
    LOG,
    LOG_HEAD,
    Counting,
    Ingest,
    Paper,
    by_path,
    ledger_of,
    many_logs,
    points,
    reasons,
    state,
)

from ingestion.settings import IngestionSettings
from ingestion.shelf import sha256_of
from retrieval.knowledge import Knowledge
from retrieval.models import FOREVER, Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import catalogue, documents, records, schema
from retrieval.stores.base import Where

PACKAGE = "hostile_parsers"
OWN = IngestionSettings(retry_seconds=60.0)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def everything(knowledge: Knowledge) -> int:
    """Points of all epochs that may still show."""
    return knowledge.store.count(CALLER, FOREVER - 1, Where())


def test_a_poisonous_file_is_read_again_only_when_it_changes(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("broken")
    (folder / "b.txt").write_text("fine")
    first = ingest(folder, parsers=PACKAGE)
    assert (first.published, first.quarantined, first.exit_code) == (1, 1, 2)
    entry = ledger_of(knowledge)["a.txt"]
    assert (entry.status, entry.stage, entry.attempts, entry.retry_after) == ("quarantined", "read", 1, None)
    counting = Counting()
    second = ingest(folder, parsers=PACKAGE, progress=counting)
    assert (counting.read, counting.outcomes) == ([], {"a.txt": "quarantined", "b.txt": "unchanged"})
    assert (second.quarantined, second.exit_code) == (1, 2)
    assert reasons(second) == {"a.txt": "a.txt, line 3: has no end; write one"}
    counting = Counting()
    ingest(folder, parsers=PACKAGE, progress=counting, mode={"retry": True})
    assert counting.read == ["a.txt"]
    assert ledger_of(knowledge)["a.txt"].attempts == 2
    (folder / "a.txt").write_text("mended")
    third = ingest(folder, parsers=PACKAGE)
    assert (third.published, third.failures) == (1, [])


def test_other_labels_take_a_file_out_of_quarantine(tmp_path: Path, ingest: Ingest) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("broken")
    ingest(tmp_path / "files", parsers=PACKAGE)
    (tmp_path / "files" / "labels.yaml").write_text("groups: [x]")
    counting = Counting()
    ingest(tmp_path / "files", parsers=PACKAGE, progress=counting)
    assert counting.read == ["a.txt"]


def test_a_fault_that_may_pass_is_waited_for_twice_as_long_each_time(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("share")
    times, waits = [NOON], []
    for _ in range(9):
        report = ingest(folder, parsers=PACKAGE, own=OWN, clock=lambda: times[-1])
        entry = ledger_of(knowledge)["a.txt"]
        assert (report.waiting, entry.status) == (0, "failed")
        assert entry.retry_after is not None
        assert list(report.again.values()) == [entry.retry_after]
        waits.append((entry.retry_after - times[-1]).total_seconds())
        times.append(entry.retry_after - timedelta(seconds=1))
        early = Counting()
        report = ingest(folder, parsers=PACKAGE, own=OWN, progress=early, clock=lambda: times[-1])
        assert (early.read, early.outcomes, report.waiting) == ([], {"a.txt": "waiting"}, 1)
        assert reasons(report)["a.txt"].startswith("a.txt: the share did not answer (attempt ")
        times.append(entry.retry_after)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    (folder / "a.txt").write_text("it answers")
    assert ingest(folder, parsers=PACKAGE, own=OWN, clock=lambda: NOON).published == 1
    assert ledger_of(knowledge)["a.txt"].attempts == 0


def test_a_drive_that_fails_costs_only_its_files(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path) -> str:
        if path.name == "log.csv":
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        return sha256_of(path)

    ingest(plant_files)
    with monkeypatch.context() as patch:
        patch.setattr("ingestion.hashing.sha256_of", fails)
        report = ingest(plant_files, mode={"prune": True})
    assert (report.unchanged, report.retired, report.exit_code) == (2, 0, 2)
    assert reasons(report) == {"log.csv": "log.csv: cannot be read: Stale file handle; check the disk or share"}
    assert len(by_path(knowledge)) == 3  # what was stored stays
    assert ingest(plant_files, mode={"retry": True}).failures == []


def test_a_file_that_moves_keeps_its_id_and_nothing_is_encoded(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    old, before = by_path(knowledge)["manuals/manual.pdf"], everything(knowledge)
    (plant_files / "archive" / "2024").mkdir(parents=True)
    (plant_files / "manuals" / "manual.pdf").rename(plant_files / "archive" / "2024" / "manual.pdf")
    report = ingest(plant_files)
    assert (report.published, "encode" in report.seconds) == (1, False)
    assert by_path(knowledge)["archive/2024/manual.pdf"].id == old.id
    assert everything(knowledge) == before  # the very same points
    assert set(ledger_of(knowledge)) == {"archive/2024/manual.pdf", "log.csv", "asset_register.csv"}
    assert ingest(plant_files).unchanged == 3


def test_swapped_names_swap_documents(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"text of {name}")
    ingest(folder, parsers=PACKAGE)
    before = by_path(knowledge)
    (folder / "a.txt").rename(folder / "c")
    (folder / "b.txt").rename(folder / "a.txt")
    (folder / "c").rename(folder / "b.txt")
    counting = Counting()
    ingest(folder, parsers=PACKAGE, progress=counting)
    after = by_path(knowledge)
    assert (after["a.txt"].id, after["b.txt"].id) == (before["b.txt"].id, before["a.txt"].id)
    assert counting.vectors == 0
    assert len(documents.list_documents(knowledge.database, CALLER)) == 2
    assert {name: entry.document_id for name, entry in ledger_of(knowledge).items()} == {
        name: document.id for name, document in after.items()
    }
    assert ingest(folder, parsers=PACKAGE).unchanged == 2


def test_the_old_edition_moves_aside_for_the_new(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "manual.txt").write_text("the first edition")
    ingest(folder, parsers=PACKAGE)
    first = by_path(knowledge)["manual.txt"].id
    (folder / "manual.txt").rename(folder / "z_old.txt")
    (folder / "manual.txt").write_text("the second edition")
    ingest(folder, parsers=PACKAGE)
    shown = by_path(knowledge)
    assert shown["z_old.txt"].id == first
    assert shown["manual.txt"].id != first
    assert ingest(folder, parsers=PACKAGE).unchanged == 2


def test_a_copy_in_another_folder_stays_a_copy(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text("the same text")
    ingest(tmp_path / "one", parsers=PACKAGE)
    report = ingest(tmp_path / "two", parsers=PACKAGE)
    assert report.warnings == ["two.txt: the same content as one.txt, which stands for both"]
    assert set(by_path(knowledge)) == {"one.txt"}
    (tmp_path / "one" / "one.txt").unlink()
    ingest(tmp_path / "two", parsers=PACKAGE)
    assert set(by_path(knowledge)) == {"two.txt"}


def test_prune_retires_what_is_gone_from_these_folders_alone(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{name}{number}.txt").write_text(f"{name} {number}")
        ingest(tmp_path / name, parsers=PACKAGE)
    (tmp_path / "one" / "one1.txt").unlink()
    (tmp_path / "two" / "two1.txt").unlink()
    assert ingest(tmp_path / "one", parsers=PACKAGE).retired == 0
    report = ingest(tmp_path / "one", parsers=PACKAGE, mode={"prune": True})
    assert (report.retired, report.unchanged, report.exit_code) == (1, 2, 0)
    assert set(by_path(knowledge)) == {"one0.txt", "one2.txt", "two0.txt", "two1.txt", "two2.txt"}
    assert ledger_of(knowledge)["one1.txt"].status == "retired"
    assert state(knowledge)[1] == 5
    (tmp_path / "one" / "one1.txt").write_text("one 1")
    assert ingest(tmp_path / "one", parsers=PACKAGE).published == 1  # it is back


def test_an_empty_folder_is_a_share_that_is_not_mounted(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(f"text {number}")
    ingest(folder, parsers=PACKAGE)
    for file in folder.iterdir():
        file.unlink()
    report = ingest(folder, parsers=PACKAGE, mode={"prune": True})
    assert report.retired == 0
    assert "is the share mounted?" in report.warnings[0]
    assert len(by_path(knowledge)) == 2


def test_retired_by_hand_stays_away_until_it_changes_or_is_named(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest
) -> None:
    ingest(plant_files)
    old, total = by_path(knowledge)["log.csv"], state(knowledge)[1]
    report = remove(retire=["log.csv", "none.csv"])
    assert (report.retired, report.exit_code) == (1, 2)
    assert "none.csv: no document of this path or id is shown" in reasons(report)["none.csv"]
    assert "log.csv" not in by_path(knowledge)
    assert (state(knowledge)[1], records.count_orders(knowledge.database, CALLER)) == (total - 2, 0)
    assert [one.to_epoch is None for one in catalogue.revisions(knowledge.database, CALLER, old.id)] == [False]
    again = ingest(plant_files)
    assert (again.unchanged, again.published) == (2, 0)
    assert "log.csv: stays retired by hand; name the file itself or give --retry to have it back" in again.warnings
    assert ingest(plant_files / "log.csv").published == 1
    assert by_path(knowledge)["log.csv"].id == old.id
    assert state(knowledge)[1] == total


def test_deleted_leaves_nothing_behind(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, settings: RetrievalSettings, paper: Paper
) -> None:
    ingest(plant_files)
    paper.manual(plant_files / "manuals" / "manual.pdf", revision="D")
    ingest(plant_files)
    manual = by_path(knowledge)["manuals/manual.pdf"]
    assert len(catalogue.revisions(knowledge.database, CALLER, manual.id)) == 2
    assert len(list(settings.originals_dir.glob("*.pdf"))) == 2
    report = remove(delete=[manual.id])
    assert (report.deleted, report.exit_code, points(knowledge, manual)) == (1, 0, 0)
    assert list(settings.originals_dir.glob("*.pdf")) == []
    assert len(list(settings.originals_dir.glob("*.csv"))) == 2
    assert rows_of(knowledge, manual.id) == 0
    assert everything(knowledge) == state(knowledge)[1] == 5
    assert ingest(plant_files).published == 0
    assert ingest(plant_files, mode={"retry": True}).published == 1


def rows_of(knowledge: Knowledge, id: str) -> int:
    with knowledge.database.read() as connection:
        return sum(
            connection.execute(
                sa.select(sa.func.count()).where(
                    (table.c.id if table is schema.documents else table.c.document_id) == id
                )
            ).scalar_one()
            for table in (schema.documents, schema.passages, schema.work_orders, schema.assets, schema.table_rows)
        )


def test_a_delete_that_was_broken_off_is_finished_by_the_next_run(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(plant_files)
    log = by_path(knowledge)["log.csv"]

    def breaks(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("retrieval.sql.documents.purge", breaks)
        with pytest.raises(KeyboardInterrupt):
            remove(delete=["log.csv"])
    assert "log.csv" not in by_path(knowledge)
    assert rows_of(knowledge, log.id) > 0
    ingest(plant_files)
    assert rows_of(knowledge, log.id) == 0
    assert "log.csv" not in by_path(knowledge)


def order(number: str, text: str) -> str:
    return f"{number},P-101A,corrective,2,ELP,2025-03-04T07:30:00+01:00,,,,{text}\n"


def shown_texts(knowledge: Knowledge, caller: Caller = CALLER) -> dict[str, str]:
    found = records.order_passages(knowledge.database, caller, ["WO-1", "WO-2", "WO-3"])
    return {key: passage.text for key, passage in found.items()}


def exports(folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    (folder / "2025-01.csv").write_text(f"{LOG_HEAD}\n{order('WO-1', 'leaks')}{order('WO-2', 'rattles')}")
    (folder / "2025-02.csv").write_text(f"{LOG_HEAD}\n{order('WO-2', 'rattles no more')}{order('WO-3', 'smells')}")
    return folder / "2025-01.csv", folder / "2025-02.csv"


def test_overlapping_exports_show_each_order_once(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    older, newer = exports(tmp_path / "logs")
    ingest(tmp_path / "logs")
    assert records.count_orders(knowledge.database, CALLER) == 3
    assert "rattles no more" in shown_texts(knowledge)["WO-2"]
    assert state(knowledge)[1] == 3  # points: the older file's word on WO-2 has ended
    shown = by_path(knowledge)
    assert (points(knowledge, shown[older.name]), points(knowledge, shown[newer.name])) == (1, 2)
    # A rename, other labels or a rebuild of the older file is no newer word on the order.
    older.rename(older.with_name("0-renamed.csv"))
    ingest(tmp_path / "logs")
    (tmp_path / "logs" / "0-renamed.csv.labels.yaml").write_text("groups: [x]")
    ingest(tmp_path / "logs")
    ingest(tmp_path / "logs", rebuild=True)
    assert "rattles no more" in shown_texts(knowledge)["WO-2"]
    assert (state(knowledge)[1], records.count_orders(knowledge.database, CALLER)) == (3, 3)


def test_orders_of_a_file_that_goes_come_back_from_the_older_one(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    older, newer = exports(tmp_path / "logs")
    ingest(tmp_path / "logs")
    newer.unlink()
    gone = ingest(tmp_path / "logs", mode={"prune": True})
    assert any(older.name in warning and "ingest it again" in warning for warning in gone.warnings)
    ingest(tmp_path / "logs")
    assert sorted(shown_texts(knowledge)) == ["WO-1", "WO-2"]
    assert "rattles no more" not in shown_texts(knowledge)["WO-2"]
    assert (state(knowledge)[1], records.count_orders(knowledge.database, CALLER)) == (2, 2)


def test_the_file_published_last_has_the_last_word(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    older, newer = exports(tmp_path / "logs")
    ingest(tmp_path / "logs")
    older.write_text(older.read_text() + order("WO-9", "new"))
    ingest(tmp_path / "logs")
    assert "rattles no more" not in shown_texts(knowledge)["WO-2"]
    assert state(knowledge)[1] == 4
    newer.unlink()
    ingest(tmp_path / "logs", mode={"prune": True})
    assert set(shown_texts(knowledge)) == {"WO-1", "WO-2"}


def test_what_ended_with_a_newer_export_does_not_come_back_by_itself(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest
) -> None:
    _, newer = exports(tmp_path / "logs")
    ingest(tmp_path / "logs")
    remove(retire=[newer.name])
    assert set(shown_texts(knowledge)) == {"WO-1"}
    ingest(tmp_path / "logs", rebuild=True)
    assert set(shown_texts(knowledge)) == {"WO-1", "WO-2"}


def test_a_file_that_changes_while_it_is_read_waits(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion import ingest as one

    (tmp_path / "files").mkdir()
    file = tmp_path / "files" / "a.txt"
    file.write_text("half")
    task = one.Ingester._task

    def meanwhile(*arguments: object) -> object:
        made = task(*arguments)  # type: ignore[arg-type]
        file.write_text("half and the rest")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(one.Ingester, "_task", meanwhile)
        report = ingest(tmp_path / "files", parsers=PACKAGE)
    assert reasons(report) == {"a.txt": "a.txt: changed while it was read; run it again once it is whole"}
    assert by_path(knowledge) == {}
    assert ingest(tmp_path / "files", parsers=PACKAGE).published == 1


def test_temporary_names_are_passed_over(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    (tmp_path / "files").mkdir()
    for name in ("~$a.txt", "a.txt.part", "b.tmp", ".hidden.txt", "a.txt~"):
        (tmp_path / "files" / name).write_text("not yet")
    (tmp_path / "files" / "a.txt").write_text("a text")
    report = ingest(tmp_path / "files", parsers=PACKAGE)
    assert (report.files, report.skipped) == (1, 0)


def test_the_ledger_tells_each_file_s_story(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    (plant_files / "log.csv").write_text(LOG)
    ingest(plant_files)
    entry = ledger_of(knowledge)["manuals/manual.pdf"]
    assert (entry.pages, entry.passages > 5, entry.root) == (5, True, str(plant_files.resolve()))
    assert entry.size == (plant_files / "manuals" / "manual.pdf").stat().st_size
    assert {"parse", "chunk", "encode", "write"} <= set(entry.seconds)


def test_unchanged_files_are_neither_judged_nor_read_nor_looked_up(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.parsers.worklog import WorklogParser
    from ingestion.reader import Reader

    folder = many_logs(tmp_path / "files", 40)
    assert ingest(folder).published == 40
    before, statements = state(knowledge), list[str]()

    def never(*_: object) -> str:
        raise AssertionError("an unchanged file was judged or read")

    monkeypatch.setattr(WorklogParser, "accepts", never)
    monkeypatch.setattr(Reader, "start", never)
    engine = knowledge.database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    report = ingest(folder)
    assert (report.unchanged, report.failures, state(knowledge)) == (40, [], before)
    assert len(statements) < 60, "a question to SQL for each file"


def test_other_parsers_make_files_be_judged_again_but_not_read(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.parsers.register import RegisterParser
    from ingestion.reader import Reader

    judged, sort = list[str](), Reader.sort

    def watched(self: Reader, path: Path, start: bytes, name: str) -> tuple[str | None, str | None]:
        judged.append(path.name)
        return sort(self, path, start, name)

    folder = many_logs(tmp_path / "files", 3)
    ingest(folder)
    monkeypatch.setattr(Reader, "sort", watched)
    monkeypatch.setattr(RegisterParser, "version", "another")
    counting = Counting()
    ingest(folder, progress=counting)
    assert (len(judged), counting.read) == (3, [])
    ingest(folder)
    assert len(judged) == 3


def test_a_file_that_breaks_who_only_looks_at_it_costs_itself(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("crash who looks")
    (folder / "b.txt").write_text("fine")
    report = ingest(folder, parsers=PACKAGE)
    (failure,) = report.failures
    assert failure.file == "a.txt"
    assert "crashed the process that reads files (SIGSEGV)" in failure.reason
    assert set(by_path(knowledge)) == {"b.txt"}
