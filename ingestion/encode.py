"""Texts -> vectors of every leg, each text encoded once in the life of the index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from ingestion.chunk import PASSAGE_PIECES, Count
from retrieval.legs.base import Encoder, Leg, Vector, reads
from retrieval.models import Passage

if TYPE_CHECKING:
    from retrieval.sql.engine import Database

_HAN_PIECES = 1.0  # word pieces of a character and of a word where no leg counts, rounded up
_WORD_PIECES = 2.0


class Encoding:
    """The legs of the index with their encoders, loaded when first needed."""

    def __init__(self, legs: Mapping[str, Leg], batch_size: int = 32) -> None:
        self._legs = legs
        self._batch_size = batch_size
        self._encoders: dict[str, Encoder] = {}

    def _encoder(self, name: str) -> Encoder:
        if name not in self._encoders:
            self._encoders[name] = self._legs[name].load()
        return self._encoders[name]

    def counter(self) -> Count:
        """Word pieces of a text in the leg that needs most, whichever languages it reads: headings may differ.

        A leg that reads fewer than the 240 pieces of a passage has each of its own counted for more.
        """
        limited = [
            (self._encoder(name), max(1.0, PASSAGE_PIECES / leg.max_pieces))
            for name, leg in self._legs.items()
            if leg.max_pieces and not leg.over
        ]
        if not limited:
            return estimate
        if len(limited) == 1 and limited[0][1] == 1.0:
            return limited[0][0].count_pieces
        return lambda text: max(ceil(encoder.count_pieces(text) * share) for encoder, share in limited)

    def vectors(
        self, db: "Database | None", passages: Sequence[Passage], progress: Callable[[int], None] = lambda done: None
    ) -> dict[str, dict[str, Vector]]:
        """Leg -> vector, by passage id. Cached in ``db`` by text and leg; ``progress`` counts encodings."""
        from retrieval.sql import encodings  # only here: who counts pieces needs no SQL

        found: dict[str, dict[str, Vector]] = {passage.id: {} for passage in passages}
        for name, leg in self._legs.items():
            if leg.over:
                continue
            identity = leg.identity()
            keys = {
                passage.id: encodings.key(identity, passage.index_text)
                for passage in passages
                if passage.language in reads(leg)
            }
            texts = {keys[passage.id]: passage.index_text for passage in passages if passage.id in keys}
            cached = encodings.get_vectors(db, list(texts)) if db else {}
            missing = {key: text for key, text in texts.items() if key not in cached}
            for batch in self._batches(missing):
                encoded = self._encoder(name).encode_passages([missing[key] for key in batch])
                fresh = dict(zip(batch, encoded, strict=True))
                if db:
                    encodings.put_vectors(db, fresh)  # at once: a run that is ended has lost one batch at most
                cached |= fresh
                progress(len(batch))
            for id, key in keys.items():
                found[id][name] = cached[key]
        return found

    def _batches(self, texts: Mapping[str, str]) -> Iterator[list[str]]:
        """By length, so that no short text is padded to a long one."""
        keys = sorted(texts, key=lambda key: (len(texts[key]), key))
        for start in range(0, len(keys), self._batch_size):
            yield keys[start : start + self._batch_size]


def estimate(text: str) -> int:
    """Word pieces where no leg has a limit: 1 a Chinese character, 2 a word, an upper guess."""
    han = sum("\u3400" <= character <= "\u9fff" for character in text)
    words = len("".join(" " if "\u3400" <= character <= "\u9fff" else character for character in text).split())
    return round(_HAN_PIECES * han + _WORD_PIECES * words)
