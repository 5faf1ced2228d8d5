"""Paths -> files with the parser that reads each. Judged by content as well as by name."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.parsers.base import Parser
from ingestion.report import Failure
from retrieval.errors import BadDocument

_START_BYTES = 4096
# Registers tell which tags exist, drawings and logs name them; manuals profit from both.
_ORDER = {"register": 0, "pid": 1, "worklog": 2, "manual": 3}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to ingest. ``name`` is its path relative to the root that was given, with slashes."""

    path: Path
    name: str
    parser: Parser
    parser_id: str  # changes when the parser would read the file differently


@dataclass
class Found:
    sources: list[Source] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def discover_files(paths: Sequence[Path], parsers: Mapping[str, Parser], *, max_bytes: int) -> Found:
    """Folders are walked, hidden files left out; in the order in which files should be read."""
    found, names = Found(), dict[str, Path]()
    for given in paths:
        for path, name_there in _files(given):
            real, name = path.resolve(), name_there
            if names.get(name, real) != real:  # two roots have a file of this name
                name = f"{given.resolve().name if given.is_dir() else given.resolve().parent.name}/{name}"
            if names.get(name) == real:
                continue  # given twice
            names[name] = real
            _judge(path, name, parsers, found, named=not given.is_dir(), max_bytes=max_bytes)
    found.sources.sort(key=lambda source: (_ORDER.get(source.parser.kind, 9), source.name))
    return found


def _files(given: Path) -> Iterator[tuple[Path, str]]:
    if not given.is_dir():
        yield given, given.name
        return
    for folder, inner, files in os.walk(given):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                path = Path(folder, name)
                yield path, path.relative_to(given).as_posix()


def _judge(path: Path, name: str, parsers: Mapping[str, Parser], found: Found, *, named: bool, max_bytes: int) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except FileNotFoundError:
        found.failures.append(_failure(name, "no such file or folder", "check the path"))
        return
    except OSError as error:
        found.failures.append(_failure(name, f"cannot be read: {error.strerror}", "check its permissions"))
        return
    parser_name = choose(path, start, parsers)
    if parser_name is None:
        if named:
            found.failures.append(
                _failure(
                    name,
                    "no parser takes this kind of file",
                    "give a PDF, a CSV log or register, or a P&ID as Proteus XML",
                )
            )
        else:
            found.skipped.append(name)
    elif not size:
        found.failures.append(_failure(name, "is empty (0 bytes)", "copy it again from its source"))
    elif size > max_bytes:
        reason = f"has {size:,} bytes, more than [ingestion] max_file_bytes = {max_bytes:,}"
        found.failures.append(_failure(name, reason, "split it or raise the setting"))
    else:
        parser = parsers[parser_name]
        found.sources.append(Source(path, name, parser, f"{parser_name}/{parser.version}"))


def choose(path: Path, start: bytes, parsers: Mapping[str, Parser]) -> str | None:
    """The parser that is surest; the first by name among those alike; None where none takes the file."""
    judged = {name: parser.accepts(path, start) for name, parser in parsers.items()}
    for confidence in ("sure", "yes", "maybe"):
        for name in sorted(judged):
            if judged[name] == confidence:
                return name
    return None


def _failure(name: str, reason: str, remedy: str) -> Failure:
    return Failure(name, str(BadDocument(name, reason, remedy=remedy)))
