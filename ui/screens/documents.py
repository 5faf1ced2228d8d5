"""Documents: what the plant's index holds, each to be opened; files to add; what is being done with them."""

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.components.html_documents import ICONS
from ui.components.ingestion import show_failures, show_runs, show_upload
from ui.components.viewer import details
from ui.models import Document
from ui.state import Evidence, t, word

PAGE = 50  # documents shown at once


def show() -> None:
    st.title(t("page_documents"))
    show_upload()
    try:
        show_runs()
        show_failures()
        _list()
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))


def _list() -> None:
    wanted, kind = _search()
    cursors = state.cursors(f"{wanted}|{kind}")
    documents, following = state.library().page(text=wanted, kind=kind, cursor=cursors[-1], limit=PAGE)
    if not documents:
        st.info(t("no_document_matches" if wanted or kind else "no_documents"))
    for document in documents:
        _row(document)
    if len(cursors) > 1 or following:
        _leaf(cursors, following)


def _search() -> tuple[str, str]:
    """What to find, and a kind; '' for all."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="document-search"):
        wanted = st.text_input(
            t("find_document"),
            key="document-text",
            placeholder=t("find_document"),
            icon=":material/search:",
            label_visibility="collapsed",
        )
        kind = st.selectbox(
            t("kind"),
            ["", *ICONS],
            format_func=lambda name: word("kind", name) if name else t("all_kinds"),
            key="document-kind",
            label_visibility="collapsed",
            width=220,
        )
    return (wanted or "").strip(), kind or ""


def _row(document: Document) -> None:
    with st.container(
        horizontal=True, wrap=False, border=True, vertical_alignment="center", key=f"document-{document['id']}"
    ):
        kind = document.get("kind", "")
        st.markdown(f"### :material/{ICONS.get(kind, 'description')}:", width="content", anchors=False)
        st.html(_line(document), width="stretch")
        if st.button(t("open"), key=f"open-{document['id']}"):
            state.open_evidence(Evidence(document.get("title", ""), document=document))


def _line(document: Document) -> str:
    parts = [word("kind", document.get("kind", "")), *details(document)]
    if added := document.get("ingested"):
        parts.append(t("added_at", time=state.local_time(added)))
    title, path = html.e(document.get("title", "")), html.e(document.get("path", ""))
    return f'<div><b>{title}</b><div class="pw-mute">{html.e(" · ".join(parts))}<br>{path}</div></div>'


def _leaf(cursors: list[str], following: str | None) -> None:
    def back() -> None:
        cursors.pop()

    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(t("earlier_documents"), key="documents-back", disabled=len(cursors) < 2, on_click=back)
        st.button(
            t("more_documents"),
            key="documents-on",
            disabled=following is None,
            on_click=cursors.append,
            args=(following,),
        )
