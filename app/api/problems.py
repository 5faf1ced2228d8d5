"""Errors as RFC 9457 problem JSON, from the one error tree."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from retrieval.errors import BadInput, DeadlinePassed, Forbidden, IndexMismatch, NotFound, PlantwrightError, Transient

log = logging.getLogger(__name__)
_STATUS: list[tuple[type[PlantwrightError], int, str]] = [
    (BadInput, 400, "Bad input"),
    (Forbidden, 403, "Forbidden"),
    (NotFound, 404, "Not found"),
    (IndexMismatch, 409, "Index mismatch"),
    (DeadlinePassed, 504, "Deadline passed"),
    (Transient, 503, "Unavailable"),
]


def problem(status: int, title: str, detail: str, more: Mapping[str, str] | None = None) -> JSONResponse:
    """``more``: further headers."""
    headers = ({"Retry-After": "5"} if status == 503 else {}) | dict(more or {})
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status,
        headers=headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Every error answers in one shape: ours, requests that don't fit, the framework's, and those nobody foresaw."""

    @app.exception_handler(PlantwrightError)
    async def ours(request: Request, error: PlantwrightError) -> JSONResponse:
        for kind, status, title in _STATUS:
            if isinstance(error, kind):
                return problem(status, title, str(error))
        return problem(500, "Internal error", str(error))

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return problem(422, "Unprocessable request", f"{where}: {first['msg']}" if where else first["msg"])

    @app.exception_handler(HTTPException)
    async def of_framework(request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail), error.headers)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.exception("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Internal error", "something failed that nobody foresaw; the service's log says what")
