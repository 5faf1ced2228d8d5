"""The documents of the fake service: lists, texts, tables; uploads that come to be done as they are asked about."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from recorded_documents import DOCUMENTS, FAILURES, OLD_RUN, PIECES, TABLES, run


def problem(status: int, title: str, detail: str) -> JSONResponse:
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    app.state.runs, app.state.gone, app.state.failures = [], set(), FAILURES
    _list(app)
    _runs(app)
    _contents(app)


def _list(app: FastAPI) -> None:
    @app.get("/v1/documents")
    async def documents(q: str = "", kind: str = "", cursor: str = "", limit: int = 100) -> dict[str, Any]:
        found = [
            document
            for document in DOCUMENTS
            if q.lower() in f"{document['title']} {document['path']}".lower()
            and kind in ("", document["kind"])
            and document["id"] not in app.state.gone
        ]
        start = int(cursor or 0)
        more = {"next": str(start + limit)} if start + limit < len(found) else {}
        return {"documents": found[start : start + limit], **more}

    @app.delete("/v1/documents/{document_id}")
    async def delete(document_id: str, history: str = "drop") -> Response:
        app.state.seen.append(("DELETE-DOCUMENT", [document_id, history]))
        app.state.gone.add(document_id)
        title = next(document["title"] for document in DOCUMENTS if document["id"] == document_id)
        return _begin(app, "retire" if history == "keep" else "delete", [title])


def _begin(app: FastAPI, action: str, names: list[str]) -> Response:
    app.state.runs.append({"action": action, "names": names, "polls": 0})
    number = len(app.state.runs)
    return JSONResponse({"ingestion": run(number, action, names, 0)}, 202)


def _runs(app: FastAPI) -> None:
    @app.post("/v1/documents")
    async def upload(request: Request) -> Response:
        async with request.form() as form:
            files = [part for name, part in form.multi_items() if name == "files" and not isinstance(part, str)]
            sizes = [[part.filename, len(await part.read())] for part in files]
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        app.state.seen.append(("UPLOAD", [sizes, fields]))
        names = [str(name) for name, _ in sizes]
        if any("huge" in name for name in names):
            return problem(413, "Content Too Large", "the files have more than [app] upload_max_bytes = 10")
        return _begin(app, "ingest", names)

    @app.get("/v1/ingestions")
    async def ingestions(limit: int = 20) -> dict[str, Any]:
        told = []
        for number, each in enumerate(app.state.runs, 1):
            told.append(run(number, each["action"], each["names"], each["polls"] // 2))  # a page asks twice
            each["polls"] += 1
        return {"ingestions": [*reversed(told), OLD_RUN][:limit], "next": None}

    @app.get("/v1/ingestions/failures")
    async def failures() -> dict[str, Any]:
        return {"failures": app.state.failures}


def _contents(app: FastAPI) -> None:
    @app.get("/v1/documents/{document_id}/text")
    async def text(document_id: str, first: int = 0, limit: int = 50, place: int | None = None) -> dict[str, Any]:
        app.state.seen.append(("TEXT", [document_id, first, place]))
        if place is not None:
            centre = max(piece["position"] for piece in PIECES if piece["locator"]["first"] <= place)
            first, limit = max(0, centre - 2), 5
        end = first + limit
        following = end if end < len(PIECES) else None
        return {"document_id": document_id, "total": len(PIECES), "pieces": PIECES[first:end], "next": following}

    @app.get("/v1/documents/{document_id}/tables")
    async def tables(document_id: str) -> dict[str, Any]:
        heads = [{name: value for name, value in table.items() if name != "rows"} for table in TABLES.values()]
        return {"tables": heads}

    @app.get("/v1/documents/{document_id}/tables/{name:path}")
    async def table(document_id: str, name: str, first: int = 1, limit: int = 100) -> Response:
        app.state.seen.append(("TABLE", [document_id, name, first]))
        if name not in TABLES:
            return problem(404, "Not found", f"no table {name!r}")
        rows = [row for row in TABLES[name]["rows"] if row["row"] >= first]
        more = rows[limit]["row"] if len(rows) > limit else None
        return JSONResponse({"table": TABLES[name] | {"rows": rows[:limit]}, "next": more})

    @app.get("/v1/documents/{document_id}/original")
    async def original(document_id: str) -> Response:
        app.state.seen.append(("ORIGINAL", document_id))
        return Response(b"# Start-up\n", media_type="text/markdown")
