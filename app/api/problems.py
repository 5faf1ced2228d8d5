"""Errors as RFC 9457 problem JSON, from the one error tree."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from retrieval.errors import BadInput, DeadlinePassed, Forbidden, IndexMismatch, NotFound, PlantwrightError, Transient

_STATUS: list[tuple[type[PlantwrightError], int, str]] = [
    (BadInput, 400, "Bad input"),
    (Forbidden, 403, "Forbidden"),
    (NotFound, 404, "Not found"),
    (IndexMismatch, 409, "Index mismatch"),
    (DeadlinePassed, 504, "Deadline passed"),
    (Transient, 503, "Unavailable"),
]


def problem(status: int, title: str, detail: str) -> JSONResponse:
    headers = {"Retry-After": "5"} if status == 503 else {}
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status,
        headers=headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Every error of ours, and every request that doesn't fit, answers in one shape."""

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
