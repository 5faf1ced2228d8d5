"""What the tests of the stores share: a small schema, points, probes, and every variant opened for real."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from app.api.store import router
from retrieval.legs.base import LANGUAGES, Sparse, Vector
from retrieval.models import Caller, Language
from retrieval.stores import edge, remote, server
from retrieval.stores.base import LegSchema, Point, Probe, VectorStore, Where

SCHEMA = (LegSchema("d", "dense", 3), LegSchema("m", "dense", 2), LegSchema("k", "sparse", 0))
LOCAL = Caller.local()
TOKEN = "secret-of-the-test"
VARIANTS = ("edge", "server", "remote")
ONE_TERM = Sparse((1,), (1.0,))
ANYWHERE = Where()
USUAL: Mapping[str, Vector] = {"d": (1.0, 0.1, 0.0), "m": (1.0, 0.0), "k": Sparse((1, 2), (1.0, 1.0))}


def pid(number: int) -> str:
    return str(UUID(int=number))


def point(
    number: int,
    d: tuple[float, ...] = (1.0, 0.0, 0.0),
    m: tuple[float, ...] = (1.0, 0.0),
    k: Sparse = ONE_TERM,
    **changes: object,
) -> Point:
    values: dict[str, object] = {
        "id": pid(number),
        "vectors": {"d": d, "m": m, "k": k},
        "document_id": "doc",
        "language": "en",
        "kind": "text",
        "tags": ("P-101A",),
        "groups": ("plant",),
        "areas": ("site",),
        "from_epoch": 1,
    }
    return Point(**(values | changes))  # type: ignore[arg-type]


def probes(
    vectors: Mapping[str, Vector] = USUAL,
    weights: Mapping[str, float] | None = None,
    languages: Sequence[Language] = LANGUAGES,
) -> list[Probe]:
    """Each leg among the passages of each language; a leg without a weight counts 1."""
    weights = dict.fromkeys(vectors, 1.0) if weights is None else weights
    return [
        Probe(leg, vector, language, weights.get(leg, 0.0)) for language in languages for leg, vector in vectors.items()
    ]


@contextlib.contextmanager
def serving(store: VectorStore) -> Iterator[str]:
    app = FastAPI()
    app.include_router(router(lambda: store, lambda: TOKEN))
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()


@contextlib.contextmanager
def opened(
    variant: str,
    folder: Path,
    schema: Sequence[LegSchema] = SCHEMA,
    options: Mapping[str, str | int | bool] | None = None,
) -> Iterator[VectorStore]:
    """``options`` are the embedded store's."""
    if variant == "server":
        store: VectorStore = server.STORE.open(folder, schema, {"path": ":memory:"})
        yield store
        store.close()
        return
    local = edge.STORE.open(folder, schema, options or {})
    try:
        if variant == "edge":
            yield local
            return
        with serving(local) as url:
            far = remote.STORE.open(folder, schema, {"url": url, "token": TOKEN})
            yield far
            far.close()
    finally:
        local.close()


def ask(
    store: VectorStore,
    caller: Caller = LOCAL,
    epoch: int = 1,
    *,
    where: Where = ANYWHERE,
    limit: int = 10,
    candidates: int = 50,
    weights: Mapping[str, float] | None = None,
    vectors: Mapping[str, Vector] = USUAL,
) -> list[str]:
    """Ids, best first."""
    asked = probes(vectors, weights)
    found = store.query(caller, epoch, asked, where=where, limit=limit, candidates=candidates, rrf_k=10)
    return [one.id for one in found]
