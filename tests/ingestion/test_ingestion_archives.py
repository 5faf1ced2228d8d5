"""Archives and mails: each member a document of its own, unpacked when something is new, harmless in any case."""

import io
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from ingestion_kit import LOG, LOG_HEAD, Counting, Ingest, Paper, by_path, ledger_of, reasons

from ingestion.containers.base import Member
from ingestion.reader import Reader
from ingestion.reading import Unpack
from ingestion.settings import IngestionSettings
from retrieval.knowledge import Knowledge
from retrieval.settings import RetrievalSettings


def pack(path: Path, members: dict[str, bytes | str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def zipped(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def log(number: int, text: str = "leaks") -> str:
    return f"{LOG_HEAD}\nWO-{number},P-101A,corrective,2,ELP,2025-03-04T07:30:00+01:00,,,,{text}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def watch_unpacking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the archives that are unpacked from now on."""
    names, unpack = list[str](), Reader.unpack

    def unpacking(self: Reader, order: Unpack) -> Iterator[Member]:
        names.append(order.name)
        return unpack(self, order)

    monkeypatch.setattr(Reader, "unpack", unpacking)
    return names


def test_members_are_documents_at_every_level(
    folder: Path, knowledge: Knowledge, ingest: Ingest, paper: Paper, settings: RetrievalSettings
) -> None:
    manual = paper.manual(folder.parent / "manual.pdf").read_bytes()
    inner = zipped({"维护/log.csv": LOG, "deeper.zip": zipped({"third.csv": log(3)})})
    pack(folder / "a.zip", {"manuals/manual.pdf": manual, "inner.zip": inner, "notes.xyz": "no kind of ours"})
    report = ingest(folder)
    names = {"a.zip!/manuals/manual.pdf", "a.zip!/inner.zip!/维护/log.csv", "a.zip!/inner.zip!/deeper.zip!/third.csv"}
    assert set(by_path(knowledge)) == names
    assert (report.files, report.published, report.skipped, report.failures) == (3, 3, 1, [])
    document = by_path(knowledge)["a.zip!/manuals/manual.pdf"]
    assert (settings.originals_dir / f"{document.sha256}.pdf").read_bytes() == manual
    assert list(settings.data_dir.glob("unpacked-*")) == []


def test_an_archive_that_has_not_changed_is_not_unpacked(
    folder: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = watch_unpacking(monkeypatch)
    pack(folder / "a.zip", {"log.csv": log(1), "bad.pdf": b"%PDF-1.4 cut off"})
    first = ingest(folder)
    counting = Counting()
    second = ingest(folder, progress=counting)
    assert names == ["a.zip"]
    assert (second.files, second.unchanged, second.quarantined) == (2, 1, 1)
    assert reasons(second) == reasons(first)
    assert counting.read == []
    (folder / "a.zip.labels.yaml").write_text("groups: [maintenance]")
    assert ingest(folder).published == 1
    assert by_path(knowledge)["a.zip!/log.csv"].groups == ("maintenance",)
    assert ingest(folder, mode={"prune": True}).retired == 0


def test_a_member_that_vanished_is_retired_and_another_that_moved_keeps_its_id(
    folder: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    pack(folder / "a.zip", {"one.csv": log(1), "two.csv": log(2), "three.csv": log(3)})
    ingest(folder)
    before = by_path(knowledge)
    pack(folder / "a.zip", {"one.csv": log(1), "sub/two.csv": log(2)})
    counting = Counting()
    report = ingest(folder, progress=counting)
    after = by_path(knowledge)
    assert (report.retired, report.unchanged, report.published) == (1, 1, 1)
    assert after["a.zip!/sub/two.csv"].id == before["a.zip!/two.csv"].id
    assert (set(after), counting.vectors) == ({"a.zip!/one.csv", "a.zip!/sub/two.csv"}, 0)
    (folder / "a.zip").rename(folder / "b.zip")
    ingest(folder, mode={"prune": True})
    assert {name: one.id for name, one in by_path(knowledge).items()} == {
        name.replace("a.zip", "b.zip"): one.id for name, one in after.items()
    }
    (folder / "b.zip").unlink()
    pack(folder / "c.zip", {"other.csv": log(9)})
    assert ingest(folder, mode={"prune": True}).retired == 2


def test_one_bad_member_costs_only_itself(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    pack(
        folder / "a.zip",
        {"bad.pdf": b"%PDF-1.4 cut off", "empty.csv": "", "good.csv": log(1), "inner.zip": b"PK\x03\x04no"},
    )
    report = ingest(folder)
    assert set(by_path(knowledge)) == {"a.zip!/good.csv"}
    assert set(reasons(report)) == {"a.zip!/bad.pdf", "a.zip!/empty.csv", "a.zip!/inner.zip"}
    assert all(reason.startswith(name) for name, reason in reasons(report).items())


def test_names_that_point_outside_harm_nothing(
    folder: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings, tmp_path: Path
) -> None:
    outside = set(tmp_path.rglob("*"))
    pack(folder / "a.zip", {"../../evil.csv": log(1), "/etc/evil.csv": log(2), "good.csv": log(3)})
    ingest(folder)
    assert "a.zip!/good.csv" in by_path(knowledge)
    inside = {settings.data_dir, folder}
    grown = set(tmp_path.rglob("*")) - outside
    assert all(any(path.is_relative_to(one) for one in inside) for path in grown)
    assert all(".." not in Path(name).parts for name in by_path(knowledge))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (IngestionSettings(max_depth=1), r"a.zip!/inner.zip: is an archive deeper than \[ingestion\] max_depth = 1"),
        (IngestionSettings(max_members=2), r"max_members"),
        (IngestionSettings(max_unpacked_bytes=400), r"max_unpacked_bytes = "),
    ],
)
def test_limits_hold_for_all_levels_together(
    folder: Path, knowledge: Knowledge, ingest: Ingest, own: IngestionSettings, said: str
) -> None:
    pack(folder / "a.zip", {"1.csv": log(1), "inner.zip": zipped({"2.csv": log(2), "3.csv": log(3)})})
    report = ingest(folder, own=own)
    assert len(report.failures) == 1
    assert len(by_path(knowledge)) < 3
    import re

    assert re.search(said, report.failures[0].reason)
    again = ingest(folder, own=own)
    assert again.failures == report.failures
    assert ingest(folder).failures == []
    assert len(by_path(knowledge)) == 3


def test_a_broken_archive_keeps_what_it_held(
    folder: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pack(folder / "a.zip", {"one.csv": log(1), "two.csv": log(2)}).read_bytes()
    ingest(folder)
    (folder / "a.zip").write_bytes(whole[: len(whole) // 2])
    report = ingest(folder, mode={"prune": True})
    assert set(reasons(report)) == {"a.zip"}
    assert len(by_path(knowledge)) == 2
    names = watch_unpacking(monkeypatch)
    assert reasons(ingest(folder)) == reasons(report)
    assert names == []  # in quarantine until it changes
    (folder / "a.zip").write_bytes(whole)
    assert ingest(folder).unchanged == 2


def test_labels_travel_in_an_archive_but_not_in_a_mail(folder: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    labels = "groups: [everyone]\nrevision: R9"
    pack(folder / "a.zip", {"sub/labels.yaml": labels, "sub/log.csv": log(1), "log.csv": log(2)})
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "someone@example.com", "The log you asked for"
    mail.set_content("See the attachment.")
    mail.add_attachment(labels.encode(), maintype="text", subtype="yaml", filename="labels.yaml")
    mail.add_attachment(log(3).encode(), maintype="text", subtype="csv", filename="log.csv")
    (folder / "mail.eml").write_bytes(mail.as_bytes())
    ingest(folder)
    shown = by_path(knowledge)
    assert (shown["a.zip!/sub/log.csv"].groups, shown["a.zip!/sub/log.csv"].revision) == (("everyone",), "R9")
    assert shown["a.zip!/log.csv"].groups == ("plant",)
    assert shown["mail.eml!/log.csv"].groups == ("plant",)


def test_what_a_killed_run_has_unpacked_is_removed_by_the_next(
    folder: Path, ingest: Ingest, settings: RetrievalSettings
) -> None:
    (settings.data_dir / "unpacked-old" / "x").mkdir(parents=True)
    pack(folder / "a.zip", {"log.csv": log(1)})
    ingest(folder)
    assert list(settings.data_dir.glob("unpacked-*")) == []


def test_a_member_that_may_be_read_later_opens_the_archive_again(
    folder: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = watch_unpacking(monkeypatch)
    pack(folder / "a.zip", {"a.txt": "share", "b.txt": "a text"})
    ingest(folder, parsers="hostile_parsers")
    assert ledger_of(knowledge)["a.zip!/a.txt"].status == "failed"
    ingest(folder, parsers="hostile_parsers")
    assert names == ["a.zip", "a.zip"]
