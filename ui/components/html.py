"""Pure builders of HTML: data in, escaped markup out, no Streamlit. Everything from the service is escaped here."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from ui.models import Citation, Notice, Reading
from ui.strings import Language, known, text

RECORDS = ("work_orders", "assets")  # tables of the whole index; any other belongs to its document
TONES = {"normal": "ok", "high": "warn", "low": "warn", "high_high": "alarm", "low_low": "alarm", "unknown": "none"}
_SIGNALS = (
    ("danger|危险", "alarm", "DANGER", "危险"),
    ("warning|警告", "warn", "WARNING", "警告"),
    ("caution|注意|小心", "warn", "CAUTION", "注意"),
)
_LEAD = re.compile(r"^\s*(danger|warning|caution|危险|警告|注意|小心)\s*[!！:：.。-]*\s*", re.IGNORECASE)


def e(value: object) -> str:
    return escape(str(value))


def number(value: object) -> str:
    """A value as an operator reads it: at most four significant decimals, no trailing zeros."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    shown = f"{value:.{digits}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def age(language: Language, seconds: float) -> str:
    units = (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172800), ("d", 86400, float("inf")))
    unit, size = next((unit, size) for unit, size, below in units if seconds < below)
    return text(language, f"age_{unit}", n=max(0, round(seconds / size)))


def tone(reading: Reading) -> str:
    name = "none" if reading.get("quality") == "bad" else TONES.get(reading.get("state", "unknown"), "none")
    return f"--tone:var(--pw-{name})"


def limit_bar(value: object, low: float | None, high: float | None) -> str:
    """The value against its limits: the normal band, what lies beyond it, and a marker. '' without limits.

    The scale reaches a quarter of the band beyond each limit, and further when the value does. With a high limit
    alone the band starts at 0 (or at the value, if that is lower).
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (low is None and high is None):
        return ""
    bottom = low if low is not None else min(0.0, float(value))
    top = high if high is not None else max(float(value), bottom + (abs(bottom) or 1.0))
    margin = (top - bottom) * 0.25 or 1.0
    start = min(bottom - margin, value) if low is not None else bottom
    end = max(top + margin, value) if high is not None else top

    def at(x: float) -> float:
        return max(0.0, min(100.0, 100 * (x - start) / (end - start)))

    band = f"left:{at(bottom):.1f}%;right:{100 - at(top):.1f}%"
    return f'<div class="pw-bar"><i style="{band}"></i><u style="left:{at(value):.1f}%"></u></div>'


def pill(reading: Reading, language: Language) -> str:
    state = reading.get("state", "unknown")
    if state == "unknown" and (reading.get("quality") == "bad" or reading.get("value") is None):
        state = "not_known"
    return f'<span class="pw-pill">{e(known(language, "state", state))}</span>'


def value_of(reading: Reading, language: Language) -> str:
    value = reading.get("value")
    if value is None:
        return e(text(language, "no_value"))
    return f"{e(number(value))} <small>{e(reading.get('unit', ''))}</small>"


def badges(reading: Reading, language: Language) -> str:
    quality = reading.get("quality", "good")
    style = "pw-badge" if quality == "good" else "pw-badge pw-bad"
    simulated = f' <span class="pw-badge">{e(text(language, "simulated"))}</span>' if reading.get("simulated") else ""
    return f'<span class="{style}">{e(known(language, "quality", quality))}</span>{simulated}'


def reading_card(reading: Reading, language: Language, clock: Callable[[str], str]) -> str:
    low, high = reading.get("low"), reading.get("high")
    ends = [
        f"{e(text(language, name))} {e(number(limit))}" if limit is not None else ""
        for name, limit in (("low", low), ("high", high))
    ]
    when = (
        f"{e(clock(reading.get('timestamp', '')))} · "
        f"{e(text(language, 'age', age=age(language, reading.get('age_s', 0))))}"
    )
    bar = limit_bar(reading.get("value"), low, high)
    scale = f'<div class="pw-scale"><span>{ends[0]}</span><span>{ends[1]}</span></div>' if bar else ""
    return (
        f'<div class="pw-card" style="{tone(reading)}"><div class="pw-card-top">'
        f'<span class="pw-tag">{e(reading["tag"])}</span>{pill(reading, language)}</div>'
        f'<div class="pw-mute">{e(reading.get("description", ""))}</div>'
        f'<div class="pw-value">{value_of(reading, language)}</div>{bar}{scale}'
        f'<div class="pw-mute">{when}</div><div>{badges(reading, language)}</div></div>'
    )


def reading_cards(readings: Sequence[Reading], language: Language, clock: Callable[[str], str]) -> str:
    return f'<div class="pw-cards">{"".join(reading_card(r, language, clock) for r in readings)}</div>'


def limits(low: float | None, high: float | None) -> str:
    """The limits in words: a range, or the one that there is."""
    if low is not None and high is not None:
        return f"{number(low)} – {number(high)}"
    return f"≥ {number(low)}" if low is not None else f"≤ {number(high)}" if high is not None else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], style: str = "") -> str:
    """A table of cells that are markup already."""
    top = "".join(f"<th>{e(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="pw-scroll"><table class="pw-table {style}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def quoted(said: str) -> str:
    """A sentence; rows of a manual's table, cells parted by " | ", as a table."""
    lines = said.splitlines()
    if len(lines) < 2 or not all(" | " in line for line in lines):
        return e(said)
    head, *rows = [line.split(" | ") for line in lines]
    return table(head, [[e(cell) for cell in row] for row in rows])


def box(tone_name: str, head: str, body: str) -> str:
    strong = f"<b>{e(head)}</b>" if head else ""
    return f'<div class="pw-box" style="--tone:var(--pw-{tone_name})">{strong}{e(body)}</div>'


def safety(notice: Notice, language: Language) -> str:
    """A warning under its own signal word (ANSI Z535.6: danger, warning, caution), quoted in its own language."""
    body = notice.get("text", "")
    found = _LEAD.match(body)
    word = found.group(1).lower() if found else ""
    for words, tone_name, english, chinese in _SIGNALS:
        if word and re.fullmatch(words, word):
            head = english if word.isascii() else chinese
            return _safety_box(tone_name, head, body[found.end() :] if found else body)
    return _safety_box("warn", text(language, "notice_safety"), body)


def _safety_box(tone_name: str, head: str, body: str) -> str:
    return (
        f'<div class="pw-safety" role="note" style="--tone:var(--pw-{tone_name})"><b>{e(head)}</b>'
        f"<div>{e(body)}</div></div>"
    )


def place(citation: Citation, language: Language) -> str:
    """Where in its document a citation points, in words."""
    locator = citation.get("locator", {})
    if locator.get("kind") == "page":
        return text(language, "page", page=locator.get("page", ""))
    if locator.get("kind") == "text":
        unit, first, last = locator.get("unit", "line"), locator.get("first", 1), locator.get("last", 1)
        return text(language, f"{unit}_at" if first == last else f"{unit}s_at", first=first, last=last)
    if locator.get("kind") == "record" and locator.get("table") not in RECORDS:
        return text(language, "row_of", table=locator.get("table", ""), row=locator.get("row", ""))
    if locator.get("kind") == "record":
        return f"{locator.get('key', '')}, {text(language, 'row', row=locator.get('row', ''))}"
    return text(language, "on_sheet", item=locator.get("item", ""))


def source(citation: Citation, language: Language) -> str:
    revision = citation.get("revision", "")
    details = [text(language, "revision", revision=revision)] if revision and revision != "0" else []
    details.append(place(citation, language))
    quote = citation.get("quote", "")
    return (
        f'<div class="pw-source"><b>{e(citation.get("title", ""))}</b> '
        f'<span class="pw-mute">{e(" · ".join(details))}</span>{f"<q>{e(quote)}</q>" if quote else ""}</div>'
    )


def fields(values: dict[str, Any], language: Language) -> str:
    """A record as name and value, the empty ones left out."""
    shown = {name: value for name, value in values.items() if value not in (None, "", [])}
    rows = [[f"<b>{e(known(language, 'field', name))}</b>", e(number(value))] for name, value in shown.items()]
    return table([text(language, "field"), text(language, "value")], rows)
