"""Whether two stores answer alike: passages' own texts asked as questions, through all the probes of a search."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.errors import Unavailable
from retrieval.legs.base import Encoder, Leg
from retrieval.models import Caller, Passage
from retrieval.probes import probes, routes
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import Probe, VectorStore, Where

Scores = Mapping[str, float]  # raw, by id

EXACT_POINTS = 1000  # among so few, all of them candidates, every store ranks exactly
_TOP = 10
_TOLERANCE = 1e-4  # of a cosine: 32-bit floats in two engines
_SPARSE_TOLERANCE = 0.01  # of a sum of term weights, relative: each store has its own IDF
_ANYWHERE = Where()
_LOCAL = Caller.local()


@dataclass(slots=True)
class Answered:
    """``overlap``: of each probe, the share of the best ten that both stores have, up to ties."""

    overlap: list[float] = field(default_factory=list)
    exact: int = 0  # rankings compared point by point
    unlike: list[str] = field(default_factory=list)  # of those, one line each
    silent: set[str] = field(default_factory=set)  # legs that couldn't be asked
    given: Counter[tuple[str, str]] = field(default_factory=Counter)  # points of both stores, by leg and language asked

    @property
    def mean_overlap(self) -> float:
        """NaN where nothing was asked."""
        return sum(self.overlap) / len(self.overlap) if self.overlap else float("nan")


def questions(
    legs: Mapping[str, Leg], settings: RetrievalSettings, passages: Sequence[Passage], answered: Answered
) -> Iterator[tuple[str, list[Probe]]]:
    """The probes of each passage's own text. A leg that is not to be had is left out and noted."""
    encoders: dict[str, Encoder] = {}
    for name, leg in legs.items():
        try:
            encoders[name] = leg.load()
        except Unavailable:
            answered.silent.add(name)
    for passage in passages:
        text = passage.index_text
        taken = [route for route in routes(legs, settings, text, passage.language) if route.leg in encoders]
        vectors = {name: encoders[name].encode_query(text) for name in dict.fromkeys(route.leg for route in taken)}
        yield passage.id, probes(legs, taken, vectors)


def ask(
    source: VectorStore,
    target: VectorStore,
    asked: Iterator[tuple[str, list[Probe]]],
    *,
    epoch: int,
    documents: Sequence[str],
    candidates: int,
    answered: Answered,
) -> Answered:
    """Each probe of each question by itself, so that the raw scores are known: fusion turns ties into other ranks.

    Among all passages, by the best ten: a graph is searched nearly, so nearly the same is found. And among
    ``documents``, that have ``EXACT_POINTS`` at most: there the rankings must agree.
    """
    few = Where(document_ids=tuple(documents))
    for id, made in asked:
        for probe in made:
            best = [_scores(store, epoch, probe, _ANYWHERE, candidates) for store in (source, target)]
            answered.overlap.append(shared(probe, *best))
            if isinstance(probe.vector, tuple) or probe.vector.indices:  # words that stand nowhere ask nothing
                answered.given[probe.leg, probe.language] += min(map(len, best))
            if not documents:
                continue
            ranked = [_scores(store, epoch, probe, few, EXACT_POINTS) for store in (source, target)]
            answered.exact += 1
            if not alike(probe, *ranked):
                answered.unlike.append(f"{probe.leg} among {probe.language} passages, asked the text of {id}")
    return answered


def shared(probe: Probe, ours: Scores, theirs: Scores) -> float:
    """The share of our best ten that theirs has, or something that scores as high."""
    if not ours:
        return 0.0 if theirs else 1.0
    wanted, found = (sorted(scores.values(), reverse=True)[:_TOP] for scores in (ours, theirs))
    least = wanted[-1] - _tolerance(probe) * max(1.0, abs(wanted[-1]))
    return min(sum(score >= least for score in found) / len(wanted), 1.0)


def alike(probe: Probe, ours: Scores, theirs: Scores) -> bool:
    """The same points, and of a dense leg the same cosines, which is the same order up to ties.

    Scores of a sparse leg hold each store's own IDF: a store that has deleted points, or several shards, counts
    passages a little differently.
    """
    if ours.keys() != theirs.keys():
        return False
    return not isinstance(probe.vector, tuple) or all(abs(ours[id] - theirs[id]) < _tolerance(probe) for id in ours)


def _tolerance(probe: Probe) -> float:
    return _TOLERANCE if isinstance(probe.vector, tuple) else _SPARSE_TOLERANCE


def _scores(store: VectorStore, epoch: int, probe: Probe, where: Where, limit: int) -> Scores:
    alone = [replace(probe, weight=1.0)]
    found = store.query(_LOCAL, epoch, alone, where=where, limit=limit, candidates=limit, rrf_k=1)
    return {one.id: one.legs[probe.leg] for one in found}
