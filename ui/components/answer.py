"""One answer on the screen, finished or still being written."""

from collections.abc import Sequence

import streamlit as st

from ui import state
from ui.components import html
from ui.components.results import show_results
from ui.models import Notice, Sentence
from ui.runs import Run, View
from ui.state import Evidence, language, t, word

_QUIET = ("simulated_data",)  # the cards say so already


def show_answer(run: Run, index: int) -> None:
    """``index`` is the question's place in the conversation: it makes the keys of the buttons unique."""
    view = run.view
    numbers = view.numbers()
    with st.container():  # one a section: a section that comes later does not move the places of the rest
        _safety(view, numbers, index)
    with st.container():
        if view.readings:
            st.html(html.reading_cards(view.readings, language(), state.local_time))
    with st.container():
        _status(view)
        _sentences(view, numbers, index)
    with st.container():
        show_results(view.results)
    with st.container():
        _ending(run, index)
    with st.container():
        _notices(view, numbers, index)
    with st.container():
        _sources(view, numbers, index)
    _footer(view)


def progress(view: View) -> None:
    """What the service is doing now."""
    stage = t("stage_queued", position=view.position or 1) if view.stage == "queued" else word("stage", view.stage)
    st.html(f'<div class="pw-progress" role="status">{html.e(stage)}</div>')


def open_citation(view: View, citation_id: str) -> None:
    """Show the proof in the drawer; the whole page is drawn again for it."""
    citation = view.citation(citation_id)
    page = int(citation.get("locator", {}).get("page", 1))
    state.open_evidence(Evidence(citation.get("title", ""), citation=citation, page=page))
    st.rerun()


def _chips(view: View, numbers: dict[str, int], ids: Sequence[str], key: str) -> None:
    for citation_id in dict.fromkeys(i for i in ids if i in numbers):
        place = html.place(view.citation(citation_id), language())
        if st.button(f"[{numbers[citation_id]}]", key=f"cite-{key}-{citation_id}", help=place):
            open_citation(view, citation_id)


def _safety(view: View, numbers: dict[str, int], index: int) -> None:
    for n, notice in enumerate(view.notices):
        if notice.get("kind") == "safety":
            with st.container(horizontal=True, wrap=False, key=f"sentence-{index}-safety{n}"):
                st.html(html.safety(notice, language()), width="stretch")
                _chips(view, numbers, [notice.get("citation_id") or ""], f"{index}-safety{n}")


def _status(view: View) -> None:
    if view.status == "abstained":
        st.html(html.box("info", t("abstained"), ""))
    elif view.status == "refused":
        st.html(html.box("info", t("refused"), ""))


def _sentences(view: View, numbers: dict[str, int], index: int) -> None:
    previewing = not view.sentences and view.answer is None and bool(view.preview)
    if previewing:
        st.html(f'<div class="pw-head">{html.e(t("preview"))}</div>')
    for n, sentence in enumerate(view.shown):
        with st.container(horizontal=True, wrap=False, key=f"sentence-{index}-{n}"):
            st.html(_sentence(sentence, preview=previewing), width="stretch")
            _chips(view, numbers, sentence.get("citation_ids", []), f"{index}-{n}")
    if not view.shown and view.answer and view.answer.get("answer") and view.status != "clarify":
        st.html(f'<div class="pw-sentence">{html.e(view.answer["answer"])}</div>')


def _sentence(sentence: Sentence, *, preview: bool) -> str:
    classes = "pw-sentence" + (" pw-quote-sentence" if sentence.get("source") == "quote" else "")
    tags = "".join(f' <span class="pw-badge">{html.e(tag)}</span>' for tag in sentence.get("reading_tags", []))
    said = html.quoted(sentence.get("text", ""))
    return f'<div class="{classes}{" pw-preview" if preview else ""}">{said}{tags}</div>'


def _clarify(run: Run, index: int) -> None:
    """The options as buttons: a tap asks the same question again about that one."""
    asked = run.view.clarification or {}
    st.html(html.box("info", asked.get("question") or t("clarify"), ""))
    with st.container(horizontal=True):
        for option in asked.get("options", []):
            if st.button(option, key=f"option-{index}-{option}", type="primary"):
                tag = option.split()[0].strip("(),:，：") if option.strip() else option
                state.ask(narrowed(run.question, tag), (tag,))
                st.rerun()


def narrowed(question: str, tag: str) -> str:
    """The question about the chosen tag: in place of the tag's stem where the question has it, else added.

    >>> narrowed("How hot is P-101?", "P-101A")
    'How hot is P-101A?'
    """
    stem = tag.rstrip("ABCDEFGH")
    at = question.upper().find(stem.upper()) if stem != tag else -1
    if at < 0:
        return f"{question} ({tag})"
    return question[:at] + tag + question[at + len(stem) :]


def _ending(run: Run, index: int) -> None:
    """What is left to do when the answer did not come to its end, or asks back."""
    if run.running:
        return
    if run.view.clarification:
        _clarify(run, index)
    if run.error:
        st.html(html.box("alarm", "", t("service_down", url=state.client().url) if run.unreachable else run.error))
    if run.stopped:
        st.html(html.box("none", "", t("stopped")))
    if (run.error or run.stopped) and st.button(t("ask_again"), key=f"again-{index}"):
        state.ask(run.question)
        st.rerun()


def _notices(view: View, numbers: dict[str, int], index: int) -> None:
    for n, notice in enumerate(view.notices):
        kind = notice.get("kind", "")
        if kind == "safety" or (kind in _QUIET and view.readings):
            continue
        with st.container(horizontal=True, wrap=False, key=f"sentence-{index}-notice{n}"):
            st.html(html.box(_tone(notice), word("notice", kind), notice.get("text", "")), width="stretch")
            _chips(view, numbers, [notice.get("citation_id") or ""], f"{index}-notice{n}")


def _tone(notice: Notice) -> str:
    return {"outside_limits": "warn", "bad_quality": "alarm", "stale_reading": "warn", "revision_conflict": "warn"}.get(
        notice.get("kind", ""), "none"
    )


def _sources(view: View, numbers: dict[str, int], index: int) -> None:
    used = sorted(numbers, key=lambda citation_id: numbers[citation_id])
    rest = [citation["id"] for citation in view.citations if citation["id"] not in numbers]
    if view.status == "abstained" and not used:
        used, rest = rest, []
    if used:
        st.html(f'<div class="pw-head">{html.e(t("nearest" if view.status == "abstained" else "sources"))}</div>')
    for citation_id in used:
        _source(view, citation_id, numbers.get(citation_id), index)
    if rest and view.answer:
        with st.expander(t("more_sources", count=len(rest))):
            for citation_id in rest:
                _source(view, citation_id, None, index)


def _source(view: View, citation_id: str, number: int | None, index: int) -> None:
    with st.container(horizontal=True, wrap=False, key=f"sentence-{index}-source-{citation_id}"):
        if st.button(f"[{number}]" if number else t("open"), key=f"cite-{index}-source-{citation_id}"):
            open_citation(view, citation_id)
        st.html(html.source(view.citation(citation_id), language()), width="stretch")


def _footer(view: View) -> None:
    answer = view.answer
    if not answer or answer.get("status") == "clarify":
        return
    parts = [word("mode", answer.get("mode", ""))]
    if answer.get("model") and answer.get("mode") == "generated":
        parts.append(t("model", model=answer["model"]))
    if answer.get("dropped_sentences"):
        parts.append(t("dropped", count=answer["dropped_sentences"]))
    total = (answer.get("timings_ms") or {}).get("total")
    if total:
        parts.append(t("seconds", seconds=f"{total / 1000:.1f}"))
    st.html(f'<div class="pw-mute">{html.e(" · ".join(parts))}</div>')
