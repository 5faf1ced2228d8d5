"""A server of embeddings as OpenAI and vLLM speak: ``[retrieval.leg_options.NAME] type = "openai_embeddings"``."""

import json
import math
import struct
import threading
from base64 import b64decode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from retrieval.endpoints import Endpoint, EndpointOptions
from retrieval.errors import BadSetting
from retrieval.legs._options import PairName, pairs_of
from retrieval.legs._pieces import Pieces
from retrieval.legs._text import clean
from retrieval.legs.base import Pair, Vector
from retrieval.models import Language

_QUERY_RETRIES = 1  # for a connection that went stale


class Options(EndpointOptions):
    """``max_pieces`` needs ``tokenizer``, the model's tokenizer.json; without both the texts' length is not counted."""

    dimensions: int | None = Field(None, ge=1, le=65536)  # of the vectors; unset: asked once
    request_dimensions: bool = False  # asks the server to shorten to ``dimensions`` (Matryoshka)
    query_timeout_seconds: float = Field(5.0, gt=0, le=3600)  # of one try: somebody waits
    encoding_format: Literal["base64", "float"] = "base64"
    query_prompt: str = ""
    passage_prompt: str = ""
    batch: int = Field(32, ge=1, le=2048)  # texts in one request
    max_pieces: int = Field(0, ge=0, le=1_000_000)  # that the server reads, with prompt and special ones
    tokenizer: Path | None = None
    model_revision: str = ""  # change it when the server has another model under the same name
    languages: tuple[Language, ...] = ()
    pairs: tuple[PairName, ...] = ()


class Embeddings:
    """See ``retrieval.legs.base.Encoder``."""

    def __init__(self, leg: "EmbeddingsLeg") -> None:
        self._leg = leg

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors. Raises ``Unavailable``."""
        options = self._leg.options
        batches = [texts[start : start + options.batch] for start in range(0, len(texts), options.batch)]
        if len(batches) < 2:
            return [vector for batch in batches for vector in self._ask(batch)]
        pool = ThreadPoolExecutor(min(len(batches), options.concurrency), thread_name_prefix="embeddings")
        try:
            return [vector for found in pool.map(self._ask, batches) for vector in found]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)  # one that failed is the end of all

    def encode_query(self, text: str) -> Vector:
        """Raises ``Unavailable``."""
        return self._leg.ask([self._leg.options.query_prompt + clean(text)], hurry=True)[0]

    def count_pieces(self, text: str) -> int:
        """Without prompt and special ones; 0 where no tokenizer is set."""
        return self._leg.pieces.count(text) if self._leg.pieces else 0

    def _ask(self, texts: Sequence[str]) -> list[Vector]:
        return self._leg.ask([self._leg.options.passage_prompt + clean(text) for text in texts])


class EmbeddingsLeg:
    """See ``retrieval.legs.base.Leg``. Nothing is asked of the server before something must be known of it."""

    kind: Literal["dense", "sparse"] = "dense"
    over = ""

    def __init__(self, name: str, options: Options) -> None:
        """Raises ``BadSetting``."""
        self.options, table = options, f"retrieval.leg_options.{name}"
        self._table = table
        if options.request_dimensions and not options.dimensions:
            raise BadSetting(f"[{table}] request_dimensions: state dimensions as well")
        if options.max_pieces and options.tokenizer is None:
            raise BadSetting(f"[{table}] max_pieces: name the model's tokenizer.json in tokenizer, to count them by")
        self.pairs: frozenset[Pair] = pairs_of(table, options.languages, options.pairs)
        self._endpoint = Endpoint(table, options)
        self._found = options.dimensions or 0
        self._asking = threading.Lock()

    @property
    def dimensions(self) -> int:
        """Raises ``Unavailable`` where it must be asked for and the server doesn't answer."""
        with self._asking:
            if not self._found:
                self._found = len(self._vectors(["bearing"], hurry=True)[0])
            return self._found

    @cached_property
    def max_pieces(self) -> int:
        """0 where no tokenizer is set. Raises ``Unavailable`` or ``BadSetting``."""
        if not self.options.max_pieces or not self.pieces:
            return 0
        left = self.options.max_pieces - self.pieces.special - self.pieces.count(self.options.passage_prompt)
        if left < 1:
            raise BadSetting(f"[{self._table}] max_pieces: no room is left behind the passage's prompt")
        return left

    @cached_property
    def pieces(self) -> Pieces | None:
        path = self.options.tokenizer
        return Pieces(path, path.parent) if path and self.options.max_pieces else None

    def identity(self) -> str:
        """Where the server is and how it is asked are no part of it. Raises ``Unavailable``."""
        options = self.options
        rest = {
            "prompts": [options.query_prompt, options.passage_prompt],
            "dimensions": self.dimensions,
            "extra": options.extra_body,
            "revision": options.model_revision,
        }
        return f"embeddings {options.model} {json.dumps(rest, ensure_ascii=False, sort_keys=True)}"

    def load(self) -> Embeddings:
        """See ``Leg``."""
        return Embeddings(self)

    def ask(self, texts: Sequence[str], *, hurry: bool = False) -> list[Vector]:
        """Unit vectors of texts with their prompts. Raises ``Unavailable``."""
        wanted, found = self.dimensions, self._vectors(texts, hurry=hurry)
        if wrong := next((len(one) for one in found if len(one) != wanted), 0):
            raise self._endpoint.failed(
                f"{self.options.model}'s vectors have {wrong} dimensions, not {wanted}; "
                f"correct dimensions in [{self._table}]"
            )
        return [_unit(one) for one in found]

    def _vectors(self, texts: Sequence[str], *, hurry: bool) -> list[tuple[float, ...]]:
        body: dict[str, Any] = {
            "input": [text if text.strip() else "." for text in texts],  # OpenAI refuses an empty one
            "encoding_format": self.options.encoding_format,
        }
        if self.options.request_dimensions:
            body["dimensions"] = self.options.dimensions
        reply = self._endpoint.post(
            "/embeddings",
            body,
            retries=_QUERY_RETRIES if hurry else None,
            timeout_seconds=self.options.query_timeout_seconds if hurry else None,
        )
        try:
            rows = {int(row.get("index", place)): row["embedding"] for place, row in enumerate(reply["data"])}
            found = [_numbers(rows[place]) for place in range(len(texts))]
        except (KeyError, TypeError, ValueError, AttributeError, struct.error):
            raise self._endpoint.failed(f"the reply holds no {len(texts)} vectors of numbers") from None
        return found


def _numbers(embedding: Any) -> tuple[float, ...]:
    """From a list, or 32-bit floats in base64. Raises ``ValueError``, ``TypeError`` or ``struct.error``."""
    if isinstance(embedding, str):
        packed = b64decode(embedding, validate=True)
        found = struct.unpack(f"<{len(packed) // 4}f", packed)
    else:
        found = tuple(float(value) for value in embedding)
    if not found or not all(map(math.isfinite, found)):
        raise ValueError("no numbers")
    return found


def _unit(vector: tuple[float, ...]) -> Vector:
    length = math.hypot(*vector) or 1.0
    return tuple(value / length for value in vector)


class _Type:
    def make(self, name: str, options: Mapping[str, Any]) -> EmbeddingsLeg:
        """See ``LegType``."""
        return EmbeddingsLeg(name, Options.parse(f"retrieval.leg_options.{name}", options))


LEG_TYPE = _Type()
