"""Typed results of tools: the isolation list, tables, paths, and whatever kind a newer service adds."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui.components import html
from ui.state import t, word

_BOX = '<span class="pw-check"></span>'


def show_results(results: Sequence[dict[str, Any]]) -> None:
    for result in results:
        kind = result.get("kind")
        if kind == "isolation":
            _isolation(result)
        elif isinstance(result.get("routes"), list):
            _routes(result)
        elif kind == "neighbours":
            _neighbours(result)
        elif isinstance(result.get("rows"), list):
            _table(result)
        else:
            _head(str(result.get("title") or kind or t("result")))
            st.json({name: value for name, value in result.items() if name not in ("kind", "title")}, expanded=2)


def _head(words: str) -> None:
    st.html(f'<div class="pw-head">{html.e(words)}</div>')


def _name(item: Any) -> str:
    return str(item.get("tag", item) if isinstance(item, dict) else item)


def _isolation(result: dict[str, Any]) -> None:
    """What to close, as a list to walk the line with; then drains, and what does not count."""
    st.html(f'<h3 style="margin:0">{html.e(t("isolation", target=result.get("target", "")))}</h3>')
    points = result.get("close") or []
    if points:
        _head(t("close_these"))
        _points(points)
    if result.get("drains"):
        _head(t("drains"))
        _points(result["drains"])
    for name, tone in (("not_isolable", "alarm"), ("open_ends", "none"), ("passed", "none")):
        if items := result.get(name):
            st.html(html.box(tone, t(name), "; ".join(_with_reason(item) for item in items)))
    st.html(html.box("warn", "", str(result.get("disclaimer") or t("disclaimer"))))


def _points(points: Sequence[Any]) -> None:
    rows = []
    for point in points:
        given = point if isinstance(point, dict) else {"tag": point}
        normally = given.get("normally")
        kind = f'<div class="pw-mute">{html.e(given["name"])}</div>' if given.get("name") else ""
        rows.append(
            [
                _BOX,
                f'<span class="pw-tag">{html.e(given.get("tag", ""))}</span>{kind}',
                html.e(given.get("service") or ""),
                html.e(given.get("line") or ""),
                html.e(word("normally", normally) if normally else ""),
            ]
        )
    st.html(html.table(["", t("valve"), t("service_of_line"), t("line"), t("normally")], rows, "pw-points"))


def _routes(result: dict[str, Any]) -> None:
    """Each way from the tag that was asked about, item by item, its lines below. Upstream runs against the flow."""
    kind = str(result.get("kind"))
    routes = [route for route in result["routes"] if isinstance(route, dict) and route.get("tags")]
    if routes:
        _head(f"{word('result', kind)} · {result.get('tag', '')}")
    arrow = " ← " if kind == "upstream" else " – " if kind == "path" else " → "
    for route in routes:
        st.html(
            f'<div class="pw-sentence"><b>{arrow.join(html.e(tag) for tag in route["tags"])}</b>'
            f'<div class="pw-mute">{html.e(", ".join(map(str, route.get("lines") or [])))}</div></div>'
        )


def _neighbours(result: dict[str, Any]) -> None:
    found = [one for one in result.get("neighbours") or [] if isinstance(one, dict)]
    if found:
        _head(f"{word('result', 'neighbours')} · {result.get('tag', '')}")
        rows = [
            [
                f'<span class="pw-tag">{html.e(one.get("tag", ""))}</span>',
                html.e(word("direction", str(one.get("direction", "")))),
                html.e(one.get("service") or ""),
                html.e(one.get("line") or ""),
            ]
            for one in found
        ]
        st.html(html.table([t("tag"), t("direction"), t("service_of_line"), t("line")], rows))


def _with_reason(item: Any) -> str:
    if not isinstance(item, dict):
        return " ".join(map(str, item)) if isinstance(item, (list, tuple)) else str(item)
    reason = (
        item.get("why")
        or item.get("reason")
        or ", ".join(str(item[name]) for name in ("service", "line") if item.get(name))
    )
    return f"{_name(item)}: {reason}" if reason else _name(item)


def _table(result: dict[str, Any]) -> None:
    """Rows are objects, or lists under ``columns``."""
    _head(str(result.get("title") or t("table")))
    rows = result["rows"]
    if rows and not isinstance(rows[0], dict):
        columns = result.get("columns") or range(1, len(rows[0]) + 1)
        names = [str(c.get("name", c) if isinstance(c, dict) else c) for c in columns]
        rows = [dict(zip(names, row, strict=False)) for row in rows]
    st.dataframe(rows, hide_index=True, row_height=44)
