import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evals_kit import golden, silent, write_lines
from judge_kit import JudgeServer, judge_server

from evals.__main__ import main
from evals.scoring import score_all
from evals.settings import EvalSettings
from evals.targets.openai import TARGET, status_of
from retrieval.errors import BadSetting
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judge_server() as one:
        yield one


def chosen(server: JudgeServer | None, **changes: Any) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    TARGET.add_arguments(parser)
    given = ["--base-url", server.url, "--model", "rag"] if server else []
    return argparse.Namespace(**{**vars(parser.parse_args(given)), **changes})


async def asked(server: JudgeServer, reply: int | str) -> tuple[Any, list[dict[str, Any]]]:
    server.always = reply
    async with TARGET.open(chosen(server), EvalSettings(), RetrievalSettings()) as target:
        one = await target.ask(golden())
        return one, score_all([one], await target.documents(), EvalSettings(), silent, target.unscored)


def test_both_targets_are_found_by_name() -> None:
    assert {one.name for one in discover("evals.targets", "TARGET").values()} == {"openai", "plantwright"}


async def test_an_answer_is_scored_but_for_what_it_can_not_show(server: JudgeServer) -> None:
    one, rows = await asked(server, "<think>hm, 80?</think>The limit is 75 °C.")
    assert one.answer.answer == "The limit is 75 °C."
    assert server.asked[0]["messages"] == [{"role": "user", "content": golden().question}]
    scores = rows[0]["scores"]
    assert (scores["status"], scores["numeric_match"]) == (1.0, 1.0)
    for name in ("citation_precision", "citation_recall", "tool_choice"):
        assert math.isnan(scores[name])
        assert rows[0]["unscored"][name]


async def test_where_only_sources_could_tell_nothing_is_said_of_being_right(server: JudgeServer) -> None:
    server.always = "Check the oil level."
    async with TARGET.open(chosen(server), EvalSettings(), RetrievalSettings()) as target:
        asked = [await target.ask(golden(gold_facts=[])), await target.ask(golden())]
        rows = score_all(asked, {}, EvalSettings(), silent, target.unscored)
    assert math.isnan(rows[0]["right"])
    assert rows[1]["right"] == 0.0


async def test_a_refusal_is_an_abstention(server: JudgeServer) -> None:
    one, rows = await asked(server, "I could not find this in the manuals.")
    assert one.answer.status == "abstained"
    assert rows[0]["scores"]["status"] == 0.0


@pytest.mark.parametrize(("reply", "said"), [(500, "500: "), ("", "the answer is empty")])
async def test_a_target_that_fails_leaves_the_question_unscored(
    server: JudgeServer, reply: int | str, said: str
) -> None:
    one, rows = await asked(server, reply)
    assert one.answer is None
    assert one.error.startswith(said)
    assert all(math.isnan(score) for score in rows[0]["scores"].values())


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The limit is 75 °C.", "answered"),
        ("Which one do you mean: P-101A or P-101B?", "clarify"),
        ("您指的是哪一个：P-101A 还是 P-101B？", "clarify"),
        ("文档里查不到相关信息。", "abstained"),
        ("报警值为 75 °C。", "answered"),
    ],
)
def test_status_is_read_from_the_wording(text: str, status: str) -> None:
    assert status_of(text) == status


async def test_url_and_model_are_needed(server: JudgeServer) -> None:
    for wrong in (chosen(None), chosen(server, base_url="nonsense")):
        with pytest.raises(BadSetting):
            async with TARGET.open(wrong, EvalSettings(), RetrievalSettings()):
                pass


def test_the_command_scores_any_openai_endpoint(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    server.always = "The limit is 75 °C."
    dataset = write_lines(tmp_path / "golden.jsonl", [golden().model_dump(mode="json")])
    out = tmp_path / "answers.json"
    command = ["answers", "--dataset", str(dataset), "--target", "openai", "--json", str(out)]
    assert main([*command, "--base-url", server.url, "--model", "rag"]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    metrics = content["summary"]["all"]["metrics"]
    assert metrics["numeric_match"]["mean"] == 1.0
    assert metrics["citation_recall"]["mean"] is None
    assert content["target"] == f"openai {server.url} rag"
    assert "read from the answer's wording" in capsys.readouterr().out
    assert main(command) == 1
    assert "--target openai needs --base-url and --model" in capsys.readouterr().err
