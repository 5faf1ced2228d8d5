"""The process that reads files: parses and cuts one after the other, so that none can harm more than itself.

It is told what to read over a pipe and answers with what it found, in parts of bounded size. It loads tokenizers, never
an encoder. It ends with its parent, however that ends.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from ingestion.chunk import chunk
from ingestion.containers.base import Container
from ingestion.encode import Encoding
from ingestion.memory import limit_memory, peak_rss_mb
from ingestion.parsers.base import Parsed, Parser
from ingestion.reading import Go, Head, Look, Part, Start, Task, Unpack, describe, to_wire
from ingestion.sorting import sort_out
from retrieval.errors import BadDocument, PlantwrightError
from retrieval.models import Passage, RecordLocator
from retrieval.plugins import discover

_ROWS = 5000  # typed rows a message


@dataclass
class _Worker:
    start: Start
    encoding: Encoding = field(init=False)

    def __post_init__(self) -> None:
        there = discover("retrieval.legs", "LEG")
        self.encoding = Encoding({name: there[name] for name in self.start.legs})
        self.count = self.encoding.counter()
        self.parsers: dict[str, Parser] = discover(self.start.package, "PARSER")
        self.containers: dict[str, Container] = discover("ingestion.containers", "CONTAINER")

    def read(self, task: Task) -> tuple[Parsed, tuple[Passage, ...], Head]:
        began = time.perf_counter()
        parsed: Parsed = self.parsers[task.parser].parse(task.path, task.name, task.known_tags, task.options)
        read = time.perf_counter()
        if task.skip_orders:
            parsed = replace(parsed, orders=tuple(one for one in parsed.orders if one.order not in task.skip_orders))
        passages = self.cut(task, parsed, task.edition)
        document = describe(task, parsed)
        head = Head(
            document=document,
            ids=tuple(passage.id for passage in passages),
            tables=sum(block.kind == "table" for block in parsed.blocks),
            assets=tuple(asset for _, asset in parsed.assets),
            rows=len(parsed.orders) + sum(len(table.rows) for table in parsed.tables),
            tiers=dict(parsed.tiers),
            warnings=parsed.warnings,
            seconds={"parse": read - began, "chunk": time.perf_counter() - read},
            peak_rss_mb=peak_rss_mb(),
        )
        return parsed, passages, head

    def cut(self, task: Task, parsed: Parsed, edition: str) -> tuple[Passage, ...]:
        known = {*task.known_tags, *(asset.tag for _, asset in parsed.assets), *(item.tag for item in parsed.items)}
        passages = chunk(
            describe(task, parsed),
            parsed.blocks,
            count=self.count,
            known_tags=sorted(known),
            names=task.names,
            limit=task.passage_pieces,
            edition=edition,
        )
        if not passages:
            remedy = "if it is a scan, make it searchable (OCR) first"
            raise BadDocument(task.name, "holds no usable text", remedy=remedy)
        return tuple(passage for passage in passages if not _is_skipped(passage, task.skip_orders))


def _is_skipped(passage: Passage, orders: frozenset[str]) -> bool:
    place = passage.locator
    return isinstance(place, RecordLocator) and place.table == "work_orders" and place.key in orders


def _parts(parsed: Parsed, passages: tuple[Passage, ...], size: int) -> Iterator[Part]:
    """All that the file gave, in parts."""
    for at in range(0, len(passages), size):
        yield Part(passages=passages[at : at + size])
    orders = tuple({order.order: order for order in parsed.orders}.values())  # one stated twice means its last row
    for at in range(0, len(orders), _ROWS):
        yield Part(orders=orders[at : at + _ROWS])
    for at in range(0, len(parsed.assets), _ROWS):
        yield Part(assets=parsed.assets[at : at + _ROWS])
    if parsed.items or parsed.connections or parsed.tables:
        heads = tuple(table.model_copy(update={"rows": ()}) for table in parsed.tables)
        yield Part(items=parsed.items, connections=parsed.connections, tables=heads)
    for table in parsed.tables:
        for at in range(0, len(table.rows), _ROWS):
            yield Part(table_rows=tuple((table.name, row) for row in table.rows[at : at + _ROWS]))


def serve(pipe: Connection) -> None:
    """Until the parent hangs up."""
    start: Start = pipe.recv()
    limit_memory(start.memory_mb)
    try:
        worker = _Worker(start)
    except PlantwrightError as error:
        pipe.send(to_wire(error, "the process that reads files", start.memory_mb))
        return
    pipe.send("ready")
    while True:
        order: Task | Look | Unpack = pipe.recv()
        try:
            _one(pipe, worker, order)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # whatever odd bytes raise is that file's failure alone
            pipe.send(to_wire(error, order.name, start.memory_mb))


def _one(pipe: Connection, worker: _Worker, order: Task | Look | Unpack) -> None:
    match order:
        case Task():
            _read(pipe, worker, order)
        case Look():
            pipe.send(sort_out(order.path, order.start, worker.parsers, worker.containers))
        case Unpack():
            unpack, most = worker.containers[order.container].unpack, order.max_members
            for member in unpack(order.path, order.name, order.folder, order.options, max_members=most):
                pipe.send(member)
            pipe.send(None)


def _read(pipe: Connection, worker: _Worker, task: Task) -> None:
    parsed, passages, head = worker.read(task)
    pipe.send(head)
    go: Go | None = pipe.recv()
    if go is None:
        return
    if go.edition is not None and go.edition != task.edition:
        passages = worker.cut(task, parsed, go.edition)
        pipe.send(tuple(passage.id for passage in passages))
    for part in _parts(parsed, passages, worker.start.part_size):
        pipe.send(part)
    pipe.send(None)


def _end_with(parent: int, lifeline: int) -> None:
    """A kill -9 of the parent must leave no orphan: the kernel's own signal where there is one, and a hang-up."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    def wait() -> None:
        os.read(lifeline, 1)  # returns when the last writer, our parent, is gone
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def main(arguments: list[Any]) -> None:
    """``PARENT_PID PIPE LIFELINE``, the latter two as inherited file descriptors."""
    parent, pipe, lifeline = (int(argument) for argument in arguments)
    _end_with(parent, lifeline)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    os.dup2(2, 1)  # what a library prints is no part of anything
    try:
        serve(Connection(pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main(sys.argv[1:])
