"""A small real server that speaks OpenAI's chat completions, well or badly."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest

REPLY = "上限是 80 °C [1]. The limit is 80 °C [1]."


class Server(BaseHTTPRequestHandler):
    """Speaks OpenAI's chat completions as a server does that has one model. ``mood`` says how it misbehaves."""

    protocol_version = "HTTP/1.1"
    mood, choice = "", '{"tool": "read_tags"}'
    requests: list[dict[str, Any]] = []  # noqa: RUF012  (a fresh list for every server)
    left: threading.Event

    def do_GET(self) -> None:
        self._json(
            200,
            {
                "object": "list",
                "data": [{"id": "owner/tiny-1B", "object": "model", "created": 0, "owned_by": "owner"}]
                if self.mood != "none"
                else [],
            },
        )

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(request | {"key": self.headers["Authorization"]})
        if self.mood == "refuses":
            self._json(400, {"error": {"message": "the prompt is\ntoo long", "type": "invalid_request_error"}})
        elif self.mood == "silent":
            self.left.wait(5)
            self.close_connection = True
        elif request.get("stream"):
            self._stream()
        else:
            self._json(
                200,
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [
                        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.choice}}
                    ],
                },
            )

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        try:
            self._piece({"role": "assistant", "content": ""}, None)
            pieces: Iterator[str] = iter(REPLY)
            if self.mood == "endless":
                pieces = iter(lambda: "x", None)
            for piece in pieces:
                self._piece({"content": piece}, None)
                if self.mood == "breaks":
                    return
                if self.mood == "endless":
                    time.sleep(0.001)
            self._piece({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.left.set()

    def _piece(self, delta: dict[str, str], finish: str | None) -> None:
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[type[Server], str]]:
    handler = cast(type[Server], type("OneServer", (Server,), {"requests": [], "left": threading.Event()}))
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield handler, f"http://127.0.0.1:{http.server_port}/v1"
    http.shutdown()
    thread.join()
    http.server_close()
