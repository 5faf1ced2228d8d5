"""Recorded answers as the event stream that the service would send."""

from typing import Any

from recorded import ANSWERS, UNANSWERABLE, said


def answer_for(question: str) -> dict[str, Any]:
    return next((recorded for words, recorded in ANSWERS.items() if words in question), UNANSWERABLE)


def events_of(recorded: dict[str, Any], *, queued: bool = False) -> list[tuple[str, Any]]:
    """The events of an answer in the order in which the service sends them."""
    events: list[tuple[str, Any]] = [("status", {"stage": "resolve"}), ("status", {"stage": "gather"})]
    if recorded["readings"]:
        events.append(("readings", {"readings": recorded["readings"]}))
    if recorded["citations"]:
        events.append(("citations", {"citations": recorded["citations"]}))
    events += [("result", result) for result in recorded["results"]]
    if queued:
        preview = [said("Bearing temperature, alarm: 80 °C; trip: 90 °C", "e1", source="quote")]
        events.append(("status", {"stage": "queued", "position": 2, "preview": preview}))
    events.append(("status", {"stage": "phrase"}))
    events += [("sentence", sentence) for sentence in recorded["sentences"]]
    events += [("notice", notice) for notice in recorded["notices"]]
    return [*events, ("done", recorded)]
