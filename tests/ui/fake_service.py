"""A small real service on loopback: recorded answers over the routes and the event stream of the real one.

    python tests/ui/fake_service.py --port 8000 [--pause 0.3]

What a question holds decides how it behaves: ``break`` cuts the stream after four events (resumed over /events),
``lost`` cuts it and never resumes, ``busy`` answers 503, ``slow`` stops before its sentences until it is cancelled,
``queued`` waits in a queue with a preview. Everything that was asked of it is listed under /_seen.
"""

import argparse
import asyncio
import io
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fake_documents import install, problem
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from PIL import Image, ImageDraw
from recorded import ORDER, READINGS, TAGS
from recorded_documents import DOCUMENTS
from replay import answer_for, events_of


def create_app(*, pause_s: float = 0.0) -> FastAPI:
    """``pause_s`` between the events of a stream."""
    app = FastAPI()
    app.state.seen, app.state.questions, app.state.cancelled = [], {}, {}
    _answers(app, pause_s)
    _evidence(app)
    install(app)
    return app


def _answers(app: FastAPI, pause_s: float) -> None:
    state = app.state

    @app.post("/v1/answers")
    async def ask(request: Request) -> Response:
        body = await request.json()
        state.seen.append(("POST", body))
        question: str = body["question"]
        if "busy" in question:
            return problem(503, "Unavailable", "the model is loading; try again in a minute")
        recorded = answer_for(question)
        answer_id = f"{recorded['id']}-{len(state.questions)}"
        state.questions[answer_id] = question
        state.cancelled[answer_id] = asyncio.Event()
        cut = 4 if "break" in question or "lost" in question else None
        return StreamingResponse(
            _stream(app, answer_id, 0, cut, pause_s), media_type="text/event-stream", headers={"X-Answer-Id": answer_id}
        )

    @app.get("/v1/answers/{answer_id}/events")
    async def resume(answer_id: str, request: Request) -> Response:
        after = int(request.headers.get("last-event-id", "0"))
        state.seen.append(("RESUME", after))
        if answer_id not in state.questions:
            return problem(404, "Not found", f"no answer {answer_id}")
        if "lost" in state.questions[answer_id]:
            return problem(503, "Unavailable", "starting")
        return StreamingResponse(_stream(app, answer_id, after, None, pause_s), media_type="text/event-stream")

    @app.delete("/v1/answers/{answer_id}")
    async def cancel(answer_id: str) -> Response:
        state.seen.append(("DELETE", answer_id))
        state.cancelled[answer_id].set()
        return Response(status_code=204)

    @app.get("/_seen")
    async def seen() -> list[Any]:
        return list(state.seen)


async def _stream(app: FastAPI, answer_id: str, after: int, cut: int | None, pause_s: float) -> AsyncIterator[str]:
    question = app.state.questions[answer_id]
    recorded = answer_for(question) | {"id": answer_id}
    yield ": hello\n\n"
    for seq, (name, data) in enumerate(events_of(recorded, queued="queued" in question), 1):
        if seq <= after:
            continue
        if "slow" in question and name == "sentence":
            await app.state.cancelled[answer_id].wait()
        if app.state.cancelled[answer_id].is_set() or (cut is not None and seq > cut):
            return
        yield f"id: {seq}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        await asyncio.sleep(pause_s)


def _evidence(app: FastAPI) -> None:
    @app.get("/readyz")
    async def ready() -> dict[str, Any]:
        return {"ready": True, "parts": {"index": True, "model": True, "plant": True}}

    @app.get("/v1/documents/{document_id}/pages/{page}.png")
    async def page(document_id: str, page: int, regions: str = "", width: int = 1200) -> Response:
        app.state.seen.append(("PAGE", [document_id, page, regions]))
        known = next((d for d in DOCUMENTS if d["id"] == document_id), None)
        if known is None or not 1 <= page <= (known["pages"] or 0):
            return problem(404, "Not found", f"{document_id} has no page {page}")
        return Response(_page_png(page, regions, width), media_type="image/png")

    @app.get("/v1/drawings/{document_id}.png")
    async def drawing(document_id: str, highlight: str = "", width: int = 1600) -> Response:
        app.state.seen.append(("DRAWING", [document_id, highlight]))
        return Response(_drawing_png(highlight, width), media_type="image/png")

    @app.get("/v1/records/{table}/{key}")
    async def record(table: str, key: str) -> Response:
        found = (table, key) == (ORDER["table"], ORDER["key"])
        return JSONResponse(ORDER) if found else problem(404, "Not found", f"no row {key} in {table}")

    @app.get("/v1/plant/tags")
    async def tags() -> dict[str, Any]:
        return {"tags": TAGS}

    @app.get("/v1/plant/readings")
    async def readings(tags: str) -> dict[str, Any]:
        return {"readings": [reading for reading in READINGS if reading["tag"] in tags.split(",")]}


def _page_png(page: int, regions: str, width: int) -> bytes:
    image = Image.new("RGB", (width, int(width * 1.414)), "white")
    draw = ImageDraw.Draw(image, "RGBA")
    draw.text((width * 0.1, width * 0.08), f"Page {page}", fill="black", font_size=width // 30)
    for line in range(30):
        top = image.height * (0.12 + line * 0.027)
        box = (width * 0.1, top, width * (0.88 - line % 5 * 0.07), top + width * 0.008)
        draw.rectangle(box, fill=(120, 126, 130, 255))
    for region in filter(None, regions.split(";")):
        x0, y0, x1, y1 = (float(x) for x in region.split(","))
        box = (x0 * width, y0 * image.height, x1 * width, y1 * image.height)
        draw.rectangle(box, fill=(255, 196, 0, 70), outline=(214, 120, 0, 255), width=4)
    return _png(image)


def _drawing_png(highlight: str, width: int) -> bytes:
    image = Image.new("RGB", (width, int(width * 0.6)), "white")
    draw = ImageDraw.Draw(image)
    y = image.height // 2
    draw.line((width * 0.1, y, width * 0.9, y), fill="black", width=3)
    for n, tag in enumerate(["T-101", "HV-111A", "P-101A", "HV-113A"]):
        x = int(width * (0.15 + n * 0.22))
        draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill="white", outline="black", width=3)
        draw.text((x - 40, y + 55), tag, fill="black", font_size=width // 60)
        if tag in highlight.split(","):
            draw.ellipse((x - 60, y - 60, x + 60, y + 60), outline="#d67800", width=8)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app on a free loopback port in a thread; its URL."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError(f"the fake service did not start on port {port}")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The fake service")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between events")
    given = parser.parse_args()
    uvicorn.run(create_app(pause_s=given.pause), host="127.0.0.1", port=given.port, log_level="warning")
