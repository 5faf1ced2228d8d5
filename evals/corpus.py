"""A BEIR corpus as an index: windowed, encoded by ingestion's own code, once, in a temporary edge store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.beir import Beir
from evals.settings import EvalSettings
from evals.windows import windows
from ingestion.encode import Encoding
from retrieval.errors import BadSetting
from retrieval.legs.base import Encoder, Leg, Vector
from retrieval.models import PageLocator, Passage, passage_id
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql.engine import Database
from retrieval.stores.base import LegSchema, Point, VectorStore
from retrieval.terms import language_of

EPOCH = 1  # an index of its own with one revision
Tick = Callable[[int, int], None]  # passages indexed so far, passages in all


@dataclass(frozen=True, slots=True)
class Index:
    """``encoded`` counts the vectors that were not in the cache."""

    store: VectorStore
    encoders: Mapping[str, Encoder]
    documents: Mapping[str, str]  # document by point
    encoded: int


def chosen_legs(settings: RetrievalSettings) -> dict[str, Leg]:
    """The legs that the settings name. Raises ``BadSetting``."""
    known: dict[str, Leg] = discover("retrieval.legs", "LEG")
    for name in settings.legs:
        if name not in known:
            raise BadSetting(f'[retrieval] legs: no leg "{name}"; choose from {", ".join(known)}')
    if not settings.legs:
        raise BadSetting(f"[retrieval] legs: name at least one of {', '.join(known)}")
    return {name: known[name] for name in settings.legs}


@contextmanager
def open_index(
    dataset: Beir, legs: Mapping[str, Leg], settings: EvalSettings, folder: Path, tick: Tick
) -> Iterator[Index]:
    """Encodings stay in ``folder``, so a second run or one that was interrupted encodes only what is missing;
    the store itself is thrown away at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    encoding = Encoding(legs)
    cut = _cut(dataset, encoding, settings.window_pieces)
    schema = [LegSchema(name, leg.kind, leg.dimensions) for name, leg in legs.items()]
    with TemporaryDirectory(prefix="index-", dir=folder) as temporary:
        store: VectorStore = discover("retrieval.stores", "STORE")["edge"].open(Path(temporary), schema, {})
        database = Database.open(folder / "encodings.sqlite")
        try:
            encoded = _fill(store, database, cut, encoding, settings.encode_batch, tick)
            encoders = {name: leg.load() for name, leg in legs.items()}
            yield Index(store, encoders, {passage.id: passage.document_id for passage in cut}, encoded)
        finally:
            database.close()
            store.close()


def _cut(dataset: Beir, encoding: Encoding, limit: int) -> list[Passage]:
    """Every document as passages; ``document_id`` is the BEIR id, the title the heading."""
    count, cut = encoding.counter(), list[Passage]()
    for text in dataset.corpus:
        for part in windows(text.title, text.text, count, limit):
            number = len(cut)
            cut.append(
                Passage(
                    id=passage_id(dataset.sha256, "0", number),
                    document_id=text.id,
                    parent_id=text.id,
                    position=number,
                    kind="text",
                    text=part.body,
                    heading_path=(part.title,) if part.title else (),
                    locator=PageLocator(page=1, regions=()),
                    language=language_of(f"{text.title} {text.text}"),
                )
            )
    return cut


def _fill(
    store: VectorStore, database: Database, cut: Sequence[Passage], encoding: Encoding, size: int, tick: Tick
) -> int:
    encoded = 0

    def count(fresh: int) -> None:
        nonlocal encoded
        encoded += fresh

    tick(0, len(cut))
    for start in range(0, len(cut), size):
        batch = cut[start : start + size]
        vectors = encoding.vectors(database, batch, count)
        store.upsert([_point(passage, vectors[passage.id]) for passage in batch])
        tick(start + len(batch), len(cut))
    return encoded


def _point(passage: Passage, vectors: Mapping[str, Vector]) -> Point:
    return Point(
        id=passage.id,
        vectors=vectors,
        document_id=passage.document_id,
        language=passage.language,
        kind=passage.kind,
        tags=passage.tags,
        groups=passage.groups,
        areas=passage.areas,
        from_epoch=EPOCH,
    )
