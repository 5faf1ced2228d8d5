"""What one browser session keeps, under typed accessors rather than loose keys."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ui.client import DEFAULT_URL, Client
from ui.library import Library
from ui.models import Citation, Document
from ui.runs import Run
from ui.strings import LANGUAGES, Language, known, text


@dataclass
class Evidence:
    """What the drawer shows: a citation of an answer, or a document that was opened by itself."""

    title: str
    citation: Citation | None = None
    document: Document | None = None
    page: int = 1  # 1-based; moves as one leafs
    view: str = ""  # page, sheet, text or tables; '' before one was chosen
    first: int = 0  # position of the first passage shown, from 0
    table: str = ""  # name of the table shown
    row: int = 1  # its first row shown
    deleting: bool = False  # the question whether to delete it stands


@st.cache_resource
def _client(url: str) -> Client:
    return Client(url)


def client() -> Client:
    """One HTTP client for all sessions of this UI; the service's URL comes from PLANTWRIGHT_API_URL."""
    return _client(os.environ.get("PLANTWRIGHT_API_URL") or DEFAULT_URL)


def library() -> Library:
    """The documents of the same service."""
    return Library(client())


def language() -> Language:
    """Of the UI's texts: as chosen, else the browser's."""
    chosen = st.session_state.get("language")
    if chosen not in LANGUAGES:
        chosen = "zh" if str(st.context.locale or "").lower().startswith("zh") else "en"
        st.session_state["language"] = chosen
    return cast(Language, chosen)


def t(key: str, **values: object) -> str:
    return text(language(), key, **values)


def word(prefix: str, name: str) -> str:
    return known(language(), prefix, name)


def runs() -> list[Run]:
    """The questions of this conversation, oldest first."""
    return cast(list[Run], st.session_state.setdefault("runs", []))


def conversation_id() -> str:
    return cast(str, st.session_state.setdefault("conversation_id", uuid4().hex))


def new_conversation() -> None:
    for run in runs():
        if run.running:
            run.stop()
    st.session_state["runs"] = []
    st.session_state["conversation_id"] = uuid4().hex


def ask(question: str, tags: tuple[str, ...] = ()) -> None:
    """Start an answer and keep it with the conversation."""
    stream = client().ask(question, conversation_id=conversation_id(), tags=tags)
    st.session_state["runs"] = [*runs(), Run(question, stream)]


def evidence() -> Evidence | None:
    return cast(Evidence | None, st.session_state.get("evidence"))


def open_evidence(shown: Evidence) -> None:
    st.session_state["evidence"] = shown


def close_evidence() -> None:
    st.session_state["evidence"] = None


def followed() -> set[str]:
    """Ingestions that this session began or watched, until they are hidden."""
    return cast(set[str], st.session_state.setdefault("followed", set()))


def follow(ingestion_id: str) -> None:
    followed().add(ingestion_id)


def unfollow(ingestion_id: str) -> None:
    followed().discard(ingestion_id)


def cursors(search: str) -> list[str]:
    """Where the pages of a list begin that were leafed through; another search begins anew."""
    kept = st.session_state.get("cursors")
    if kept is None or kept[0] != search:
        kept = st.session_state["cursors"] = (search, [""])
    return cast(list[str], kept[1])


def local_time(stamp: str) -> str:
    """An ISO 8601 time as the browser's wall clock: the time alone today, with its date otherwise."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    try:
        moment = datetime.fromisoformat(stamp).astimezone(zone)
    except ValueError:
        return stamp
    today = datetime.now(zone).date()
    return moment.strftime("%H:%M:%S" if moment.date() == today else "%Y-%m-%d %H:%M")
