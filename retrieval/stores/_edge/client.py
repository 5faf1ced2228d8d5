"""The engine's process, seen from the service: started, asked, ended."""

import contextlib
import queue
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from retrieval.stores._edge.messages import Failed, Start

_MODULE = "retrieval.stores._edge.process"
_ROOT = Path(__file__).resolve().parents[3]
_CONNECTIONS = 8  # calls at a time
_END_SECONDS = 30.0  # to flush and leave
_POLL_SECONDS = 0.1
_LOCKED = "WouldBlock"  # the engine's word for a shard that another process has open
_LOCKED_SECONDS = 20.0  # for a process whose parent was killed to notice it
_BROKEN = (EOFError, OSError, ValueError)


class EngineError(Exception):
    """The engine refused; one line."""


class Gone(Exception):
    """The process is no more; what was asked may or may not have been done."""


class Stopped(Exception):
    """The caller no longer wants the answer."""


class EngineProcess:
    """``call`` from any thread. Ends with its object, at the latest."""

    def __init__(self, start: Start) -> None:
        """Raises ``EngineError`` where the shard can't be opened."""
        self._retired, self._retiring = False, threading.Lock()
        self._free: queue.LifoQueue[Connection[Any, Any] | None] = queue.LifoQueue()
        deadline = time.monotonic() + _LOCKED_SECONDS
        while True:
            try:
                self._begin(start)
                return
            except EngineError as error:
                if _LOCKED not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)

    @property
    def pid(self) -> int:
        return self._child.pid

    def call(self, operation: str, *arguments: Any) -> Any:
        """Raises ``EngineError`` or ``Gone``."""
        return self._ask(operation, arguments, lambda connection: None)

    def wait(self, operation: str, *arguments: Any, stop: Callable[[], bool]) -> Any:
        """A long call, given up with ``Stopped`` as soon as ``stop()``; the process is to be killed then."""

        def watch(connection: "Connection[Any, Any]") -> None:
            while not connection.poll(_POLL_SECONDS):
                if stop():
                    raise Stopped

        return self._ask(operation, arguments, watch)

    def retire(self, *, close: bool) -> None:
        """Let calls that run finish, take no more, end. ``close``: flush first. Raises ``EngineError``."""
        with self._retiring:
            if self._retired:
                return
            taken = []
            for _ in range(_CONNECTIONS):
                connection = self._free.get()
                if connection is not None:
                    taken.append(connection)
            self._retired = True
            self._free.put(None)
        try:
            if close and taken:
                self._say(taken[0], "close", ())
        finally:
            self._finalizer.detach()
            self._end(self._child, taken)

    def kill(self) -> None:
        """At once, like a crash."""
        self._child.kill()
        self._child.wait()

    def _begin(self, start: Start) -> None:
        pairs = [socket.socketpair() for _ in range(_CONNECTIONS)]
        theirs = [pair[1] for pair in pairs]
        command = [sys.executable, "-m", _MODULE, *(str(one.fileno()) for one in theirs)]
        try:
            child = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                command, cwd=_ROOT, stdin=subprocess.DEVNULL, pass_fds=[one.fileno() for one in theirs]
            )
        finally:
            for one in theirs:
                one.close()
        connections: list[Connection[Any, Any]] = [Connection(ours.detach()) for ours, _ in pairs]
        try:
            connections[0].send(start)
            answer = connections[0].recv()
        except _BROKEN:
            answer = Failed("the engine's process ended while it began")
        if isinstance(answer, Failed):
            self._end(child, connections)
            raise EngineError(answer.reason)
        self._child = child
        for connection in connections:
            self._free.put(connection)
        self._finalizer = weakref.finalize(self, self._end, child, connections, seconds=0.0)

    def _ask(self, operation: str, arguments: tuple[Any, ...], watch: "Callable[[Connection[Any, Any]], None]") -> Any:
        connection = self._free.get()
        if connection is None or self._child.poll() is not None:
            self._free.put(connection)
            raise Gone
        try:
            return self._say(connection, operation, arguments, watch)
        except (EngineError, Gone):
            raise
        except BaseException:
            self.kill()  # its answer would be taken for that of the next call
            raise
        finally:
            self._free.put(connection)

    def _say(
        self,
        connection: "Connection[Any, Any]",
        operation: str,
        arguments: tuple[Any, ...],
        watch: "Callable[[Connection[Any, Any]], None]" = lambda connection: None,
    ) -> Any:
        try:
            connection.send((operation, arguments))
            watch(connection)
            answer = connection.recv()
        except _BROKEN:
            raise Gone from None
        if isinstance(answer, Failed):
            raise EngineError(answer.reason)
        return answer

    @staticmethod
    def _end(child: "subprocess.Popen[bytes]", connections: Any, seconds: float = _END_SECONDS) -> None:
        """Closed connections tell the process to leave; one that doesn't is killed."""
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.close()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
