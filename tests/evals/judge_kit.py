"""A judge for tests: a local server that speaks the OpenAI protocol and judges by looking for words in the context."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evals.settings import EvalSettings

NONSENSE = "I would rather not say."


class JudgeServer(ThreadingHTTPServer):
    """``faults``: what the next requests get instead of a reply, a status or a text; ``always``: what all get.

    While ``gate`` is clear, requests wait. ``asked``: the bodies that got a reply; ``at_once``: the most at a time.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[int | str] = []
        self.always: int | str | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[dict[str, Any]] = []
        self.requests = self.at_once = self._now = 0
        self.hold_at: int | None = None  # the number of the request that shuts the gate
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def settings(self, **changes: Any) -> EvalSettings:
        return EvalSettings(judge_base_url=self.url, judge_model="words", **changes)

    def reached(self, requests: int, *, seconds: float) -> bool:
        """Waits for so many requests."""
        end = time.monotonic() + seconds
        while self.requests < requests and time.monotonic() < end:
            time.sleep(0.01)
        return self.requests >= requests

    @contextmanager
    def counted(self) -> Iterator[int | str | None]:
        """The fault of this request, None for a reply."""
        with self._lock:
            self.requests += 1
            if self.requests == self.hold_at:
                self.gate.clear()
            self._now += 1
            self.at_once = max(self.at_once, self._now)
            fault = self.faults.pop(0) if self.faults else self.always
        try:
            self.gate.wait(30)
            yield fault
        finally:
            with self._lock:
                self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    server: JudgeServer

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.counted() as fault:
            if isinstance(fault, int):
                self._send(fault, {"error": {"message": "not now"}})
                return
            self.server.asked.append(body)
            if self.path.endswith("/embeddings"):
                self._send(200, _embeddings(body))
            else:
                self._send(200, _completion(body, fault if fault is not None else json.dumps(_judge(body))))

    def _send(self, status: int, content: dict[str, Any]) -> None:
        reply = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Retry-After-Ms", "1")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)
        except OSError:
            return  # the client has gone

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on standard error."""


def _completion(body: dict[str, Any], text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    rows = [{"object": "embedding", "index": i, "embedding": [1.0, float(len(t))]} for i, t in enumerate(texts)]
    return {"object": "list", "data": rows, "model": body["model"], "usage": {"prompt_tokens": 5, "total_tokens": 5}}


def _judge(body: dict[str, Any]) -> dict[str, Any]:
    """What RAGAS or our own prompt asks for, by the fields of its input; supported is what stands in the context."""
    prompt = str(body["messages"][-1]["content"])
    if "Question: " in prompt and "\n\nAnswer: " in prompt:  # our own prompt
        evidence, _, answer = prompt.partition("\n\nAnswer: ")
        return {"reason": "as it stands", "verdict": "right" if _parts(answer)[0] in evidence else "wrong"}
    given = _input(prompt)
    if "statements" in given:
        return {"statements": [_verdict(one, given["context"]) for one in given["statements"]]}
    if "atomicity" in given:
        return {"claims": _parts(given["response"])}
    if "context" in given:
        whole = all(part in given["context"] for part in _parts(given["answer"]))
        parts = [{**_verdict(one, given["context"])} for one in _parts(given["answer"])]
        classified = [{"statement": p["statement"], "reason": "", "attributed": p["verdict"]} for p in parts]
        return {"reason": "looked", "verdict": int(whole), "classifications": classified}
    if set(given) == {"response"}:
        return {"question": given["response"], "noncommittal": 0}
    return {"statements": _parts(given.get("answer") or given.get("text") or "")}


def _verdict(statement: str, context: str) -> dict[str, Any]:
    return {"statement": statement, "reason": "looked", "verdict": int(statement in context)}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("。", "。\n").replace(". ", ".\n").splitlines() if part.strip()]


def _input(prompt: str) -> dict[str, Any]:
    """The last JSON object of the prompt that is no example."""
    start = prompt.lower().rindex("input:")
    found, _ = json.JSONDecoder().raw_decode(prompt[prompt.index("{", start) :])
    return dict(found)


@contextmanager
def judge_server() -> Iterator[JudgeServer]:
    server = JudgeServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


def row(id_: str = "g1", **changes: Any) -> dict[str, Any]:
    """A row of an answers run: one right statement, one that nothing supports."""
    gold = [{"kind": "page", "document": "pump.pdf", "page": 5, "quote": "The limit is 75 °C."}]
    fields: dict[str, Any] = {
        "id": id_,
        "question": f"What is the limit? ({id_})",
        "kind": "fact",
        "language": "en",
        "expected": {
            "gold_evidence": gold,
            "gold_facts": [],
            "expected_tools": ["search_documents"],
            "expected_status": "answered",
        },
        "got": {"status": "answered", "mode": "generated", "tools": ["search_documents"], "model": "m"},
        "answer": "The limit is 75 °C. The pump is green.",
        "scores": {"status": 1.0},
        "unscored": {},
        "citations": [citation("pump.pdf", 5, "Keep off. The limit is 75 °C."), citation("pump.pdf", 9, "Paint it.")],
        "latency_ms": 5.0,
        "error": "",
    }
    return fields | changes


def citation(document: str, page: int, quote: str) -> dict[str, Any]:
    where = {"kind": "page", "page": page, "regions": []}
    return {"id": f"c{page}", "document_id": "d1", "document": document, "quote": quote, "locator": where}


def run_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What ``answers --json`` writes, of these rows."""
    return {
        "kind": "answers",
        "dataset": {"name": "golden.jsonl", "sha256": "0" * 64},
        "target": "t",
        "summary": {},
        "questions": list(rows),
    }
