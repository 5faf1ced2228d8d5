"""Reads ``*.txt`` line by line. What the first line says is done to the process that reads it."""

import errno
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.errors import BadDocument, Unavailable
from retrieval.models import DocumentKind, TextLocator


class MisbehavingParser:
    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if start == b"crash who looks":
            os.kill(os.getpid(), signal.SIGSEGV)
        return "sure" if path.suffix == ".txt" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        lines = path.read_text(encoding="utf-8").splitlines()
        first = lines[0] if lines else ""
        if first == "hang":
            time.sleep(3600)
        if first == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if first == "quit":
            os._exit(3)
        if first == "memory":
            hoard = [bytes(10_000_000) for _ in range(10_000)]
            assert not hoard
        if first == "disk":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        if first == "share":
            raise Unavailable(f"{name}: the share did not answer")
        if first == "broken":
            raise BadDocument(name, "has no end", where="line 3", remedy="write one")
        if first == "surprise":
            raise ZeroDivisionError("division\nby zero")
        if first == "noise":
            sys.stdout.write("what libraries say\n")
            os.write(1, b"\x00\x01 and write\n")
        spans = [Span(line, TextLocator(unit="line", first=n, last=n)) for n, line in enumerate(lines, 1)]
        blocks = tuple(Block("text", (span,), (f"Section {n}",)) for n, span in enumerate(spans))
        return Parsed("manual", path.stem, "en", blocks=blocks, warnings=("read around",) * (first == "noise"))


PARSER = MisbehavingParser()
