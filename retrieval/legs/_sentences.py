"""Encoding by sentence-transformers, for the packaged model and for those of one's own."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import Unavailable
from retrieval.legs._pieces import Pieces
from retrieval.legs._text import clean
from retrieval.legs.base import Vector
from retrieval.local_models import device_of, dtype_of, go_offline, one_line

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is run. ``max_pieces``: of its input, with prompt and special ones; 0 = as the model is set."""

    folder: Path
    dimensions: int
    query_prompt: str = ""
    passage_prompt: str = ""
    pooling: str = "model"
    max_pieces: int = 0
    dtype: str = "auto"
    device: str = "cpu"
    batch: int = 32
    trust_remote_code: bool = False


class Sentences:
    """Loads the tokenizer to count and the model to encode, each when it is first needed.

    One text or batch at a time: a fast tokenizer can't be shared by threads, and the processor's cores are all taken.
    """

    def __init__(self, recipe: Recipe, pieces: Pieces | None = None, tokenizer: Path | None = None) -> None:
        self._recipe, self._given, self._tokenizer = recipe, pieces, tokenizer
        self._lock = threading.RLock()

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors. What goes beyond the model's limit is not read. Raises ``Unavailable``."""
        return self._encode(texts, query=False)

    def encode_query(self, text: str) -> Vector:
        return self._encode([text], query=True)[0]

    def count_pieces(self, text: str) -> int:
        """Without prompt and special ones. Needs no torch."""
        return self._pieces.count(text)

    @cached_property
    def _pieces(self) -> Pieces:
        return self._given or Pieces(self._tokenizer, self._recipe.folder)

    def _encode(self, texts: Sequence[str], *, query: bool) -> list[Vector]:
        if not texts:
            return []
        recipe, model = self._recipe, self._ready()
        encode = model.encode_query if query else model.encode_document
        with self._lock:
            rows: Any = encode(
                [_something(clean(text)) for text in texts],
                prompt=recipe.query_prompt if query else recipe.passage_prompt,
                batch_size=recipe.batch,
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        rows = rows.float()
        if rows.shape[1] < recipe.dimensions:
            raise Unavailable(
                f"{recipe.folder.name}: its vectors have {rows.shape[1]} dimensions, not {recipe.dimensions}; "
                "correct dimensions in its table of [retrieval.leg_options]"
            )
        rows = rows[:, : recipe.dimensions]
        if not rows.isfinite().all():
            raise Unavailable(f'{recipe.folder.name}: its vectors are not numbers; try dtype = "float32"')
        unit = rows / rows.norm(dim=1, keepdim=True).clamp_min(1e-12)
        return [tuple(row) for row in unit.tolist()]

    def _ready(self) -> "SentenceTransformer":
        with self._lock:
            return self._model

    @cached_property
    def _model(self) -> "SentenceTransformer":
        go_offline()
        from sentence_transformers import SentenceTransformer

        recipe = self._recipe
        try:
            device = device_of(recipe.device)
            dtype = dtype_of(recipe.dtype, device)
            model = SentenceTransformer(
                str(recipe.folder),
                device=device,
                backend="torch",
                local_files_only=True,
                trust_remote_code=recipe.trust_remote_code,
                model_kwargs={"dtype": dtype},
            )
            for module in list(model)[1:]:
                module.to(dtype)
            _pool(model, recipe.pooling)
            if recipe.max_pieces:
                model.max_seq_length = recipe.max_pieces
        except Exception as error:  # whatever a model's own files make it raise
            raise Unavailable(f"{recipe.folder.name}: the model cannot be loaded: {one_line(error)}") from error
        return model


def _something(text: str) -> str:
    """An empty text has no pieces at all in some tokenizers, so no vector."""
    return text if text.strip() else "."


def _pool(model: "SentenceTransformer", pooling: str) -> None:
    """Put another pooling in the place of the model's own."""
    if pooling == "model":
        return
    from sentence_transformers.sentence_transformer.modules import Pooling

    for name, module in model.named_children():
        if isinstance(module, Pooling):
            # The pooling that is meant goes by one of the library's names, which the settings have checked.
            chosen: Any = pooling
            setattr(model, name, Pooling(module.embedding_dimension, chosen, module.include_prompt))
            return
    raise ValueError('it has no pooling of its own to replace; leave pooling = "model"')
