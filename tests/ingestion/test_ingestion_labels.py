"""Labels from sidecars and the command line: who wins, what is refused, and that nothing is shown too widely."""

import os
from pathlib import Path

import pytest
from ingestion_kit import LOG, Counting, Ingest, by_path, ledger_of, reasons, state

from ingestion.labels import NONE, Labels, Sidecars, is_sidecar
from ingestion.settings import IngestionSettings
from retrieval.errors import BadDocument
from retrieval.knowledge import Knowledge
from retrieval.models import Caller
from retrieval.sql import documents, epochs
from retrieval.stores.base import Where


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_word_on_each_key_wins(tmp_path: Path) -> None:
    file = write(tmp_path / "unit" / "pumps" / "manual.pdf", "")
    write(tmp_path / "labels.yaml", "groups: [everyone]\nareas: U1\nrevision: 1\ntitle: Far")
    write(tmp_path / "unit" / "pumps" / "labels.yaml", "groups: [maintenance, safety]\nrevision: B")
    write(tmp_path / "unit" / "pumps" / "manual.pdf.labels.yaml", "revision: C\neffective_date: 2026-03-31")
    found = Sidecars().of(file)
    assert (found.groups, found.areas, found.revision) == (("maintenance", "safety"), ("U1",), "C")
    assert (found.title, found.effective_date, found.language) == ("Far", "2026-03-31", None)
    assert Labels(groups=("x",)).over(found).groups == ("x",)
    assert Labels(groups=("x",)).over(found).revision == "C"


def test_spellings_that_people_use(tmp_path: Path) -> None:
    write(
        tmp_path / "labels.yaml",
        "\ufeffassets: [p101a, Ｐ－１０１Ｂ]\nmodels: KSP 32\nrevision: 2.1\ntitle: 进料泵手册\n",
    )
    found = Sidecars().of(tmp_path / "a.pdf")
    assert (found.asset_tags, found.models, found.revision) == (("P-101A", "P-101B"), ("KSP 32",), "2.1")
    assert found.title == "进料泵手册"
    write(tmp_path / "other" / "labels.yaml", "# nothing yet\n")
    assert Sidecars().of(tmp_path / "other" / "a.pdf") == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gruops: [a]", r"labels.yaml: key 'gruops' is no label; use groups, areas, title, revision, effective_date"),
        ("groups: []", r"labels.yaml: key 'groups': .*at least 1"),
        ("groups: ['']", r"labels.yaml: key 'groups': an entry is empty"),
        ("groups: {a: b}", r"labels.yaml: key 'groups'"),
        (
            "effective_date: 31.3.2026",
            r"labels.yaml: key 'effective_date': '31.3.2026' is no date; write it as 2026-03",
        ),
        ("language: de", r"labels.yaml: key 'language'"),
        ("- a\n- b", r"labels.yaml: holds no keys with values"),
        ("groups: [a", r"labels.yaml, line 1: is no valid YAML"),
        ("groups: !!python/object/apply:os.system [ls]", r"labels.yaml, line 1: is no valid YAML"),
        ("a: &a [1]\nb: *c", r"labels.yaml, line 2: is no valid YAML"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "labels.yaml", text)
    with pytest.raises(BadDocument, match=said) as error:
        Sidecars().of(tmp_path / "a.pdf")
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_bytes(b"groups: [\xff\xfe]")
    with pytest.raises(BadDocument, match=r"labels\.yaml: cannot be read"):
        Sidecars().of(tmp_path / "a.pdf")


def test_which_names_are_labels() -> None:
    assert is_sidecar("a/b.pdf.labels.yaml")
    assert is_sidecar("labels.yaml")
    assert not is_sidecar("my-labels.yaml")
    assert not is_sidecar("labels.yaml.pdf")


def test_a_members_labels_are_those_of_the_archive(tmp_path: Path) -> None:
    inner = write(tmp_path / "1", "groups: [a]\nareas: [b]")
    own = write(tmp_path / "2", "groups: [c]")
    members = {"d/labels.yaml": inner, "d/e/x.pdf.labels.yaml": own}
    assert Sidecars().of_member("d/e/x.pdf", members) == Labels(groups=("c",), areas=("b",))
    assert Sidecars().of_member("x.pdf", members) == NONE


def sees(knowledge: Knowledge, group: str) -> tuple[set[str], int]:
    caller = Caller(name="x", groups=frozenset({group}), areas=frozenset({"*"}))
    shown = documents.list_documents(knowledge.database, caller)
    epoch = epochs.current(knowledge.database)
    return {document.path for document in shown}, knowledge.store.count(caller, epoch, Where())


def test_labels_alone_publish_anew_without_encoding(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    ingest(plant_files)
    total = state(knowledge)[1]
    write(plant_files / "manuals" / "labels.yaml", "groups: [safety]\nareas: [U100]")
    counting = Counting()
    report = ingest(plant_files, progress=counting)
    assert (report.files, report.published, report.unchanged, report.failures) == (3, 1, 2, [])
    assert (counting.vectors, counting.read) == (0, ["manuals/manual.pdf"])
    paths, points = sees(knowledge, "safety")
    assert (paths, points) == ({"manuals/manual.pdf"}, report.passages)
    assert sees(knowledge, "plant") == ({"log.csv", "asset_register.csv"}, total - report.passages)
    (plant_files / "manuals" / "labels.yaml").unlink()
    assert ingest(plant_files).published == 1
    assert sees(knowledge, "plant") == ({"manuals/manual.pdf", "log.csv", "asset_register.csv"}, total)


def test_the_command_line_stands_over_all(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(
        plant_files / "log.csv.labels.yaml", "groups: [a]\nrevision: '7'\neffective_date: 2026-01-02\nassets: [T-900]"
    )
    own = IngestionSettings(groups=("settings",))
    ingest(plant_files / "log.csv", labels=Labels(groups=("b",), title="The log"), own=own)
    log = by_path(knowledge)["log.csv"]
    assert (log.groups, log.areas, log.title) == (("b",), ("site",), "The log")
    assert (log.revision, log.effective_date, "T-900" in log.asset_tags) == ("7", "2026-01-02", True)


def test_models_are_the_assets_of_the_register(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(plant_files / "log.csv.labels.yaml", "models: [ksp  32, XYZ 9]")
    report = ingest(plant_files)
    assert {"P-101A", "P-101B"} <= set(by_path(knowledge)["log.csv"].asset_tags)
    assert "log.csv: the asset register has no asset of the model 'XYZ 9'" in report.warnings


def test_labels_that_cannot_be_read_publish_nothing(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(plant_files / "manuals" / "labels.yaml", "groups: [safety")
    report = ingest(plant_files)
    said = "manuals/manual.pdf: its labels cannot be used: manuals/labels.yaml, line 1: is no valid YAML; correct it"
    assert reasons(report) == {"manuals/manual.pdf": said}
    assert set(by_path(knowledge)) == {"log.csv", "asset_register.csv"}
    entry = ledger_of(knowledge)["manuals/manual.pdf"]
    assert (entry.status, entry.stage, entry.reason) == ("quarantined", "discover", said)
    write(plant_files / "manuals" / "labels.yaml", "groups: [safety]")
    assert ingest(plant_files).published == 1
    assert sees(knowledge, "safety")[0] == {"manuals/manual.pdf"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_labels_that_may_not_be_read_publish_nothing(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    write(plant_files / "labels.yaml", "groups: [safety]").chmod(0)
    assert len(ingest(plant_files).failures) == 3
    assert by_path(knowledge) == {}


def test_a_register_that_names_a_manual_later_tags_it(plant_files: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    (plant_files / "log.csv").write_text(LOG)
    ingest(plant_files)
    register = plant_files / "asset_register.csv"
    register.write_text(register.read_text() + "T-700,Tank,,,tank,U100,,,,log.csv\n")
    counting = Counting()
    report = ingest(plant_files, progress=counting)
    assert counting.outcomes == {
        "asset_register.csv": "published",
        "log.csv": "published",
        "manuals/manual.pdf": "unchanged",
    }
    assert report.failures == []
    assert "T-700" in by_path(knowledge)["log.csv"].asset_tags
