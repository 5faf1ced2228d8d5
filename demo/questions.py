"""The ten questions that the demo asks: both languages, every source, one ambiguous, one unanswerable."""

import json
from pathlib import Path
from typing import Any

from demo.isolation import isolate
from demo.plant import Plant

FILE = "questions.json"


def questions(plant: Plant) -> list[dict[str, Any]]:
    """Each with the status that is due, and what its answer must show beside the text."""
    duty, letter = plant.tag(plant.duty), plant.duty[-1]
    bearing = plant.tag(f"TI-DE-{letter}")
    close = list(isolate(plant, plant.duty).close)
    ask: list[tuple[str, str, str, str, dict[str, Any]]] = [
        (f"How much oil does the bearing housing of {duty} hold, and which grade?", "en", "fact", "answered", {}),
        (f"{duty} 的轴承箱每运行多少小时换一次油？", "zh", "fact", "answered", {}),
        ("计量泵的隔膜多少小时更换一次？", "zh", "fact", "answered", {}),
        ("怎样标定计量泵的流量？", "zh", "procedure", "answered", {}),
        (f"How many times did the mechanical seal of {duty} leak in 2025?", "en", "history", "answered", {}),
        (f"What must be closed to isolate {duty}?", "en", "connectivity", "answered", {"isolation": close}),
        (f"Is the drive-end bearing temperature of {duty} above its alarm limit right now?", "en", "live_limit",
         "answered",
         {"readings": [bearing]}),
        ("产品罐现在的液位是多少？", "zh", "live", "answered", {"readings": [plant.tag("LIC")]}),
        (f"What is the discharge pressure of {plant.tag('P-A')[:-1]} right now?", "en", "ambiguous", "clarify", {}),
        ("How many years of warranty does the maker give on the plate heat exchanger?", "en", "unanswerable",
         "abstained", {}),
    ]
    return [{"question": question, "language": language, "kind": kind, "expected_status": status, "expect": expect}
            for question, language, kind, status, expect in ask]


def write(plant: Plant, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(questions(plant), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
