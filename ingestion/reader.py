"""The run's side of the process that reads files: started when first needed, replaced when a file has broken it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from ingestion.containers.base import Member
from ingestion.reading import Go, Head, Look, Part, Raised, Start, Task, Unpack, from_wire, out_of_memory
from ingestion.settings import IngestionSettings
from retrieval.errors import BadDocument, Unavailable

PARSERS = "ingestion.parsers"
_START_SECONDS = 120.0
_SHORT_OF_MEMORY = ("MemoryError", "bad_alloc", "ut of memory", "annot allocate memory")
_ROOT = Path(__file__).parents[1]
# One core, and little address space that is never touched: each thread and arena reserves some.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class Reading:
    """A file that was read and cut. Take its ``parts`` or leave them."""

    def __init__(self, reader: "Reader", head: Head, name: str) -> None:
        self._reader, self.head, self._name, self.begun = reader, head, name, False

    def parts(self, edition: str | None = None) -> tuple[Sequence[str], Iterator[Part]]:
        """The passages' ids, and the content part by part. With another ``edition`` all ids are other ones."""
        self.begun = True
        self._reader.send(Go(edition))
        ids: Sequence[str] = self.head.ids if edition is None else self._reader.receive(self._name)
        return ids, self._rest()

    def _rest(self) -> Iterator[Part]:
        while (part := self._reader.receive(self._name)) is not None:
            yield part


class Reader:
    """Close it when done. One file at a time."""

    def __init__(self, own: IngestionSettings, legs: Sequence[str], package: str = PARSERS) -> None:
        self._own, self._legs, self.package = own, tuple(legs), package
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._lifeline = -1
        self._noise: IO[bytes] | None = None
        self.started = 0  # processes so far
        self.peak_rss_mb = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Raises what keeps the process from starting: ``Unavailable``, or a leg's own error."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._spawn()
        try:
            self.send(Start(self._legs, self.package, self._own.reader_memory_mb, self._own.upsert_size))
            answer = self._wait(_START_SECONDS)
        except (EOFError, TimeoutError, OSError):
            noise = self._last_words() or "no more is known"
            self.close()
            raise Unavailable(f"the process that reads files does not start: {noise}") from None
        if isinstance(answer, Raised):
            self.close()
            raise from_wire(answer)

    @contextmanager
    def read(self, task: Task) -> Iterator[Reading]:
        """Parse and cut a file. Raises what the file's parser raises; ``BadDocument`` where it takes too long, takes
        too much memory or crashes its process, which is then replaced."""
        self.start()
        self.send(task)
        reading = Reading(self, self.receive(task.name), task.name)
        self.peak_rss_mb = max(self.peak_rss_mb, reading.head.peak_rss_mb)
        done = False
        try:
            yield reading
            done = True
        finally:
            self._leave(reading, done)

    def sort(self, path: Path, start: bytes, name: str) -> tuple[str | None, str | None]:
        """As ``sorting.sort_out``, where a file that breaks who looks into it harms nobody. Raises as ``read``."""
        self.start()
        self.send(Look(path, name, start))
        found: tuple[str | None, str | None] = self.receive(name)
        return found

    def unpack(self, order: Unpack) -> Iterator[Member]:
        """The archive's files as they come out. Raises as ``read``, and what its container raises."""
        self.start()
        self.send(order)
        whole = False
        try:
            while (member := self._next_member(order.name)) is not None:
                yield member
            whole = True
        finally:
            if not whole:
                self.close()  # it may be in the midst of sending

    def _next_member(self, name: str) -> Member | None:
        member: Member | None = self.receive(name)
        return member

    def _leave(self, reading: Reading, done: bool) -> None:
        if reading.begun:
            if not done:
                self.close()  # in the midst of sending
        elif self._pipe is not None:
            with suppress(OSError):  # it has just died: the next file starts another
                self.send(None)

    def send(self, message: Any) -> None:
        assert self._pipe is not None
        self._pipe.send(message)

    def receive(self, name: str) -> Any:
        """The next message. Raises as ``read`` does."""
        seconds = self._own.file_timeout_seconds
        try:
            answer = self._wait(seconds)
        except TimeoutError:
            self.close()
            reason = f"could not be read within {seconds:,.0f} s ([ingestion] file_timeout_seconds)"
            raise BadDocument(name, reason, remedy="split it or raise the setting") from None
        except (EOFError, OSError):
            raise self._crash(name) from None
        if isinstance(answer, Raised):
            if answer.memory:
                self.close()
            raise from_wire(answer)
        return answer

    def close(self) -> None:
        """End the process at once; nothing is lost by it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self._noise is not None:
            self._noise.close()
            self._noise = None

    def _wait(self, seconds: float) -> Any:
        assert self._pipe is not None
        until = time.monotonic() + seconds
        while not self._pipe.poll(max(0.0, min(1.0, until - time.monotonic()))):
            if time.monotonic() >= until:
                raise TimeoutError
        return self._pipe.recv()

    def _crash(self, name: str) -> BadDocument:
        assert self._process is not None
        code, words = self._process.wait(), self._last_words()
        self.close()
        if any(sign in words for sign in _SHORT_OF_MEMORY):
            return out_of_memory(name, self._own.reader_memory_mb)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return BadDocument(
            name, f"crashed the process that reads files ({how})", remedy="export it again from its source"
        )

    def _spawn(self) -> None:
        self._pipe, theirs = Pipe()
        ending, self._lifeline = os.pipe()
        self._noise = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        paths = [str(_ROOT), *(path for path in sys.path if path)]
        environment = os.environ | _ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
        command = [sys.executable, "-m", "ingestion.reader_child", *map(str, (os.getpid(), theirs.fileno(), ending))]
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._noise,
                env=environment,
                pass_fds=(theirs.fileno(), ending),
            )
        finally:
            theirs.close()
            os.close(ending)
        self.started += 1

    def _last_words(self) -> str:
        """The last line that the process wrote to its standard error."""
        if self._noise is None:
            return ""
        size = self._noise.seek(0, os.SEEK_END)
        self._noise.seek(max(0, size - 2000))
        lines = self._noise.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
