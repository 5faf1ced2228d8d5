"""JSON lines, read with the line number at hand. Every error names file and line."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retrieval.errors import BadDocument, BadSetting


def read_text(path: Path) -> str:
    """The file's text without a byte order mark. Raises ``BadDocument``."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadDocument(str(path), "no such file", remedy="correct --dataset or add the file") from None
    except IsADirectoryError:
        raise BadDocument(str(path), "is a folder", remedy="name a file") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadDocument(str(path), "not UTF-8", where=f"line {line}", remedy="save it as UTF-8") from None
    except OSError as error:
        raise BadDocument(str(path), f"cannot be read: {error.strerror}") from None


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """``(line number from 1, object)``; blank lines are skipped. Raises ``BadDocument``, also when all are blank."""
    empty = True
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        empty = False
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            where = f"line {number}, column {error.colno}"
            reason = f"not valid JSON: {error.msg}"
            raise BadDocument(str(path), reason, where=where, remedy="correct the line") from None
        if not isinstance(value, dict):
            reason = f"a JSON object is needed, not {type(value).__name__}"
            raise BadDocument(str(path), reason, where=f"line {number}", remedy="correct the line")
        yield number, value
    if empty:
        raise BadDocument(str(path), "empty", remedy="put at least one line in it")


def sha256_of(paths: Iterable[Path]) -> str:
    """One hash over the contents of the files, in order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def write_objects(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    """One a line. Raises ``BadSetting`` where the file can't be written."""
    text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"{path}: {error.strerror}; name a file that can be written") from None
