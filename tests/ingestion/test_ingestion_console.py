"""The command line: what a person, a script and the record are told."""

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ingestion_kit import CALLER, LOG
from plant_kit import ROOT, Plant

from ingestion.__main__ import main
from ingestion.console import LiveProgress, summary
from ingestion.report import Failure, Report
from retrieval.sql import documents, ingestions, ledger
from retrieval.sql.engine import Database

Run = Callable[..., int]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    plant = Plant(tmp_path / "plant").configure()
    for name, value in plant.environment.items():
        monkeypatch.setenv(name, value)
    return plant


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path / "logs"


@contextmanager
def opened(plant: Plant) -> Iterator[Database]:
    database = Database.open(plant.settings.database)
    yield database
    database.close()


def test_every_run_is_on_record_with_its_events(plant: Plant, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (logs / "bad.pdf").write_bytes(b"%PDF-1.4 cut off")
    assert main([str(logs), "--group", "safety", "--asset", "p101a", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    with opened(plant) as db:
        run = ingestions.get(db, CALLER, report["id"])
        told = ingestions.events(db, CALLER, run.id)
        shown = documents.list_documents(db, CALLER)
    assert (run.status, run.action, run.caller) == ("done", "ingest", "local")
    assert run.report is not None
    assert {name: run.report[name] for name in report if "rss" not in name} == {
        name: value for name, value in report.items() if "rss" not in name
    }
    assert run.request == {"paths": [str(logs)], "groups": ["safety"], "assets": ["P-101A"]}
    assert (shown[0].groups, "P-101A" in shown[0].asset_tags) == (("safety",), True)
    assert (told[0].event, told[0].data["files"], told[-1].event) == ("started", 2, "done")
    finished = {event.data["name"]: event.data["outcome"] for event in told if event.event == "finished"}
    assert finished == {"log.csv": "published", "bad.pdf": "quarantined"}
    assert {(event.data["name"], event.data["stage"]) for event in told if event.event == "file"} >= {
        ("log.csv", "read"),
        ("log.csv", "encode"),
        ("log.csv", "write"),
    }
    assert {"peak_rss_mb", "seconds", "tiers", "tables", "pages", "passages", "failures"} <= set(report)


def test_a_run_that_waits_is_taken_up(plant: Plant, logs: Path) -> None:
    with opened(plant) as db:
        asked = {"paths": [str(logs / "log.csv")], "groups": ["x"], "areas": [], "revision": "7", "assets": []}
        run = ingestions.create(db, caller="王", action="ingest", request=asked)
        assert main(["--ingestion-id", run.id]) == 0
        assert ingestions.get(db, CALLER, run.id).status == "done"
        document = documents.list_documents(db, CALLER)[0]
        assert (document.groups, document.areas, document.revision) == (("x",), ("site",), "7")
        away = ingestions.create(db, caller="王", action="retire", request={"document_ids": [document.id]})
        assert main(["--ingestion-id", away.id]) == 0
        assert documents.list_documents(db, CALLER) == []
        assert main(["--ingestion-id", away.id]) == 1  # it is over


def test_a_run_that_cannot_be_done_says_so_on_record(plant: Plant, logs: Path) -> None:
    with opened(plant) as db:
        run = ingestions.create(db, caller="王", action="ingest", request={"paths": [str(logs)], "groups": [1, [2]]})
        assert main(["--ingestion-id", run.id]) == 1
        found = ingestions.get(db, CALLER, run.id)
        assert (found.status, "key 'groups'" in str(found.report)) == ("failed", True)


def test_retire_and_delete_from_the_command_line(plant: Plant, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(logs)]) == 0
    assert main(["--retire", "log.csv"]) == 0
    assert "1 retired" in capsys.readouterr().out
    assert main(["--delete", "log.csv"]) == 1
    assert "no document of this path or id is shown" in capsys.readouterr().out
    assert main([str(logs), "--retry"]) == 0
    assert main(["--delete", "log.csv"]) == 0
    with opened(plant) as db:
        assert documents.list_documents(db, CALLER) == []
        assert ledger.list_entries(db)[0].reason == "deleted by hand"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a PATH"),
        (["x", "--retire", "y"], "each make a run of their own"),
        (["x", "--watch", "--json"], "--watch goes with"),
        (["nowhere", "--watch"], "give folders that are there"),
    ],
)
def test_what_does_not_go_together_is_said(
    plant: Plant, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert said in capsys.readouterr().err


def test_labels_on_the_command_line_are_checked(plant: Plant, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(logs), "--effective-date", "31.3.2026"]) == 1
    assert "the command line: key 'effective_date': '31.3.2026' is no date" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_live_line_says_files_rates_time_left_and_the_stage() -> None:
    out = Terminal()
    with LiveProgress(out) as progress:
        progress.started(3, 3000)
        progress.finished("old.pdf", "unchanged", size=1000)
        progress.stage("[manuals]/泵.pdf", "read")
        progress.counted(12, 80)
        progress.stage("[manuals]/泵.pdf", "encode")
        progress._bar.refresh()
        progress.finished("[manuals]/泵.pdf", "published", seconds=1.0, size=1000)
    printed = out.getvalue()
    assert "1/3 files" in printed
    assert "pages/s" in printed
    assert "passages/s" in printed


def test_failures_stand_in_a_table_on_a_terminal_and_in_lines_elsewhere() -> None:
    report = Report(files=2, published=1, failures=[Failure("a.pdf", "a.pdf, page 3: is torn; scan it again")])
    on_terminal, in_a_pipe = Terminal(), io.StringIO()
    summary(report, on_terminal)
    summary(report, in_a_pipe)
    assert "Not ingested" in on_terminal.getvalue()
    assert "failed: a.pdf, page 3: is torn; scan it again" in in_a_pipe.getvalue()


def test_a_run_that_is_ended_leaves_nothing_half_and_says_so(plant: Plant, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"log{number:03}.csv").write_text(LOG.replace("WO-1", f"WO-{number}1"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "ingestion", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, b"stopped; what was published stays" in errors) == (1, True), errors
    with opened(plant) as db:
        run = ingestions.list_runs(db, CALLER)[0]
        assert (run.status, "stopped" in str(run.report)) == ("failed", True)
        assert 0 < len(documents.list_documents(db, CALLER)) < 300
