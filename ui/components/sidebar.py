"""The sidebar: language, conversation, state of the service, the documents at hand."""

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import Page

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.models import Ready
from ui.state import Evidence, language, t, word
from ui.strings import LANGUAGE_NAMES, LANGUAGES


def show_sidebar(pages: Sequence[Page]) -> None:
    with st.sidebar:
        st.html(f'<div class="pw-brand">Plantwright</div><div class="pw-mute">{html.e(t("tagline"))}</div>')
        for page in pages:
            st.page_link(page, width="stretch")
        _language()
        if st.button(t("new_conversation"), key="new-conversation", width="stretch", icon=":material/add_comment:"):
            state.new_conversation()
            st.rerun()
        _service()
        _documents()


def _language() -> None:
    """The choice is kept apart from the widget's own state, which Streamlit drops between pages."""

    def choose() -> None:
        if st.session_state.get("language-choice"):
            st.session_state["language"] = st.session_state["language-choice"]

    st.segmented_control(
        t("language"),
        LANGUAGES,
        format_func=LANGUAGE_NAMES.__getitem__,
        default=language(),
        key="language-choice",
        on_change=choose,
        label_visibility="collapsed",
        width="stretch",
        required=True,
    )


@st.fragment(run_every="10s")
def _service() -> None:
    st.html(f'<div class="pw-head">{html.e(t("service"))}</div>')
    try:
        ready = state.client().ready()
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))
        return
    st.html(_parts(ready))


def _parts(ready: Ready) -> str:
    lines = [_part(t("service_ready" if ready.get("ready") else "service_starting"), "", bool(ready.get("ready")))]
    for name, value in (ready.get("parts") or {}).items():
        good, words = _state(value)
        lines.append(_part(word("part", name), words, good))
    return "".join(lines)


def _part(name: str, words: str, good: bool) -> str:
    return (
        f'<div class="pw-part" style="--tone:var(--pw-{"ok" if good else "warn"})"><span>{html.e(name)}</span>'
        f"<span>{html.e(words or '●')}</span></div>"
    )


def _state(value: object) -> tuple[bool, str]:
    """A part's state as the service words it: a bool, a word, or an object with ``ready`` and ``detail``."""
    if isinstance(value, dict):
        good = bool(value.get("ready", value.get("ok", False)))
        return good, str(value.get("detail") or value.get("state") or t("part_ok" if good else "part_not"))
    if isinstance(value, bool):
        return value, t("part_ok" if value else "part_not")
    words = str(value)
    return words.lower() in ("ok", "ready", "good", "true", "up"), words


def _documents() -> None:
    try:
        documents = state.client().documents(limit=12)
    except ServiceError:
        return  # the state above says why
    st.html(f'<div class="pw-head">{html.e(t("page_documents"))}</div>')
    for document in documents:
        if st.button(document.get("title", ""), key=f"side-{document['id']}", type="tertiary"):
            state.open_evidence(Evidence(document.get("title", ""), document=document))
