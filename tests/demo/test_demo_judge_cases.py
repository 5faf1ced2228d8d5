"""The labelled cases are true to the plant: quotes stand in the manuals, right answers are right."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from demo.__main__ import main
from demo.judge_cases import cases
from demo.judge_facts import sources
from demo.judge_texts import ADDITIONS
from demo.plant import build
from evals.judges.base import LABELS, load_cases
from evals.refusals import refuses

SEEDS = (1, 23)


@pytest.fixture(scope="module", params=SEEDS)
def of_seed(request: pytest.FixtureRequest) -> tuple[int, list[dict[str, Any]]]:
    return request.param, cases(build(request.param))


def test_each_class_has_thirty_and_half_of_them_chinese(of_seed: tuple[int, list[dict[str, Any]]]) -> None:
    counts = Counter((row["label"], row["language"]) for row in of_seed[1])
    assert {label for label, _ in counts} == set(LABELS)
    for label in LABELS:
        assert counts[label, "en"] + counts[label, "zh"] >= 30
        assert counts[label, "en"] == counts[label, "zh"]
    assert len({row["id"] for row in of_seed[1]}) == len(of_seed[1])


def bare(text: str) -> str:
    return re.sub(r"[\s|]+", "", text.replace("\ufffe", "-").replace("\u00ad", "-"))


def test_quotes_stand_on_their_pages(of_seed: tuple[int, list[dict[str, Any]]], tmp_path: Path) -> None:
    sources(build(of_seed[0]), tmp_path)
    pages: dict[str, list[str]] = {}
    for path in tmp_path.glob("*.pdf"):
        document = pypdfium2.PdfDocument(path)
        pages[path.name] = [bare(page.get_textpage().get_text_range()) for page in document]
        document.close()
    pieces = {(p["document"], p["page"], p["quote"]) for row in of_seed[1] for p in row["evidence"]}
    assert len(pieces) >= 20
    for document, page, quote in pieces:
        for line in quote.splitlines():  # the head row and the row of a table
            assert bare(line) in pages[document][page - 1]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])\d+(?:\.\d+)?(?![\w-])", text))


def test_answers_are_what_their_label_says(of_seed: tuple[int, list[dict[str, Any]]]) -> None:
    rows = of_seed[1]
    right = {(r["fact_id"], r["language"]): r["answer"] for r in rows if r["label"] == "faithful"}
    for row in rows:
        said = right.get((row["fact_id"], row["language"]), "")
        label, answer = row["label"], row["answer"]
        if label == "faithful":
            assert numbers(answer) <= numbers("\n".join(piece["quote"] for piece in row["evidence"]))
            assert not refuses(answer)
        elif label == "wrong_number":
            assert numbers(answer) != numbers(said)
            assert re.sub(r"[\d.]+", "", answer) == re.sub(r"[\d.]+", "", said)
        elif label == "unsupported_addition":
            assert answer.startswith(said)
            assert answer.removeprefix(said).strip() in ADDITIONS[row["language"]]
        elif label in ("wrong_unit", "wrong_tag"):
            assert answer != said
        else:
            assert refuses(answer)


def test_the_same_seed_gives_the_same_cases(of_seed: tuple[int, list[dict[str, Any]]]) -> None:
    assert cases(build(of_seed[0])) == of_seed[1]


def test_the_command_writes_what_calibrate_reads(tmp_path: Path) -> None:
    out = tmp_path / "cases.jsonl"
    assert main(["judge-cases", "--seed", "7", "--out", str(out)]) == 0
    loaded = load_cases(out)
    assert [case.id for case in loaded] == [json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()]
    assert all(case.evidence for case in loaded)
