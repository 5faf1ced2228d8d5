"""The store of a running service, over its /internal/store routes.

Options: ``url`` of the service and ``token``, both from the note that the holder of the store keeps beside it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from retrieval.errors import BadInput, BadSetting, Held, Unavailable
from retrieval.models import Caller
from retrieval.stores import _plan, _wire
from retrieval.stores.base import LegSchema, Point, Probe, Scored, Where

_BATCH = 128  # points a request: about half a megabyte
_TIMEOUT_SECONDS = 60.0


class RemoteStore:
    """See ``retrieval.stores.base.VectorStore``."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def upsert(self, points: Sequence[Point]) -> None:
        for start in range(0, len(points), _BATCH):
            batch = [_wire.write_point(point) for point in points[start : start + _BATCH]]
            self._post("upsert", {"points": batch})

    def retire(self, document_id: str, before: int, epoch: int) -> None:
        self._post("retire", {"document_id": document_id, "before": before, "epoch": epoch})

    def retire_points(self, ids: Sequence[str], epoch: int) -> None:
        for start in range(0, len(ids), _plan.ID_BATCH):
            self._post("retire_points", {"ids": list(ids[start : start + _plan.ID_BATCH]), "epoch": epoch})

    def delete(self, document_id: str) -> None:
        self._post("delete", {"document_id": document_id})

    def sweep(self, epoch: int) -> None:
        self._post("sweep", {"epoch": epoch})

    def flush(self) -> None:
        self._post("flush", {})

    def query(
        self,
        caller: Caller,
        epoch: int,
        probes: Sequence[Probe],
        *,
        where: Where,
        limit: int,
        candidates: int,
        rrf_k: int,
    ) -> list[Scored]:
        answer = self._post(
            "query",
            {
                "caller": _wire.write_caller(caller),
                "epoch": epoch,
                "probes": _wire.write_probes(probes),
                "where": _wire.write_where(where),
                "limit": limit,
                "candidates": candidates,
                "rrf_k": rrf_k,
            },
        )
        return _wire.read_scored(answer["found"])

    def count(self, caller: Caller, epoch: int, where: Where) -> int:
        return int(
            self._post(
                "count", {"caller": _wire.write_caller(caller), "epoch": epoch, "where": _wire.write_where(where)}
            )["count"]
        )

    def scan(self, after: str | None, limit: int, *, vectors: bool = True) -> list[Point]:
        answer = self._post("scan", {"after": after, "limit": limit, "vectors": vectors})
        return [_wire.read_point(one) for one in answer["points"]]

    def close(self) -> None:
        self._client.close()

    def _post(self, operation: str, message: dict[str, Any]) -> dict[str, Any]:
        try:
            response = self._client.post(f"/internal/store/{operation}", json=message)
        except (httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client has been closed
            raise Unavailable(
                f"the service at {self._client.base_url}: {error or type(error).__name__}; "
                "check that it runs, then try again"
            ) from None
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
        raise _error(response, str(self._client.base_url))


def _error(response: httpx.Response, url: str) -> Exception:
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = response.reason_phrase
    if response.status_code in (401, 403):
        return Unavailable(f"the service at {url} does not know this token; it was restarted: try again")
    if response.status_code == 423:
        return Held(detail)
    if response.status_code in (400, 422):
        return BadInput(detail)
    return Unavailable(f"the service at {url}: {response.status_code} {detail}")


class RemoteVariant:
    """See ``retrieval.stores.base.StoreVariant``."""

    def open(
        self, folder: Path, schema: Sequence[LegSchema], options: Mapping[str, str | int | float | bool]
    ) -> RemoteStore:
        """``folder`` and ``schema`` are the service's own. Raises ``BadSetting``; asks nothing yet."""
        _plan.check_options("remote", options, ("url", "token", "timeout_seconds"))
        if not options.get("url") or not options.get("token"):
            raise BadSetting(
                "[retrieval.store_options] url, token: the store 'remote' needs both; leave [retrieval] "
                'store = "edge" and a running service is found by itself'
            )
        timeout = float(options.get("timeout_seconds", _TIMEOUT_SECONDS))
        transport = httpx.HTTPTransport(retries=2)  # a service that has just announced itself may not listen yet
        headers = {"Authorization": f"Bearer {options['token']}"}
        return RemoteStore(
            httpx.Client(
                base_url=str(options["url"]), timeout=timeout, transport=transport, trust_env=False, headers=headers
            )
        )

    def drop(self, folder: Path, options: Mapping[str, str | int | float | bool]) -> None:
        raise Held("the store belongs to a running service; stop it to rebuild the index")


STORE = RemoteVariant()
