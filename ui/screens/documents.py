"""Documents: what the plant's index holds, each to be opened."""

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.models import Document
from ui.state import Evidence, t, word
from ui.strings import LANGUAGE_NAMES


def show() -> None:
    st.title(t("page_documents"))
    try:
        documents = state.client().documents()
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))
        return
    if not documents:
        st.info(t("no_documents"))
    for document in documents:
        with st.container(
            horizontal=True, wrap=False, border=True, vertical_alignment="center", key=f"document-{document['id']}"
        ):
            st.html(_line(document), width="stretch")
            openable = document.get("kind") == "pid" or bool(document.get("pages"))
            if openable and st.button(t("open"), key=f"open-{document['id']}"):
                state.open_evidence(Evidence(document.get("title", ""), document=document))


def _line(document: Document) -> str:
    details = [word("kind", document.get("kind", ""))]
    if document.get("revision", "0") != "0":
        details.append(t("revision", revision=document["revision"]))
    details += [LANGUAGE_NAMES.get(document.get("language", ""), document.get("language", ""))]
    if pages := document.get("pages"):
        details.append(t("pages", count=pages))
    details += [part for part in (document.get("effective_date"), document.get("path")) if part]
    title = html.e(document.get("title", ""))
    return f'<div><b>{title}</b><div class="pw-mute">{html.e(" · ".join(details))}</div></div>'
