"""Whole answers over HTTP: what code decides must hold whatever the model writes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from service_kit import Demo, live, served

from app.api.wire import Answer
from demo.log import orders


@pytest.fixture
async def client(data_dir: Path, demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with served(data_dir, demo.plant) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, question: str, **more: Any) -> Answer:
    response = await client.post("/v1/answers", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return Answer.model_validate(response.json())


def golden(demo: Demo) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (demo.files / "golden.jsonl").read_text(encoding="utf-8").splitlines()]


async def test_isolation_is_exact(client: httpx.AsyncClient, demo: Demo) -> None:
    tag = demo.plant.tag(demo.plant.duty)
    expected = next(q for q in golden(demo) if q["fact_id"] == f"isolate.{demo.plant.duty}")
    answer = await ask(client, f"What must be closed to isolate {tag}?")
    isolation = next(result for result in answer.results if result["kind"] == "isolation")
    valves = {point["tag"] for point in isolation["close"]}
    assert valves == {fact["text"] for fact in expected["gold_facts"]}
    assert all(valve in answer.answer for valve in valves)
    assert {c.locator.item for c in answer.citations if c.locator.kind == "sheet"} >= valves


async def test_a_live_reading_has_unit_quality_time_and_its_limit_state(client: httpx.AsyncClient, demo: Demo) -> None:
    duty = demo.plant.duty
    instrument = demo.plant.instrument(f"TI-DE-{duty[-1]}")
    answer = await ask(client, f"What is the drive-end bearing temperature of {demo.plant.tag(duty)} right now?")
    assert answer.status == "answered"
    assert [reading.tag for reading in answer.readings] == [instrument.tag]
    reading = answer.readings[0]
    assert (reading.unit, reading.quality, reading.state, reading.high) == ("°C", "good", "high", instrument.high)
    assert {"outside_limits", "simulated_data"} <= {notice.kind for notice in answer.notices}
    assert f"{instrument.normal:g}" in answer.answer


async def test_history_counts_are_those_of_the_log(client: httpx.AsyncClient, demo: Demo) -> None:
    duty, heater, dosing = (demo.plant.tag(key) for key in (demo.plant.duty, "E", "P-D"))
    asked = [
        (f"How many times did the mechanical seal of {duty} leak in 2025?", "en", duty, "ELP", 2025),
        (f"{duty} 的机械密封在2024年漏了几次？", "zh", duty, "ELP", 2024),
        (f"How many times was {heater} plugged in 2025?", "en", heater, "PLU", 2025),
        (f"2025年 {dosing} 因流量偏低（出力不足）报修了多少次？", "zh", dosing, "LOO", 2025),
    ]
    for question, language, asset, mode, year in asked:
        found = [o for o in orders(demo.plant) if (o.asset, o.failure_mode, o.opened.year) == (asset, mode, year)]
        answer = await ask(client, question)
        assert str(len(found)) in answer.answer, (question, answer.answer)
        assert answer.language == language


async def test_twins_are_asked_back(client: httpx.AsyncClient, demo: Demo) -> None:
    a, b = demo.plant.tag("P-A"), demo.plant.tag("P-B")
    answer = await ask(client, f"What is the discharge pressure of {a[:-1]} now?")
    assert answer.status == "clarify"
    assert answer.clarification is not None
    assert answer.clarification.options == [a, b]


async def test_what_no_document_covers_is_said_and_the_nearest_is_shown(client: httpx.AsyncClient) -> None:
    for question in ("What is the warranty period of the pump bearings?", "泵的年假政策是怎么规定的？"):
        answer = await ask(client, question)
        assert answer.status == "abstained"
        assert answer.sentences == []
        assert answer.citations


async def test_an_unknown_tag_is_named(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "Which oil goes into the gearbox of K-999?")
    assert (answer.status, "K-999" in answer.answer) == ("abstained", True)


async def test_every_citation_resolves_to_what_a_person_would_check(client: httpx.AsyncClient, demo: Demo) -> None:
    seen = set()
    for expected in {(q["kind"], q["language"]): q for q in golden(demo)}.values():
        answer = await ask(client, expected["question"])
        ids = {citation.id for citation in answer.citations}
        assert all(set(sentence.citation_ids) <= ids for sentence in answer.sentences)
        for citation in answer.citations:
            where = citation.locator
            if where.kind == "page":
                regions = ";".join(",".join(map(str, region)) for region in where.regions)
                url = f"/v1/documents/{citation.document_id}/pages/{where.page}.png?regions={regions}&width=300"
            elif where.kind == "sheet":
                url = f"/v1/drawings/{citation.document_id}.png?highlight={where.item}&width=300"
            elif where.kind == "record" and where.table in ("work_orders", "assets"):
                url = f"/v1/records/{where.table}/{where.key}"
            else:
                assert where.kind == "record"
                url = f"/v1/documents/{citation.document_id}/tables/{where.table}?first={where.key}&limit=1"
            if url not in seen:
                seen.add(url)
                assert (await client.get(url)).status_code == 200, url
    assert {url.split("/")[2] for url in seen} == {"documents", "drawings", "records"}


def parse(text: str) -> list[tuple[int, str, Any]]:
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return events


async def test_evidence_and_readings_stream_before_the_first_sentence(client: httpx.AsyncClient, demo: Demo) -> None:
    tag = demo.plant.tag(demo.plant.duty)
    question = f"Is the drive-end bearing temperature of {tag} within its limits?"
    response = await client.post("/v1/answers", json={"question": question, "stream": True})
    events = parse(response.text)
    names = [name for _, name, _ in events]
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    assert names.index("readings") < names.index("sentence")
    assert names.index("citations") < names.index("sentence")
    assert names[-1] == "done"
    whole = Answer.model_validate(events[-1][2])
    resumed = await client.get(f"/v1/answers/{whole.id}/events", headers={"Last-Event-ID": "3"})
    assert parse(resumed.text) == events[3:]
    assert (await client.get(f"/v1/answers/{whole.id}")).json() == events[-1][2]


async def test_errors_are_problem_json(client: httpx.AsyncClient) -> None:
    for method, url, status in (
        ("GET", "/v1/answers/nothing", 404),
        ("GET", "/v1/answers/nothing/events", 404),
        ("DELETE", "/v1/answers/nothing", 404),
        ("GET", "/v1/documents/nothing", 404),
        ("GET", "/v1/records/nothing/1", 404),
    ):
        response = await client.request(method, url)
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
        assert response.json()["detail"]
    response = await client.post("/v1/answers", json={"question": ""})
    assert (response.status_code, "question" in response.json()["detail"]) == (422, True)


async def test_ready_says_which_part(client: httpx.AsyncClient) -> None:
    body = (await client.get("/readyz")).json()
    assert body["ready"] is True
    assert body["parts"] == {"index": True, "model": True, "plant": True}
    assert (await client.get("/healthz")).json() == {"alive": True}


async def test_the_model_phrases_and_code_keeps_what_holds(data_dir: Path, demo: Demo) -> None:
    tag = demo.plant.tag(demo.plant.duty)
    instrument = demo.plant.instrument(f"TI-DE-{demo.plant.duty[-1]}")
    said = f"{instrument.tag} reads {instrument.normal:g} °C [1]. It will fail on Friday at 17:30 [1]."
    async with served(data_dir, demo.plant, llm={"provider": "scripted", "replies": [said]}) as client:
        answer = await ask(client, f"What is the drive-end bearing temperature of {tag} now?")
    assert answer.mode == "generated"
    assert answer.dropped_sentences == 1
    assert "Friday" not in answer.answer
    assert answer.sentences[0].reading_tags == [instrument.tag]


async def test_what_must_be_stated_is_stated_where_the_model_forgot(data_dir: Path, demo: Demo) -> None:
    tag = demo.plant.tag(demo.plant.duty)
    async with served(data_dir, demo.plant, llm={"provider": "scripted", "replies": ["I like trains."]}) as client:
        answer = await ask(client, f"What must be closed to isolate {tag}?")
    valves = {point["tag"] for result in answer.results if result["kind"] == "isolation" for point in result["close"]}
    assert valves
    assert all(valve in answer.answer for valve in valves)
    assert answer.mode == "extractive"


async def test_a_plant_that_does_not_answer_degrades_and_says_so(data_dir: Path, demo: Demo) -> None:
    tag = demo.plant.tag(demo.plant.duty)
    plant = {"source": "scripted", "readings": live(demo.plant), "fail": "the gateway is down"}
    async with served(data_dir, demo.plant, plant=plant) as client:
        answer = await ask(client, f"What is the discharge pressure of {tag} right now?")
        assert (await client.get("/readyz")).json()["parts"]["plant"] is False
    assert any(notice.kind == "degraded" for notice in answer.notices)
    assert answer.readings == []


async def test_a_follow_up_knows_what_it_is_about(client: httpx.AsyncClient, demo: Demo) -> None:
    tag, conversation = demo.plant.tag(demo.plant.duty), "shift-1"
    await ask(client, f"What must be closed to isolate {tag}?", conversation_id=conversation)
    answer = await ask(client, "What is its discharge pressure now?", conversation_id=conversation)
    assert [reading.tag for reading in answer.readings] == [demo.plant.tag(f"PI-DIS-{demo.plant.duty[-1]}")]


async def test_cancelling_ends_the_run(data_dir: Path, demo: Demo) -> None:
    slow = {"provider": "scripted", "replies": ["word " * 400], "piece_delay_seconds": 0.05}
    async with served(data_dir, demo.plant, llm=slow) as client:
        service = client._transport.app.state.service  # type: ignore[attr-defined]
        from app.api.wire import Question
        from retrieval.models import Caller

        id_ = await service.runs.start(Caller.local(), Question(question="How is the oil of the feed pump changed?"))
        events = service.runs.follow(Caller.local(), id_, after=0)
        assert (await anext(events)).name == "status"
        assert (await client.delete(f"/v1/answers/{id_}")).status_code == 204
        assert [event async for event in events][-1].data["stage"] == "cancelled"
        assert (await client.get(f"/v1/answers/{id_}")).status_code == 503


async def test_where_the_model_names_a_wrong_number_the_source_speaks(data_dir: Path, demo: Demo) -> None:
    replies = ["The oil is changed every 77 hours [1]. The pump has bearings with oil [1]."]
    async with served(data_dir, demo.plant, llm={"provider": "scripted", "replies": replies}) as client:
        answer = await ask(client, "How often is the bearing oil of the feed pump changed?")
    assert "77" not in answer.answer
    assert "quote" in {sentence.source for sentence in answer.sentences}
