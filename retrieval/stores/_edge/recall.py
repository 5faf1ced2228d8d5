"""What searches by the graph find, against exact ones: a graph that lost something raises no error, it finds less.

A graph is walked under the filter of each search. Where the filter leaves too few neighbours, those it leaves are
islands, and a walk doesn't come off the one it began on. Runs in the engine's process only.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import qdrant_edge as qe

from retrieval.stores._edge.messages import Start, Weak

FILE = "weak.json"  # in the shard's folder: it goes with the graph that it is about
_SAMPLE = 64  # stored vectors of each leg and language
_TOP, _LIMIT = 10, 50  # compared, and asked for: a search asks for about as many
_SAME = 1e-5  # scores that differ by less are of equals
_RIGHTS = ("groups", "areas")


def weak(shard: qe.EdgeShard, start: Start, usual: qe.SearchParams) -> list[Weak]:
    """Legs and languages in which less is found than ``least_recall``: what is nearest to some stored vectors."""
    found = []
    for leg, dimensions in start.legs:
        for language in start.languages if dimensions else ():
            share = _recall(shard, leg, language, usual)
            if share is not None and share < start.tuning.least_recall:
                found.append(Weak(leg, language, round(share, 3)))
    return found


def write(folder: Path, found: Sequence[Weak]) -> None:
    (folder / FILE).write_text(json.dumps([[one.leg, one.language, one.recall] for one in found]), encoding="utf-8")


def searched_exactly(folder: Path, least: float) -> frozenset[tuple[str, str]]:
    """Legs and languages whose recall is below ``least``; none where the graph was never checked. A damaged file says
    nothing: it only advises."""
    try:
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
        found = [Weak(leg, language, float(recall)) for leg, language, recall in rows]
    except (FileNotFoundError, ValueError, TypeError):
        return frozenset()
    return frozenset((one.leg, one.language) for one in found if one.recall < least)


def forget(folder: Path) -> None:
    (folder / FILE).unlink(missing_ok=True)


def _recall(shard: qe.EdgeShard, leg: str, language: str, usual: qe.SearchParams) -> float | None:
    """Mean share of the best that are found; None where there are no such vectors."""
    of_language = qe.FieldCondition(key="language", match=qe.MatchAny([language]))
    sampled = shard.query(
        qe.QueryRequest(
            limit=_SAMPLE,
            query=qe.Sample.Random,
            filter=qe.Filter(must=[of_language, qe.HasVectorCondition(leg)]),
            with_vector=[leg],
            with_payload=list(_RIGHTS),
        )
    )
    shares = []
    for point in sampled:
        # as somebody asks who may see no more than passages like this one
        rights = [
            qe.FieldCondition(key=field, match=qe.MatchAny(list(point.payload[field])))
            for field in _RIGHTS
            if point.payload and point.payload.get(field)
        ]
        vectors: Any = point.vector
        query = qe.Query.Nearest(vectors[leg], using=leg)
        where = qe.Filter(must=[of_language, *rights])
        wanted, got = (
            shard.query(qe.QueryRequest(limit=limit, query=query, filter=where, params=params))[:_TOP]
            for limit, params in ((_TOP, qe.SearchParams(exact=True)), (_LIMIT, usual))
        )
        least, ids = min(one.score for one in wanted) - _SAME, {str(one.id) for one in wanted}
        shares.append(sum(str(one.id) in ids or one.score >= least for one in got) / len(wanted))
    return sum(shares) / len(shares) if shares else None
