"""RAGAS itself runs here; the judge is a local server that speaks the OpenAI protocol."""

import asyncio
import json
import math
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from evals_kit import silent
from judge_kit import NONSENSE, JudgeServer, citation, judge_server, row, run_of

from evals.__main__ import main
from evals.calibrations import write_calibration
from evals.endpoint import Usage
from evals.gate import Threshold, check
from evals.kept import Kept
from evals.ragas._library import ragas_version
from evals.ragas._run import Scored, score_run
from evals.ragas.base import sample_of
from evals.settings import EvalSettings
from retrieval.errors import BadSetting
from retrieval.plugins import discover

ROOT = Path(__file__).parents[2]
METRICS = {one.name: one for one in discover("evals.ragas", "RAGAS").values()}


@pytest.fixture
def judge() -> Iterator[JudgeServer]:
    with judge_server() as server:
        yield server


async def scored(
    rows: Sequence[dict[str, Any]], names: Sequence[str], settings: EvalSettings, kept: Path, **options: Any
) -> list[Scored]:
    samples = [sample_of(one) for one in rows]
    return await score_run(samples, [METRICS[f"ragas_{n}"] for n in names], settings, Kept(kept), silent, **options)


async def score(one: dict[str, Any], name: str, settings: EvalSettings, tmp_path: Path) -> float:
    return (await scored([one], [name], settings, tmp_path / "kept.jsonl"))[0].score


def test_all_metrics_of_the_harness_are_there() -> None:
    short = {name.removeprefix("ragas_") for name in METRICS}
    judged = {"faithfulness", "response_relevancy", "context_precision", "context_recall", "factual_correctness"}
    assert short == judged | {
        "noise_sensitivity",
        "tool_call_accuracy",
        "id_context_precision",
        "id_context_recall",
        "non_llm_context_precision",
        "non_llm_context_recall",
    }
    needing = {name.removeprefix("ragas_") for name, one in METRICS.items() if one.needs_judge}
    assert needing == judged | {"noise_sensitivity"}


async def test_each_judged_metric_scores_through_the_endpoint(judge: JudgeServer, tmp_path: Path) -> None:
    settings = judge.settings(embeddings_base_url=judge.url, embeddings_model="length")
    assert await score(row(), "faithfulness", settings, tmp_path) == 0.5
    assert await score(row(), "context_precision", settings, tmp_path) == pytest.approx(1.0)
    assert await score(row(), "context_recall", settings, tmp_path) == 1.0
    assert await score(row(), "factual_correctness", settings, tmp_path) == pytest.approx(0.67)
    assert await score(row(), "noise_sensitivity", settings, tmp_path) == 0.0
    assert 0.9 < await score(row(), "response_relevancy", settings, tmp_path) <= 1.0001
    assert {body["model"] for body in judge.asked} == {"words", "length"}


async def test_the_order_of_contexts_counts_for_precision(judge: JudgeServer, tmp_path: Path) -> None:
    turned = row(citations=list(reversed(row()["citations"])))
    assert await score(turned, "context_precision", judge.settings(), tmp_path) == pytest.approx(0.5)


async def test_ids_need_no_judge_and_alternatives_count_once(tmp_path: Path) -> None:
    settings = EvalSettings()
    assert await score(row(), "id_context_recall", settings, tmp_path) == 1.0
    assert await score(row(), "id_context_precision", settings, tmp_path) == 0.5
    either = [
        {"kind": "page", "document": "pump.pdf", "page": 5, "quote": "a", "group": 1},
        {"kind": "page", "document": "pump.pdf", "page": 8, "quote": "b", "group": 1},
        {"kind": "record", "key": "WO-1"},
    ]
    both = row(expected={"gold_evidence": either})
    assert await score(both, "id_context_recall", settings, tmp_path) == 0.5
    assert await score(both, "id_context_precision", settings, tmp_path) == 0.5


async def test_quotes_need_no_judge_in_both_languages(tmp_path: Path) -> None:
    settings = EvalSettings()
    assert await score(row(), "non_llm_context_recall", settings, tmp_path) == 1.0
    assert await score(row(), "non_llm_context_precision", settings, tmp_path) == pytest.approx(1.0)
    gold = [{"kind": "page", "document": "d.pdf", "page": 6, "quote": "加药泵的冲程频率不得超过每分钟一百六十次。"}]
    shown = [citation("d.pdf", 6, "概述。加药泵的冲程频率不得超过每分钟一百六十次。")]
    chinese = row(expected={"gold_evidence": gold}, citations=shown)
    assert await score(chinese, "non_llm_context_recall", settings, tmp_path) == 1.0
    elsewhere = row(expected={"gold_evidence": gold}, citations=[citation("d.pdf", 1, "油漆颜色由业主决定。")])
    assert await score(elsewhere, "non_llm_context_recall", settings, tmp_path) == 0.0


async def test_tools_are_compared_by_name(tmp_path: Path) -> None:
    got = row()["got"]
    settings = EvalSettings()
    assert await score(row(), "tool_call_accuracy", settings, tmp_path) == 1.0
    twice = row(got={**got, "tools": ["search_documents", "search_documents"]})
    assert await score(twice, "tool_call_accuracy", settings, tmp_path) == 1.0
    other = row(got={**got, "tools": ["read_tags"]})
    assert await score(other, "tool_call_accuracy", settings, tmp_path) == 0.0
    none = row(got={**got, "tools": []})
    assert await score(none, "tool_call_accuracy", settings, tmp_path) == 0.0


async def test_what_does_not_apply_is_unscored_and_nobody_is_asked(judge: JudgeServer, tmp_path: Path) -> None:
    abstained = row(got={**row()["got"], "status": "abstained"}, citations=[])
    found = await scored([abstained], ["faithfulness", "context_recall"], judge.settings(), tmp_path / "kept.jsonl")
    assert all(math.isnan(one.score) for one in found)
    assert [one.judgement.cause for one in found] == ["not_applicable"] * 2
    assert judge.requests == 0


async def test_a_second_run_asks_nothing(judge: JudgeServer, tmp_path: Path) -> None:
    rows, kept = [row("g1"), row("g2")], tmp_path / "kept.jsonl"
    first = await scored(rows, ["faithfulness", "context_recall"], judge.settings(), kept)
    asked = judge.requests
    second = await scored(rows, ["faithfulness", "context_recall"], judge.settings(), kept)
    assert judge.requests == asked == 6
    assert [one.score for one in second] == [one.score for one in first]
    assert all(one.judgement.cached for one in second)
    assert first[0].judgement.usage == Usage(calls=2, prompt_tokens=200, completion_tokens=20)
    await scored(rows, ["faithfulness"], judge.settings().model_copy(update={"judge_model": "other"}), kept)
    assert judge.requests == asked + 4


async def test_busy_and_broken_for_a_while_is_asked_again(judge: JudgeServer, tmp_path: Path) -> None:
    judge.faults = [429, 500, 503]
    found = await scored([row()], ["faithfulness"], judge.settings(), tmp_path / "kept.jsonl")
    assert found[0].score == 0.5
    assert judge.requests == 5
    assert found[0].judgement.usage.calls == 2


async def test_an_endpoint_that_stays_away_is_unscored_and_not_kept(judge: JudgeServer, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    judge.always = 500
    found = await scored([row()], ["faithfulness"], judge.settings(judge_retries=1), kept)
    assert math.isnan(found[0].score)
    assert found[0].judgement.cause == "unavailable"
    assert "HTTP 500" in found[0].judgement.reason
    judge.always = None
    again = await scored([row()], ["faithfulness"], judge.settings(), kept)
    assert again[0].score == 0.5


async def test_a_dead_endpoint_is_given_up_on(judge: JudgeServer, tmp_path: Path) -> None:
    judge.always = 500
    rows = [row(f"g{number}") for number in range(40)]
    settings = judge.settings(judge_retries=0, judge_concurrency=2)
    found = await scored(rows, ["faithfulness"], settings, tmp_path / "kept.jsonl")
    assert {one.judgement.cause for one in found} == {"unavailable"}
    assert found[-1].judgement.reason.startswith("not asked")
    assert judge.requests < 40


async def test_nonsense_is_unscored_kept_and_asked_again_only_when_told(judge: JudgeServer, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    judge.always = NONSENSE
    found = await scored([row()], ["faithfulness"], judge.settings(), kept)
    assert math.isnan(found[0].score)
    assert found[0].judgement.cause == "unreadable"
    assert found[0].judgement.reason
    asked, judge.always = judge.requests, None
    same = await scored([row()], ["faithfulness"], judge.settings(), kept)
    assert (same[0].judgement.cause, judge.requests) == ("unreadable", asked)
    told = await scored([row()], ["faithfulness"], judge.settings(), kept, again=True)
    assert told[0].score == 0.5


async def test_no_more_judgements_at_once_than_allowed(judge: JudgeServer, tmp_path: Path) -> None:
    rows = [row(f"g{number}") for number in range(12)]
    await scored(rows, ["context_recall"], judge.settings(judge_concurrency=3), tmp_path / "kept.jsonl")
    assert 1 <= judge.at_once <= 3


async def test_a_cancelled_run_goes_on_where_it_stopped(judge: JudgeServer, tmp_path: Path) -> None:
    rows, kept = [row(f"g{number}") for number in range(6)], tmp_path / "kept.jsonl"
    done = asyncio.Event()

    def tick(count: int, total: int) -> None:
        if count == 2:
            judge.gate.clear()
            done.set()

    samples = [sample_of(one) for one in rows]
    metrics = [METRICS["ragas_context_recall"]]
    settings = judge.settings(judge_concurrency=1)
    running = asyncio.create_task(score_run(samples, metrics, settings, Kept(kept), tick))
    await asyncio.wait_for(done.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    judge.gate.set()
    before = len(kept.read_text(encoding="utf-8").splitlines())
    assert before == 2
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut sh')  # as a crash leaves it
    judge.asked.clear()
    found = await scored(rows, ["context_recall"], settings, kept)
    assert [one.score for one in found] == [1.0] * 6
    assert sum(one.judgement.cached for one in found) == 2
    assert len(Kept(kept)._values) == 6


async def test_metrics_with_a_judge_need_one(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="judge_base_url"):
        await scored([row()], ["faithfulness"], EvalSettings(), tmp_path / "kept.jsonl")


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "answers.json"
    rows = [row("g1"), row("g2", language="zh", got={**row()["got"], "status": "abstained"})]
    path.write_text(json.dumps(run_of(rows)), encoding="utf-8")
    return path


def asked(answers: Path, judge: JudgeServer, out: Path, *more: str) -> list[str]:
    options = ["--judge-base-url", judge.url, "--judge-model", "words", "--json", str(out)]
    return ["ragas", "--run", str(answers), "--metrics", "faithfulness,id_context_recall", *options, *more]


def gated(run: Path, metric: str) -> str:
    return check(run, [Threshold(metric=metric, at_least=0.4)])[0].line


def test_the_command_adds_scores_to_the_run(
    answers: Path,
    judge: JudgeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_EVALS__JUDGE_PROMPT_PRICE_PER_MILLION", "1000")
    out = tmp_path / "scored.json"
    assert main(asked(answers, judge, out)) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    spread = content["summary"]["all"]["metrics"]["ragas_faithfulness"]
    assert (spread["mean"], spread["scored"], spread["unscored"]) == (0.5, 1, 1)
    assert spread["causes"] == {"not_applicable": 1}
    assert content["summary"]["by_language"]["zh"]["metrics"]["ragas_faithfulness"]["mean"] is None
    assert content["questions"][0]["scores"] == {
        "status": 1.0,
        "ragas_faithfulness": 0.5,
        "ragas_id_context_recall": 1.0,
    }
    assert content["questions"][1]["unscored"]["ragas_faithfulness"].startswith("not_applicable")
    assert content["judge"]["calibrated"] is False
    assert "not calibrated" in gated(out, "ragas_faithfulness")
    assert "over 2 questions" in gated(out, "ragas_id_context_recall")
    assert content["judge"]["metrics"] == ["ragas_faithfulness"]
    assert content["ragas"]["usage"]["asked"]["cost"] == pytest.approx(0.2)
    assert "2 calls, 200 + 20 tokens" in capsys.readouterr().out
    assert main(asked(answers, judge, out)) == 0
    assert len(judge.asked) == 2
    assert "0 calls" in capsys.readouterr().out


def test_the_run_carries_its_judges_calibration(answers: Path, judge: JudgeServer, tmp_path: Path) -> None:
    one = {"kappa": 0.9, "low": 0.8, "high": 1.0, "scored": 40}
    record = {
        "judge": "ragas_faithfulness",
        "model": "words",
        "version": ragas_version(),
        "thresholds": {"faithful_from": EvalSettings().faithful_from},
        "calibrated": True,
        "lacking": [],
        "classes": {"wrong_number": one},
        "date": "2026-01-01T00:00:00+00:00",
        "cases": {"name": "c", "sha256": "ab" * 32, "count": 40},
    }
    write_calibration(record, tmp_path / "data")
    out = tmp_path / "scored.json"
    assert main(asked(answers, judge, out)) == 0
    block = json.loads(out.read_text(encoding="utf-8"))["judge"]
    assert block["calibrated"] is True
    assert block["kappa"]["wrong_number"] == one
    assert gated(out, "ragas_faithfulness").endswith("0.500 [0.500 0.500] over 1 questions, >= 0.4 is needed")


def test_what_is_wrong_is_one_line(
    answers: Path, judge: JudgeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge.always = 500
    assert main(asked(answers, judge, tmp_path / "out.json", "--concurrency", "1")) == 1
    assert "ragas_faithfulness is unscored on 1 rows, first g1: HTTP 500" in capsys.readouterr().err
    assert main(["ragas", "--run", str(answers), "--metrics", "vibes"]) == 1
    assert '"vibes" is unknown' in capsys.readouterr().err
    broken = tmp_path / "broken.json"
    broken.write_text('{"fused": {}}', encoding="utf-8")
    assert main(["ragas", "--run", str(broken)]) == 1
    assert "not a run of answers" in capsys.readouterr().err


@pytest.mark.slow
def test_control_c_stops_with_a_line_and_the_next_run_goes_on(
    answers: Path, judge: JudgeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(f"g{number}") for number in range(5)]
    answers.write_text(json.dumps(run_of(rows)), encoding="utf-8")
    command = asked(answers, judge, tmp_path / "out.json", "--concurrency", "1")
    judge.hold_at = 5  # two rows are done, the third has begun
    with subprocess.Popen(
        [sys.executable, "-m", "evals", *command],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert judge.reached(5, seconds=120)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "stopped; the same command goes on" in told
    judge.gate.set()
    assert main(command) == 0
    assert "asked: 6 calls" in capsys.readouterr().out
