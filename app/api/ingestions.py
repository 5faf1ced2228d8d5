"""``POST /v1/documents`` takes files in; ``/v1/ingestions`` tells what becomes of them, run by run."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.requests import ClientDisconnect

from app.api.service import CallerDep, Service, ServiceDep
from app.api.wire import Wire
from app.ingest.inbox import Refused, Upload
from app.ingest.labels import labels
from app.ingest.multipart import FormReader, too_large
from app.ingest.progress import IngestionOut, told
from retrieval.errors import BadInput, Forbidden
from retrieval.models import EVERYTHING, Caller
from retrieval.sql import ingestions, ledger
from retrieval.sql.documents import get_titles
from retrieval.sql.engine import Database
from retrieval.sql.ingestions import Ingestion, IngestionEvent

router = APIRouter(prefix="/v1", tags=["ingestions"])
POLL_SECONDS = 0.5
_BEAT_SECONDS = 15.0  # a comment that keeps proxies and clients from giving up
_EVENTS = 100_000
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "groups": {"type": "string", "description": "who may see them; several separated by commas"},
                        "areas": {"type": "string", "description": "plant areas; several separated by commas"},
                        "revision": {"type": "string", "description": "where the files don't say it themselves"},
                        "effective_date": {"type": "string", "format": "date"},
                        "assets": {"type": "string", "description": "tags that the files are about, by commas"},
                        "folder": {"type": "string", "description": "goes before each name in the documents' paths"},
                    },
                }
            }
        },
    }
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}, "application/json": {}}, "description": "Its events, in order"}
}


class Started(Wire):
    """The run that was begun: follow it under ``Location``."""

    ingestion: IngestionOut


class Ingestions(Wire):
    """``next`` goes into ``cursor`` for older ones; None at the end."""

    ingestions: list[IngestionOut]
    next: str | None = None


class EventOut(Wire):
    seq: int
    time: datetime
    event: str
    data: dict[str, Any]


class Events(Wire):
    events: list[EventOut]


class Failure(Wire):
    """A file that is not in the index, or not in its last version. ``quarantined``: tried again when it changes."""

    path: str
    status: str  # failed | quarantined
    reason: str
    stage: str
    attempts: int
    finished: datetime
    retry_after: datetime | None
    size: int
    document_id: str | None  # of the version that is still shown


class Failures(Wire):
    failures: list[Failure]


@router.post("/documents", status_code=202, response_model=Started, tags=["documents"], openapi_extra=_FORM)
async def upload(request: Request, response: Response, service: ServiceDep, caller: CallerDep) -> Started:
    """Send files: ``multipart/form-data``, each in a part with a filename. They are ingested one run after another.

    Answers at once with the run (202, ``Location``). The same file again is told as unchanged; a changed one becomes
    a new revision. 413 beyond ``[app] upload_max_bytes`` or ``upload_max_files``, 422 where a part does not fit, 403
    where a group or area is not the caller's.
    """
    limits, files = service.settings, Upload(service.ingestions.inbox)
    _same_origin(request)
    try:
        if int(request.headers.get("content-length") or 0) > limits.upload_max_bytes + 1_000_000:
            raise too_large(limits.upload_max_bytes)  # before a byte of it is read
        reader = FormReader(
            request.headers.get("content-type", ""),
            files,
            max_bytes=limits.upload_max_bytes,
            max_files=limits.upload_max_files,
        )
        asked, folder = labels(caller, await reader.read(request.stream()))
        run = await asyncio.to_thread(_submit, service, caller, files, folder, asked)
    except BaseException as error:
        await asyncio.to_thread(files.drop)
        _refuse(error)
    return begun(service, response, run, files.names)


def _same_origin(request: Request) -> None:
    """Browsers send forms across sites without asking: no page that someone visits may add documents here."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site") == "cross-site":
        raise Forbidden(f"files are not taken from another site ({origin or 'cross-site'}); send them to the service")


def begun(service: Service, response: Response, run: Ingestion, names: Sequence[str]) -> Started:
    """The answer to what takes a while."""
    service.ingestions.wake()
    response.headers["Location"] = f"/v1/ingestions/{run.id}"
    return Started(ingestion=told(run, names))


def _refuse(error: BaseException) -> NoReturn:
    if isinstance(error, Refused):
        raise HTTPException(error.status, str(error)) from None
    if isinstance(error, ClientDisconnect):
        raise HTTPException(400, "the client left before all was sent") from None
    if isinstance(error, BadInput):
        raise HTTPException(422, str(error)) from None
    raise error


def _submit(service: Service, caller: Caller, files: Upload, folder: str, asked: dict[str, Any]) -> Ingestion:
    paths = files.commit(folder)
    # A folder is walked from the upload's own: the documents' paths then begin with its name.
    given = [files.folder.resolve()] if folder else paths
    # Who sends a file means it, even one that was deleted before.
    request = {"paths": [str(path) for path in given], "given": True, **asked}
    return service.ingestions.submit(caller, "ingest", request, files.names)


@router.get("/ingestions")
async def list_runs(
    service: ServiceDep, caller: CallerDep, limit: Annotated[int, Query(ge=1, le=200)] = 20, cursor: str = ""
) -> Ingestions:
    """The caller's runs, the newest first."""
    return await asyncio.to_thread(_list, service.knowledge.database, caller, limit, _before(cursor))


@router.get("/ingestions/failures")
async def failures(service: ServiceDep, caller: CallerDep) -> Failures:
    """Files that could not be ingested, and why: all for who may see all, else those of the caller's documents."""
    return await asyncio.to_thread(_not_in_index, service.knowledge.database, caller)


@router.get("/ingestions/{id_}")
async def get_run(id_: str, service: ServiceDep, caller: CallerDep) -> IngestionOut:
    """How far it is: counts so far, the file that is worked on, and the failures with their reasons."""
    database = service.knowledge.database
    return await asyncio.to_thread(lambda: _told(database, caller, ingestions.get(database, caller, id_)))


@router.get("/ingestions/{id_}/events", response_model=Events, responses=_STREAM)
async def events(
    id_: str,
    service: ServiceDep,
    caller: CallerDep,
    accept: Annotated[str, Header()] = "",
    last_event_id: Annotated[int, Header(ge=0)] = 0,
) -> Response | Events:
    """Its events later than ``Last-Event-ID``: as a stream until it is over where ``Accept`` asks for
    ``text/event-stream``, else those so far as JSON."""
    database = service.knowledge.database
    await asyncio.to_thread(ingestions.get, database, caller, id_)  # NotFound comes before the stream begins
    if "text/event-stream" in accept:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        lines = _follow(database, caller, id_, last_event_id)
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)
    found = await asyncio.to_thread(ingestions.events, database, caller, id_, last_event_id, _EVENTS)
    return Events(events=[_event(event) for event in found])


async def _follow(database: Database, caller: Caller, id_: str, after: int) -> AsyncIterator[bytes]:
    quiet = 0.0
    while True:
        run = await asyncio.to_thread(ingestions.get, database, caller, id_)  # first: its end comes after its events
        found = await asyncio.to_thread(ingestions.events, database, caller, id_, after, 500)
        for event in found:
            after, quiet = event.seq, 0.0
            said = json.dumps(dict(event.data), ensure_ascii=False)
            yield format_sse_event(id=str(event.seq), event=event.event, data_str=said)
        if found:
            continue
        if run.finished is not None:
            return
        await asyncio.sleep(POLL_SECONDS)
        quiet += POLL_SECONDS
        if quiet >= _BEAT_SECONDS:
            quiet = 0.0
            yield b": still here\n\n"


def _event(event: IngestionEvent) -> EventOut:
    return EventOut(seq=event.seq, time=event.time, event=event.event, data=dict(event.data))


def _told(database: Database, caller: Caller, run: Ingestion) -> IngestionOut:
    """``names`` come with the first event; how far it is, with all of them."""
    said = ingestions.events(database, caller, run.id, 0, 1 if run.finished else _EVENTS)
    names = said[0].data.get("names", ()) if said else ()
    return told(run, names, said)


def _list(database: Database, caller: Caller, limit: int, before: datetime | None) -> Ingestions:
    runs = ingestions.list_runs(database, caller, limit=limit + 1, before=before)
    shown = [_told(database, caller, run) for run in runs[:limit]]
    return Ingestions(ingestions=shown, next=shown[-1].created.isoformat() if len(runs) > limit else None)


def _before(cursor: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cursor.replace(" ", "+")) if cursor else None  # "+" unescaped in a URL
    except ValueError:
        moment = None
    if cursor and (moment is None or moment.tzinfo is None):
        raise BadInput(f"cursor={cursor!r}: give what an earlier answer named as next")
    return moment


def _not_in_index(database: Database, caller: Caller) -> Failures:
    may_see_all = EVERYTHING in caller.groups and EVERYTHING in caller.areas
    entries = [entry for entry in ledger.list_entries(database) if entry.status in ("failed", "quarantined")]
    shown = get_titles(database, caller, [entry.document_id for entry in entries if entry.document_id])
    return Failures(
        failures=[
            Failure(
                path=entry.path,
                status=entry.status,
                reason=entry.reason or "",
                stage=entry.stage,
                attempts=entry.attempts,
                finished=entry.finished,
                retry_after=entry.retry_after,
                size=entry.size,
                document_id=entry.document_id if entry.document_id in shown else None,
            )
            for entry in entries
            if may_see_all or entry.document_id in shown
        ]
    )
