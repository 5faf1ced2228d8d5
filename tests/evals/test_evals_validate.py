from pathlib import Path
from typing import Any

import pytest
from evals_kit import golden, tiny_beir, write_lines

from evals.__main__ import main
from evals.indexed import Indexed
from evals.validation import check_cases, check_golden
from evals.validation_beir import check_beir
from retrieval.models import Document, PageLocator, Passage

GOOD: dict[str, Any] = golden().model_dump(mode="json")


def other(number: int, **changes: Any) -> dict[str, Any]:
    return GOOD | {"id": f"g{number}", "question": f"Question {number}?"} | changes


def test_every_error_of_a_golden_file_is_told_at_once(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "golden.jsonl",
        [
            GOOD,
            '{"id": "g2"',
            "[1, 2]",
            {key: value for key, value in other(4).items() if key != "question"} | {"language": "fr"},
            other(5, gold_evidence=[{"kind": "page", "document": "", "page": 0}, {"kind": "photo"}]),
            other(1),
        ],
    )
    sound, findings = check_golden(path, None)
    told = [(one.line, one.field) for one in findings if one.level == "error"]
    assert sound == 2
    assert told == [
        (2, ""),
        (3, ""),
        (4, "question"),
        (4, "language"),
        (5, "gold_evidence.0.page.document"),
        (5, "gold_evidence.0.page.page"),
        (5, "gold_evidence.1"),
        (6, "id"),
    ]
    assert all(one.remedy and "\n" not in str(one) for one in findings)
    assert (
        str(findings[0])
        == f"error: {path}, line 2: not valid JSON at column 12: Expecting ',' delimiter; correct the line"
    )


def test_what_may_be_a_mistake_is_a_warning(tmp_path: Path) -> None:
    rows = [
        other(1, fact_id="f", split="train"),
        other(2, fact_id="f", split="test", question="question 1 ？"),
        other(3, question="Question  1?"),
        other(4, gold_evidence=[], gold_facts=[]),
        other(5, expected_status="abstained"),
        other(6, accepted=False),
    ]
    sound, findings = check_golden(write_lines(tmp_path / "golden.jsonl", rows), None)
    assert sound == 6
    assert {one.level for one in findings} == {"warning"}
    fields = [(one.line, one.field) for one in findings]
    assert fields == [
        (2, "question"),
        (2, "fact_id"),
        (3, "question"),
        (4, "gold_evidence"),
        (5, "gold_facts"),
        (6, "accepted"),
    ]


def indexed(*pages: str) -> Indexed:
    document = Document(id="d1", kind="manual", title="Pump", path="m/pump.pdf", sha256="0", pages=len(pages))
    passages = tuple(
        Passage(
            id=f"p{number}",
            document_id="d1",
            parent_id="x",
            position=number,
            kind="text",
            text=text,
            locator=PageLocator(page=number, regions=()),
            language="en",
        )
        for number, text in enumerate(pages, 1)
    )
    return Indexed(document, passages)


def test_gold_quotes_are_looked_up_in_the_index(tmp_path: Path) -> None:
    def quoted(number: int, page: int, quote: str, document: str = "pump.pdf") -> dict[str, Any]:
        piece = {"kind": "page", "document": document, "page": page, "quote": quote}
        return other(number, gold_evidence=[piece])

    rows = [
        quoted(1, 1, "it must not\nexceed 75 °C"),
        quoted(2, 1, "轴承温度"),
        quoted(3, 2, "never said"),
        quoted(4, 9, "x"),
        quoted(5, 1, "x", "other.pdf"),
    ]
    index = [indexed("In use it must not exceed 75 ℃.", "轴承 温度不得超过 75 °C。")]
    _, findings = check_golden(write_lines(tmp_path / "golden.jsonl", rows), index)
    assert [(one.line, one.field, one.reason) for one in findings] == [
        (2, "gold_evidence.0.quote", "stands on page 2, not on page 1"),
        (3, "gold_evidence.0.quote", "not on page 2 as it is indexed"),
        (4, "gold_evidence.0.page", "page 9 of 2 pages"),
        (5, "gold_evidence.0.document", '"other.pdf" is not in the index'),
    ]


def test_every_error_of_a_beir_folder_is_told_at_once(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    assert check_beir(folder) == (3, [])
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"text": "no id"}\n{"_id": "d1", "text": "again"}\n{"_id": "d9"}\n{"_id"\n')
    with (folder / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("q1\td77\t1\nq99\td1\tmuch\nq1 d1 1\n")
    (folder / "queries.jsonl").write_text("", encoding="utf-8")
    sound, findings = check_beir(folder)
    told = [(Path(one.file).name, one.line, one.field) for one in findings]
    assert told[:5] == [
        ("corpus.jsonl", 5, "_id"),
        ("corpus.jsonl", 6, "_id"),
        ("corpus.jsonl", 7, "text"),
        ("corpus.jsonl", 8, ""),
        ("queries.jsonl", 0, ""),
    ]
    assert ("test.tsv", 6, "score") in told
    assert ("test.tsv", 5, "corpus-id") in told
    assert ("test.tsv", 7, "") in told
    assert sound == 0


def test_judge_cases_are_known_by_their_fields(tmp_path: Path) -> None:
    case = {"id": "c1", "label": "faithful", "language": "en", "question": "q", "answer": "a"}
    path = write_lines(tmp_path / "cases.jsonl", [case, case | {"id": "c2", "label": "nice"}, case])
    sound, findings = check_cases(path)
    assert sound == 2
    assert [(one.line, one.field) for one in findings] == [(2, "label"), (3, "id")]
    assert main(["validate", str(path)]) == 1


def test_the_command_ends_with_one_where_an_error_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_lines(tmp_path / "golden.jsonl", [GOOD, other(2, gold_facts=[], gold_evidence=[])])
    assert main(["validate", str(path)]) == 0
    assert "2 sound, 0 errors, 1 warnings" in capsys.readouterr().out
    assert main(["validate", str(path), "--strict"]) == 1
    assert main(["validate", str(tiny_beir(tmp_path))]) == 0
    write_lines(path, [GOOD, GOOD])
    assert main(["validate", str(tmp_path)]) == 1
    assert main(["validate", str(tmp_path / "missing.jsonl")]) == 1
    assert "no such file" in capsys.readouterr().out
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["validate", str(empty)]) == 1
    assert "no *.jsonl" in capsys.readouterr().err


def test_without_an_index_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    path = write_lines(tmp_path / "golden.jsonl", [GOOD])
    assert main(["validate", str(path), "--index"]) == 1
    assert "python -m ingestion" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
