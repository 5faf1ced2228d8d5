"""The shell of the report, and small pieces of HTML. Every text that comes from data is escaped here."""

import math
from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { --ink: #1d2530; --soft: #5d6877; --line: #d8dee6; --back: #f5f7f9; --good: #16794c; --bad: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto,
  "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 10px; } h3 { font-size: 15px; margin: 0; }
p.note { color: var(--soft); margin: 4px 0 12px; max-width: 80ch; }
section.card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px;
  margin: 12px 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 12px; }
.grid section.card { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
td small { color: var(--soft); }
svg { width: 100%; max-width: 640px; height: auto; display: block; } svg text { font-size: 12px; fill: var(--soft); }
svg text.strong { fill: var(--ink); } svg .axis { stroke: var(--line); } svg .frame { stroke: #9aa5b1; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; margin: 6px 0; }
.legend span { display: inline-flex; align-items: center; gap: 6px; }
.legend svg { width: 26px; height: 10px; }
details { border-bottom: 1px solid var(--line); padding: 8px 0; } summary { cursor: pointer; }
summary .tag { margin-left: 6px; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 10px; padding: 0 8px; font-size: 12px;
  color: var(--soft); white-space: nowrap; }
.tag.bad { color: var(--bad); border-color: var(--bad); } .tag.good { color: var(--good); border-color: var(--good); }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 16px; margin-top: 8px; }
@media (max-width: 760px) { .pair { grid-template-columns: minmax(0, 1fr); }
  .grid { grid-template-columns: minmax(0, 1fr); } }
blockquote { margin: 4px 0 8px; padding: 4px 10px; border-left: 3px solid var(--line); font-size: 13.5px;
  white-space: pre-line; overflow-wrap: anywhere; }
blockquote.hit { border-color: var(--good); } blockquote b { font-weight: 600; color: var(--soft); }
"""


def page(title: str, subtitle: str, parts: Iterable[str]) -> str:
    """A whole document. ``parts`` are HTML already."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><p class="note">{escape(subtitle)}</p>' + "\n".join(parts) + "</main></body></html>\n"
    )


def card(title: str, *parts: str, note: str = "") -> str:
    told = f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<section class="card"><h3>{escape(title)}</h3>{told}{"".join(parts)}</section>'


def heading(text: str, note: str = "") -> str:
    return f"<h2>{escape(text)}</h2>" + (f'<p class="note">{escape(note)}</p>' if note else "")


def grid(*cards: str) -> str:
    return f'<div class="grid">{"".join(cards)}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int = 1) -> str:
    """Cells are plain text; columns from ``numbers_from`` on stand right."""

    def line(cells: Sequence[str], name: str) -> str:
        return "".join(
            f"<{name}{' class=n' if place >= numbers_from else ''}>{escape(cell)}</{name}>"
            for place, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{line(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'


def tag(text: str, kind: str = "") -> str:
    return f'<span class="tag {kind}">{escape(text)}</span>'


def quote(where: str, text: str, *, hit: bool = False) -> str:
    return f'<blockquote class="{"hit" if hit else ""}"><b>{escape(where)}</b>\n{escape(text)}</blockquote>'


def entry(head: str, left: str, right: str, foot: str, *, opened: bool) -> str:
    """A line that unfolds to two columns and a note; all of it HTML already."""
    sides = f"<div class=pair><div>{left}</div><div>{right}</div></div>"
    return f"<details{' open' if opened else ''}><summary>{head}</summary>{sides}{foot}</details>"


def number(value: float, digits: int = 3) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def spread(mean: float, low: float, high: float) -> str:
    """``0.812 [0.74, 0.88]``"""
    return number(mean) if math.isnan(mean) or math.isnan(low) else f"{mean:.3f} [{low:.2f}, {high:.2f}]"
