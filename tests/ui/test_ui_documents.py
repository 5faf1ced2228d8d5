"""The documents screen through Streamlit's AppTest: finding, sending, following, reading, deleting."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from recorded_documents import DOCUMENTS
from streamlit.testing.v1 import AppTest

from ui.client import Client, ServiceError
from ui.components import html, html_documents
from ui.components.viewer import views_of
from ui.library import Library
from ui.models import Document, Text

Seen = Callable[[str], list[object]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(service_url: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("PLANTWRIGHT_API_URL", service_url)
    return run(start())


def start(language: str = "en") -> AppTest:
    page = AppTest.from_function(_documents_page, default_timeout=60)
    page.session_state["language"] = language
    return page


def _documents_page() -> None:
    from ui.components.evidence import show_evidence
    from ui.screens import documents

    documents.show()
    show_evidence()


def run(app: Any) -> AppTest:
    app = app.run()
    assert isinstance(app, AppTest)
    assert not app.exception, app.exception
    return app


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html") if "<style>" not in element.proto.body)


def keys(app: AppTest, prefix: str) -> list[str]:
    return [str(button.key) for button in app.button if str(button.key).startswith(prefix)]


def press(page: AppTest, *names: str) -> AppTest:
    for name in names:
        run(page.button(key=name).click())
    return page


def test_the_list_says_what_each_document_is(page: AppTest) -> None:
    said = shown(page)
    parts = [
        "Feed pump KSP 50-200",
        "rev. C · English · 14 pages",
        "in force since 2024-05-01",
        "2 tables",
        "2026-03-02",
    ]
    assert all(part in said for part in parts)
    assert "procedures/start-up.md" in said


def test_a_search_and_a_kind_narrow_the_list(page: AppTest) -> None:
    run(page.text_input(key="document-text").set_value("PUMP"))
    assert keys(page, "open") == ["open-d-manual", "open-d-manual-zh"]
    run(page.text_input(key="document-text").set_value(""))
    run(page.selectbox(key="document-kind").set_value("table"))
    assert keys(page, "open") == ["open-d-parts"]
    run(page.text_input(key="document-text").set_value("nowhere"))
    assert [info.value for info in page.info] == ["No document matches."]


def test_a_long_list_is_leafed_through(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.screens.documents.PAGE", 4)
    run(page)
    assert keys(page, "open")[-1] == "open-d-pid"
    assert keys(press(page, "documents-on"), "open") == ["open-d-notes", "open-d-parts"]
    assert page.button(key="documents-on").disabled
    assert len(keys(press(page, "documents-back"), "open")) == 4


def test_files_are_sent_with_their_labels_and_followed_to_the_end(page: AppTest, seen: Seen) -> None:
    page.file_uploader(key="upload-files").set_value(
        [("泵.pdf", b"%PDF-1.7", "application/pdf"), ("bad.txt", b"x" * 70, "text/plain")]
    )
    page.text_input(key="upload-groups").set_value("plant, 维修")
    page.text_input(key="upload-revision").set_value("B")
    run(page.button[0].click())
    assert seen("UPLOAD") == [[[["泵.pdf", 8], ["bad.txt", 70]], {"groups": "plant, 维修", "revision": "B"}]]
    assert "Adding 泵.pdf and 1 more" in shown(page)
    said = shown(run(page))
    assert "working" in said
    assert "1 of 2 files · bad.txt: indexing" in said
    said = shown(run(page))
    assert "done" in said
    assert "1 added · 1 failed" in said
    assert "holds no usable text; check it" in said
    press(page, "hide-run-1")
    assert keys(page, "hide") == []


def test_nothing_chosen_and_too_much_are_said(page: AppTest, seen: Seen) -> None:
    run(page.button[0].click())
    assert "Choose at least one file." in shown(page)
    page.file_uploader(key="upload-files").set_value([("huge.pdf", b"%PDF", "application/pdf")])
    run(page.button[0].click())
    assert "upload_max_bytes = 10" in shown(page)
    assert len(seen("UPLOAD")) == 1


def test_what_failed_earlier_is_listed_with_its_reason(page: AppTest) -> None:
    said = shown(page)
    assert "page 3: is encrypted; save it without a password" in said
    assert "tried again when the file changes" in said
    assert "the version before is still used" in said
    assert "the store is held by another process" in said  # a run that failed as a whole, among the earlier ones


def test_a_document_without_pages_is_read_as_text(page: AppTest, seen: Seen) -> None:
    press(page, "open-d-notes")
    assert "Step 0: open the vent &lt;slowly&gt;." in shown(page)
    assert "lines 1–3" in shown(page)
    assert "passages 1–20 of 25" in shown(page)
    press(page, "text-on")
    assert "Start-up › 启动" in shown(page)
    assert page.button(key="text-on").disabled
    assert seen("TEXT") == [["d-notes", 0, None], ["d-notes", 20, None]]


def test_tables_are_shown_row_by_row(page: AppTest, seen: Seen) -> None:
    press(page, "open-d-parts")
    run(page.segmented_control(key="view-choice").set_value("tables"))
    said = shown(page)
    assert "Price (EUR)" in said
    assert 'class="pw-num">25' in said
    assert "spare parts" in said
    press(page, "rows-on")
    assert "Bearing 60" in shown(page)
    run(page.selectbox(key="table-choice").set_value("Seals/密封"))
    assert "&lt;Seal&gt; 2" in shown(page)
    assert seen("TABLE")[-1] == ["d-parts", "Seals/密封", 1]


def test_pages_are_turned_and_typed(page: AppTest, seen: Seen) -> None:
    press(page, "open-d-manual", "leaf-next")
    run(page.number_input(key="leaf-number").set_value(9))
    assert [asked[1] for asked in seen("PAGE")] == [1, 2, 9]  # type: ignore[index]


@pytest.mark.parametrize(
    ("document", "views"),
    [
        ({"kind": "manual", "path": "a.pdf", "pages": 3, "tables": 1}, ["page", "text", "tables"]),
        ({"kind": "manual", "path": "a.md", "pages": None}, ["text"]),
        ({"kind": "pid", "path": "a.xml", "pages": None}, ["sheet", "text"]),
        ({"kind": "pid", "path": "a.DXF", "pages": 1}, ["sheet", "text"]),
        ({"kind": "pid", "path": "a.pdf", "pages": 2}, ["page", "text"]),
    ],
)
def test_each_document_is_shown_as_what_it_is(document: Document, views: list[str]) -> None:
    assert views_of(document) == views


@pytest.mark.parametrize(("choice", "history"), [("delete-drop", "drop"), ("delete-keep", "keep")])
def test_deleting_asks_first(page: AppTest, seen: Seen, choice: str, history: str) -> None:
    press(page, "open-d-notes", "delete", "delete-cancel")
    assert seen("DELETE-DOCUMENT") == []
    press(page, "delete", choice)
    assert seen("DELETE-DOCUMENT") == [["d-notes", history]]
    assert "open-d-notes" not in keys(page, "open")
    assert len(page.get("dialog")) == 0
    assert "启泵规程 Start-up notes" in shown(page)  # what is being deleted


def test_every_text_of_the_screen_turns_chinese(service_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_API_URL", service_url)
    page = run(start("zh"))
    said = shown(page)
    assert all(words in said for words in ("手册", "2024-05-01 起生效", "文件更改后重试", "添加 manuals.zip", "失败"))
    assert not any(words in said for words in ("added", "failed", "rev.", "pages"))


def ask(service_url: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("PLANTWRIGHT_API_URL", service_url)
    app = AppTest.from_file(str(ROOT / "ui" / "main.py"), default_timeout=60)
    app.session_state["language"] = "en"
    run(app)
    run(app.chat_input[0].set_value("the procedure"))
    assert app.session_state["runs"][-1].wait(30)
    return run(app)


def test_a_cited_text_is_shown_with_its_lines_marked(
    service_url: str, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    app = ask(service_url, monkeypatch)
    assert "lines 29–31" in shown(app)
    press(app, "cite-0-0-cite-text")
    said = shown(app)
    assert "<mark>Wait until water runs without bubbles, 7 min.</mark>" in said
    assert said.count("pw-piece pw-cited") == 1
    assert "Step 6" in said
    assert "Step 8" in said
    assert seen("TEXT") == [["d-notes", 0, 29]]


def test_a_cited_row_is_shown_within_its_table(service_url: str, monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    app = ask(service_url, monkeypatch)
    assert "Seals/密封, row 9" in shown(app)
    press(app, "cite-0-1-cite-row")
    marked = [row for row in shown(app).split("<tr") if row.startswith(' class="pw-cited"')]
    assert len(marked) == 1
    assert "&lt;Seal&gt; 9" in marked[0]
    assert seen("TABLE") == [["d-parts", "Seals/密封", 4]]


def test_marks_cover_lines_of_the_quote_and_nothing_is_lost() -> None:
    said = "Open <A>.\nWait 5 min.\nClose B."
    assert html_documents.marked(said, "Wait 5 min.") == "Open &lt;A&gt;.\n<mark>Wait 5 min.</mark>\nClose B."
    assert html_documents.marked(said, "Open <A>.\nClose B.").count("<mark>") == 2
    assert html_documents.marked(said, "not there") == "Open &lt;A&gt;.\nWait 5 min.\nClose B."
    assert html_documents.marked("abcdef", "abcd\ncdef") == "<mark>abcd</mark><mark>ef</mark>"


@pytest.mark.parametrize(
    ("locator", "english", "chinese"),
    [
        ({"kind": "text", "unit": "line", "first": 3, "last": 3}, "line 3", "第 3 行"),
        ({"kind": "text", "unit": "paragraph", "first": 3, "last": 5}, "paragraphs 3–5", "第 3–5 段"),
        ({"kind": "record", "table": "BOM", "key": "7", "row": 7}, "BOM, row 7", "BOM，第 7 行"),
        ({"kind": "record", "table": "assets", "key": "P-1", "row": 2}, "P-1, row 2", "P-1, 第 2 行"),
    ],
)
def test_places_in_words(locator: dict[str, Any], english: str, chinese: str) -> None:
    assert html.place({"locator": locator}, "en") == english  # type: ignore[typeddict-item]
    assert html.place({"locator": locator}, "zh") == chinese  # type: ignore[typeddict-item]


def test_the_library_reads_and_sends(client: Client, service: FastAPI, seen: Seen, tmp_path: Path) -> None:
    library = Library(client)
    first, cursor = library.page(limit=5)
    rest, end = library.page(limit=5, cursor=cursor or "")
    assert [document["id"] for document in first + rest] == [document["id"] for document in DOCUMENTS]
    assert end is None
    text: Text = library.text("d-notes", place=50)
    assert [piece["position"] for piece in text["pieces"]] == [10, 11, 12, 13, 14]
    assert library.original("d-notes") == b"# Start-up\n"
    file = tmp_path / "泵.txt"
    file.write_bytes(b"12345")
    with file.open("rb") as opened:
        assert library.send([(file.name, opened)], {"groups": "", "revision": "B"})["status"] == "queued"
    assert seen("UPLOAD") == [[[["泵.txt", 5]], {"revision": "B"}]]
    with pytest.raises(ServiceError, match="no table 'None'"):
        library.table("d-notes", "None")
