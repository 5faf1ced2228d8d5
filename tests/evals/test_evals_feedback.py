import json
from pathlib import Path
from typing import Any

import pytest
from evals_kit import write_lines

from evals.__main__ import main
from evals.dataset import GoldenQuestion, load_golden
from evals.feedback import Feedback, golden_drafts, read_feedback, with_answer
from retrieval.errors import BadDocument
from retrieval.models import Caller, Document
from retrieval.settings import RetrievalSettings
from retrieval.sql import answers, documents, epochs
from retrieval.sql.engine import Database

CITED = [{"document": "pump.pdf", "page": 5, "quote": "must not exceed 75 °C"}]
ASKED = "When does P-101A trip?"


def said(**changes: Any) -> Feedback:
    return Feedback.model_validate({"question": ASKED, "rating": "up", "citations": CITED} | changes)


def draft(*feedback: Feedback) -> dict[str, Any]:
    rows = golden_drafts(feedback)
    assert len(rows) == 1
    GoldenQuestion.model_validate(rows[0])
    assert rows[0]["accepted"] is False
    return rows[0]


def test_a_liked_answer_keeps_its_numbers_and_sources() -> None:
    row = draft(said(answer="It trips at 75 °C."))
    assert row["gold_facts"] == [{"text": "75", "unit": "°C"}]
    assert row["gold_evidence"] == [{"kind": "page", **CITED[0]}]
    assert (row["origin"], row["language"], row["expected_status"]) == ("feedback", "en", "answered")


def test_a_correction_counts_more_than_the_answer() -> None:
    row = draft(said(rating="down", answer="At 95 °C.", reason="wrong_number", correction="85 °C, see page 7"))
    assert row["gold_facts"] == [{"text": "85", "unit": "°C"}]
    assert row["gold_evidence"] == []
    assert "wrong_number" in row["note"]
    seen = draft(said(rating="down", correction="85 °C, see page 5"))
    assert [piece["page"] for piece in seen["gold_evidence"]] == [5]


def test_chinese_feedback() -> None:
    row = draft(said(question="P-104 的隔膜多久换一次？", rating="差", correction="每 6000 小时，见第 5 页"))
    assert (row["language"], row["gold_facts"]) == ("zh", [{"text": "6000", "unit": "小时"}])
    assert [piece["page"] for piece in row["gold_evidence"]] == [5]


def test_what_should_not_have_been_answered_becomes_unanswerable() -> None:
    row = draft(said(rating="down", reason="should_refuse", answer="About 3000 EUR."))
    assert (row["expected_status"], row["kind"], row["gold_facts"]) == ("abstained", "unanswerable", [])
    liked = draft(said(answer="I could not find this in the manuals."))
    assert liked["expected_status"] == "abstained"


def test_many_words_on_one_question_are_one_draft() -> None:
    row = draft(said(answer="75 °C"), said(rating="down", correction="85 °C"), said(question=ASKED + " ", rating="-1"))
    assert row["gold_facts"] == [{"text": "85", "unit": "°C"}]
    assert row["note"].startswith("1 up, 2 down")


def test_nobody_said_what_is_right() -> None:
    assert draft(said(rating="down", answer="At 95 °C."))["gold_facts"] == []


def test_bad_lines_are_named_and_good_ones_kept(tmp_path: Path) -> None:
    lines = [{"question": "q", "rating": 1}, {"question": "q", "rating": "so so"}, {"rating": "up"}]
    good, bad = read_feedback(write_lines(tmp_path / "feedback.jsonl", lines))
    assert [one.rating for one in good] == ["up"]
    assert [(one.line, one.reason.partition(":")[0]) for one in bad] == [(2, "rating"), (3, "question")]


def test_the_command_takes_the_sources_from_the_answers_that_the_service_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, caller = RetrievalSettings(data_dir=tmp_path / "data"), Caller.local()
    settings.data_dir.mkdir()
    database = Database.open(settings.database)
    document = Document(id="d1", kind="manual", title="Pump", path="manuals/pump.pdf", sha256="0", pages=9)
    documents.stage(database, epoch := epochs.reserve(database), documents.Content(document=document))
    epochs.publish(database, epoch)
    answers.create(database, caller, "a1", ASKED)
    citation = {"document_id": "d1", "quote": "trips at 75 °C", "locator": {"kind": "page", "page": 5}}
    answers.finish(database, "a1", "answered", {"answer": "At 75 °C.", "language": "en", "citations": [citation]})
    database.close()
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(settings.data_dir))
    feedback = write_lines(tmp_path / "feedback.jsonl", [{"question": ASKED, "rating": "up", "answer_id": "a1"}])
    out = tmp_path / "drafts.jsonl"
    assert main(["from-feedback", str(feedback), "--out", str(out)]) == 0
    row = json.loads(out.read_text(encoding="utf-8"))
    assert row["gold_evidence"] == [{"kind": "page", "document": "pump.pdf", "page": 5, "quote": "trips at 75 °C"}]
    assert row["gold_facts"] == [{"text": "75", "unit": "°C"}]
    with pytest.raises(BadDocument, match="nothing but drafts"):
        load_golden(out)
    assert [question.accepted for question in load_golden(out, drafts=True)] == [False]
    assert "1 drafts of 1 words" in capsys.readouterr().out
    write_lines(feedback, [{"rating": "up"}])
    assert main(["from-feedback", str(feedback), "--out", str(out)]) == 1
    assert "line 1: question" in capsys.readouterr().err


def test_citations_of_other_documents_are_left_out() -> None:
    response = {"citations": [{"document_id": "gone", "locator": {"kind": "page", "page": 5}}]}
    assert with_answer(Feedback(question="q", rating="up"), response, {}).citations == ()
