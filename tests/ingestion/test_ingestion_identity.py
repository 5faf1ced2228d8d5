"""Which file is which document: by its place on disk, by its name only where nobody else has it."""

from pathlib import Path

import pytest
from ingestion_kit import CALLER, Counting, Ingest, by_path, ledger_of, reasons, state

from ingestion.labels import Labels
from retrieval.knowledge import Knowledge
from retrieval.models import Document
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents

PACKAGE = "hostile_parsers"
A, B = Labels(groups=("gA",)), Labels(groups=("gB",))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def upload(settings: RetrievalSettings, number: int, name: str, text: str) -> Path:
    return write(settings.data_dir / "inbox" / f"upload{number}" / name, text)


def shown(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    return {path: document.groups for path, document in by_path(knowledge).items()}


def test_files_of_one_name_from_two_folders_are_two_documents(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    write(tmp_path / "A" / "手册.txt", "甲的手册")
    write(tmp_path / "B" / "手册.txt", "乙的手册")
    ingest(tmp_path / "A", parsers=PACKAGE, labels=A)
    ingest(tmp_path / "B", parsers=PACKAGE, labels=B)
    assert shown(knowledge) == {"手册.txt": ("gA",), "B/手册.txt": ("gB",)}
    before = state(knowledge)
    assert ingest(tmp_path / "B", parsers=PACKAGE, labels=B).unchanged == 1
    assert ingest(tmp_path / "A", parsers=PACKAGE, labels=A).unchanged == 1
    assert state(knowledge) == before


def test_uploads_of_one_name_replace_each_other_for_the_same_people_only(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings
) -> None:
    for number, (labels, text) in enumerate([(A, "one"), (B, "two"), (B, "three"), (A, "four")]):
        path = upload(settings, number, "manual.txt", text)
        ingest(path, parsers=PACKAGE, labels=labels, mode={"given": True})
        path.unlink()
        path.parent.rmdir()
        if number == 1:
            first = by_path(knowledge)
    assert shown(knowledge) == {"manual.txt": ("gA",), "manual (2).txt": ("gB",)}
    after = by_path(knowledge)
    assert {path: one.id for path, one in after.items()} == {path: one.id for path, one in first.items()}
    assert all(after[path].sha256 != one.sha256 for path, one in first.items())


def test_an_upload_does_not_take_over_a_file_of_a_folder(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings
) -> None:
    write(tmp_path / "docs" / "manual.txt", "of the folder")
    ingest(tmp_path / "docs", parsers=PACKAGE)
    ingest(upload(settings, 1, "manual.txt", "sent"), parsers=PACKAGE)
    assert set(by_path(knowledge)) == {"manual.txt", "manual (2).txt"}


def test_the_same_bytes_under_another_name_do_not_change_who_sees_them(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, settings: RetrievalSettings
) -> None:
    for number, (labels, name) in enumerate([(A, "a.txt"), (B, "b.txt"), (A, "c.txt")]):
        path = upload(settings, number, name, "the same text")
        report = ingest(path, parsers=PACKAGE, labels=labels)
        path.unlink()
        path.parent.rmdir()
    assert shown(knowledge) == {"a.txt": ("gA",), "b.txt": ("gB",)}
    assert report.warnings == ["c.txt: the same content as a.txt, which stands for both"]


def test_identical_files_for_different_people_are_both_shown(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / "docs" / f"{name}.txt", "the same text")
    write(tmp_path / "docs" / "b.txt.labels.yaml", "groups: [gB]")
    write(tmp_path / "docs" / "c.txt.labels.yaml", "areas: [U9]")
    report = ingest(tmp_path / "docs", parsers=PACKAGE)
    assert (report.published, report.warnings) == (3, [])
    assert len({document.id for document in by_path(knowledge).values()}) == 3
    assert ingest(tmp_path / "docs", parsers=PACKAGE).unchanged == 3


def test_a_file_that_moves_to_other_people_is_another_document(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    write(tmp_path / "docs" / "closed" / "labels.yaml", "groups: [gB]")
    path = write(tmp_path / "docs" / "a.txt", "text")
    ingest(tmp_path / "docs", parsers=PACKAGE)
    old = by_path(knowledge)["a.txt"].id
    path.rename(tmp_path / "docs" / "closed" / "a.txt")
    ingest(tmp_path / "docs", parsers=PACKAGE, mode={"prune": True})
    assert {path: one.id == old for path, one in by_path(knowledge).items()} == {"closed/a.txt": False}


def test_a_file_is_the_same_from_whatever_folder_it_was_found(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "index.txt", f"text of {name}")
    ingest(tmp_path / "a", tmp_path / "b", parsers=PACKAGE)
    assert set(by_path(knowledge)) == {"index.txt", "b/index.txt"}
    before = state(knowledge)
    for paths in ([tmp_path / "b"], [tmp_path / "b" / "index.txt"], [tmp_path], [tmp_path / "b", tmp_path / "a"]):
        report = ingest(*paths, parsers=PACKAGE)
        assert (report.published, report.failures) == (0, [])
        assert state(knowledge) == before


def test_a_part_of_a_folder_first_and_then_all_of_it(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(tmp_path / "PP" / "x" / "m.txt", "one")
    write(tmp_path / "PP" / "y" / "m.txt", "two")
    ingest(tmp_path / "PP" / "x", parsers=PACKAGE)
    ingest(tmp_path / "PP", parsers=PACKAGE)
    assert set(by_path(knowledge)) == {"m.txt", "y/m.txt"}
    report = ingest(tmp_path / "PP", tmp_path / "PP" / "y" / "m.txt", tmp_path / "PP" / "x", parsers=PACKAGE)
    assert (report.files, report.unchanged) == (2, 2)


def test_a_file_that_changes_is_a_revision_wherever_it_is_named_from(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "docs" / "manuals" / "x.txt", "one")
    ingest(tmp_path / "docs", parsers=PACKAGE)
    old = by_path(knowledge)["manuals/x.txt"]
    path.write_text("two")
    monkeypatch.chdir(tmp_path / "docs")
    ingest(Path("manuals/x.txt"), parsers=PACKAGE, labels=B)  # for others, too: it is the file itself
    now = by_path(knowledge)
    assert [(path, one.id, one.groups) for path, one in now.items()] == [("manuals/x.txt", old.id, ("gB",))]


@pytest.mark.parametrize("pruned", ["PP", "PP/x"])
def test_what_is_gone_is_pruned_from_the_folder_above_and_from_its_own(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, pruned: str
) -> None:
    for name in ("PP/x/m.txt", "PP/x/n.txt", "PP/y/m.txt"):
        write(tmp_path / name, f"text of {name}")
    ingest(tmp_path / "PP" / "x", parsers=PACKAGE)
    ingest(tmp_path / "PP", parsers=PACKAGE)
    (tmp_path / "PP" / "x" / "n.txt").unlink()
    assert ingest(tmp_path / pruned, parsers=PACKAGE, mode={"prune": True}).retired == 1
    assert set(by_path(knowledge)) == {"m.txt", "y/m.txt"}


def test_a_folder_that_moved_keeps_its_documents(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(tmp_path / "old" / "m.txt", "one")
    ingest(tmp_path / "old", parsers=PACKAGE)
    (tmp_path / "old").rename(tmp_path / "new")
    assert ingest(tmp_path / "new", parsers=PACKAGE).unchanged == 1
    assert ledger_of(knowledge)["m.txt"].root == str((tmp_path / "new").resolve())


def test_an_archive_of_the_same_name_is_another(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    import zipfile

    for name in ("A", "B"):
        (tmp_path / name).mkdir()
        with zipfile.ZipFile(tmp_path / name / "all.zip", "w") as archive:
            archive.writestr("m.txt", f"text of {name}")
    ingest(tmp_path / "A", parsers=PACKAGE, labels=A)
    ingest(tmp_path / "B", parsers=PACKAGE, labels=B)
    expected = {"all.zip!/m.txt": ("gA",), "B/all.zip!/m.txt": ("gB",)}
    assert shown(knowledge) == expected
    ingest(tmp_path / "B" / "all.zip", parsers=PACKAGE, labels=B)
    assert shown(knowledge) == expected


@pytest.mark.parametrize(
    "name", ["m.txt", "docs/manuals/m.txt", "{root}/docs/manuals/m.txt", "docs/../docs/manuals/m.txt"]
)
@pytest.mark.parametrize("exists", [True, False])
def test_documents_are_retired_by_any_name_of_their_file(
    tmp_path: Path,
    knowledge: Knowledge,
    ingest: Ingest,
    remove: Ingest,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    exists: bool,
) -> None:
    path = write(tmp_path / "docs" / "manuals" / "m.txt", "one")
    ingest(tmp_path / "docs" / "manuals", parsers=PACKAGE)
    monkeypatch.chdir(tmp_path)
    if not exists:
        path.unlink()
    report = remove(retire=[name.format(root=tmp_path)])
    assert (report.retired, report.failures, by_path(knowledge)) == (1, [], {})


def test_a_name_that_may_mean_two_documents_means_none(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "m.txt", f"text of {name}")
    ingest(tmp_path / "a", tmp_path / "b", parsers=PACKAGE)
    monkeypatch.chdir(tmp_path / "b")
    assert reasons(remove(delete=["m.txt"]))["m.txt"].endswith(
        "may be any of 2 documents; give a path or id of GET /v1/documents, such as b/m.txt, m.txt"
    )
    assert reasons(remove(delete=["c/m.txt"]))["c/m.txt"].endswith("lists them, such as b/m.txt, m.txt")
    assert len(by_path(knowledge)) == 2


def test_what_was_deleted_comes_back_when_it_is_sent_again(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, settings: RetrievalSettings
) -> None:
    def send(number: int, given: bool) -> Document | None:
        path = upload(settings, number, "unit/m.txt", "text")
        ingest(path.parents[1], parsers=PACKAGE, mode={"given": given})
        path.unlink()
        return by_path(knowledge).get("unit/m.txt")

    assert send(1, True)
    for number, action in ((2, "delete"), (4, "retire")):
        remove(**{action: ["unit/m.txt"]})
        assert send(number, False) is None  # a folder that is walked says nothing
        assert send(number + 1, True)
    assert len(documents.list_documents(knowledge.database, CALLER)) == 1


def test_who_may_not_see_what_was_retired_does_not_revive_it(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, settings: RetrievalSettings
) -> None:
    ingest(upload(settings, 1, "m.txt", "one"), parsers=PACKAGE, labels=A)
    old = by_path(knowledge)["m.txt"].id
    remove(retire=["m.txt"])
    ingest(upload(settings, 2, "m.txt", "two"), parsers=PACKAGE, labels=B, mode={"given": True})
    assert [(path, one.groups, one.id == old) for path, one in by_path(knowledge).items()] == [
        ("m (2).txt", ("gB",), False)
    ]


def test_names_are_given_without_a_question_to_the_disk_or_the_index(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.naming import Names

    for number in range(20):
        write(tmp_path / "docs" / f"{number}.txt", f"text {number}")
    ingest(tmp_path / "docs", parsers=PACKAGE)

    def never(*_: object) -> bool:
        raise AssertionError("a known file was looked for elsewhere")

    monkeypatch.setattr(Names, "_is_free", never)
    counting = Counting()
    assert ingest(tmp_path / "docs", parsers=PACKAGE, progress=counting).unchanged == 20
    assert counting.read == []
