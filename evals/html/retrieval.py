"""The report of retrieval runs."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from evals.html.common import latencies, made, of_metric, slices
from evals.html.page import card, entry, grid, heading, quote, spread, table, tag
from evals.html.plots import lines
from evals.ranking import FUSED
from evals.runs import Row, Run, number

_WORST = 25
_CURVES = 8  # ways of searching in one plot
_TO = 20  # k of the recall curve


def sections(runs: Sequence[Run]) -> list[str]:
    """HTML parts, in order."""
    parts = [_scores(run) for run in runs]
    parts.append(heading("Recall, and how long it took"))
    parts.append(grid(card("Recall at k", _curves(runs), note=_NOTE), latencies(_times(runs))))
    parts.append(slices(runs, {name: of_metric(name) for name in ("recall@5", "mrr@10")}))
    parts += [_worst(run) for run in runs]
    return [*parts, made(runs)]


_NOTE = "The share of what is relevant that stands among the first k, averaged over questions."


def _scores(run: Run) -> str:
    content, bounds = run.content, run.content["intervals"]["all"]
    metrics = [name for name in content[FUSED] if not name.startswith("latency")]
    rows = []
    for way in content["ways"]:
        cells = [
            spread(number(content[way][name]), *(number(end) for end in bounds[way].get(name, (None, None))))
            for name in metrics
        ]
        times = [f"{number(content[way][name]):.1f}" for name in ("latency_ms_p50", "latency_ms_p99")]
        rows.append([way, *cells, *times])
    note = f"{content['queries']} questions, {content['unscored_queries']} of them with nothing relevant: unscored."
    return heading(f"Scores: {run.path.name}", note) + card("", table(["search", *metrics, "p50 ms", "p99 ms"], rows))


def _curves(runs: Sequence[Run]) -> str:
    series = {}
    for run in runs:
        ways = _shown_ways(run) if len(runs) == 1 else [run.way]
        for way in ways:
            series[way if len(runs) == 1 else run.title] = _curve(run, way)
    return lines(series, x_label="k", y_label="recall")


def _curve(run: Run, way: str) -> list[tuple[float, float]]:
    """A relevant document is found at the rank where it first stands."""
    ranks, wanted = list[list[int]](), list[int]()
    for row in run.rows:
        relevant = {id_ for id_, grade in row.raw["relevant"].items() if grade > 0}
        if relevant:
            wanted.append(len(relevant))
            ranks.append(_ranks(row.raw["found"][way], relevant))
    deepest = max((len(row.raw["found"][way]) for row in run.rows), default=0)
    return [
        (
            k,
            sum(sum(rank <= k for rank in found) / count for found, count in zip(ranks, wanted, strict=True))
            / len(ranks),
        )
        for k in range(1, min(_TO, deepest) + 1)
        if ranks
    ]


def _ranks(found: Sequence[str | Sequence[str]], relevant: set[str]) -> list[int]:
    return [
        rank for rank, ids in enumerate(found, 1) for id_ in ([ids] if isinstance(ids, str) else ids) if id_ in relevant
    ]


def _times(runs: Sequence[Run]) -> dict[str, list[float]]:
    if len(runs) > 1:
        return {run.title: [float(row.raw["latency_ms"][run.way]) for row in run.rows] for run in runs}
    return {way: [float(row.raw["latency_ms"][way]) for row in runs[0].rows] for way in _shown_ways(runs[0])}


def _shown_ways(run: Run) -> list[str]:
    """Without the combinations: a plot of all of them shows nothing."""
    return [way for way in run.content["ways"] if "+" not in way and not way.startswith("all but")][:_CURVES]


def _worst(run: Run) -> str:
    scored = [row for row in run.rows if not math.isnan(row.scores["ndcg@10"])]
    rows = sorted(scored, key=lambda row: (row.scores["ndcg@10"], row.id))[:_WORST]
    rows = [row for row in rows if row.scores["ndcg@10"] < 1]
    note = (
        f"The {len(rows)} questions of {len(scored)} with the lowest nDCG@10, with what was to be found and what was."
    )
    if not rows:
        return heading(f"The worst questions: {run.path.name}", "None: each question has the best ranking there is.")
    questions = (_question(row, run, opened=row is rows[0]) for row in rows)
    return heading(f"The worst questions: {run.path.name}", note) + card("", *questions)


def _question(row: Row, run: Run, *, opened: bool) -> str:
    relevant = {id_ for id_, grade in row.raw["relevant"].items() if grade > 0}
    first = {way: min(_ranks(found, relevant), default=0) for way, found in row.raw["found"].items() if "+" not in way}
    told = ", ".join(f"{way} {rank or 'not found'}" for way, rank in first.items() if not way.startswith("all but"))
    missing = first.get(run.way, 0) == 0
    step = tag("not_retrieved", "bad") if missing else tag(f"first at rank {first[run.way]}")
    tags = "".join(tag(value) for value in row.slices.values())
    head = f"{escape(row.question)} {step}{tags}{tag(row.id)}"
    left = "<p class=note>To be found</p>" + "".join(_gold(row.raw))
    found = row.raw["top"][:5] if run.way == FUSED else []
    right = "<p class=note>Found</p>" + "".join(_hit(one) for one in found)
    if not found:
        right += quote("", ", ".join(str(one) for one in row.raw["found"][run.way][:10]) or "nothing")
    ranks = f'<p class="note">First relevant rank by way: {escape(told)}</p>'
    return entry(head, left, right, ranks, opened=opened)


def _gold(raw: Mapping[str, Any]) -> list[str]:
    if "evidence" not in raw:
        texts = raw.get("texts", {})
        return [
            quote(f"{id_} (grade {grade})", texts.get(id_, "")) for id_, grade in raw["relevant"].items() if grade > 0
        ]
    return [
        quote(f"{place}", " · or · ".join(dict.fromkeys(gold_text(piece) for piece in group)))
        for place, group in enumerate(raw["evidence"], 1)
    ]


def gold_text(piece: Mapping[str, Any]) -> str:
    """A piece of gold evidence in one line."""
    if piece["kind"] == "page":
        return f"{piece['document']}, page {piece['page']}: {piece['quote']}"
    return f"row {piece['key']}" if piece["kind"] == "record" else f"item {piece['item']}"


def _hit(one: Mapping[str, Any]) -> str:
    shows = f" · shows {', '.join(map(str, one['evidence']))}" if one["evidence"] else ""
    where = ", ".join(filter(None, (one["document"], one["place"])))
    return quote(f"{where}{shows}", one["text"], hit=bool(one["evidence"]))
