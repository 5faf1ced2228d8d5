"""The client against a real service on loopback: streams, resuming, cancelling, errors."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from recorded import ANSWERS, BEARING
from replay import events_of

from ui.client import Client, Event, ServiceError, parse_events
from ui.runs import Run, View

Seen = Callable[[str], list[object]]


def names(client: Client, question: str) -> list[str]:
    return [event.name for event in client.ask(question)]


def test_events_are_parsed_from_pieces_of_any_size() -> None:
    stream = (
        ': hello\r\n\r\nid: 1\r\nevent: sentence\r\ndata: {"text":\r\ndata: "a\u2028b"}\r\n\r\n'
        "id: 2\nevent: done\ndata: {}\n\nid: 3\nevent: cut\ndata: {}\n"
    )
    expected = [Event(1, "sentence", {"text": "a\u2028b"}), Event(2, "done", {})]
    assert list(parse_events([stream])) == expected
    assert list(parse_events(stream)) == expected  # a character at a time


def test_an_event_that_is_not_json_is_one_clear_line() -> None:
    with pytest.raises(ServiceError, match="not JSON: <html>"):
        list(parse_events(["data: <html>\n\n"]))


def test_evidence_comes_before_the_first_sentence_and_done_is_last(client: Client) -> None:
    got = names(client, "How warm is the bearing?")
    assert got == [name for name, _ in events_of(BEARING)]
    assert got.index("readings") < got.index("citations") < got.index("sentence")
    assert got[-1] == "done"


def test_the_question_goes_out_with_conversation_and_tags(client: Client, seen: Seen) -> None:
    list(client.ask("bearing?", conversation_id="c1", tags=("P-101A",)))
    assert seen("POST") == [
        {"question": "bearing?", "stream": True, "conversation_id": "c1", "filters": {"tags": ["P-101A"]}}
    ]


def test_a_broken_stream_is_taken_up_where_it_stopped(client: Client, seen: Seen) -> None:
    events = list(client.ask("bearing, break"))
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert events[-1].name == "done"
    assert seen("RESUME") == [4]


def test_three_failed_attempts_are_an_error(client: Client, seen: Seen) -> None:
    got: list[int | None] = []
    with pytest.raises(ServiceError, match="lost before the answer was complete"):
        got.extend(event.id for event in client.ask("bearing, lost"))
    assert got == [1, 2, 3, 4]
    assert seen("RESUME") == [4, 4, 4]


def test_cancel_deletes_the_answer_once_and_ends_the_stream(client: Client, seen: Seen) -> None:
    stream = client.ask("bearing, slow")
    for event in stream:
        if event.name == "status" and event.data["stage"] == "phrase":
            stream.cancel()
            stream.cancel()
    assert seen("DELETE") == [stream.answer_id]


def test_a_problem_is_one_line(client: Client) -> None:
    with pytest.raises(ServiceError, match=r"^Unavailable: the model is loading; try again in a minute$") as caught:
        names(client, "busy")
    assert caught.value.status == 503
    with pytest.raises(ServiceError, match=r"^Not found: d-manual has no page 99$"):
        client.page_png("d-manual", 99)


def test_no_service_is_an_error_with_status_0() -> None:
    with pytest.raises(ServiceError, match="does not answer") as caught:
        Client("http://127.0.0.1:9").documents()
    assert caught.value.status == 0
    with pytest.raises(ServiceError, match="does not answer"):
        list(Client("http://127.0.0.1:9").ask("anything"))


def test_evidence_is_fetched_with_its_marks(client: Client, seen: Seen) -> None:
    assert client.page_png("d-manual", 5, [[0.1, 0.25, 0.9, 1 / 3]]).startswith(b"\x89PNG")
    assert client.drawing_png("d-pid", ["HV-111A", "P-101A"]).startswith(b"\x89PNG")
    assert seen("PAGE") == [["d-manual", 5, "0.1,0.25,0.9,0.33333"]]
    assert seen("DRAWING") == [["d-pid", "HV-111A,P-101A"]]
    assert client.record("work_orders", "WO-100234")["fields"]["asset"] == "P-101A"
    assert client.ready()["ready"]
    assert len(client.documents()) == 6
    assert next(reading["tag"] for reading in client.readings([tag["tag"] for tag in client.tags()])) == "TI-115A"


@pytest.mark.parametrize("question", sorted(ANSWERS))
def test_a_view_folds_events_into_what_done_says(question: str) -> None:
    view, recorded = View(), ANSWERS[question]
    *before, done = [Event(n, name, data) for n, (name, data) in enumerate(events_of(recorded), 1)]
    for event in before:
        view.apply(event)
    folded = (view.sentences, view.citations, view.readings, view.results, view.notices)
    view.apply(done)
    assert folded == (view.sentences, view.citations, view.readings, view.results, view.notices)
    assert view.status == recorded["status"]


def test_the_preview_is_shown_until_the_first_sentence() -> None:
    view, shown = View(), []
    for n, (name, data) in enumerate(events_of(BEARING, queued=True), 1):
        view.apply(Event(n, name, data))
        shown.append([sentence["source"] for sentence in view.shown])
    assert shown[4] == ["quote"]
    assert ["model"] in shown
    assert "quote" not in shown[-1]


def test_chips_are_numbered_by_first_use_not_by_id() -> None:
    view = View()
    for n, (name, data) in enumerate(events_of(BEARING), 1):
        view.apply(Event(n, name, data))
    assert view.numbers() == {"e1": 1, "e3": 2, "e2": 3}


def test_a_run_reads_in_the_background_and_keeps_its_error(client: Client, service: FastAPI) -> None:
    good, bad = Run("bearing", client.ask("bearing")), Run("busy", client.ask("busy"))
    assert good.wait(30)
    assert good.error is None
    assert good.view.status == "answered"
    assert bad.wait(30)
    assert bad.error is not None
    assert not bad.unreachable
    assert not bad.running
