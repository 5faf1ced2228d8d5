"""Plots as inline SVG: lines, dots with intervals, stacked bars. Colours by Okabe and Ito, told apart by dashes too."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6A5ACD", "#8C6D1F", "#444444", "#A0A0A0")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4")
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 520, 300, 46, 40, 10, 14
_ROW = 20  # height of a row of dots
Points = Sequence[tuple[float, float]]


class Dot(NamedTuple):
    """A mean with its interval, over ``scored`` questions."""

    mean: float
    low: float
    high: float
    scored: int


def colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _dash(place: int) -> str:
    return _DASHES[(place // len(COLOURS) + place) % len(_DASHES)]


def legend(names: Sequence[str], *, dashed: bool = True) -> str:
    """In the order in which the plots number their series."""
    entries = (
        f'<span><svg viewBox="0 0 26 10"><path d="M0 5H26" stroke="{colour(i)}" stroke-width="{3 if dashed else 9}" '
        f'stroke-dasharray="{_dash(i) if dashed else ""}"/></svg>{escape(name)}</span>'
        for i, name in enumerate(names)
    )
    return f'<div class="legend">{"".join(entries)}</div>'


def lines(
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    y_range: tuple[float, float] = (0, 1),
    log: bool = False,
) -> str:
    """One line a series; ``log``: of the x axis. NaN breaks nothing: it is left out."""
    kept = {name: [p for p in points if not any(map(math.isnan, p))] for name, points in series.items()}
    xs = [x for points in kept.values() for x, _ in points]
    if not xs:
        return '<p class="note">nothing to show</p>'
    low, high = min(xs), max(xs)
    if log:
        low, high = max(low, 1e-3), max(high, 2e-3)
    across = _scale(low, high if high > low else low + 1, _LEFT, _WIDTH - _RIGHT, log=log)
    up = _scale(*y_range, _HEIGHT - _BOTTOM, _TOP)
    drawn = [_axes(across, up, _x_ticks(low, high, log), y_range, x_label, y_label)]
    for place, points in enumerate(kept.values()):
        path = " L".join(f"{across(max(x, low)):.1f} {up(y):.1f}" for x, y in points)
        if path:
            drawn.append(
                f'<path d="M{path}" fill="none" stroke="{colour(place)}" stroke-width="2.2" '
                f'stroke-dasharray="{_dash(place)}" stroke-linejoin="round"/>'
            )
    plot = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(y_label)}">{"".join(drawn)}</svg>'
    return legend(list(series)) + plot


def _scale(low: float, high: float, start: float, end: float, *, log: bool = False) -> Callable[[float], float]:
    if log:
        low, high = math.log10(low), math.log10(high)
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return start + ((math.log10(value) if log else value) - low) / span * (end - start)

    return place


def _x_ticks(low: float, high: float, log: bool) -> list[float]:
    if log:
        steps = [
            m * 10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for m in (1, 3)
        ]
        return [step for step in steps if low <= step <= high] or [low, high]
    if high - low >= 2 and low == int(low) and high == int(high) and high <= 20:
        return [float(value) for value in range(int(low), int(high) + 1)]
    step = 10 ** math.floor(math.log10(max(high - low, 1e-9)))
    step = step / 5 if (high - low) / step < 2 else step / 2 if (high - low) / step < 5 else step
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def _axes(
    across: Callable[[float], float],
    up: Callable[[float], float],
    ticks: Sequence[float],
    y_range: tuple[float, float],
    x_label: str,
    y_label: str,
) -> str:
    drawn = []
    for part in range(6):
        value = y_range[0] + part / 5 * (y_range[1] - y_range[0])
        y = up(value)
        drawn.append(f'<path class="axis" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        drawn.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.2g}</text>')
    for value in ticks:
        x = across(value)
        drawn.append(f'<path class="frame" d="M{x:.1f} {_HEIGHT - _BOTTOM}v4"/>')
        drawn.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 17}" text-anchor="middle">{value:g}</text>')
    drawn.append(f'<path class="frame" d="M{_LEFT} {_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}"/>')
    drawn.append(f'<text x="{(_LEFT + _WIDTH) / 2}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(x_label)}</text>')
    drawn.append(
        f'<text transform="translate(11 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>'
    )
    return "".join(drawn)


def dots(rows: Mapping[str, Sequence[Dot | None]], series: Sequence[str], *, label: str) -> str:
    """One row a name, one dot with its interval a series, on an axis from 0 to 1."""
    left, right = 190, 470
    step = max(_ROW, 9 * len(series) + 8)
    height = step * len(rows) + 40
    across = _scale(0, 1, left, right)
    drawn = [
        f'<path class="axis" d="M{across(x):.1f} 4V{height - 36}"/>'
        f'<text x="{across(x):.1f}" y="{height - 22}" text-anchor="middle">{x:g}</text>'
        for x in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    for row, (name, cells) in enumerate(rows.items()):
        middle = 4 + step * (row + 0.5)
        count = max((cell.scored for cell in cells if cell), default=0)
        drawn.append(
            f'<text class="strong" x="{left - 10}" y="{middle + 4:.1f}" text-anchor="end">{escape(name)}</text>'
        )
        drawn.append(f'<text x="{right + 10}" y="{middle + 4:.1f}">{count}</text>')
        for place, cell in enumerate(cells):
            if cell and not math.isnan(cell.mean):
                y = middle + (place - (len(cells) - 1) / 2) * 9
                drawn.append(_dot(cell, across, y, colour(place)))
    drawn.append(f'<text x="{(left + right) / 2}" y="{height - 2}" text-anchor="middle">{escape(label)}</text>')
    told = legend(series, dashed=False) if len(series) > 1 else ""
    return told + f'<svg viewBox="0 0 520 {height}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'


def _dot(cell: Dot, across: Callable[[float], float], y: float, ink: str) -> str:
    bar = ""
    if not math.isnan(cell.low):
        bar = f'<path d="M{across(cell.low):.1f} {y:.1f}H{across(cell.high):.1f}" stroke="{ink}" stroke-width="2"/>'
    return f'{bar}<circle cx="{across(cell.mean):.1f}" cy="{y:.1f}" r="4" fill="{ink}"/>'


def bars(rows: Mapping[str, Mapping[str, int]], parts: Sequence[str], *, label: str) -> str:
    """One stacked bar a name, as shares of its own total; ``parts`` in the colours' order."""
    left, right, height = 190, 470, 24 * len(rows) + 26
    drawn = []
    for row, (name, counts) in enumerate(rows.items()):
        total, x, y = sum(counts.values()), float(left), 24 * row + 4
        drawn.append(f'<text class="strong" x="{left - 10}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
        drawn.append(f'<text x="{right + 10}" y="{y + 13}">{total}</text>')
        for place, part in enumerate(parts):
            width = (right - left) * counts.get(part, 0) / total if total else 0
            if width:
                said = f"{escape(name)}: {escape(part)} {counts[part]}"
                drawn.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="17" fill="{colour(place)}">'
                    f"<title>{said}</title></rect>"
                )
                if width > 20:
                    at = f'x="{x + width / 2:.1f}" y="{y + 13}" text-anchor="middle" style="fill:#fff"'
                    drawn.append(f"<text {at}>{counts[part]}</text>")
            x += width
    drawn.append(f'<text x="{(left + right) / 2}" y="{height - 4}" text-anchor="middle">{escape(label)}</text>')
    svg = f'<svg viewBox="0 0 520 {height}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    return legend(parts, dashed=False) + svg
