"""The processes that the demo starts, and that it ends again whatever happens."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback: no proxy of the environment


class Failed(Exception):
    """One line that says what did not work and where to look."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int, what: str) -> None:
    """Raises ``Failed`` where something else listens."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Failed(f"port {port} for {what} is busy; stop what listens on it and start again") from None


class Processes:
    """A context: on leaving it every process that it started is ended, by pid, the last one first."""

    def __init__(self, logs: Path) -> None:
        self._logs, self._running = logs, dict[str, subprocess.Popen[bytes]]()
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in reversed(self._running.values()):
            _signal(process, signal.SIGTERM)
        for process in reversed(self._running.values()):
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def start(self, name: str, command: Sequence[str], environment: dict[str, str], *, shown: bool = False) -> str:
        """Start in the background, in a group of its own so that Ctrl-C reaches it through us alone."""
        with (self._logs / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
                                                   stdout=log, stderr=None if shown else subprocess.STDOUT)
        return name

    def run(self, what: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Run to the end with its output shown. Raises ``Failed``."""
        print(f"demo: {what}", flush=True)
        code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
        if code:
            raise Failed(f"{what} failed with exit code {code}; its last lines say why")

    def wait(self, name: str, what: str) -> None:
        """Wait for one that ends by itself. Raises ``Failed``."""
        code = self._running[name].wait()
        del self._running[name]  # not before: Ctrl-C while waiting must still end it
        if code:
            raise Failed(f"{what} failed with exit code {code}; its last lines say why")

    def wait_http(self, name: str, url: str, seconds: float, good: Callable[[Any], bool] | None = None) -> None:
        """Wait until ``url`` answers 200 and ``good`` holds for its JSON. Raises ``Failed`` with the end of the log."""
        body: Any = None
        for _ in range(int(seconds * 4)):
            if self._running[name].poll() is not None:
                raise Failed(f"{name} ended at once: {self._last_line(name)}")
            with contextlib.suppress(urllib.error.URLError, OSError), _DIRECT.open(url, timeout=5) as response:
                body = json.load(response) if good else None
                if good is None or good(body):
                    return
            time.sleep(0.25)
        raise Failed(f"{name} was not ready within {seconds:g} s ({body}): {self._last_line(name)}")

    def stay(self) -> None:
        """Until Ctrl-C, or until a process ends by itself: that is a failure."""
        while True:
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise Failed(f"{name} ended with exit code {process.returncode}: {self._last_line(name)}")
            time.sleep(1)

    def _last_line(self, name: str) -> str:
        file = self._logs / f"{name}.log"
        lines = [line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        return f"{lines[-1] if lines else 'it said nothing'} (see {file})"


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
