"""Recorded answers of the service, written out as it sends them: documents, pages, rows, readings, whole answers."""

from copy import deepcopy
from typing import Any

from recorded_documents import DOCUMENTS, DRAWING, LOG, ROW, STEPS

NOW = "2026-03-04T09:30:12+00:00"

ORDER = {
    "table": "work_orders",
    "key": "WO-100234",
    "row": 235,
    "document_id": LOG,
    "title": "Maintenance log",
    "fields": {
        "order": "WO-100234",
        "asset": "P-101A",
        "type": "corrective",
        "priority": 2,
        "failure_mode": "bearing overheating",
        "opened": "2026-01-14T07:40:00+00:00",
        "closed": "2026-01-14T15:10:00+00:00",
        "hours": 6.5,
        "cost": 840.0,
        "text": "DE brg running hot, repacked w/ grease, chk again nxt wk <ok>",
        "language": "en",
    },
}


def page(cid: str, number: int, region: list[float], quote: str, document: int = 0) -> dict[str, Any]:
    doc = DOCUMENTS[document]
    return {
        "id": cid,
        "document_id": doc["id"],
        "title": doc["title"],
        "revision": doc["revision"],
        "quote": quote,
        "score": 0.8,
        "locator": {"kind": "page", "page": number, "regions": [region]},
    }


def record(cid: str) -> dict[str, Any]:
    return {
        "id": cid,
        "document_id": LOG,
        "title": "Maintenance log",
        "revision": "0",
        "score": 0.7,
        "quote": "DE brg running hot, repacked w/ grease, chk again nxt wk <ok>",
        "locator": {"kind": "record", "table": "work_orders", "key": "WO-100234", "row": 235},
    }


def sheet(cid: str, item: str) -> dict[str, Any]:
    return {
        "id": cid,
        "document_id": DRAWING,
        "title": "P&ID unit 100",
        "revision": "4",
        "quote": f"{item} gate valve",
        "score": 0.9,
        "locator": {"kind": "sheet", "drawing_id": "PID-100", "item": item, "position": [0.4, 0.5]},
    }


def reading(tag: str, description: str, value: float | None, unit: str, **rest: Any) -> dict[str, Any]:
    given = {
        "tag": tag,
        "description": description,
        "value": value,
        "unit": unit,
        "quality": "good",
        "timestamp": NOW,
        "age_s": 1.2,
        "low": None,
        "high": None,
        "state": "normal",
        "simulated": True,
    }
    return given | rest


READINGS = [
    reading("TI-115A", "Feed pump A drive-end bearing temperature", 85.53, "°C", high=80.0, state="high"),
    reading("TI-116A", "Feed pump A non-drive-end bearing temperature", 62.0, "°C", high=80.0),
    reading("PI-120A", "Feed pump A suction pressure", 1.31, "bar", low=0.7, age_s=5400.0),
    reading("LIC-103", "Product tank level", 54.8, "%", low=20.0, high=85.0),
    reading("AI-143", "Product conductivity", None, "µS/cm", quality="bad", state="unknown", low=200.0, high=700.0),
]
TAGS = [
    {
        "tag": r["tag"],
        "description": r["description"],
        "unit": r["unit"],
        "asset": "P-101A",
        "area": "U100",
        "low": r["low"],
        "high": r["high"],
        "simulated": True,
    }
    for r in READINGS
]

WARNING = "WARNING: Rotating parts can seize hands and clothing. Lock out the pump before opening the guard."
ISOLATION = {
    "kind": "isolation",
    "target": "P-101A",
    "close": [
        {"tag": "HV-111A", "line": "100-P-1010-DN80", "service": "suction", "normally": "open", "name": "gate valve"},
        {"tag": "HV-113A", "line": "100-P-1011-DN65", "service": "discharge", "normally": "open"},
        {"tag": "HV-116A", "line": "100-P-1014-DN40", "service": "recirculation", "normally": "open"},
    ],
    "drains": [{"tag": "HV-114A", "line": "100-D-1012-DN25", "service": "drain", "normally": "closed"}],
    "open_ends": ["DR-182"],
    "passed": ["NRV-112A"],
    "not_isolable": [{"tag": "T-103", "line": "100-V-1061-DN50", "service": "relief"}],
    "disclaimer": "Derived from P&ID unit 100, rev. 4. Check the line on site; follow the lockout procedure.",
}


def answer(name: str, **given: Any) -> dict[str, Any]:
    """A whole answer; ``answer`` is its sentences joined."""
    base: dict[str, Any] = {
        "schema_version": 1,
        "id": f"a-{name}",
        "index_epoch": 3,
        "model": "qwen2.5-coder-1.5b-instruct",
        "language": "en",
        "status": "answered",
        "mode": "generated",
        "sentences": [],
        "clarification": None,
        "citations": [],
        "readings": [],
        "results": [],
        "tool_calls": [],
        "notices": [],
        "dropped_sentences": 0,
        "timings_ms": {"total": 8420.0},
    }
    base |= deepcopy(given)
    base["answer"] = " ".join(sentence["text"] for sentence in base["sentences"])
    return base


def said(words: str, *ids: str, **rest: Any) -> dict[str, Any]:
    return {"text": words, "citation_ids": list(ids), "reading_tags": [], "source": "model", "checks": []} | rest


BEARING = answer(
    "bearing",
    citations=[
        page("e1", 5, [0.1, 0.3, 0.9, 0.42], "Bearing temperature, alarm: 80 °C; trip: 90 °C"),
        page("e2", 11, [0.1, 0.55, 0.9, 0.7], WARNING),
        record("e3"),
        page("e4", 9, [0.1, 0.2, 0.9, 0.3], "Relubricate every 4,000 hours."),
    ],
    readings=READINGS[:2],
    sentences=[
        said(
            "The drive-end bearing of P-101A reads 85.53 °C, above its high limit of 80 °C.",
            "e1",
            reading_tags=["TI-115A"],
        ),
        said("The manual sets the alarm at 80 °C and the trip at 90 °C.", "e1"),
        said("In January the same bearing ran hot and was repacked with grease.", "e3"),
    ],
    notices=[
        {"kind": "safety", "text": WARNING, "citation_id": "e2"},
        {"kind": "outside_limits", "text": "TI-115A reads 85.53 °C, above its high limit of 80 °C."},
        {"kind": "simulated_data", "text": "The readings come from a simulated plant."},
    ],
    dropped_sentences=1,
)
ISOLATE = answer(
    "isolate",
    citations=[sheet("e1", "HV-111A"), sheet("e2", "HV-113A"), page("e3", 12, [0.1, 0.1, 0.9, 0.3], WARNING)],
    sentences=[
        said("To isolate P-101A, close HV-111A, HV-113A and HV-116A.", "e1", "e2", source="code"),
        said("Then drain the casing through HV-114A.", source="code"),
    ],
    results=[ISOLATION],
    notices=[{"kind": "safety", "text": WARNING, "citation_id": "e3"}],
)
AMBIGUOUS = answer(
    "ambiguous",
    status="clarify",
    mode="extractive",
    sentences=[],
    clarification={"question": "P-101 may mean two pumps. Which one?", "options": ["P-101A", "P-101B"]},
)
UNANSWERABLE = answer(
    "unanswerable",
    status="abstained",
    mode="extractive",
    citations=[
        page("e1", 3, [0.1, 0.6, 0.9, 0.7], "The coupling guard is made of steel sheet."),
        page("e2", 4, [0.1, 0.2, 0.9, 0.3], "Paint: two-component epoxy, 120 µm."),
    ],
)
CHINESE = answer(
    "chinese",
    language="zh",
    citations=[page("e1", 6, [0.1, 0.25, 0.9, 0.4], "润滑油更换周期：每 4000 小时。", 1)],
    sentences=[
        said("计量泵 P-104 的润滑油每 4000 小时更换一次。", "e1"),
        said("更换前请先停泵并切断电源。", "e1", source="quote"),
    ],
    notices=[{"kind": "safety", "text": "警告：检修前必须切断电源并上锁。", "citation_id": "e1"}],
)
TABLE = answer(
    "table",
    citations=[record("e1")],
    sentences=[said("Bearing overheating came back most often.", "e1", source="code")],
    results=[
        {
            "kind": "table",
            "title": "Orders of P-101A by failure mode",
            "columns": ["failure mode", "orders"],
            "rows": [["bearing overheating", 14], ["seal leak", 9]],
        },
        {
            "kind": "downstream",
            "tag": "T-101",
            "routes": [{"tags": ["T-101", "HV-101", "P-101A"], "lines": ["100-P-1002-DN100", "100-P-1010-DN80"]}],
        },
        {
            "kind": "neighbours",
            "tag": "P-101A",
            "neighbours": [
                {
                    "tag": "HV-111A",
                    "item_class": "GateValve",
                    "line": "100-P-1010-DN80",
                    "service": "suction",
                    "direction": "upstream",
                }
            ],
        },
        {"kind": "trend", "title": "Something new", "slope": 0.4},
    ],
)

PROCEDURE = answer(
    "procedure",
    citations=[STEPS, ROW],
    sentences=[said("Vent until water runs without bubbles.", "cite-text"), said("The seal is 210-9.", "cite-row")],
)

ANSWERS = {
    "procedure": PROCEDURE,
    "bearing": BEARING,
    "isolate": ISOLATE,
    "润滑": CHINESE,
    "failures": TABLE,
    "P-101?": AMBIGUOUS,
    "P-101A?": BEARING,
}
