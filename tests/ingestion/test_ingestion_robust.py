"""What lies in real folders: labels with a slip in their name, odd file names, pipes, folders and disks that fail."""

import errno
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import LOG, LOG_HEAD, Ingest, by_path, ledger_of, reasons
from plant_kit import Plant
from test_ingestion_archives import log, pack

from ingestion.__main__ import main
from ingestion.console import PlainProgress, summary
from ingestion.containers.base import Member
from ingestion.labels import Labels, Sidecars
from ingestion.reader import Reader
from ingestion.reading import Unpack
from ingestion.report import Report
from ingestion.session import Asked
from ingestion.settings import IngestionSettings
from ingestion.watch import watch
from retrieval.errors import BadDocument, Unavailable
from retrieval.knowledge import Knowledge

ODD = os.fsdecode(b"p\xfcmp.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def logs(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(log(100 + number), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "sidecar"),
    [
        ("b.csv", "b.csv.labels.yml"),
        ("d.csv", "D.CSV.labels.yaml"),
        ("e.csv", "e.csv.Labels.YAML"),
        ("泵.csv", "泵.csv.LABELS.YML"),
        ("sub/f.csv", "sub/Labels.yml"),
    ],
)
def test_spellings_of_a_sidecars_name_are_read_alike(
    folder: Path, knowledge: Knowledge, ingest: Ingest, file: str, sidecar: str
) -> None:
    logs(folder, file)
    (folder / sidecar).write_text("groups: [hr]")
    assert ingest(folder).failures == []
    assert by_path(knowledge)[file].groups == ("hr",)


def test_labels_that_are_no_files_are_said_and_show_nothing(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    logs(folder, "a.csv", "other.csv")
    (folder / "a.labels.yaml").write_text("groups: [hr]")
    (folder / "gone.pdf.labels.yaml").write_text("groups: [hr]")
    said = reasons(ingest(folder))
    assert said["a.labels.yaml"] == "a.labels.yaml: is named after no file here; call it a.csv.labels.yaml"
    assert said["gone.pdf.labels.yaml"].startswith("gone.pdf.labels.yaml: is named after no file here; name it after")
    assert "call it a.csv.labels.yaml if it is meant for this file" in said["a.csv"]
    assert set(by_path(knowledge)) == {"other.csv"}
    (folder / "a.labels.yaml").rename(folder / "a.csv.labels.yaml")
    assert set(reasons(ingest(folder))) == {"gone.pdf.labels.yaml"}
    assert by_path(knowledge)["a.csv"].groups == ("hr",)


def test_labels_of_no_member_are_said(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    pack(folder / "a.zip", {"a.csv": log(1), "b.csv": log(2), "a.labels.yaml": "groups: [hr]"})
    for _ in range(2):  # the second does not open it
        assert set(reasons(ingest(folder))) == {"a.zip!/a.csv", "a.zip!/a.labels.yaml"}
    assert set(by_path(knowledge)) == {"a.zip!/b.csv"}
    pack(folder / "a.zip", {"a.csv": log(1), "b.csv": log(2), "A.CSV.labels.yml": "groups: [hr]"})
    assert ingest(folder).failures == []
    assert by_path(knowledge)["a.zip!/a.csv"].groups == ("hr",)
    assert "a.zip!/a.labels.yaml" not in ledger_of(knowledge)


def test_two_sidecars_of_a_file_and_files_that_differ_by_case(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "B.CSV"):
        (tmp_path / name).write_text(LOG_HEAD)
    (tmp_path / "a.csv.labels.yaml").write_text("groups: [hr]")
    (tmp_path / "a.csv.labels.yml").write_text("groups: [plant]")
    with pytest.raises(BadDocument, match=r"a\.csv\.labels\.yml: speaks for the same as a\.csv\.labels\.yaml"):
        Sidecars().of(tmp_path / "a.csv")
    if len(list(tmp_path.glob("[bB].*"))) == 2:  # file names are told apart by case here
        (tmp_path / "B.CSV.labels.yaml").write_text("groups: [hr]")
        assert Sidecars().of(tmp_path / "b.csv").groups is None
        assert Sidecars().of(tmp_path / "B.CSV").groups == ("hr",)


@pytest.mark.parametrize("text", ["groups:", "areas: null", "revision: 1\ngroups: ~"])
def test_a_key_without_a_value_is_a_slip(folder: Path, knowledge: Knowledge, ingest: Ingest, text: str) -> None:
    logs(folder, "a.csv")
    (folder / "labels.yaml").write_text(text)
    assert "has no value; name at least one, or leave the key out" in reasons(ingest(folder))["a.csv"]
    assert by_path(knowledge) == {}


def test_what_was_said_of_an_archive_stands_over_what_is_said_in_it(
    folder: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    inner = "groups: [plant]\nareas: [U7]\nrevision: R9"
    pack(folder / "pack.zip", {"labels.yaml": inner, "log.csv": log(1)})
    ingest(folder)
    shown = by_path(knowledge)["pack.zip!/log.csv"]
    assert (shown.groups, shown.areas, shown.revision) == (("plant",), ("U7",), "R9")
    (folder / "pack.zip.labels.yaml").write_text("groups: [hr]\nrevision: R1")
    ingest(folder)
    shown = by_path(knowledge)["pack.zip!/log.csv"]
    assert (shown.groups, shown.areas, shown.revision) == (("hr",), ("U7",), "R9")
    (folder / "pack.zip.labels.yaml").unlink()
    (folder / "labels.yaml").write_text("areas: [site]")  # the same as settings say, yet said
    ingest(folder, labels=Labels(groups=("safety",)))
    shown = by_path(knowledge)["pack.zip!/log.csv"]
    assert (shown.groups, shown.areas) == (("safety",), ("site",))


@pytest.fixture
def odd(folder: Path) -> Path:
    logs(folder, "good.csv")
    try:
        (folder / ODD).write_text(LOG)
    except OSError:
        pytest.skip("this disk takes only names in UTF-8")
    return folder


def test_a_name_that_is_no_unicode_costs_only_its_file(odd: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    for _ in range(2):
        report = ingest(odd, mode={"prune": True})
        name = "p\\udcfcmp.csv"
        assert reasons(report) == {name: f"{name}: its name is no Unicode text (UTF-8); rename it"}
    assert set(by_path(knowledge)) == {"good.csv"}
    (odd / f"{ODD}.labels.yaml").write_text("groups: [")
    assert name in reasons(ingest(odd))
    (odd / ODD).unlink()
    assert set(reasons(ingest(odd))) == {f"{name}.labels.yaml"}


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    plant = Plant(tmp_path / "plant").configure()
    for name, value in plant.environment.items():
        monkeypatch.setenv(name, value)
    return plant


def test_the_command_goes_on_past_an_odd_name(plant: Plant, odd: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(odd)]) == 2
    assert "failed: p\\udcfcmp.csv" in capsys.readouterr().out


def test_an_error_that_nobody_thought_of_is_one_line(
    plant: Plant, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("ingestion.session.Session.run", fall)
    assert main([str(folder)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("ingestion: RuntimeError: first line")
    assert said.count("\n") == 1
    monkeypatch.setenv("PLANTWRIGHT_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main([str(folder)])


def test_watching_goes_on_past_any_error(folder: Path) -> None:
    class Falling:
        runs = 0

        def run(self, asked: Asked) -> Report:
            self.runs += 1
            if self.runs == 1:
                raise UnicodeEncodeError("utf-8", "\udcfc", 0, 1, "surrogates not allowed")
            raise KeyboardInterrupt

    out, session = io.StringIO(), Falling()
    assert watch(session, Asked((folder,)), IngestionSettings(watch_seconds=0.1), out, poll=True) == 0
    assert session.runs == 2
    assert "ingestion: UnicodeEncodeError: " in out.getvalue()


def test_a_folder_that_cannot_be_listed_retires_nothing(
    folder: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(folder, "a.csv", "gone.csv", "sub/b.csv")
    ingest(folder)
    (folder / "gone.csv").unlink()
    scandir: Callable[..., Any] = os.scandir

    def failing(path: Any = ".") -> Any:  # root may list everything, so permissions alone would not do
        if str(path).endswith("sub"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    report = ingest(folder, mode={"prune": True})
    assert set(reasons(report)) == {"sub/"}
    assert "cannot be listed: Input/output error" in reasons(report)["sub/"]
    assert (report.retired, set(by_path(knowledge))) == (0, {"a.csv", "gone.csv", "sub/b.csv"})
    monkeypatch.undo()
    report = ingest(folder, mode={"prune": True})
    assert (report.failures, report.retired, set(by_path(knowledge))) == ([], 1, {"a.csv", "sub/b.csv"})


def test_pipes_are_never_opened(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    logs(folder, "a.csv", "b.csv")
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "b.csv.labels.yaml")
    reports: list[Report] = []
    thread = threading.Thread(target=lambda: reports.append(ingest(folder)), daemon=True)
    thread.start()
    thread.join(60)
    assert reports, "it hangs"
    said = reasons(reports[0])
    assert said["pipe.csv"] == "pipe.csv: is a pipe, socket or device; give a regular file"
    assert "b.csv.labels.yaml: is no regular file" in said["b.csv"]
    assert set(by_path(knowledge)) == {"a.csv"}


def test_a_disk_that_fails_while_unpacking(
    folder: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(folder, "a.csv")
    pack(folder / "a.zip", {"one.csv": log(1), "two.csv": log(2)})
    unpack, code = Reader.unpack, [errno.EIO]

    def failing(self: Reader, order: Unpack) -> Iterator[Member]:
        yield next(unpack(self, order))
        raise OSError(code[0], os.strerror(code[0]))

    monkeypatch.setattr(Reader, "unpack", failing)
    said = "a.zip: cannot be unpacked: Input/output error; check the disk or share, and run it again"
    assert reasons(ingest(folder, mode={"prune": True})) == {"a.zip": said}
    assert set(by_path(knowledge)) == {"a.csv", "a.zip!/one.csv"}
    code[0] = errno.ENOSPC
    with pytest.raises(Unavailable, match=r"a\.zip: no space left on the disk to unpack it"):
        ingest(folder)
    monkeypatch.undo()
    assert ingest(folder).failures == []
    assert set(by_path(knowledge)) == {"a.csv", "a.zip!/one.csv", "a.zip!/two.csv"}


def test_a_folder_may_end_in_an_exclamation_mark(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    logs(folder, "new!/a.csv", "b.csv")
    pack(folder / "new!" / "c.zip", {"x!/d.csv": log(7), "e.csv": log(8)})
    ingest(folder)
    names = {"new!/a.csv", "b.csv", "new!/c.zip!/x!/d.csv", "new!/c.zip!/e.csv"}
    assert set(by_path(knowledge)) == names
    for only in (None, {folder / "b.csv"}):
        assert ingest(folder, mode={"prune": True}, only=only).retired == 0
    assert set(by_path(knowledge)) == names
    (folder / "new!" / "a.csv").unlink()
    (folder / "new!" / "c.zip").unlink()
    assert ingest(folder, mode={"prune": True}).retired == 3
    assert set(by_path(knowledge)) == {"b.csv"}


def test_files_of_other_kinds_are_named(folder: Path, ingest: Ingest) -> None:
    logs(folder, "a.csv")
    for number in range(7):
        (folder / f"{number}.xyz").write_bytes(b"\x00\x01")
    report, out = ingest(folder), io.StringIO()
    summary(report, out)
    assert "; 7 of other kinds skipped (0.xyz, 1.xyz, 2.xyz, 3.xyz, 4.xyz, ...);" in out.getvalue()
    assert report.to_json()["skipped_files"] == [f"{number}.xyz" for number in range(7)]
    given = reasons(ingest(folder / "0.xyz"))["0.xyz"]
    assert given == "0.xyz: no parser takes this kind of file; see docs/ingestion.md for the kinds that are read"


def test_files_that_have_not_changed_take_no_line(folder: Path, ingest: Ingest) -> None:
    logs(folder, "a.csv")
    ingest(folder)
    logs(folder, "a.csv", "b.csv")
    out = io.StringIO()
    ingest(folder, progress=PlainProgress(out))
    assert out.getvalue() == "[2/2] b.csv: published\n"
