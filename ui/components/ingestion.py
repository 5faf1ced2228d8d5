"""Sending files to the service, and what becomes of them: live while a run is on, with every failure's reason."""

from typing import IO, cast

import streamlit as st

from ui import state
from ui.client import ServiceError
from ui.components import html, html_documents
from ui.models import Ingestion
from ui.state import language, t

POLL = "1s"
MAX_MB = 2000  # the service has a limit of its own, and says so
_FIELDS = ("groups", "areas", "revision", "effective_date", "assets", "folder")
_LIVE = ("queued", "running")


def show_upload() -> None:
    """Files and their labels as one form; the run that it starts is followed below."""
    with st.expander(t("add_documents"), icon=":material/upload_file:", key="add-documents"):
        with st.form("upload", clear_on_submit=True, border=False):
            with st.container(key=f"uploader-{language()}"):
                files = st.file_uploader(
                    t("choose_files"), accept_multiple_files=True, key="upload-files", max_upload_size=MAX_MB
                )
            st.html(f'<div class="pw-mute">{html.e(t("labels_hint"))}</div>')
            fields = _labels()
            sent = st.form_submit_button(t("send_files"), type="primary", icon=":material/upload:")
        if sent and not files:
            st.html(html.box("warn", "", t("no_files_chosen")))
        elif sent and files:
            _send([(file.name, cast(IO[bytes], file)) for file in files], fields)


def _labels() -> dict[str, str]:
    names = {
        "groups": (t("groups"), t("by_commas")),
        "areas": (t("areas"), t("by_commas")),
        "assets": (t("assets_of"), t("by_commas")),
        "revision": (t("revision_of"), ""),
        "effective_date": (t("effective_date_of"), t("date_example")),
        "folder": (t("folder_of"), ""),
    }
    columns = st.columns(3)
    return {
        name: columns[n % 3].text_input(label, placeholder=hint, key=f"upload-{name}").strip()
        for n, (name, (label, hint)) in enumerate(names.items())
    }


def _send(files: list[tuple[str, IO[bytes]]], fields: dict[str, str]) -> None:
    try:
        with st.spinner(t("sending", count=len(files))):
            run = state.library().send(files, fields)
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))
        return
    state.follow(run["id"])
    st.rerun()


def show_runs() -> None:
    """Runs that are on, and those of this session that have ended; the rest folded. Raises ``ServiceError``."""
    runs = state.library().ingestions()
    if any(run.get("status") in _LIVE for run in runs):
        st.fragment(run_every=POLL)(_live)()
    else:
        _runs(runs)


def _live() -> None:
    """Drawn again while a run is on; once none is, the whole page is, and shows what is new."""
    try:
        runs = state.library().ingestions()
    except ServiceError as error:
        st.html(html.box("alarm", "", str(error) if error.status else t("service_down", url=state.client().url)))
        return
    _runs(runs)
    if not any(run.get("status") in _LIVE for run in runs):
        st.rerun()


def _runs(runs: list[Ingestion]) -> None:
    followed = state.followed()
    shown = [run for run in runs if run.get("status") in _LIVE or run["id"] in followed]
    earlier = [run for run in runs if run not in shown]
    if shown:
        st.html(f'<div class="pw-head">{html.e(t("runs"))}</div>')
    for run in shown:
        with st.container(border=True, key=f"run-{run['id']}"):
            _run(run, hideable=run.get("status") not in _LIVE)
    if earlier:
        with st.expander(t("earlier_runs", count=len(earlier)), key="earlier-runs"):
            for run in earlier:
                _run(run, hideable=False)


def _run(run: Ingestion, *, hideable: bool) -> None:
    progress = run.get("progress") or {}
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(html_documents.run_head(run, language(), state.local_time), width="stretch")
        if hideable:
            st.button(t("hide_run"), key=f"hide-{run['id']}", on_click=state.unfollow, args=(run["id"],))
    if run.get("status") in _LIVE:
        st.html(html_documents.doing(run, language()))
    if counted := html_documents.counts(progress, language()):
        st.html(counted)
    if error := run.get("error"):
        st.html(html.box("alarm", "", error))
    if failures := run.get("failures"):
        st.html(html_documents.failures(failures, language()))
    for warning in (run.get("warnings") or [])[:10]:
        st.html(html.box("warn", "", warning))


def show_failures() -> None:
    """Every file that is not in the index, with its reason. Raises ``ServiceError``."""
    found = state.library().failures()
    if found:
        with st.expander(t("failures", count=len(found)), icon=":material/report:", key="failures"):
            st.html(f'<div class="pw-mute">{html.e(t("failures_hint"))}</div>')
            st.html(html_documents.failures(found, language(), state.local_time))
