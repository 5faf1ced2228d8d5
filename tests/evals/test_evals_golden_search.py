"""The plant's own index, asked as the service asks it."""

import json
from pathlib import Path
from typing import Any

import pytest
from evals_kit import SmallPlant, golden

from evals.__main__ import main
from evals.golden_search import must_find
from evals.record import lasting
from evals.ways import ways_of
from retrieval.legs._chosen import chosen_legs
from retrieval.settings import RetrievalSettings


@pytest.fixture
def asked(small_plant: SmallPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command over the small plant and gives its JSON."""
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))

    def run(command: str, *arguments: str) -> dict[str, Any]:
        out = tmp_path / "out.json"
        assert main([command, "--dataset", str(small_plant.golden), *arguments, "--json", str(out)]) == 0
        return dict(json.loads(out.read_text(encoding="utf-8")))

    return run


def test_each_part_of_search_is_measured(asked: Any) -> None:
    content = asked("retrieval")
    assert content["ways"] == ["fused", "relevance off", "keyword", "gloss", "tags off"]
    assert [row["query"] for row in content["rankings"]] == ["p1", "p2", "p3"]  # what search must find something for
    assert content["fused"]["recall@5"] == 1.0
    assert content["gloss"]["recall@5"] == pytest.approx(1 / 3)  # it only reads across languages
    assert set(content["by_pair"]) == {"en-en", "zh-en"}
    first = content["rankings"][0]
    assert first["found"]["fused"][first["top"].index(_shows(first["top"]))] == "evidence 1"
    assert first["cluster"] == "limit"
    assert content["run"]["revision"].keys() == {"commit", "dirty"}


def _shows(top: list[dict[str, Any]]) -> dict[str, Any]:
    return next(
        hit for hit in top if hit["evidence"] == [1] and (hit["document"], hit["place"]) == ("pump.pdf", "page 2")
    )


def test_a_second_run_says_the_same(asked: Any) -> None:
    once, again = asked("retrieval", "--split", "train"), asked("retrieval", "--split", "train")
    assert [row["query"] for row in once["rankings"]] == ["p1", "p2"]
    assert lasting(once) == lasting(again)
    assert once["run"]["started"] <= again["run"]["started"]


def test_answers_say_what_was_found_and_the_ceiling_is_no_lower(asked: Any) -> None:
    real = asked("answers", "--llm", "extractive", "--fresh")
    ceiling = asked("answers", "--llm", "extractive", "--gold-evidence", "--fresh")
    rows = {row["id"]: row for row in real["questions"]}
    assert (rows["p1"]["right"], rows["p1"]["failed_step"]) == (1.0, "")
    assert any(one["evidence"] == [1] and one["place"] == "page 2" for one in rows["p1"]["found"])
    assert 0 < rows["p1"]["judged"]["coverage"] <= 1
    assert (rows["p4"]["got"]["status"], rows["p4"]["right"]) == ("abstained", 1.0)
    found = {row["id"]: row["found"] for row in ceiling["questions"]}
    assert [one["place"] for one in found["p3"]] == ["page 3"]  # the gold passage and nothing else
    assert ceiling["summary"]["all"]["metrics"]["right"]["mean"] >= real["summary"]["all"]["metrics"]["right"]["mean"]
    assert ceiling["target"] == "in process, extractive, gold evidence"
    again = asked("answers", "--llm", "extractive", "--fresh")
    assert lasting(again) == lasting(real)


def test_only_the_evidence_that_no_other_tool_has_is_search_s() -> None:
    order, valve = {"kind": "record", "key": "WO-1"}, {"kind": "sheet", "item": "HV-1"}
    pieces = [golden().gold_evidence[0].model_dump(), order, valve]
    assert len(must_find(golden(gold_evidence=pieces))) == 3
    tools = ["search_documents", "work_orders", "plant_graph"]
    assert [group[0].kind for group in must_find(golden(gold_evidence=pieces, expected_tools=tools))] == ["page"]
    assert must_find(golden(gold_evidence=pieces, expected_tools=["work_orders"])) == ()


def test_ways_leave_out_one_part_each() -> None:
    settings = RetrievalSettings(
        legs=("dense", "multilingual", "keyword", "gloss"),
        weights={"en-en": {"dense": 2.0, "multilingual": 0.5}},
        reranker={"type": "endpoint"},
    )
    legs = chosen_legs(settings)
    ways = ways_of(settings, legs)
    assert {"fused", "reranker off", "dense", "dense + gloss", "all but keyword", "tags off"} <= set(ways)
    assert ways["fused"].settings == settings
    assert not ways["reranker off"].settings.reranker
    assert ways["all but keyword"].settings.weights["en-en"] == {
        "dense": 2.0,
        "multilingual": 0.5,
        "keyword": 0.0,
        "gloss": 0.0,
    }
    assert ways["gloss"].settings.weights["zh-en"] == {"dense": 0, "multilingual": 0, "keyword": 0, "gloss": 1.0}
    assert [name for name, way in ways.items() if not way.tags] == ["tags off"]


def test_the_command_names_what_it_lacks(
    small_plant: SmallPlant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))
    assert main(["retrieval", "--dataset", str(small_plant.golden), "--legs", "keyword"]) == 1
    assert main(["retrieval", "--dataset", str(small_plant.golden), "--split", "dev"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "--legs is for folders" in first
    assert 'no question is in the split "dev"' in second
