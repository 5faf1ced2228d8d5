"""Recorded contents of documents and runs of ingestion, written out as the service sends them."""

from typing import Any

MANUAL, MANUAL_ZH, LOG, DRAWING = "d-manual", "d-manual-zh", "d-log", "d-pid"
NOTES, PARTS = "d-notes", "d-parts"
ADDED = "2026-03-02T06:15:00+00:00"

DOCUMENTS: list[dict[str, Any]] = [
    {
        "id": MANUAL,
        "kind": "manual",
        "title": "Feed pump KSP 50-200: operating manual",
        "path": "manuals/feed_pump_manual.pdf",
        "sha256": "0" * 64,
        "revision": "C",
        "effective_date": "2024-05-01",
        "language": "en",
        "pages": 14,
    },
    {
        "id": MANUAL_ZH,
        "kind": "manual",
        "title": "计量泵 DMX-240 操作手册",
        "path": "manuals/dosing_pump_manual_zh.pdf",
        "sha256": "1" * 64,
        "revision": "2",
        "effective_date": None,
        "language": "zh",
        "pages": 8,
    },
    {
        "id": LOG,
        "kind": "worklog",
        "title": "Maintenance log",
        "path": "logs/maintenance_log.csv",
        "sha256": "2" * 64,
        "revision": "0",
        "effective_date": None,
        "language": "en",
        "pages": None,
    },
    {
        "id": DRAWING,
        "kind": "pid",
        "title": "P&ID unit 100",
        "path": "drawings/pid_unit.xml",
        "sha256": "3" * 64,
        "revision": "4",
        "effective_date": None,
        "language": "en",
        "pages": None,
    },
    {
        "id": NOTES,
        "kind": "manual",
        "title": "启泵规程 Start-up notes",
        "path": "procedures/start-up.md",
        "sha256": "4" * 64,
        "revision": "3",
        "effective_date": "2025-11-01",
        "language": "en",
        "pages": None,
        "passages": 25,
        "tables": 0,
        "ingested": ADDED,
        "size": 4810,
    },
    {
        "id": PARTS,
        "kind": "table",
        "title": "Spare parts P-101",
        "path": "spares/p101.xlsx",
        "sha256": "5" * 64,
        "revision": "0",
        "effective_date": None,
        "language": "en",
        "pages": None,
        "passages": 4,
        "tables": 2,
        "ingested": ADDED,
        "size": 18200,
    },
]


def _piece(position: int) -> dict[str, Any]:
    heading = "Before starting" if position < 12 else "启动"
    return {
        "id": f"n{position}",
        "position": position,
        "kind": "text",
        "heading_path": ["Start-up", heading],
        "text": f"Step {position}: open the vent <slowly>.\nWait until water runs without bubbles, {position} min.",
        "locator": {"kind": "text", "unit": "line", "first": 4 * position + 1, "last": 4 * position + 3},
    }


PIECES = [_piece(position) for position in range(25)]
STEPS = {
    "id": "cite-text",
    "document_id": NOTES,
    "title": "启泵规程 Start-up notes",
    "revision": "3",
    "quote": "Wait until water runs without bubbles, 7 min.",
    "score": 0.8,
    "locator": {"kind": "text", "unit": "line", "first": 29, "last": 31},
}
ROW = {
    "id": "cite-row",
    "document_id": PARTS,
    "title": "Spare parts P-101",
    "revision": "0",
    "quote": "Mechanical seal | 210-4 | 1",
    "score": 0.7,
    "locator": {"kind": "record", "table": "Seals/密封", "key": "9", "row": 9},
}

_COLUMNS = [
    {"name": "Part", "type": "text", "unit": ""},
    {"name": "Number", "type": "text", "unit": ""},
    {"name": "Price", "type": "number", "unit": "EUR"},
]
TABLES: dict[str, dict[str, Any]] = {
    name: {
        "name": name,
        "title": title,
        "role": role,
        "page": None,
        "tags": ["P-101A"],
        "columns": _COLUMNS,
        "rows": [
            {"row": row, "cells": [f"{what} {row}", f"210-{row}", 12.5 * row], "shown": []} for row in range(2, count)
        ],
    }
    for name, title, role, what, count in (
        ("Bearings", "Bearings of the feed pump", "spare_parts", "Bearing", 90),
        ("Seals/密封", "", "", "<Seal>", 20),
    )
}

FAILURES = [
    {
        "path": "scans/old.pdf",
        "status": "quarantined",
        "reason": "scans/old.pdf, page 3: is encrypted; save it without a password",
        "stage": "parse",
        "attempts": 1,
        "finished": ADDED,
        "retry_after": None,
        "size": 120_000,
        "document_id": None,
    },
    {
        "path": "logs/2025.csv",
        "status": "failed",
        "reason": "logs/2025.csv: the disk was full; make room",
        "stage": "write",
        "attempts": 2,
        "finished": ADDED,
        "retry_after": "2099-01-01T00:00:00+00:00",
        "size": 120_000,
        "document_id": "d-log",
    },
]


def run(number: int, action: str, names: list[str], polls: int) -> dict[str, Any]:
    """A run that waits, works and is done as it is asked about; a file with ``bad`` in its name fails."""
    status = ("queued", "running", "done")[min(polls, 2)]
    failed = [{"file": name, "reason": f"{name}: holds no usable text; check it"} for name in names if "bad" in name]
    done = {"queued": 0, "running": max(0, len(names) - 1), "done": len(names)}[status]
    over = status == "done"
    return {
        "id": f"run-{number}",
        "action": action,
        "status": status,
        "created": ADDED,
        "finished": ADDED if over else None,
        "files": names,
        "progress": {
            "files": None if status == "queued" else len(names),
            "done": done,
            "published": done - len(failed) if over else done,
            "unchanged": 0,
            "failed": len(failed) if over else 0,
            "skipped": 0,
            "pages": 12 * done,
            "passages": 80 * done,
            "tables": 0,
            "file": names[-1] if status == "running" else None,
            "stage": "encode" if status == "running" else None,
        },
        "failures": failed if over else [],
        "warnings": [],
        "error": None,
    }


OLD_RUN = run(0, "ingest", ["manuals.zip"], 2) | {
    "id": "run-old",
    "status": "failed",
    "error": "the store is held by another process; stop it",
}
