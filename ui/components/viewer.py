"""A document in the drawer: its pages, its drawing, its text or its tables; the original to download; deleting it."""

from pathlib import PurePosixPath

import streamlit as st

from ui import state
from ui.components import html
from ui.components.contents import show_tables, show_text
from ui.models import Document
from ui.state import Evidence, t
from ui.strings import LANGUAGE_NAMES


def show_document(shown: Evidence, document: Document) -> None:
    """The view that was chosen, the first that there is otherwise."""
    views = views_of(document)
    if shown.view not in views:
        shown.view = views[0]
    _bar(shown, document, views)
    if shown.deleting:
        _delete(shown, document)
    if shown.view == "page":
        _pages(shown, document)
    elif shown.view == "sheet":
        st.image(state.client().drawing_png(document["id"]), width="stretch", alt=document.get("title", ""))
    elif shown.view == "tables":
        show_tables(shown, document["id"])
    else:
        show_text(shown, document["id"])


def details(document: Document) -> list[str]:
    """Revision, language, pages and date, as far as they are known."""
    made = []
    if document.get("revision", "0") != "0":
        made.append(t("revision", revision=document["revision"]))
    made.append(LANGUAGE_NAMES.get(document.get("language", ""), document.get("language", "")))
    if pages := document.get("pages"):
        made.append(t("pages_one" if pages == 1 else "pages", count=pages))
    if tables := document.get("tables"):
        made.append(t("tables_count_one" if tables == 1 else "tables_count", count=tables))
    if date := document.get("effective_date"):
        made.append(t("effective", date=date))
    return [part for part in made if part]


def views_of(document: Document) -> list[str]:
    """What can be shown of it, the most telling first. Drawings that are no pages are drawn as a sheet."""
    sheet = PurePosixPath(document.get("path", "")).suffix.lower() in (".xml", ".dxf") or not document.get("pages")
    drawing = document.get("kind") == "pid" and sheet
    first = ["sheet"] if drawing else ["page"] if document.get("pages") else []
    return [*first, "text", *(["tables"] if document.get("tables") else [])]


def _bar(shown: Evidence, document: Document, views: list[str]) -> None:
    def choose() -> None:
        shown.view = st.session_state.get("view-choice") or shown.view

    st.html(f'<div class="pw-mute">{html.e(" · ".join([*details(document), document.get("path", "")]))}</div>')
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="viewer"):
        st.segmented_control(
            t("kind"),
            views,
            format_func=lambda view: t(f"view_{view}"),
            default=shown.view,
            key="view-choice",
            on_change=choose,
            label_visibility="collapsed",
            required=True,
        )
        with st.container(horizontal=True, width="content"):
            st.download_button(
                t("download"),
                lambda: state.library().original(document["id"]),
                file_name=PurePosixPath(document.get("path", "")).name or "document",
                key="download-original",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button(t("delete"), key="delete", icon=":material/delete:", on_click=_ask, args=(shown, True))


def _ask(shown: Evidence, asking: bool) -> None:
    shown.deleting = asking


def _delete(shown: Evidence, document: Document) -> None:
    st.html(html.box("alarm", "", t("delete_question", title=document.get("title", ""))))
    with st.container(horizontal=True, key="delete-choice"):
        if st.button(t("delete_for_good"), key="delete-drop", type="primary"):
            _send_off(document, keep_history=False)
        if st.button(t("delete_keep"), key="delete-keep"):
            _send_off(document, keep_history=True)
        st.button(t("cancel"), key="delete-cancel", on_click=_ask, args=(shown, False))


def _send_off(document: Document, *, keep_history: bool) -> None:
    state.follow(state.library().delete(document["id"], keep_history=keep_history)["id"])
    state.close_evidence()
    st.rerun()


def _pages(shown: Evidence, document: Document) -> None:
    leaf(shown, document.get("pages"), None)
    st.image(
        state.client().page_png(document["id"], shown.page),
        width="stretch",
        alt=f"{document.get('title', '')}, {t('page', page=shown.page)}",
    )


def leaf(shown: Evidence, last: int | None, cited: int | None) -> None:
    """Turn pages. The drawer alone is drawn again. Above the picture, so that it stays when a page is missing."""

    def turn(page: int) -> None:
        shown.page = page

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(
            t("previous_page"), disabled=shown.page <= 1, key="leaf-previous", on_click=turn, args=(shown.page - 1,)
        )
        if last is not None and last > 2:
            _page_number(shown, last)
        else:
            st.html(f'<span class="pw-mute">{html.e(_of(shown.page, last))}</span>', width="content")
        if cited is not None and shown.page != cited:
            st.button(t("cited_place"), key="leaf-cited", on_click=turn, args=(cited,))
        st.button(
            t("next_page"),
            disabled=last is not None and shown.page >= last,
            key="leaf-next",
            on_click=turn,
            args=(shown.page + 1,),
        )


def _page_number(shown: Evidence, last: int) -> None:
    """A field to type the page into: a manual has hundreds."""

    def go() -> None:
        shown.page = int(st.session_state["leaf-number"])

    st.session_state["leaf-number"] = min(shown.page, last)
    with st.container(horizontal=True, vertical_alignment="center", width="content", key="leaf-field"):
        st.number_input(
            t("page", page=""), 1, last, key="leaf-number", on_change=go, label_visibility="collapsed", width=130
        )
        st.html(f'<span class="pw-mute">/ {last}</span>', width="content")


def _of(page: int, last: int | None) -> str:
    return t("page", page=page) + (f" / {last}" if last else "")
