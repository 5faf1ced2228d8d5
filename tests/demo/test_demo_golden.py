"""The golden set against the files that it speaks of."""

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo import golden, manual_en
from demo.evidence import Pdf
from demo.generate import documents
from demo.plant import build

Made = tuple[int, Path, list[dict[str, Any]]]


@pytest.fixture(scope="module", params=[1, 7, 23])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path, list[dict[str, Any]]]:
    out = tmp_path_factory.mktemp("golden")
    documents(build(request.param), out)
    lines = (out / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    return request.param, out, [json.loads(line) for line in lines]


def test_forty_questions_of_every_kind(made: Made) -> None:
    _, _, items = made
    assert len(items) == 40
    assert len({item["question"] for item in items}) == 40
    assert len({item["id"] for item in items}) == 40
    kinds, languages = Counter(i["kind"] for i in items), Counter(i["language"] for i in items)
    assert set(kinds) == {
        "fact",
        "table",
        "procedure",
        "troubleshooting",
        "history",
        "connectivity",
        "live",
        "live_limit",
        "ambiguous",
        "unanswerable",
    }
    assert languages["zh"] >= 16
    assert kinds["unanswerable"] >= 6
    assert kinds["ambiguous"] >= 3
    status = {"ambiguous": "clarify", "unanswerable": "abstained"}
    assert all(item["expected_status"] == status.get(item["kind"], "answered") for item in items)
    crossed = [
        i
        for i in items
        if i["language"] == "zh" and any(e.get("document") == manual_en.FILE for e in i["gold_evidence"])
    ]
    assert len(crossed) >= 3


def test_page_evidence_holds_the_facts(made: Made) -> None:
    """Each number of a manual question stands in the quotes, and each quote on its page."""
    _, out, items = made
    for item in items:
        pages = [e for e in item["gold_evidence"] if e["kind"] == "page"]
        if not pages:
            continue
        quotes = " ".join(e["quote"] for e in pages).lower()
        assert all(fact["text"].lower() in quotes for fact in item["gold_facts"]), item["question"]
        for e in pages:
            assert Pdf(out / "manuals" / e["document"]).find(*e["quote"].split(" | "))["page"] == e["page"]


def test_counts_are_those_of_the_log(made: Made) -> None:
    seed, out, items = made
    plant = build(seed)
    rows = list(csv.DictReader((out / "logs" / "maintenance_log.csv").read_text(encoding="utf-8-sig").splitlines()))
    leaks = next(i for i in items if "mechanical seal" in i["question"] and i["kind"] == "history")
    found = [
        row
        for row in rows
        if row["Asset"] == plant.tag(plant.duty)
        and row["Failure mode"] == "ELP"
        and datetime.fromisoformat(row["Opened"]).year == 2025
    ]
    assert leaks["gold_facts"][0]["text"] == str(len(found))
    assert [e["key"] for e in leaks["gold_evidence"]] == [row["Order"] for row in found]
    assert len(found) >= 1


def test_the_absent_pump_is_absent(made: Made) -> None:
    seed, _, items = made
    plant = build(seed)
    absent = golden.absent_pump(plant)
    assert any(absent in item["question"] for item in items)
    assert not [part for part in plant.parts if part.tag.startswith(absent)]
    assert not [instrument for instrument in plant.instruments if instrument.tag.startswith(absent)]


def test_a_quote_that_stands_nowhere_stops_the_generator(made: Made) -> None:
    _, out, _ = made
    with pytest.raises(LookupError, match=r"feed_pump_manual\.pdf: no page says"):
        Pdf(out / "manuals" / manual_en.FILE).find("the pump sings")
