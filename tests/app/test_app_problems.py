"""What goes wrong is said in one shape over HTTP, and in one line on the command line."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from service_kit import Demo, served

from app.__main__ import main
from app.api import problems
from retrieval.sql import epochs
from retrieval.sql.engine import Database

ROOT = Path(__file__).parents[2]


async def test_a_box_turned_round_is_bad_input(data_dir: Path, demo: Demo) -> None:
    async with served(data_dir, demo.plant) as client:
        shown = (await client.get("/v1/documents")).json()["documents"]
        manual = next(document for document in shown if document["kind"] == "manual")
        url = f"/v1/documents/{manual['id']}/pages/1.png"
        assert (await client.get(url, params={"regions": "0.1,0.1,0.9,0.9"})).status_code == 200
        response = await client.get(url, params={"regions": "0.9,0.9,0.1,0.1"})
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert "x0 <= x1" in response.json()["detail"]


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    problems.install(app)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of the inside")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_what_the_framework_refuses_is_problem_json(client: httpx.AsyncClient) -> None:
    for method, url, status, title in (
        ("GET", "/nothing", 404, "Not Found"),
        ("POST", "/broken", 405, "Method Not Allowed"),
    ):
        response = await client.request(method, url)
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
        assert response.json() == {"type": "about:blank", "title": title, "status": status, "detail": title}
    assert response.headers["allow"] == "GET"


async def test_what_nobody_foresaw_is_problem_json_and_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "app.api.problems"):
        response = await client.get("/broken")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert response.json()["title"] == "Internal error"
    assert "secret" not in response.text
    assert ["GET /broken failed" in caplog.text, "a secret of the inside" in caplog.text] == [True, True]


@contextlib.contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<html>Bad Gateway</html>", 502, "answered 502 without an answer; is it Plantwright?"),
        (b"<html>Hello</html>", 200, "answered 200 without an answer; is it Plantwright?"),
        (b"[1]", 200, "answered 200 without an answer; is it Plantwright?"),
        (b"\xff\xfe", 500, "answered 500 without an answer; is it Plantwright?"),
        (json.dumps({"detail": "no such tag"}).encode(), 404, "plantwright: no such tag"),
    ],
)
def test_asking_something_else_than_a_service_is_one_line(
    body: bytes, status: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nothing listens: loopback must not go there
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with answering(body, status) as url:
        assert main(["ask", "How?", "--url", url]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def start(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """``python -m app`` with an index of its own, which is to fail while starting."""
    config = tmp_path / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(tmp_path / "data").as_posix()}"\nlegs = ["keyword"]\nlock_timeout_seconds = 0\n'
        '[app.llm]\nprovider = "extractive"\n[app.plant]\nsource = "none"\n',
        encoding="utf-8",
    )
    there = os.environ | {"PLANTWRIGHT_CONFIG": str(config), "PLANTWRIGHT_APP__PORT": free_port()} | environment
    return subprocess.run(
        [sys.executable, "-m", "app"], cwd=ROOT, env=there, capture_output=True, text=True, check=False, timeout=120
    )


def free_port() -> str:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.startswith("plantwright: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_setting_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    assert "[app.llm] provider: no 'nope'; there are" in one_line(
        start(tmp_path, PLANTWRIGHT_APP__LLM__PROVIDER="nope")
    )


def test_an_index_of_other_settings_is_one_line(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "data" / "plantwright.sqlite")
    epochs.set_manifest(database, {"legs": ["dense"]})
    database.close()
    assert "run: python -m ingestion --rebuild" in one_line(start(tmp_path))


def test_an_index_that_another_process_holds_is_one_line(tmp_path: Path) -> None:
    from retrieval.knowledge import open_knowledge
    from retrieval.settings import RetrievalSettings

    knowledge = open_knowledge(RetrievalSettings(data_dir=tmp_path / "data", legs=("keyword",)), holder="a test")
    try:
        assert "a test" in one_line(start(tmp_path))
    finally:
        knowledge.close()
