"""The pages through Streamlit's AppTest, against the fake service over real HTTP."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
Seen = Callable[[str], list[object]]


@pytest.fixture
def app(service_url: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("PLANTWRIGHT_API_URL", service_url)
    monkeypatch.delenv("PLANTWRIGHT_UI_EXAMPLES", raising=False)
    return start()


def start(*, language: str = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "ui" / "main.py"), default_timeout=60)
    app.session_state["language"] = language
    return run(app)


def run(app: Any) -> AppTest:
    """Run the script, or what a changed widget causes."""
    app = app.run()
    assert isinstance(app, AppTest)
    assert not app.exception, app.exception
    return app


def ask(app: AppTest, question: str) -> AppTest:
    """Ask, wait for the end of the stream, draw again."""
    run(app.chat_input[0].set_value(question))
    assert app.session_state["runs"][-1].wait(30)
    return run(app)


def shown(app: AppTest) -> str:
    """All markup of the page in order, but the style sheet."""
    return "\n".join(element.proto.body for element in app.get("html") if "<style>" not in element.proto.body)


def keys(app: AppTest, prefix: str) -> list[str]:
    return [str(button.key) for button in app.button if str(button.key).startswith(prefix)]


def test_an_answer_shows_warning_readings_sentences_and_sources_in_that_order(app: AppTest) -> None:
    page = shown(ask(app, "How warm is the bearing?"))
    parts = [
        "WARNING</b>",
        "TI-115A",
        "85.53 <small>°C",
        "high 80",
        "simulated",
        "The drive-end bearing of P-101A reads",
        "Outside limits",
        "page 5",
        "WO-100234, row 235",
        "1 unsupported sentence(s) left out",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "simulated plant" not in page  # the cards' badge says it
    assert "&lt;ok&gt;" in page
    assert keys(app, "cite-0-0") == ["cite-0-0-e1"]


@pytest.mark.parametrize(
    ("chip", "verb", "asked", "said"),
    [
        ("cite-0-0-e1", "PAGE", ["d-manual", 5, "0.1,0.3,0.9,0.42"], "page 5"),
        ("cite-0-2-e3", "PAGE", None, "bearing overheating"),
        ("cite-0-safety0-e2", "PAGE", ["d-manual", 11, "0.1,0.55,0.9,0.7"], "page 11"),
    ],
)
def test_a_chip_opens_its_evidence(
    app: AppTest, seen: Seen, chip: str, verb: str, asked: list[object] | None, said: str
) -> None:
    ask(app, "How warm is the bearing?")
    run(app.button(key=chip).click())
    assert seen(verb) == ([asked] if asked else [])
    assert len(app.get("dialog")) == 1
    assert said in shown(app)
    run(app)
    assert len(app.get("dialog")) == 1  # stays until it is dismissed


def test_leafing_drops_the_marks_and_comes_back_to_them(app: AppTest, seen: Seen) -> None:
    ask(app, "How warm is the bearing?")
    for key in ("cite-0-0-e1", "leaf-next", "leaf-cited"):
        run(app.button(key=key).click())
    pages = seen("PAGE")
    assert pages[0] == pages[-1] == ["d-manual", 5, "0.1,0.3,0.9,0.42"]
    assert ["d-manual", 6, ""] in pages


def test_isolation_is_a_list_to_walk_the_line_with(app: AppTest, seen: Seen) -> None:
    page = shown(ask(app, "What must I close to isolate P-101A?"))
    parts = [
        "To isolate P-101A",
        "Close and lock",
        "HV-111A</span>",
        "suction",
        "100-P-1010-DN80",
        "open",
        "HV-113A</span>",
        "HV-116A</span>",
        "Drain and vent",
        "HV-114A</span>",
        "T-103: relief, 100-V-1061-DN50",
        "NRV-112A",
        "Check the line on site",
    ]
    at = page.index("<h3")
    for part in parts:
        at = page.index(part, at)
    run(app.button(key="cite-0-0-e2").click())
    assert seen("DRAWING") == [["d-pid", "HV-113A"]]


def test_clarification_asks_again_with_the_chosen_tag(app: AppTest, seen: Seen) -> None:
    assert "Which one?" in shown(ask(app, "How hot is P-101?"))
    run(app.button(key="option-0-P-101B").click())
    assert app.session_state["runs"][-1].wait(30)
    conversation = app.session_state["conversation_id"]
    assert seen("POST")[-1] == {
        "question": "How hot is P-101B?",
        "stream": True,
        "conversation_id": conversation,
        "filters": {"tags": ["P-101B"]},
    }


def test_an_abstention_says_so_and_shows_what_is_nearest(app: AppTest) -> None:
    page = shown(ask(app, "unanswerable"))
    assert page.index("do not answer this") < page.index("Nearest passages") < page.index("coupling guard")
    assert keys(app, "cite-0-source") == ["cite-0-source-e1", "cite-0-source-e2"]


def test_tables_routes_and_unknown_results_are_shown(app: AppTest) -> None:
    ask(app, "Which failures came back?")
    assert app.dataframe[0].value.to_dict("records")[0] == {"failure mode": "bearing overheating", "orders": 14}
    page = shown(app)
    assert "T-101 → HV-101 → P-101A" in page
    assert "upstream</td><td>suction" in page
    assert "Something new" in page  # a kind that the UI does not know is shown as it came
    assert json.loads(app.json[0].value) == {"slope": 0.4}


def test_a_running_answer_can_be_stopped(app: AppTest, seen: Seen) -> None:
    run(app.chat_input[0].set_value("bearing, slow"))
    assert keys(app, "stop") == ["stop-0"]
    assert app.chat_input[0].disabled
    run(app.button(key="stop-0").click())
    current = app.session_state["runs"][-1]
    assert current.wait(30)
    run(app)
    assert "Stopped." in shown(app)
    assert len(seen("DELETE")) == 1
    assert keys(app, "again") == ["again-0"]


def test_an_error_is_one_line_and_can_be_tried_again(app: AppTest) -> None:
    assert "Unavailable: the model is loading; try again in a minute" in shown(ask(app, "busy"))
    assert keys(app, "again") == ["again-0"]


def test_without_a_service_every_page_says_where_it_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_API_URL", "http://127.0.0.1:9")
    assert shown(ask(start(), "anything")).count("The service at http://127.0.0.1:9 does not answer") == 2


def test_the_language_switch_turns_every_text(app: AppTest) -> None:
    ask(app, "What must I close to isolate P-101A?")
    run(app.segmented_control(key="language-choice").set_value("zh"))
    page = shown(app)
    assert all(words in page for words in ("关闭并上锁", "来源", "服务状态", "就绪"))
    assert "Close and lock" not in page
    assert "To isolate P-101A, close HV-111A" in page  # the answer keeps the language of its question


def test_a_new_conversation_starts_empty(app: AppTest) -> None:
    ask(app, "bearing")
    before = app.session_state["conversation_id"]
    run(app.button(key="new-conversation").click())
    assert app.session_state["runs"] == []
    assert app.session_state["conversation_id"] != before


def test_examples_come_from_the_file_that_the_environment_names(
    service_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "questions.json"
    file.write_text(json.dumps([{"question": "泵温度？", "language": "zh"}, "bearing?"]), encoding="utf-8")
    monkeypatch.setenv("PLANTWRIGHT_API_URL", service_url)
    monkeypatch.setenv("PLANTWRIGHT_UI_EXAMPLES", str(file))
    offered = [button.label for button in start().button if str(button.key).startswith("example")]
    assert offered == ["泵温度？", "bearing?"]
    monkeypatch.setenv("PLANTWRIGHT_UI_EXAMPLES", str(tmp_path / "none.json"))
    assert "none.json: " in shown(start())


def _documents_page() -> None:
    from ui.components.evidence import show_evidence
    from ui.screens import documents

    documents.show()
    show_evidence()


def _live_page() -> None:
    from ui.screens import live

    live.show()


def test_the_documents_page_lists_and_opens(app: AppTest, seen: Seen) -> None:
    page = run(AppTest.from_function(_documents_page, default_timeout=60))
    assert "rev. C · English · 14 pages" in shown(page)
    assert keys(page, "open") == [
        f"open-{id}" for id in ("d-manual", "d-manual-zh", "d-log", "d-pid", "d-notes", "d-parts")
    ]
    run(page.button(key="open-d-pid").click())
    assert seen("DRAWING") == [["d-pid", ""]]


def test_the_live_page_filters(app: AppTest) -> None:
    page = run(AppTest.from_function(_live_page, default_timeout=60))
    assert all(tag in shown(page) for tag in ("TI-115A", "LIC-103", "20 – 85", "≤ 80", "bad quality", "no value"))
    run(page.toggle(key="live-outside").set_value(True))
    assert "TI-115A" in shown(page)
    assert "LIC-103" not in shown(page)
    run(page.text_input(key="live-filter").set_value("tank"))
    assert "No tag matches" in shown(page)
