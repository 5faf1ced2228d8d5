"""Files to answers' ground: what stands in the index after good, bad, changed, renamed and repeated files."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ingestion_kit import CALLER, LOG, REGISTER, Counting, Ingest, Paper, by_path, on_page, points, state

from ingestion.__main__ import main
from ingestion.settings import IngestionSettings
from retrieval.errors import Held, Unavailable
from retrieval.knowledge import Knowledge
from retrieval.models import EVERYTHING, Caller
from retrieval.pictures import page_picture
from retrieval.settings import RetrievalSettings
from retrieval.sql import assets, documents, epochs, records
from retrieval.stores.base import Where


def test_files_of_every_kind_are_found_again(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings
) -> None:
    report = ingest(plant_files)
    assert (report.files, report.published, report.exit_code, report.failures) == (3, 3, 0, [])
    shown = by_path(knowledge)
    assert set(shown) == {"manuals/manual.pdf", "log.csv", "asset_register.csv"}
    manual = shown["manuals/manual.pdf"]
    assert (manual.title, manual.revision, manual.asset_tags) == ("Feed pump KSP", "C", ("P-101A", "P-101B"))
    assert report.passages == state(knowledge)[1] == sum(points(knowledge, document) for document in shown.values())
    assert (settings.originals_dir / f"{manual.sha256}.pdf").read_bytes() == (plant_files / manual.path).read_bytes()
    assert records.get_order(knowledge.database, CALLER, "WO-100234")[1].asset == "P-101A"
    assert len(assets.list_assets(knowledge.database, CALLER)) == 3


async def test_a_search_finds_the_table_row_with_its_place(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    hits = await knowledge.search.search(CALLER, "limit of item 41", language="en", limit=3)
    assert "Item 41 | 123 | bar" in hits[0].passage.text
    assert on_page(hits[0].passage.locator).page in (3, 4)


def test_a_second_run_writes_nothing(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    ingest(plant_files)
    before = state(knowledge)
    report = ingest(plant_files)
    assert (report.published, report.unchanged, report.passages) == (0, 3, 0)
    assert state(knowledge) == before


def test_bad_files_are_one_line_each_and_the_rest_is_ingested(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, paper: Paper
) -> None:
    whole = (plant_files / "manuals" / "manual.pdf").read_bytes()
    (plant_files / "truncated.pdf").write_bytes(whole[: len(whole) // 2])
    paper.write(plant_files / "locked.pdf", [paper.text("secret")], password="s3cret")
    (plant_files / "empty.pdf").write_bytes(b"")
    (plant_files / "renamed.csv").write_bytes(whole + b" ")
    (plant_files / "broken.xml").write_text("<PlantModel><Equipment></PlantModel>")
    (plant_files / "entity.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE PlantModel [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<PlantModel><Drawing Name='&x;'/></PlantModel>"
    )
    (plant_files / "picture.png").write_bytes(b"\x89PNG")
    (plant_files / "notes.xyz").write_bytes(b"of no kind \x00\x01")
    report = ingest(plant_files)
    reasons = {failure.file: failure.reason for failure in report.failures}
    assert set(reasons) == {
        "truncated.pdf",
        "locked.pdf",
        "empty.pdf",
        "renamed.csv",
        "picture.png",
        "broken.xml",
        "entity.xml",
    }
    assert (report.published, report.skipped, report.exit_code) == (3, 1, 2)
    for name, reason in reasons.items():
        assert reason.startswith(name)
        assert "\n" not in reason
    assert "remove the password" in reasons["locked.pdf"]
    assert "is a PDF by its content; rename it to .pdf" in reasons["renamed.csv"]
    assert "broken.xml, line 1, column 25: not well-formed XML" in reasons["broken.xml"]
    assert "entit" in reasons["entity.xml"]
    assert "root:" not in reasons["entity.xml"]  # of the file that the entity points to
    assert set(by_path(knowledge)) == {"manuals/manual.pdf", "log.csv", "asset_register.csv"}


def test_a_new_revision_replaces_the_old_under_the_same_id(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, paper: Paper
) -> None:
    ingest(plant_files)
    old = by_path(knowledge)["manuals/manual.pdf"]
    old_points = points(knowledge, old)
    paper.manual(plant_files / "manuals" / "manual.pdf", revision="D", extra="One more sentence. " * 80)
    report = ingest(plant_files)
    new = by_path(knowledge)["manuals/manual.pdf"]
    assert (report.published, report.unchanged) == (1, 2)
    assert (new.id, new.revision) == (old.id, "D")
    assert points(knowledge, new) == report.passages > old_points


def test_a_grown_log_of_the_same_revision_replaces_its_rows(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    (plant_files / "log.csv").write_text(LOG + "WO-100236,P-101A,inspection,,,2025-05-01T08:00:00Z,,,,all fine\n")
    ingest(plant_files)
    log = by_path(knowledge)["log.csv"]
    assert points(knowledge, log) == 3
    assert records.count_orders(knowledge.database, CALLER) == 3


def test_a_file_that_turned_bad_leaves_what_was_stored(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    ingest(plant_files)
    before = state(knowledge)[:3]
    (plant_files / "manuals" / "manual.pdf").write_bytes(b"%PDF-1.4 cut off")
    report = ingest(plant_files)
    assert len(report.failures) == 1
    assert state(knowledge)[:3] == before


def test_a_renamed_file_keeps_its_id_and_its_points(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    ingest(plant_files)
    old = by_path(knowledge)["manuals/manual.pdf"]
    count = points(knowledge, old)
    (plant_files / "manuals" / "manual.pdf").rename(plant_files / "manuals" / "moved.pdf")
    counting = Counting()
    ingest(plant_files, progress=counting)
    new = by_path(knowledge)["manuals/moved.pdf"]
    assert new.id == old.id
    assert points(knowledge, new) == count
    assert counting.vectors == 0  # the register names it no more, so its points are written anew; nothing is encoded
    assert "manuals/manual.pdf" not in by_path(knowledge)


def test_another_file_under_the_old_path_is_another_document(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, paper: Paper
) -> None:
    ingest(plant_files)
    (plant_files / "manuals" / "manual.pdf").rename(plant_files / "manuals" / "moved.pdf")
    ingest(plant_files)
    paper.manual(plant_files / "manuals" / "manual.pdf", revision="X")
    ingest(plant_files)
    shown = by_path(knowledge)
    assert shown["manuals/manual.pdf"].id != shown["manuals/moved.pdf"].id


def test_a_copy_of_a_file_is_said_and_not_stored_twice(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    (plant_files / "zz_copy.csv").write_text(LOG, encoding="utf-8")
    (plant_files / "log.csv").write_text(LOG, encoding="utf-8")
    report = ingest(plant_files)
    assert "zz_copy.csv: the same content as log.csv, which stands for both" in report.warnings
    assert "zz_copy.csv" not in by_path(knowledge)


def test_rebuild_writes_all_anew_and_leaves_the_same_points(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    before = state(knowledge)
    report = ingest(plant_files, rebuild=True)
    assert report.published == 3
    after = state(knowledge)
    assert after[0] > before[0]
    assert after[1:3] == before[1:3]


def test_two_folders_with_a_file_of_the_same_name_are_two_documents(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    for unit, tag in (("u1", "P-101A"), ("u2", "P-201A")):
        (tmp_path / unit).mkdir()
        (tmp_path / unit / "asset_register.csv").write_text(REGISTER.replace("P-101A", tag))
    report = ingest(tmp_path / "u1", tmp_path / "u2")
    assert report.published == 2
    assert set(by_path(knowledge)) == {"asset_register.csv", "u2/asset_register.csv"}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The command line with an index of its own."""
    monkeypatch.setattr("os.nice", lambda increment: 0)
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(tmp_path / "plantwright.toml"))

    def configure(legs: str = '"keyword"') -> None:
        (tmp_path / "plantwright.toml").write_text(f'[retrieval]\ndata_dir = "{tmp_path / "own"}"\nlegs = [{legs}]\n')

    configure()
    return configure


def test_the_command_reports_as_json_and_by_its_exit_code(
    plant_files: Path, command: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    (plant_files / "bad.pdf").write_bytes(b"")
    assert main([str(plant_files), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert (report["files"], report["published"], report["passages"] > 20, report["pages"]) == (4, 3, True, 5)
    reason = "bad.pdf: is empty (0 bytes); copy it again from its source"
    assert report["failures"] == [{"file": "bad.pdf", "reason": reason}]
    assert report["peak_rss_mb"] > 10
    assert main([str(plant_files / "log.csv")]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert main([str(plant_files / "none.pdf")]) == 1
    assert "none.pdf: no such file or folder" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(
    plant_files: Path, command: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(plant_files), "--dry-run"]) == 0
    assert "3 would be published" in capsys.readouterr().out
    assert not (tmp_path / "own").exists()


def test_an_index_of_other_legs_is_refused_with_the_command_and_rebuilt_by_it(
    plant_files: Path, command: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(plant_files)]) == 0
    command('"multilingual"')
    assert main([str(plant_files)]) == 1
    assert "python -m ingestion --rebuild" in capsys.readouterr().err
    assert main([str(plant_files), "--rebuild"]) == 0
    assert "3 published" in capsys.readouterr().out
    assert main([str(plant_files)]) == 0
    assert "3 unchanged" in capsys.readouterr().out


def test_an_index_of_another_chunker_is_refused_and_rebuilt_too(
    plant_files: Path, command: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([str(plant_files)]) == 0
    monkeypatch.setattr("ingestion.session.VERSION", "another")
    assert main([str(plant_files)]) == 1
    assert "other settings (chunker); run: python -m ingestion --rebuild" in capsys.readouterr().err
    assert main([str(plant_files), "--rebuild"]) == 0
    assert "3 published" in capsys.readouterr().out
    assert main([str(plant_files)]) == 0


def test_one_ingestion_at_a_time(settings: RetrievalSettings) -> None:
    from ingestion.session import ingestion_lock

    quick = settings.model_copy(update={"lock_timeout_seconds": 0.0})
    with ingestion_lock(quick), pytest.raises(Held, match="another ingestion"), ingestion_lock(quick):
        pass


def test_originals_are_whole_or_not_there(plant_files: Path, ingest: Ingest, settings: RetrievalSettings) -> None:
    ingest(plant_files)
    assert not [path for path in settings.originals_dir.iterdir() if path.suffix == ".part"]
    assert {path.suffix for path in Path(settings.originals_dir).iterdir()} == {".pdf", ".csv"}


def test_a_suffix_in_capitals_has_its_page_pictures(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings
) -> None:
    (plant_files / "manuals" / "manual.pdf").rename(plant_files / "manuals" / "Manual.PDF")
    assert ingest(plant_files).failures == []
    manual = by_path(knowledge)["manuals/Manual.PDF"]
    png = page_picture(knowledge.database, settings, CALLER, manual.id, 1, [], width=200)
    assert png.startswith(b"\x89PNG")


def test_groups_that_were_restricted_hold_for_files_already_ingested(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    before = {path: document.id for path, document in by_path(knowledge).items()}
    old = Caller(name="old", groups=frozenset({"plant"}), areas=frozenset({EVERYTHING}))
    new = old.model_copy(update={"groups": frozenset({"engineers"})})

    def sees(caller: Caller) -> tuple[int, int]:
        epoch = epochs.current(knowledge.database)
        shown = documents.list_documents(knowledge.database, caller)
        return len(shown), knowledge.store.count(caller, epoch, Where())

    total = state(knowledge)[1]
    assert (sees(old), sees(new)) == ((3, total), (0, 0))
    own = IngestionSettings(groups=("engineers",))
    report = ingest(plant_files, own=own)
    assert (report.published, report.unchanged) == (3, 0)
    assert (sees(old), sees(new)) == ((0, 0), (3, total))
    assert {path: document.id for path, document in by_path(knowledge).items()} == before
    assert ingest(plant_files, own=own).unchanged == 3


def test_areas_and_the_length_of_passages_hold_for_files_already_ingested(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    ingest(plant_files)
    for own in (IngestionSettings(areas=("U100",)), IngestionSettings(areas=("U100",), passage_pieces=100)):
        assert ingest(plant_files, own=own).published == 3
        assert ingest(plant_files, own=own).unchanged == 3


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), RuntimeError("wal: No space left on device (os error 28)")],
)
def test_a_full_disk_stops_the_run_and_is_no_fault_of_the_file(
    plant_files: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.publish.shutil.copyfile", full)
        with pytest.raises(Unavailable, match="no space left on the disk; make room"):
            ingest(plant_files)
    assert state(knowledge)[1:] == (0, [], [])  # nothing noted against the file either
    assert ingest(plant_files).published == 3
