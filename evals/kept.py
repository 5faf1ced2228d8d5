"""What was judged, by key, in an append-only file: a second run asks nothing, a stopped one goes on."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def key_of(*parts: Any) -> str:
    """One hash over all parts, JSON-ready, the same in every process."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Kept:
    """Values by key. A line is written at once; one that a crash cut short is passed over and written again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, dict[str, Any]] = {}
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                row = json.loads(line)
                self._values[str(row["key"])] = dict(row["value"])
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, key: str) -> dict[str, Any] | None:
        return self._values.get(key)

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        self._values[key] = dict(value)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key, "value": self._values[key]}, ensure_ascii=False)
        with self._path.open("ab+") as file:
            whole = file.tell() == 0 or _ends_line(self._path)
            file.write((b"" if whole else b"\n") + line.encode() + b"\n")


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
