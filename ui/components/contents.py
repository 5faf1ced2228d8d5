"""What a document holds, where there is no page to picture: its text in order, its tables with their rows."""

import streamlit as st

from ui import state
from ui.components import html, html_documents
from ui.models import Citation, Locator, Table
from ui.state import Evidence, language, t, word

PASSAGES = 20  # shown at once
ROWS = 50
_BESIDE = 5  # rows before and after the cited one


def show_cited_text(citation: Citation, locator: Locator) -> None:
    """The passages around the cited lines, these marked."""
    found = state.library().text(citation.get("document_id", ""), place=locator.get("first", 1))
    st.html(html_documents.pieces(found.get("pieces", []), language(), locator, citation.get("quote", "")))


def show_cited_row(citation: Citation, locator: Locator) -> None:
    """The table around the cited row, this one marked."""
    key = locator.get("key", "")
    row = int(key) if key.isdecimal() else locator.get("row", 1)
    first = max(1, row - _BESIDE)
    table, _ = state.library().table(
        citation.get("document_id", ""), locator.get("table", ""), first=first, limit=2 * _BESIDE + 1
    )
    _title(table)
    st.html(html_documents.data_table(table, language(), row))


def show_text(shown: Evidence, document_id: str) -> None:
    """From passage ``shown.first`` on, with buttons to leaf."""
    found = state.library().text(document_id, first=shown.first, limit=PASSAGES)
    pieces, total = found.get("pieces", []), found.get("total", 0)
    if not pieces:
        st.html(html.box("none", "", t("no_text")))
        return
    first, last = pieces[0].get("position", 0) + 1, pieces[-1].get("position", 0) + 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(
            t("read_back"),
            key="text-back",
            disabled=shown.first <= 0,
            on_click=_read,
            args=(shown, max(0, shown.first - PASSAGES)),
        )
        st.html(
            f'<span class="pw-mute">{html.e(t("of_passages", first=first, last=last, total=total))}</span>',
            width="content",
        )
        following = found.get("next")
        st.button(t("read_on"), key="text-on", disabled=following is None, on_click=_read, args=(shown, following or 0))
    st.html(html_documents.pieces(pieces, language()))


def _read(shown: Evidence, first: int) -> None:
    shown.first = first


def show_tables(shown: Evidence, document_id: str) -> None:
    """One of the document's tables, chosen by name."""
    tables = state.library().tables(document_id)
    names = [table.get("name", "") for table in tables]
    if not names:
        st.html(html.box("none", "", t("no_rows")))
        return
    described = {table.get("name", ""): _described(table) for table in tables}
    if shown.table not in names:
        shown.table = names[0]

    def choose() -> None:
        shown.table, shown.row = st.session_state["table-choice"], 1

    if len(names) > 1:
        st.selectbox(
            t("which_table"),
            names,
            index=names.index(shown.table),
            format_func=described.__getitem__,
            key="table-choice",
            on_change=choose,
        )
    table, following = state.library().table(document_id, shown.table, first=shown.row, limit=ROWS)
    _title(table)
    st.html(html_documents.data_table(table, language()))
    _rows(shown, following)


def _rows(shown: Evidence, following: int | None) -> None:
    def start_at(row: int) -> None:
        shown.row = row

    with st.container(horizontal=True):
        if shown.row > 1:
            st.button(t("first_rows"), key="rows-first", on_click=start_at, args=(1,))
        if following is not None:
            st.button(t("more_rows"), key="rows-on", on_click=start_at, args=(following,))


def _title(table: Table) -> None:
    st.html(f'<div class="pw-head">{html.e(_described(table))}</div>')


def _described(table: Table) -> str:
    parts = [table.get("name", ""), table.get("title", "")]
    if role := table.get("role"):
        parts.append(word("role", role))
    if page := table.get("page"):
        parts.append(t("page", page=page))
    return " · ".join(dict.fromkeys(part for part in parts if part))
