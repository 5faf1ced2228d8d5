from pathlib import Path
from typing import Any

import pytest
from evals_kit import golden, write_lines

from evals.dataset import PageEvidence, RecordEvidence, SheetEvidence, load_golden, of_split
from retrieval.errors import BadDocument, BadSetting

GOOD: dict[str, Any] = golden().model_dump(mode="json")


def test_questions_are_read_in_order(tmp_path: Path) -> None:
    evidence = [
        {"kind": "page", "document": "m.pdf", "page": 2, "quote": "x"},
        {"kind": "record", "table": "work_orders", "key": "WO-1"},
        {"kind": "sheet", "item": "HV-1"},
    ]
    second = GOOD | {"id": "g2", "gold_evidence": evidence, "note": "others' keys are left alone"}
    questions = load_golden(write_lines(tmp_path / "golden.jsonl", [GOOD, "", second]))
    assert [question.id for question in questions] == ["g1", "g2"]
    assert [type(piece) for piece in questions[1].gold_evidence] == [PageEvidence, RecordEvidence, SheetEvidence]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "g2"', "golden.jsonl, line 2, column 12: not valid JSON"),
        ({key: GOOD[key] for key in GOOD if key != "question"}, "golden.jsonl, line 2: question: Field required"),
        (GOOD | {"id": "g2", "expected_status": "right"}, "golden.jsonl, line 2: expected_status: Input should be"),
        (
            GOOD | {"id": "g2", "gold_evidence": [{"kind": "page", "document": "m.pdf", "page": 0}]},
            "golden.jsonl, line 2: gold_evidence.0.page.page: Input should be greater than or equal to 1",
        ),
        (GOOD, 'golden.jsonl, line 2: id "g1" stands on line 1 already'),
    ],
)
def test_a_broken_line_is_named(line: object, message: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "golden.jsonl", [GOOD, line])
    with pytest.raises(BadDocument) as caught:
        load_golden(path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_an_empty_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"golden\.jsonl: no such file"):
        load_golden(tmp_path / "golden.jsonl")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(BadDocument, match=r"empty\.jsonl: empty"):
        load_golden(tmp_path / "empty.jsonl")
    with pytest.raises(BadDocument, match="is a folder"):
        load_golden(tmp_path)


def test_pieces_of_a_group_are_alternatives_and_others_stand_alone(tmp_path: Path) -> None:
    evidence = [
        {"kind": "page", "document": "m.pdf", "page": 2, "quote": "x", "regions": [[0.1, 0.2, 0.9, 0.3]], "group": 1},
        {"kind": "record", "key": "WO-1"},
        {"kind": "page", "document": "n.pdf", "page": 4, "group": 1},
        {"kind": "sheet", "item": "HV-1"},
        {"kind": "record", "table": "Spares", "key": "7", "group": 2},
    ]
    (question,) = load_golden(write_lines(tmp_path / "golden.jsonl", [GOOD | {"gold_evidence": evidence}]))
    pieces = question.gold_evidence
    assert question.evidence_groups == ((pieces[0], pieces[2]), (pieces[1],), (pieces[3],), (pieces[4],))
    assert isinstance(pieces[0], PageEvidence)
    assert pieces[0].regions == ((0.1, 0.2, 0.9, 0.3),)


def test_what_is_not_said_of_a_question_is_empty() -> None:
    question = golden()
    assert (question.split, question.fact_id, question.origin, question.evidence_language) == ("", "", "", "")
    assert not question.near_miss
    assert question.accepted
    assert question.evidence_groups == ((question.gold_evidence[0],),)


def test_a_split_is_chosen_and_one_that_is_not_there_is_named() -> None:
    questions = [golden(id="g1", split="train"), golden(id="g2", split="test"), golden(id="g3", split="train")]
    assert [question.id for question in of_split(questions, "train")] == ["g1", "g3"]
    assert of_split(questions, "") == questions
    with pytest.raises(BadSetting, match='no question is in the split "test"; the splits of this file: train'):
        of_split(questions[::2], "test")
