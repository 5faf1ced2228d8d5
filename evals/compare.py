"""Two runs over the same questions: differences with paired intervals, and the questions that flipped."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from evals.bootstrap import paired
from evals.metrics.base import mean
from evals.runs import RETRIEVAL, Row, Run
from retrieval.errors import BadInput

RIGHT = "right"


def compare(a: Run, b: Run) -> dict[str, Any]:
    """``{a, b, data, all: {metric: {a, b, difference, low, high, p_better, scored, clusters, only_a, only_b}}, by_kind,
    by_language, by_pair, flipped: [...]}``. Means are over the ``scored`` rows that both runs scored; ``only_a`` and
    ``only_b`` count those that one of them did. Raises ``BadInput`` where they don't belong together."""
    _check(a, b)
    pairs = list(zip(a.rows, _in_order(a, b), strict=True))
    content: dict[str, Any] = {
        "kind": "comparison",
        "of": a.kind,
        "a": {"file": a.path.name, "way": a.way},
        "b": {"file": b.path.name, "way": b.way},
        "data": dict(a.data),
        "all": _group(pairs),
    }
    for name in ("kind", "language", "pair"):
        values = sorted({row.slices[name] for row in a.rows if name in row.slices})
        if values:
            chosen = {value: [pair for pair in pairs if pair[0].slices.get(name) == value] for value in values}
            content[f"by_{name}"] = {value: _group(some) for value, some in chosen.items()}
    measure = "recall@5 is whole" if a.kind == RETRIEVAL else "the answer is right"
    return {**content, "flipped_by": measure, "flipped": [_flip(x, y) for x, y in pairs if _flipped(x, y)]}


def _check(a: Run, b: Run) -> None:
    if a.kind != b.kind:
        raise BadInput(f"{a.path} is a run of {a.kind}, {b.path} one of {b.kind}: compare two of a kind")
    for what in sorted(set(a.data) & set(b.data)):
        if a.data[what] != b.data[what]:
            mine, theirs = a.data[what][:12], b.data[what][:12]
            raise BadInput(
                f"{a.path} and {b.path} are runs over different {what} ({mine}, {theirs}): run one of them again"
            )
    if {row.id for row in a.rows} != {row.id for row in b.rows}:
        raise BadInput(
            f"{a.path} and {b.path} asked different questions of the same file: run both with the same --split"
        )


def _in_order(a: Run, b: Run) -> list[Row]:
    theirs = {row.id: row for row in b.rows}
    return [theirs[row.id] for row in a.rows]


def _group(pairs: Sequence[tuple[Row, Row]]) -> dict[str, dict[str, float | int]]:
    names = list(dict.fromkeys(name for pair in pairs for row in pair for name in row.scores))
    before, after = (
        {name: [row[side].scores.get(name, math.nan) for row in pairs] for name in names} for side in (0, 1)
    )
    before[RIGHT], after[RIGHT] = [row[0].right for row in pairs], [row[1].right for row in pairs]
    found = paired(before, after, [mine.cluster for mine, _ in pairs])
    return {
        name: {**_means(before[name], after[name]), **difference._asdict(), **_alone(before[name], after[name])}
        for name, difference in found.items()
    }


def _means(before: Sequence[float], after: Sequence[float]) -> dict[str, float]:
    both = [pair for pair in zip(before, after, strict=True) if not any(map(math.isnan, pair))]
    return {"a": mean(a for a, _ in both), "b": mean(b for _, b in both)}


def _alone(before: Sequence[float], after: Sequence[float]) -> dict[str, int]:
    scored = [(not math.isnan(a), not math.isnan(b)) for a, b in zip(before, after, strict=True)]
    return {"only_a": scored.count((True, False)), "only_b": scored.count((False, True))}


def _failed(row: Row) -> bool:
    return bool(row.raw.get("error"))


def _flipped(mine: Row, theirs: Row) -> bool:
    if _failed(mine) != _failed(theirs):
        return True
    return not (math.isnan(mine.right) or math.isnan(theirs.right)) and mine.right != theirs.right


def _flip(mine: Row, theirs: Row) -> dict[str, Any]:
    return {
        "id": mine.id,
        "question": mine.question,
        **mine.slices,
        "now": _now(theirs),
        "a": mine.told,
        "b": theirs.told,
    }


def _now(row: Row) -> str:
    if _failed(row):
        return "failed"
    return "unscored" if math.isnan(row.right) else "right" if row.right else "wrong"


def tables(content: Mapping[str, Any]) -> list[Table]:
    """The differences, and what flipped."""
    a, b = (" ".join(filter(None, content[side].values())) for side in ("a", "b"))
    table = Table(
        title=f"B {b} against A {a}",
        caption="over what both scored: difference B - A [95 % interval, paired bootstrap], p(B better)",
    )
    for column in ("", "metric", "A", "B", "B - A", "p", "questions"):
        table.add_column(column, justify="left" if column in ("", "metric") else "right")
    groups = {"all": content["all"]}
    for name in ("kind", "language", "pair"):
        groups |= {f"{name} {value}": found for value, found in content.get(f"by_{name}", {}).items()}
    for group, metrics in groups.items():
        for name, one in metrics.items():
            alone = "".join(
                f", {one[f'only_{side}']} {side.upper()} only" for side in ("a", "b") if one[f"only_{side}"]
            )
            if one["scored"]:
                spread = f"{one['difference']:+.3f} [{one['low']:+.3f} {one['high']:+.3f}]"
                values = (f"{one['a']:.3f}", f"{one['b']:.3f}", spread, f"{one['p_better']:.2f}")
                table.add_row(group, name, *values, f"{one['scored']}{alone}")
            elif alone:
                table.add_row(group, name, "-", "-", "-", "-", f"0{alone}")
        table.add_section()
    flips = Table(title=f"{len(content['flipped'])} questions flipped ({content['flipped_by']})")
    for column in ("id", "now", "question", "A", "B"):
        flips.add_column(column, overflow="fold")
    for flip in content["flipped"]:
        flips.add_row(flip["id"], flip["now"], flip["question"], flip["a"], flip["b"])
    return [table, flips] if content["flipped"] else [table]
