"""Counting the pieces that a tokenizer makes of a text, without torch."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from retrieval.errors import Unavailable
from retrieval.legs._text import clean

Count = Callable[[str], int]
_WORDS = 200_000  # whose pieces are remembered: some 30 MB


class Pieces:
    """``count`` leaves the special ones out; ``special`` is how many of these are put around a text."""

    def __init__(self, tokenizer: Path | None, folder: Path) -> None:
        """``tokenizer``: a tokenizer.json; without it transformers makes one of what lies in ``folder``.

        Raises ``Unavailable``.
        """
        self.count: Count
        if tokenizer is None:
            self.count, self.special = _slow(folder)
            return
        from tokenizers import Tokenizer

        try:
            fast = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # the library raises nothing narrower
            raise Unavailable(f"{tokenizer}: cannot be read: {' '.join(str(error).split())[:200]}") from None
        fast.no_truncation()
        fast.no_padding()
        self.special = fast.num_special_tokens_to_add(False)

        def count(text: str) -> int:
            return len(fast.encode(text, add_special_tokens=False).ids)

        if _parts_at_spaces(tokenizer):
            word = lru_cache(maxsize=_WORDS)(count)
            self.count = lambda text: sum(map(word, clean(text).split()))
        else:
            self.count = lambda text: count(clean(text))


def _parts_at_spaces(tokenizer: Path) -> bool:
    """BERT's tokenizer always parts at white space, so a text has the pieces of its words, which can be kept."""
    found = json.loads(tokenizer.read_text(encoding="utf-8")).get("pre_tokenizer") or {}
    return bool(found.get("type") == "BertPreTokenizer")


def _slow(folder: Path) -> tuple[Count, int]:
    from transformers import AutoTokenizer

    try:
        made = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # whatever a model's own files make it raise
        raise Unavailable(f"{folder}: no tokenizer in it: {' '.join(str(error).split())[:200]}") from None
    special = made.num_special_tokens_to_add(False)
    return lambda text: len(made.encode(clean(text), add_special_tokens=False)), special
