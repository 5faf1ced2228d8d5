"""Ask: the newest question in full, the earlier ones folded above it, the input below.

The page does not follow its end as chats do: warnings and readings stand at the top of an answer and must be seen.
"""

import json
import os
from pathlib import Path

import streamlit as st

from ui import state
from ui.components import html
from ui.components.answer import progress, show_answer
from ui.runs import Run
from ui.state import t

POLL = "400ms"  # how often a running answer is drawn again


def show() -> None:
    earlier, last = state.runs()[:-1], next(reversed(state.runs()), None)
    for index, run in enumerate(earlier):
        with st.expander(run.question.replace("[", r"\["), key=f"earlier-{index}"):
            show_answer(run, index)
    if last is not None:
        _turn(last, len(earlier))
    else:
        _welcome()
    with st.container(key="ask"):
        question = st.chat_input(t("ask_placeholder"), disabled=last is not None and last.running, max_chars=2000)
    if question and question.strip():
        state.ask(question.strip())
        st.rerun()


def _turn(run: Run, index: int) -> None:
    st.html(f'<div class="pw-question" aria-label="{html.e(t("you"))}">{html.e(run.question)}</div>')
    if run.running:
        st.fragment(run_every=POLL)(_live)(run, index)
    else:
        with st.container():  # the same nesting as in the fragment, so that nothing stands there twice for a moment
            st.container()
            with st.container():
                show_answer(run, index)


def _live(run: Run, index: int) -> None:
    """Drawn again while the answer comes; once it is complete the whole page is, without the clock."""
    running = run.running
    with st.container(), st.container(horizontal=True, vertical_alignment="center", key=f"progress-{index}"):
        progress(run.view)
        if st.button(t("stop"), key=f"stop-{index}", icon=":material/stop_circle:"):
            run.stop()
            st.rerun()
    with st.container():
        show_answer(run, index)
    if not running:
        st.rerun()


def _welcome() -> None:
    st.title(t("welcome"))
    st.html(f'<div class="pw-mute" style="font-size:1rem">{html.e(t("welcome_hint"))}</div>')
    st.html(f'<div class="pw-head">{html.e(t("examples"))}</div>')
    columns = st.columns(2)
    for n, question in enumerate(examples()):
        if columns[n % 2].button(question, key=f"example-{n}", width="stretch"):
            state.ask(question)
            st.rerun()


def examples() -> list[str]:
    """The questions of the JSON file that PLANTWRIGHT_UI_EXAMPLES names (texts, or objects with ``question``),
    else a few that fit any plant."""
    path = os.environ.get("PLANTWRIGHT_UI_EXAMPLES")
    if path:
        try:
            listed = json.loads(Path(path).read_text(encoding="utf-8"))
            return [str(item["question"] if isinstance(item, dict) else item) for item in listed]
        except (OSError, ValueError, KeyError, TypeError) as error:
            st.html(html.box("warn", "PLANTWRIGHT_UI_EXAMPLES", f"{path}: {error}"))
    return [t(f"example_{n}") for n in range(1, 5)]
