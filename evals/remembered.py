"""A store and encoders that ask once and remember, so that many settings cost one search of each leg."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from retrieval.legs.base import Encoder, Vector
from retrieval.models import Caller
from retrieval.stores._plan import fuse, to_ask  # the very fusion that the stores promise
from retrieval.stores.base import Probe, Scored, VectorStore, Where

_Asked = tuple[Caller, int, Where, str, str, str, Vector]


class RememberedStore:
    """Only to be searched; see ``retrieval.stores.base.VectorStore``. ``most``: the most candidates ever asked for."""

    def __init__(self, store: VectorStore, most: int) -> None:
        self._store, self._most = store, most
        self._lists: dict[_Asked, list[tuple[str, float]]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

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
        """As the store itself."""
        found = [
            (probe, self._list(caller, epoch, probe, where, rrf_k)[:candidates]) for probe in to_ask(probes, where)
        ]
        return fuse(found, limit=limit, rrf_k=rrf_k)

    def _list(self, caller: Caller, epoch: int, probe: Probe, where: Where, rrf_k: int) -> list[tuple[str, float]]:
        key = (caller, epoch, where, probe.leg, probe.over, probe.language, probe.vector)
        if key not in self._lists:
            alone = [replace(probe, weight=1.0)]
            best = self._store.query(
                caller, epoch, alone, where=where, limit=self._most, candidates=self._most, rrf_k=rrf_k
            )
            self._lists[key] = [(one.id, one.legs[probe.leg]) for one in best]
        return self._lists[key]


class RememberedEncoder:
    """See ``retrieval.legs.base.Encoder``."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._vectors: dict[str, Vector] = {}

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        return self._load().encode_passages(texts)

    def encode_query(self, text: str) -> Vector:
        if text not in self._vectors:
            self._vectors[text] = self._load().encode_query(text)
        return self._vectors[text]

    def count_pieces(self, text: str) -> int:
        return self._load().count_pieces(text)
