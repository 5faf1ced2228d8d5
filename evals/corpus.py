"""A BEIR corpus as an index: windowed, encoded by ingestion's own code, once, in a temporary edge store."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.beir import Beir
from evals.settings import EvalSettings
from evals.windows import windows
from ingestion.encode import Encoding
from ingestion.parsers._text import language_of  # as ingestion tells a passage's language
from retrieval.knowledge import schema_of
from retrieval.legs.base import Encoder, Leg, Vector
from retrieval.models import Language, PageLocator, Passage, passage_id
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql.engine import Database
from retrieval.stores.base import Point, VectorStore

EPOCH = 1  # an index of its own with one revision
Tick = Callable[[int, int], None]  # passages indexed so far, passages in all


@dataclass(frozen=True, slots=True)
class Index:
    """``encoded`` counts the vectors that were not in the cache."""

    store: VectorStore
    legs: Mapping[str, Leg]
    encoders: Mapping[str, Encoder]
    documents: Mapping[str, str]  # document by point
    languages: Mapping[str, Language]  # by document: that of most of its passages
    passages: Mapping[str, Passage]  # by point
    encoded: int


def cache_folder(settings: RetrievalSettings, dataset: Beir) -> Path:
    """Where a corpus' encodings are kept, whichever split is asked."""
    return settings.data_dir / "evals" / dataset.corpus_sha256[:16]


@contextmanager
def open_index(
    dataset: Beir, legs: Mapping[str, Leg], settings: EvalSettings, folder: Path, tick: Tick
) -> Iterator[Index]:
    """Encodings stay in ``folder``, so a second run or one that was interrupted encodes only what is missing;
    the store itself is thrown away at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    encoding = Encoding(legs)
    cut = _cut(dataset, encoding, settings.window_pieces)
    with TemporaryDirectory(prefix="index-", dir=folder) as temporary:
        store: VectorStore = discover("retrieval.stores", "STORE")["edge"].open(Path(temporary), schema_of(legs), {})
        database = Database.open(folder / "encodings.sqlite")
        try:
            encoded = _fill(store, database, cut, encoding, settings.encode_batch, tick)
            encoders = {name: leg.load() for name, leg in legs.items()}
            documents = {passage.id: passage.document_id for passage in cut}
            passages = {passage.id: passage for passage in cut}
            yield Index(store, legs, encoders, documents, _languages(cut), passages, encoded)
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
                    id=passage_id(dataset.corpus_sha256, "0", number),
                    document_id=text.id,
                    parent_id=text.id,
                    position=number,
                    kind="text",
                    text=part.body,
                    heading_path=(part.title,) if part.title else (),
                    locator=PageLocator(page=1, regions=()),
                    language=language_of(f"{part.title} {part.body}"),
                )
            )
    return cut


def _languages(cut: Sequence[Passage]) -> dict[str, Language]:
    counted: dict[str, Counter[Language]] = {}
    for passage in cut:
        counted.setdefault(passage.document_id, Counter())[passage.language] += 1
    return {document: languages.most_common(1)[0][0] for document, languages in counted.items()}


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
