"""RAGAS itself runs here; the judge is a local server that speaks the OpenAI protocol."""

import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from evals_kit import answer, golden, page, silent

from evals.metrics import ragas_context_recall, ragas_faithfulness
from evals.metrics.base import Case
from evals.runner import Asked, score_all
from evals.settings import EvalSettings

STATEMENTS = ["The limit is 75 °C.", "The pump is green."]


class Judge(ThreadingHTTPServer):
    """Splits every answer into two statements and supports the first; ``broken`` makes it talk nonsense."""

    broken = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.prompts: list[str] = []

    def reply(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if self.broken:
            return "I would rather not say."
        if '"verdict"' not in prompt:
            return json.dumps({"statements": STATEMENTS})
        verdicts = [
            {"statement": statement, "reason": "so it stands", "verdict": int(statement == STATEMENTS[0])}
            for statement in STATEMENTS
        ]
        return json.dumps({"statements": verdicts})


class Handler(BaseHTTPRequestHandler):
    server: Judge

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        message = {"role": "assistant", "content": self.server.reply(prompt)}
        reply = json.dumps(
            {
                "id": "c1",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def judge() -> Iterator[Judge]:
    server = Judge()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def judged(server: Judge) -> Case:
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    return Case(golden(), {"d1": "pump.pdf"}, EvalSettings(judge_base_url=url, judge_model="judge"))


ANSWER = answer(" ".join(STATEMENTS), citations=[page("c1", 5, "The bearing temperature must not exceed 75 °C.")])


def test_faithfulness_is_the_share_of_supported_statements(judge: Judge) -> None:
    assert ragas_faithfulness.METRIC.score(judged(judge), ANSWER) == 0.5
    assert len(judge.prompts) == 2
    assert "The bearing temperature must not exceed 75" in judge.prompts[1]


def scored(case: Case) -> dict[str, Any]:
    return score_all([Asked(case.question, ANSWER, 1.0)], case.documents, case.settings, silent)[0]


def test_a_judge_that_talks_nonsense_leaves_the_answer_unscored(judge: Judge) -> None:
    judge.broken = True
    row = scored(judged(judge))
    assert math.isnan(row["scores"]["ragas_faithfulness"])
    assert list(row["unscored"]) == ["ragas_faithfulness"]
    assert row["scores"]["status"] == 1.0
    assert judge.prompts


def test_a_judge_that_is_away_leaves_the_answer_unscored() -> None:
    away = EvalSettings(judge_base_url="http://127.0.0.1:9/v1", judge_model="judge")
    row = scored(Case(golden(), {}, away))
    assert math.isnan(row["scores"]["ragas_faithfulness"])
    assert "Connection" in row["unscored"]["ragas_faithfulness"]


def test_without_judge_or_citation_there_is_nothing_to_score(judge: Judge) -> None:
    assert math.isnan(ragas_faithfulness.METRIC.score(Case(golden()), ANSWER))
    assert math.isnan(ragas_faithfulness.METRIC.score(judged(judge), answer()))
    assert judge.prompts == []


def test_context_recall_needs_no_judge() -> None:
    gold = [
        {"kind": "page", "document": "pump.pdf", "page": 5, "quote": "The limit of the bearing is 75 °C."},
        {"kind": "page", "document": "pump.pdf", "page": 6, "quote": "加药泵的冲程频率不得超过每分钟一百六十次。"},
    ]
    case, score = Case(golden(gold_evidence=gold)), ragas_context_recall.METRIC.score
    english = page("c1", 5, "Keep the guard closed. The limit of the bearing is 75 °C. Check it every shift.")
    chinese = page("c2", 6, "概述。加药泵的冲程频率不得超过每分钟一百六十次。")
    assert score(case, answer(citations=[english, chinese])) == 1.0
    assert score(case, answer(citations=[english])) == 0.5
    assert score(case, answer(citations=[page("c3", 1, "Something else entirely, about paint.")])) == 0.0
    assert math.isnan(score(case, answer()))
    assert math.isnan(score(Case(golden(gold_evidence=[])), answer(citations=[english])))
