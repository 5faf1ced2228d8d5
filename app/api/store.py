"""/internal/store: the vector store of this service, for ingestion and evaluation on the same machine."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, HTTPException

from retrieval.errors import BadInput, Held, Transient
from retrieval.stores import _wire
from retrieval.stores.base import VectorStore


def router(store_getter: Callable[[], VectorStore], token: str | Callable[[], str | None]) -> APIRouter:
    """Routes for those who know ``token``, which the service writes into its lock file; a None token lets nobody in."""
    routes = APIRouter(prefix="/internal/store", include_in_schema=False)

    @routes.post("/{operation}")
    def run(
        operation: str, message: Annotated[dict[str, Any], Body()], authorization: Annotated[str, Header()] = ""
    ) -> dict[str, Any]:
        expected = token if isinstance(token, str) else token()
        if not expected or not secrets.compare_digest(authorization.encode(), f"Bearer {expected}".encode()):
            raise HTTPException(401, "wrong token; read it from the lock file of the store")
        if operation not in _wire.OPERATIONS:
            raise HTTPException(404, f"no store operation {operation!r}")
        try:
            return _wire.call(store_getter(), operation, message)
        except BadInput as error:
            raise HTTPException(422, str(error)) from None
        except Held as error:
            raise HTTPException(423, str(error)) from None
        except Transient as error:
            raise HTTPException(503, str(error)) from None

    return routes
