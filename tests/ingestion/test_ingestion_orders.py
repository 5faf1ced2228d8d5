"""Orders that several files state: the newest word for the same readers shows, and the one before it comes back."""

import os
from pathlib import Path

import pytest
from ingestion_kit import CALLER, LOG_HEAD, Counting, Ingest, by_path, ledger_of, points, state

from ingestion.labels import Labels
from retrieval.knowledge import Knowledge
from retrieval.models import EVERYTHING, Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import records

NUMBERS = ["1001", "1002", "1003", "1004"]


def write(path: Path, **orders: str) -> Path:
    """``_1002="its text"``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (f"{n[1:]},P-101A,corrective,2,ELP,2025-03-04T07:30:00+01:00,,,,{text}\n" for n, text in orders.items())
    path.write_text(f"{LOG_HEAD}\n{''.join(rows)}", encoding="utf-8")
    return path


def words(knowledge: Knowledge, caller: Caller = CALLER) -> dict[str, str]:
    """By number; the rows of orders, their passages and their points must agree."""
    found = records.find_orders(knowledge.database, caller)
    passages = records.order_passages(knowledge.database, caller, NUMBERS)
    assert all(order.text in passages[order.order].text for _, order in found)
    assert len(found) == len(passages)
    return {order.order: order.text for _, order in found}


def three(folder: Path) -> Path:
    write(folder / "l1.csv", _1001="one", _1002="two by l1", _1003="three by l1")
    write(folder / "l2.csv", _1002="two by l2")
    write(folder / "l3.csv", _1002="two by l3", _1003="three by l3")
    return folder


def member(group: str) -> Caller:
    return CALLER.model_copy(update={"groups": frozenset({group}), "areas": frozenset({EVERYTHING})})


def test_logs_of_two_groups_keep_their_own_orders_of_the_same_numbers(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    a = write(tmp_path / "OA" / "ja.csv", _1001="A leaks", _1002="甲泵漏水")
    b = write(tmp_path / "OB" / "jb.csv", _1001="B leaks", _1002="乙泵漏水")
    ingest(a, labels=Labels(groups=("gA", "all-a")))
    ingest(b, labels=Labels(groups=("gB",)))
    assert words(knowledge, member("gA")) == {"1001": "A leaks", "1002": "甲泵漏水"}
    assert words(knowledge, member("gB")) == {"1001": "B leaks", "1002": "乙泵漏水"}
    assert state(knowledge)[1] == 4
    c = write(tmp_path / "OC" / "jc.csv", _1001="A leaks no more")
    ingest(c, labels=Labels(groups=("all-a", "gA")))  # the same groups in another order
    assert words(knowledge, member("gA"))["1001"] == "A leaks no more"
    assert words(knowledge, member("gB"))["1001"] == "B leaks"
    assert state(knowledge)[1] == 4


def test_orders_come_back_to_a_group_once_the_file_that_replaced_them_gets_another(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    a = write(tmp_path / "files" / "ja.csv", _1001="A leaks")
    b = write(tmp_path / "files" / "jb.csv", _1001="B leaks")
    ingest(tmp_path / "files")
    assert words(knowledge) == {"1001": "B leaks"}
    for path, group in ((a, "gA"), (b, "gB")):
        path.with_name(f"{path.name}.labels.yaml").write_text(f"groups: [{group}]")
    ingest(tmp_path / "files")
    ingest(tmp_path / "files")
    assert words(knowledge, member("gA")) == {"1001": "A leaks"}
    assert words(knowledge, member("gB")) == {"1001": "B leaks"}


def test_the_newest_of_the_words_that_are_left_comes_back(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest
) -> None:
    folder = three(tmp_path / "logs")
    ingest(folder)
    assert words(knowledge) == {"1001": "one", "1002": "two by l3", "1003": "three by l3"}
    remove(retire=["l3.csv"])
    ingest(folder)  # both older files are read again, and l1, which has an older word on 1002, is the first
    assert words(knowledge) == {"1001": "one", "1002": "two by l2", "1003": "three by l1"}
    assert state(knowledge)[1] == 3
    remove(delete=["l2.csv"])
    ingest(folder)
    assert words(knowledge) == {"1001": "one", "1002": "two by l1", "1003": "three by l1"}
    assert ingest(folder).published == 0


@pytest.mark.parametrize("names", [["l3.csv", "l2.csv"], ["l2.csv", "l3.csv"]])
def test_files_that_go_at_once_leave_the_word_of_the_one_that_stays(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest, names: list[str]
) -> None:
    folder = three(tmp_path / "logs")
    ingest(folder)
    remove(retire=names)
    ingest(folder)
    assert words(knowledge) == {"1001": "one", "1002": "two by l1", "1003": "three by l1"}


def test_only_the_file_with_the_newest_word_is_read_again(
    tmp_path: Path, ingest: Ingest, knowledge: Knowledge, remove: Ingest
) -> None:
    folder = three(tmp_path / "logs")
    write(folder / "l3.csv", _1002="two by l3")
    ingest(folder)
    report = remove(retire=["l3.csv"])
    assert [warning.partition(":")[0] for warning in report.warnings] == ["l2.csv"]
    counting = Counting()
    ingest(folder, progress=counting)
    assert counting.read == ["l2.csv"]
    assert words(knowledge)["1002"] == "two by l2"


def test_an_order_that_a_new_revision_no_longer_states_comes_back_from_the_older_file(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest
) -> None:
    folder = tmp_path / "logs"
    write(folder / "l1.csv", _1001="one", _1002="two by l1")
    write(folder / "l2.csv", _1002="two by l2", _1003="three")
    ingest(folder)
    write(folder / "l2.csv", _1003="three", _1004="four")
    report = ingest(folder)
    assert any(warning.startswith("l1.csv: states orders that l2.csv had replaced") for warning in report.warnings)
    ingest(folder)
    assert words(knowledge) == {"1001": "one", "1002": "two by l1", "1003": "three", "1004": "four"}
    assert state(knowledge)[1] == 4
    shown = by_path(knowledge)
    assert [points(knowledge, shown[name]) for name in ("l1.csv", "l2.csv")] == [2, 2]
    last = ingest(folder)
    assert (last.published, last.unchanged, last.warnings) == (0, 2, [])


@pytest.mark.parametrize("name", ["l0.csv", "l9.csv"])  # read before and after the other one
def test_a_file_that_moves_in_the_run_that_gives_it_its_order_back_is_read_again_too(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, name: str
) -> None:
    folder = tmp_path / "logs"
    older = write(folder / "l1.csv", _1001="one", _1002="two by l1")
    write(folder / "l2.csv", _1002="two by l2", _1003="three")
    ingest(folder)
    older.rename(folder / name)
    write(folder / "l2.csv", _1003="three")
    ingest(folder)
    ingest(folder)
    assert words(knowledge) == {"1001": "one", "1002": "two by l1", "1003": "three"}
    assert set(ledger_of(knowledge)) == {name, "l2.csv"}


def test_what_its_file_no_longer_states_does_not_come_back(
    tmp_path: Path, knowledge: Knowledge, ingest: Ingest, remove: Ingest
) -> None:
    folder = three(tmp_path / "logs")
    ingest(folder)
    write(folder / "l2.csv", _1004="four")
    ingest(folder)
    remove(retire=["l3.csv"])
    ingest(folder)
    assert words(knowledge)["1002"] == "two by l1"


def test_the_copy_of_a_file_without_suffix_is_deleted_with_it(
    tmp_path: Path, ingest: Ingest, remove: Ingest, settings: RetrievalSettings
) -> None:
    path = tmp_path / "manual"
    path.write_text("<!doctype html><html><body><h1>Feed pump</h1><p>Close the valve 关闭阀门.</p></body></html>")
    assert ingest(path).published == 1
    assert len(os.listdir(settings.originals_dir)) == 1
    remove(delete=["manual"])
    assert os.listdir(settings.originals_dir) == []
