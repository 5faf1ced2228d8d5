"""Files sent to a real service that ingests them with a real process: followed, found, changed, taken out again."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock
from service_kit import Demo, listening

from app.__main__ import _spot

NOTES = "# Pump start\n\nOpen the vent valve HV-901 before the start.\n\nClose HV-901 when water runs.\n"
PARTS = "Part,Number,Price (EUR)\nMechanical seal,210-4,12.5\nBearing,6309,48\n"


@pytest.fixture
def client(tmp_path: Path, demo: Demo) -> Iterator[httpx.Client]:
    with listening(tmp_path / "data", demo.plant) as opened:
        yield opened


def send(client: httpx.Client, **files: str | bytes) -> str:
    """The path of the run."""
    parts = [
        ("files", (name.replace("_", "."), text.encode() if isinstance(text, str) else text, "text/plain"))
        for name, text in files.items()
    ]
    response = client.post("/v1/documents", files=parts)
    assert response.status_code == 202, response.text
    return str(response.headers["location"])


def follow(client: httpx.Client, run: str, after: int = 0) -> list[tuple[int, str, Any]]:
    """Its events, to the end."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
    response = client.get(f"{run}/events", headers=headers, timeout=120)
    events = []
    for block in response.text.replace(": still here", "").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if fields:
            events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return events


def done(client: httpx.Client, run: str) -> dict[str, Any]:
    follow(client, run)
    told: dict[str, Any] = client.get(run).json()
    assert told["status"] == "done", told
    return told


def documents(client: httpx.Client) -> dict[str, Any]:
    return {each["path"]: each for each in client.get("/v1/documents").json()["documents"]}


def test_files_are_ingested_and_what_fails_is_told_with_its_reason(client: httpx.Client) -> None:
    run = send(client, notes_md=NOTES, parts_csv=PARTS, poison_pdf=b"%PDF-1.7 nothing")
    events = follow(client, run)
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    names = [name for _, name, _ in events]
    assert (names[0], names[-1]) == ("queued", "done")
    assert names.count("finished") == 3
    told = client.get(run).json()
    assert (told["status"], told["files"]) == ("done", ["notes.md", "parts.csv", "poison.pdf"])
    assert {name: told["progress"][name] for name in ("files", "done", "published", "failed")} == {
        "files": 3,
        "done": 3,
        "published": 2,
        "failed": 1,
    }
    assert [failure["file"] for failure in told["failures"]] == ["poison.pdf"]
    assert told["failures"][0]["reason"].startswith("poison.pdf: ")
    assert client.get("/v1/ingestions/failures").json()["failures"][0]["path"] == "poison.pdf"
    assert sorted(documents(client)) == ["notes.md", "parts.csv"]
    resumed = follow(client, run, after=3)
    assert resumed == events[3:]
    plain = client.get(f"{run}/events").json()["events"]
    assert [(event["seq"], event["event"], event["data"]) for event in plain] == events
    assert client.get("/v1/ingestions").json()["ingestions"][0]["id"] == told["id"]


def test_the_same_again_is_unchanged_and_a_new_version_is_a_revision(client: httpx.Client, tmp_path: Path) -> None:
    assert done(client, send(client, notes_md=NOTES))["progress"]["published"] == 1
    first = documents(client)["notes.md"]
    assert done(client, send(client, notes_md=NOTES))["progress"]["unchanged"] == 1
    assert documents(client)["notes.md"]["id"] == first["id"]
    done(client, send(client, notes_md=NOTES.replace("HV-901", "HV-902")))
    assert list(documents(client)) == ["notes.md"]
    assert documents(client)["notes.md"]["sha256"] != first["sha256"]
    said = "".join(p["text"] for p in client.get(f"/v1/documents/{first['id']}/text").json()["pieces"])
    assert "HV-902" in said
    assert "HV-901" not in said
    assert len(client.get(f"/v1/documents/{first['id']}/revisions").json()["revisions"]) == 2
    until = time.monotonic() + 60
    while list((tmp_path / "data/inbox").iterdir()):  # nothing failed: nothing is kept twice, once its process is gone
        assert time.monotonic() < until
        time.sleep(0.1)


def test_what_was_sent_can_be_asked_about_at_once(client: httpx.Client) -> None:
    done(client, send(client, notes_md=NOTES, parts_csv=PARTS))
    answer = client.post("/v1/answers", json={"question": "What must be opened before the pump start?"}).json()
    cited = [citation for citation in answer["citations"] if citation["locator"]["kind"] == "text"]
    assert cited, answer
    place = cited[0]["locator"]["first"]
    text = client.get(f"/v1/documents/{cited[0]['document_id']}/text", params={"place": place}).json()
    assert any("HV-901" in piece["text"] for piece in text["pieces"])
    parts = documents(client)["parts.csv"]
    table = client.get(f"/v1/documents/{parts['id']}/tables").json()["tables"][0]
    rows = client.get(f"/v1/documents/{parts['id']}/tables/{table['name']}").json()["table"]["rows"]
    assert ["Mechanical seal", "210-4", 12.5] in [row["cells"] for row in rows]


@pytest.mark.parametrize(("query", "kept", "count"), [({}, 404, "deleted"), ({"history": "keep"}, 200, "retired")])
def test_a_document_is_deleted_or_only_hidden(
    client: httpx.Client, query: dict[str, str], kept: int, count: str
) -> None:
    done(client, send(client, notes_md=NOTES, parts_csv=PARTS))
    id = documents(client)["notes.md"]["id"]
    response = client.delete(f"/v1/documents/{id}", params=query)
    assert response.status_code == 202
    assert response.json()["ingestion"]["files"] == ["Pump start"]
    told = done(client, response.headers["location"])
    assert told["progress"][count] == 1
    assert list(documents(client)) == ["parts.csv"]
    assert client.get(f"/v1/documents/{id}").status_code == 404
    assert client.get(f"/v1/documents/{id}/revisions").status_code == kept
    answer = client.post("/v1/answers", json={"question": "What must be opened before the pump start?"}).json()
    assert id not in [citation["document_id"] for citation in answer["citations"]]


def test_a_folder_and_labels_reach_the_document(client: httpx.Client) -> None:
    form = {"folder": "procedures/pumps", "groups": "plant,night", "revision": "D", "effective_date": "2025-02-01"}
    response = client.post("/v1/documents", files={"files": ("start.md", NOTES.encode())}, data=form)
    done(client, response.headers["location"])
    shown = documents(client)["procedures/pumps/start.md"]
    assert (shown["groups"], shown["revision"], shown["effective_date"]) == (["plant", "night"], "D", "2025-02-01")


def test_what_waits_when_the_service_stops_is_done_by_the_next(tmp_path: Path, demo: Demo) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with FileLock(data / "ingestion.lock"), listening(data, demo.plant) as client:
        run = send(client, notes_md=NOTES)
        assert client.get(run).json()["status"] == "queued"
    with listening(data, demo.plant) as client:
        assert done(client, run)["progress"]["published"] == 1
        assert list(documents(client)) == ["notes.md"]


def test_without_its_file_a_run_fails_in_one_line(tmp_path: Path, demo: Demo) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with FileLock(data / "ingestion.lock"), listening(data, demo.plant) as client:
        run = send(client, notes_md=NOTES)
    shutil.rmtree(data / "inbox")
    with listening(data, demo.plant) as client:
        follow(client, run)
        told = client.get(run).json()
    assert told["finished"]
    assert "notes.md" in " ".join([told["error"] or "", *(failure["reason"] for failure in told["failures"])])


@pytest.mark.parametrize(
    ("locator", "said"),
    [
        ({"kind": "page", "page": 3, "regions": []}, "page 3"),
        ({"kind": "text", "unit": "line", "first": 3, "last": 3}, "line 3"),
        ({"kind": "text", "unit": "paragraph", "first": 3, "last": 5}, "paragraphs 3-5"),
        ({"kind": "record", "table": "work_orders", "key": "WO-1", "row": 7}, "row 7, WO-1"),
        ({"kind": "record", "table": "Seals", "key": "7", "row": 7}, "Seals, row 7"),
        ({"kind": "sheet", "drawing_id": "d", "item": "HV-1", "position": [0, 0]}, "drawing, HV-1"),
    ],
)
def test_the_command_line_names_every_kind_of_place(locator: dict[str, Any], said: str) -> None:
    assert _spot(locator) == said
