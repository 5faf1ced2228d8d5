"""What is said to a Qdrant server, as far as the client's local mode and a server of our own can hold it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from stores_kit import LOCAL, SCHEMA, pid, point, probes

from retrieval.errors import BadSetting, Unavailable
from retrieval.models import Caller
from retrieval.stores import _plan, server
from retrieval.stores._server.collection import arguments, indexes
from retrieval.stores._server.options import ServerOptions
from retrieval.stores.base import Where


class Recorder(ThreadingHTTPServer):
    """Answers as a Qdrant server would and keeps what it was asked: (method, path, body)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self, end: str) -> list[Any]:
        return [body for _, path, body in self.asked if path.split("?")[0].endswith(end)]


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body: Any = json.loads(self.rfile.read(length)) if length else None
        self.server.asked.append((self.command, self.path, body))
        path = self.path.split("?")[0]
        result: Any = True
        if path.endswith("/exists"):
            result = {"exists": False}
        elif path.endswith("/query"):
            result = {
                "points": [{"id": pid(7), "version": 1, "score": 0.5}, {"id": pid(3), "version": 1, "score": 0.5}]
            }
        elif path.endswith("/query/batch"):
            result = [{"points": [{"id": pid(7), "version": 1, "score": 0.5}]} for _ in body["searches"]]
        elif path.endswith("/points") or path.endswith(("/payload", "/delete", "/index")):
            result = {"operation_id": 1, "status": "completed"}
        elif self.command == "GET":
            result = _INFO
        data = json.dumps({"result": result, "status": "ok", "time": 0.0}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


_INFO = {
    "status": "green",
    "optimizer_status": "ok",
    "segments_count": 1,
    "config": {
        "params": {},
        "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000},
        "optimizer_config": {
            "deleted_threshold": 0.2,
            "vacuum_min_vector_number": 1000,
            "default_segment_number": 0,
            "flush_interval_sec": 5,
        },
        "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0},
    },
    "payload_schema": {"language": {"data_type": "keyword", "points": 0}},
}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    running = Recorder()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def test_nothing_is_left_to_the_server_s_defaults(recorder: Recorder, tmp_path: Path) -> None:
    options: dict[str, str | int | float | bool] = {
        "url": recorder.url,
        "shards": 3,
        "replicas": 2,
        "write_consistency": 2,
    }
    server.STORE.open(tmp_path, SCHEMA, options | {"on_disk": True}).close()
    made = next(body for method, path, body in recorder.asked if method == "PUT" and path.endswith("/plantwright"))
    assert (made["shard_number"], made["replication_factor"], made["write_consistency_factor"]) == (3, 2, 2)
    assert made["quantization_config"]["scalar"]["type"] == "int8"
    assert made["hnsw_config"]["m"] == 16
    assert made["vectors"]["d"] == {"size": 3, "distance": "Cosine", "memory": "cold"}
    assert made["sparse_vectors"]["k"]["modifier"] == "idf"
    fields = {body["field_name"] for body in recorder.bodies("/index")}
    assert fields == {*_plan.KEYWORD_FIELDS, *_plan.INTEGER_FIELDS} - {"language"}  # which it has already


def test_one_request_a_query_each_prefetch_with_all_of_the_filter(recorder: Recorder, tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"url": recorder.url, "read_consistency": "majority"})
    caller = Caller(name="x", groups=frozenset({"g"}), areas=frozenset({"U1"}))
    asked = probes(weights={"d": 2.0, "m": 1.0, "k": 0.5})
    found = store.query(caller, 4, asked, where=Where(tags=("P-1",)), limit=9, candidates=33, rrf_k=7)
    assert [one.id for one in found] == [pid(3), pid(7)]  # equals by id
    assert [dict(one.legs) for one in found] == [{}, {}]
    (body,) = recorder.bodies("/points/query")
    assert body["query"] == {"rrf": {"k": 7, "weights": [2.0, 1.0, 0.5, 2.0, 1.0, 0.5]}}
    assert (body["limit"], len(body["prefetch"])) == (9, 6)
    for probe, prefetch in zip(asked, body["prefetch"], strict=True):
        assert (prefetch["using"], prefetch["limit"]) == (probe.leg, 33)
        assert prefetch["params"]["hnsw_ef"] == 160
        held = {one["key"]: one.get("match", one.get("range")) for one in prefetch["filter"]["must"] if "key" in one}
        assert held["groups"] == {"any": ["g"]}
        assert held["areas"] == {"any": ["U1"]}
        assert held["tags"] == {"any": ["P-1"]}
        assert held["language"] == {"any": [probe.language]}
        assert {"from_epoch", "to_epoch"} <= held.keys()
    assert any("consistency=majority" in path for _, path, _ in recorder.asked)
    store.close()


def test_writes_wait_in_the_order_that_was_chosen(recorder: Recorder, tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"url": recorder.url, "write_ordering": "strong"})
    recorder.asked.clear()
    store.upsert([point(1)])
    store.retire("doc", 2, 3)
    store.delete("doc")
    assert len(recorder.asked) == 3
    assert all("wait=true" in path and "ordering=strong" in path for _, path, _ in recorder.asked)
    store.close()


async def test_the_async_query_asks_the_same(recorder: Recorder, tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"url": recorder.url})
    arguments: dict[str, Any] = {"where": Where(), "limit": 5, "candidates": 5, "rrf_k": 10}
    assert await store.aquery(LOCAL, 1, probes(), **arguments) == store.query(LOCAL, 1, probes(), **arguments)
    first, second = recorder.bodies("/points/query")
    assert first == second
    assert await store.aquery(Caller(name="x"), 1, probes(), **arguments) == []
    assert len(await store.aquery(LOCAL, 1, probes()[:1], **arguments)) == 1
    await store.aclose()
    store.close()


async def test_the_async_query_in_local_mode_finds_the_same(tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"path": ":memory:"})
    store.upsert([point(number, d=(1.0, number / 10, 0.0)) for number in range(1, 9)])
    arguments: dict[str, Any] = {"where": Where(), "limit": 5, "candidates": 5, "rrf_k": 10}
    assert await store.aquery(LOCAL, 1, probes(), **arguments) == store.query(LOCAL, 1, probes(), **arguments)
    store.close()


async def test_no_server_is_one_line_for_the_async_query_too(recorder: Recorder, tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"url": recorder.url})
    store.options = store.options.model_copy(update={"url": "http://127.0.0.1:9"})
    with pytest.raises(Unavailable, match="check that it runs"):
        await store.aquery(LOCAL, 1, probes(), where=Where(), limit=5, candidates=5, rrf_k=10)
    await store.aclose()
    store.close()


def test_fused_here_there_are_raw_scores(recorder: Recorder, tmp_path: Path) -> None:
    store = server.STORE.open(tmp_path, SCHEMA, {"url": recorder.url, "fusion": "client"})
    (found,) = store.query(LOCAL, 1, probes(languages=("en",)), where=Where(), limit=5, candidates=5, rrf_k=10)
    assert dict(found.legs) == {"d": 0.5, "m": 0.5, "k": 0.5}
    assert len(recorder.bodies("/points/query/batch")) == 1
    store.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"shards": 0}, "shards"),
        ({"quantization": "int4"}, "quantization"),
        ({"read_consistency": "some"}, "read_consistency"),
        ({"replicas": 2, "write_consistency": 3}, "write_consistency"),
        ({"api_key_file": "/no/such/key"}, "api_key_file"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: dict[str, str | int | float | bool], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        server.STORE.open(tmp_path, SCHEMA, options)


def test_every_field_that_a_filter_names_has_an_index() -> None:
    conditions = _plan.conditions(
        Caller(name="x", groups=frozenset({"g"}), areas=frozenset({"a"})),
        1,
        Where(tags=("t",), document_ids=("d",), languages=("en",), kinds=("text",), applies=("t",)),
    )
    assert conditions is not None
    named = {
        one.field for one in [*conditions, *_plan.of_document("d"), *_plan.to_retire("d", 1)] if hasattr(one, "field")
    }
    assert named <= indexes().keys()
    assert arguments(SCHEMA, ServerOptions(quantization="none"))["quantization_config"] is None
