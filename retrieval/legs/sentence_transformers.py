"""Any sentence-transformers model by path or name: ``[retrieval.leg_options.NAME] type = "sentence_transformers"``."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from retrieval.errors import BadSetting
from retrieval.legs._options import PairName, pairs_of
from retrieval.legs._pieces import Pieces
from retrieval.legs._sentences import Recipe, Sentences
from retrieval.legs._shape import Shape, read_shape
from retrieval.legs.base import Pair
from retrieval.local_models import ModelOptions, find, fingerprint
from retrieval.models import Language

_PASSAGE_NAMES = ("document", "passage", "corpus")  # in the library's order


class Options(ModelOptions):
    """A prompt is text put in front, or the name of one in the model's own settings; unset: the model's own, if any."""

    query_prompt: str | None = None
    query_prompt_name: str = ""
    passage_prompt: str | None = None
    passage_prompt_name: str = ""
    pooling: Literal["model", "mean", "cls", "lasttoken", "max"] = "model"
    dimensions: int | None = Field(None, ge=1, le=65536)  # fewer than the model's: the first ones (Matryoshka)
    languages: tuple[Language, ...] = ()
    pairs: tuple[PairName, ...] = ()


class SentenceLeg:
    """See ``retrieval.legs.base.Leg``. The model's folder is looked for when something is first asked of it."""

    kind: Literal["dense", "sparse"] = "dense"
    over = ""

    def __init__(self, name: str, options: Options) -> None:
        """Raises ``BadSetting``."""
        self._table, self._options = f"retrieval.leg_options.{name}", options
        self.pairs: frozenset[Pair] = pairs_of(self._table, options.languages, options.pairs)
        for prompt in ("query_prompt", "passage_prompt"):
            if getattr(options, prompt) is not None and getattr(options, f"{prompt}_name"):
                raise BadSetting(f"[{self._table}] {prompt}: give either {prompt} or {prompt}_name, not both")

    @cached_property
    def dimensions(self) -> int:
        """Raises ``BadSetting`` or ``Unavailable``."""
        wanted, own = self._options.dimensions, self._shape.dimensions
        if not own and not wanted:
            raise BadSetting(f"[{self._table}] dimensions: the model's files don't tell how many; state it")
        if own and wanted and wanted > own:
            raise BadSetting(f"[{self._table}] dimensions: the model has {own}, so {wanted} cannot be had")
        return wanted or own

    @cached_property
    def max_pieces(self) -> int:
        """Raises ``BadSetting`` or ``Unavailable``."""
        taken = self._pieces.special + self._pieces.count(self._prompts[1])
        limit = self._input_pieces
        if limit and limit <= taken:
            raise BadSetting(f"[{self._table}] max_pieces: {limit} leave no room behind the passage's prompt")
        return limit - taken if limit else 0

    def identity(self) -> str:
        """Precision, device and batch are no part of it. Raises ``BadSetting`` or ``Unavailable``."""
        query, passage = self._prompts
        rest = {
            "prompts": [query, passage],
            "pooling": self._options.pooling,
            "dimensions": self.dimensions,
            "pieces": self._input_pieces,
        }
        return f"sentence-transformers sha256={fingerprint(self._folder)} {json.dumps(rest, ensure_ascii=False)}"

    def load(self) -> Sentences:
        """Raises ``Unavailable`` or ``BadSetting``. The model itself is read at the first encoding."""
        options, (query, passage) = self._options, self._prompts
        recipe = Recipe(
            self._folder,
            self.dimensions,
            query_prompt=query,
            passage_prompt=passage,
            pooling=options.pooling,
            max_pieces=options.max_pieces or 0,
            dtype=options.dtype,
            device=options.device,
            batch=options.batch,
            trust_remote_code=options.trust_remote_code,
        )
        return Sentences(recipe, self._pieces)

    @cached_property
    def _folder(self) -> Path:
        return find(self._options, "sentence-transformers")

    @cached_property
    def _shape(self) -> Shape:
        return read_shape(self._folder, self._options.pooling)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self._shape.tokenizer, self._folder)

    @cached_property
    def _input_pieces(self) -> int:
        wanted, shape = self._options.max_pieces, self._shape
        if wanted and shape.positions and wanted > shape.positions:
            raise BadSetting(f"[{self._table}] max_pieces: the model reads {shape.positions} at most, not {wanted}")
        return wanted or shape.max_pieces

    @cached_property
    def _prompts(self) -> tuple[str, str]:
        """Before a question and before a passage."""
        options = self._options
        query = self._prompt("query", options.query_prompt, options.query_prompt_name, ("query",))
        return query, self._prompt("passage", options.passage_prompt, options.passage_prompt_name, _PASSAGE_NAMES)

    def _prompt(self, what: str, text: str | None, name: str, usual: tuple[str, ...]) -> str:
        known = self._shape.prompts
        if text is not None:
            return text
        if name and name not in known:
            raise BadSetting(
                f"[{self._table}] {what}_prompt_name: the model names {', '.join(known) or 'no prompts'}, not {name!r}"
            )
        return known[name] if name else next((known[one] for one in usual if known.get(one)), "")


class _Type:
    def make(self, name: str, options: Mapping[str, Any]) -> SentenceLeg:
        """See ``LegType``."""
        return SentenceLeg(name, Options.parse(f"retrieval.leg_options.{name}", options))


LEG_TYPE = _Type()
