"""The drawer on the right: the page with the cited region marked, the row, or the drawing with the item ringed.

A drawer rather than a column: on a tablet a page picture needs most of the width to be read.
"""

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.components.picture import cited_part
from ui.models import Citation, Document
from ui.state import Evidence, language, t


def show_evidence() -> None:
    """Open the drawer when something was asked for; it stays until it is dismissed."""
    shown = state.evidence()
    if shown is not None:
        wide = (shown.document or {}).get("kind") == "pid" or _kind(shown) == "sheet"
        st.dialog(
            shown.title or t("evidence"),
            width="large" if wide else "medium",
            position="right",
            on_dismiss=state.close_evidence,
        )(_body)(shown)


def _kind(shown: Evidence) -> str:
    return (shown.citation or {}).get("locator", {}).get("kind", "")


def _body(shown: Evidence) -> None:
    try:
        if shown.citation is not None:
            _citation(shown, shown.citation)
        elif shown.document is not None:
            _document(shown, shown.document)
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))


def _citation(shown: Evidence, citation: Citation) -> None:
    locator = citation.get("locator", {})
    document = citation.get("document_id", "")
    st.html(html.source(citation, language()))
    if locator.get("kind") == "page":
        cited = locator.get("page", 1)
        regions = locator.get("regions", []) if shown.page == cited else []
        picture = state.client().page_png(document, shown.page, regions)
        alt = f"{citation.get('title', '')}, {t('page', page=shown.page)}"
        if part := cited_part(picture, regions):
            st.image(part, width="stretch", alt=f"{alt}, {t('cited_place')}")
        _leaf(shown, None, cited)
        st.image(picture, width="stretch", alt=alt)
    elif locator.get("kind") == "record":
        record = state.client().record(locator.get("table", ""), locator.get("key", ""))
        st.html(html.fields(record.get("fields", {}), language()))
    else:
        item = locator.get("item", "")
        st.image(
            state.client().drawing_png(document, [item]), width="stretch", alt=f"{citation.get('title', '')}: {item}"
        )


def _document(shown: Evidence, document: Document) -> None:
    if document.get("kind") == "pid":
        st.image(state.client().drawing_png(document["id"]), width="stretch", alt=document.get("title", ""))
    elif document.get("pages"):
        _leaf(shown, document["pages"], None)
        st.image(
            state.client().page_png(document["id"], shown.page),
            width="stretch",
            alt=f"{document.get('title', '')}, {t('page', page=shown.page)}",
        )
    else:
        st.html(html.box("none", "", t("no_picture")))


def _leaf(shown: Evidence, last: int | None, cited: int | None) -> None:
    """Turn pages. The drawer alone is drawn again. Above the picture, so that it stays when a page is missing."""

    def turn(page: int) -> None:
        shown.page = page

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(
            t("previous_page"), disabled=shown.page <= 1, key="leaf-previous", on_click=turn, args=(shown.page - 1,)
        )
        st.html(
            f'<span class="pw-mute">{html.e(t("page", page=shown.page))}{f" / {last}" if last else ""}</span>',
            width="content",
        )
        if cited is not None and shown.page != cited:
            st.button(t("cited_place"), key="leaf-cited", on_click=turn, args=(cited,))
        st.button(
            t("next_page"),
            disabled=last is not None and shown.page >= last,
            key="leaf-next",
            on_click=turn,
            args=(shown.page + 1,),
        )
