"""Live readings: every tag with its value, limits and state, read again every two seconds."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.models import Reading
from ui.state import language, t

POLL = "2s"


def show() -> None:
    st.title(t("page_live"))
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.text_input(t("filter"), key="live-filter", placeholder=t("filter"), label_visibility="collapsed")
        outside = st.toggle(t("only_outside"), key="live-outside")
    st.fragment(run_every=POLL)(_table)(wanted, outside)


def _table(wanted: str, outside: bool) -> None:
    try:
        tags = [tag for tag in state.client().tags() if _matches(tag, wanted)]
        readings = {r["tag"]: r for r in state.client().readings([tag["tag"] for tag in tags])} if tags else {}
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))
        return
    shown = [
        (tag, reading)
        for tag in tags
        if (reading := readings.get(tag["tag"])) and (not outside or reading.get("state") not in ("normal", "unknown"))
    ]
    if not shown:
        st.html(html.box("none", "", t("none_match" if wanted or outside else "no_tags")))
        return
    head = [t("tag"), t("description"), t("value"), t("limits"), t("state"), t("time")]
    st.html(html.table(head, [_row(tag, reading) for tag, reading in shown]))
    st.html(f'<div class="pw-mute">{html.e(t("updated", time=state.local_time(datetime.now(UTC).isoformat())))}</div>')


def _matches(tag: dict[str, Any], wanted: str) -> bool:
    words = " ".join(str(tag.get(name) or "") for name in ("tag", "description", "asset", "area")).casefold()
    return all(part in words for part in wanted.casefold().split())


def _row(tag: dict[str, Any], reading: Reading) -> list[str]:
    low, high = reading.get("low", tag.get("low")), reading.get("high", tag.get("high"))
    bar = html.limit_bar(reading.get("value"), low, high)
    toned = f'<div style="{html.tone(reading)};min-width:6rem">{{}}</div>'
    about = html.e(tag.get("description", "")) + (
        f'<div class="pw-mute">{html.e(tag["asset"])}</div>' if tag.get("asset") else ""
    )
    return [
        f'<span class="pw-tag">{html.e(reading["tag"])}</span>',
        about,
        f'<span style="white-space:nowrap">{html.value_of(reading, language())}</span>',
        toned.format(f'{bar}<span class="pw-mute">{html.e(html.limits(low, high))}</span>'),
        toned.format(html.pill(reading, language())),
        f'<span class="pw-mute">{html.e(state.local_time(reading.get("timestamp", "")))}</span><br>'
        f"{html.badges(reading, language())}",
    ]
