"""The drawer on the right: the cited place with its mark, whatever kind of place it is; or a document by itself.

A drawer rather than a column: on a tablet a page picture needs most of the width to be read.
"""

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html
from ui.components.contents import show_cited_row, show_cited_text
from ui.components.picture import cited_part
from ui.components.viewer import leaf, show_document
from ui.models import Citation, Locator
from ui.state import Evidence, language, t


def show_evidence() -> None:
    """Open the drawer when something was asked for; it stays until it is dismissed."""
    shown = state.evidence()
    if shown is not None:
        wide = shown.document is not None or _kind(shown) in ("sheet", "record")
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
            show_document(shown, shown.document)
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))


def _citation(shown: Evidence, citation: Citation) -> None:
    locator = citation.get("locator", {})
    st.html(html.source(citation, language()))
    if locator.get("kind") == "page":
        _page(shown, citation, locator)
    elif locator.get("kind") == "text":
        show_cited_text(citation, locator)
    elif locator.get("kind") == "record" and locator.get("table") not in html.RECORDS:
        show_cited_row(citation, locator)
    elif locator.get("kind") == "record":
        record = state.client().record(locator.get("table", ""), locator.get("key", ""))
        st.html(html.fields(record.get("fields", {}), language()))
    else:
        item = locator.get("item", "")
        picture = state.client().drawing_png(citation.get("document_id", ""), [item])
        st.image(picture, width="stretch", alt=f"{citation.get('title', '')}: {item}")


def _page(shown: Evidence, citation: Citation, locator: Locator) -> None:
    cited = locator.get("page", 1)
    regions = locator.get("regions", []) if shown.page == cited else []
    picture = state.client().page_png(citation.get("document_id", ""), shown.page, regions)
    alt = f"{citation.get('title', '')}, {t('page', page=shown.page)}"
    if part := cited_part(picture, regions):
        st.image(part, width="stretch", alt=f"{alt}, {t('cited_place')}")
    leaf(shown, None, cited)
    st.image(picture, width="stretch", alt=alt)
