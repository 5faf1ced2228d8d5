"""What a sentence-transformers model's own files say of it, read without loading it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import Unavailable

_WIDTHS = ("hidden_size", "d_model", "dim", "n_embd")
_POOLED = ("embedding_dimension", "word_embedding_dimension")
_UNBOUNDED = 1_000_000  # transformers writes 1e30 where a tokenizer has no limit


@dataclass(frozen=True, slots=True)
class Shape:
    """``dimensions``, ``max_pieces`` and ``positions`` are 0 where the files don't say. ``max_pieces`` is what the
    model is set to read, ``positions`` what it could, both with prompt and special ones."""

    dimensions: int
    max_pieces: int
    positions: int
    prompts: Mapping[str, str]
    tokenizer: Path | None


def read_shape(folder: Path, pooling: str = "model") -> Shape:
    """Raises ``Unavailable`` where the files can't be read."""
    modules = _modules(folder)
    first = folder / (modules[0][1] if modules else "")
    config = _json(first / "config.json")
    positions = _whole(config, ("max_position_embeddings", "n_positions")) or 0
    tokenizer = next((path for path in (folder / "tokenizer.json", first / "tokenizer.json") if path.is_file()), None)
    return Shape(
        dimensions=_dimensions(folder, modules, config, pooling),
        max_pieces=_max_pieces(first, positions),
        positions=positions,
        prompts={
            str(name): str(text or "")
            for name, text in (_json(folder / "config_sentence_transformers.json").get("prompts") or {}).items()
        },
        tokenizer=tokenizer,
    )


def _modules(folder: Path) -> list[tuple[str, str]]:
    """Class name and path of each; none where the folder holds a plain transformer."""
    path = folder / "modules.json"
    if not path.is_file():
        return []
    listed = _load(path)
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise Unavailable(f"{path}: not a list of modules; get the model anew")
    return [(str(one.get("type", "")).rpartition(".")[2], str(one.get("path", ""))) for one in listed]


def _dimensions(folder: Path, modules: Sequence[tuple[str, str]], config: Mapping[str, Any], pooling: str) -> int:
    found = _whole(config, _WIDTHS) or _whole(config.get("text_config") or {}, _WIDTHS) or 0
    for kind, path in modules:
        own = _json(folder / path / "config.json") if path else {}
        if kind == "Pooling":
            found = (_whole(own, _POOLED) or found) * (_modes(own) if pooling == "model" else 1)
        elif kind == "Dense":
            found = _whole(own, ("out_features",)) or 0
    return found


def _modes(config: Mapping[str, Any]) -> int:
    """How many poolings are laid side by side."""
    if "pooling_mode" in config:
        mode = config["pooling_mode"]
        return 1 if isinstance(mode, str) else len(mode)
    return max(sum(value is True for name, value in config.items() if name.startswith("pooling_mode_")), 1)


def _max_pieces(first: Path, positions: int) -> int:
    for path in sorted(first.glob("sentence_*_config.json")):
        if found := _whole(_json(path), ("max_seq_length",)):
            return found
    limit = _json(first / "tokenizer_config.json").get("model_max_length")
    limits = [one for one in (limit, positions) if isinstance(one, int) and 0 < one < _UNBOUNDED]
    return min(limits, default=0)


def _whole(config: Mapping[str, Any], names: Sequence[str]) -> int | None:
    return next((config[name] for name in names if isinstance(config.get(name), int)), None)


def _json(path: Path) -> dict[str, Any]:
    """Empty where there is none."""
    found = _load(path) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable(f"{path}: cannot be read: {' '.join(str(error).split())}; get the model anew") from None
