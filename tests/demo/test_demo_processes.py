"""What the demo starts it ends, and what fails is said with the last line of its log."""

import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from demo import run
from demo.processes import Failed, Processes, free_port, require_free

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FAIL = [sys.executable, "-c", "print('one'); print('the disk is on fire'); print(); raise SystemExit(3)"]
HTTP = """
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def environment() -> dict[str, str]:
    return dict(os.environ)


def pid_of(processes: Processes, name: str) -> int:
    return processes._running[name].pid


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_leaving_ends_every_child(tmp_path: Path) -> None:
    with Processes(tmp_path / "log") as processes:
        pids = [pid_of(processes, processes.start(name, SLEEP, environment())) for name in ("a", "b")]
        assert all(is_running(pid) for pid in pids)
    assert not any(is_running(pid) for pid in pids)


def test_an_interrupt_while_waiting_ends_the_child_too(tmp_path: Path) -> None:
    main, heard = threading.main_thread().ident, threading.Event()
    assert main is not None

    def press() -> None:  # again where the interpreter was in a finalizer, which swallows it
        while not heard.wait(0.5):
            signal.pthread_kill(main, signal.SIGINT)

    def until_heard(processes: Processes) -> None:
        try:
            processes.wait("model", "fetching the model")
        finally:
            heard.set()

    ctrl_c = threading.Thread(target=press)
    with Processes(tmp_path / "log") as processes:
        pid = pid_of(processes, processes.start("model", SLEEP, environment()))
        ctrl_c.start()
        with pytest.raises(KeyboardInterrupt):
            until_heard(processes)
        ctrl_c.join()
        assert is_running(pid)
    assert not is_running(pid)


def test_a_busy_port_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            Failed, match=rf"^port {port} for the API is busy; stop what listens on it and start again$"
        ):
            require_free(port, "the API")
    require_free(free_port(), "the API")


def test_a_child_that_fails_is_named_with_the_last_line_of_its_log(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("service", FAIL, environment())
        with pytest.raises(Failed, match=r"service ended at once: the disk is on fire \(see .*service\.log\)"):
            processes.wait_http("service", f"http://127.0.0.1:{free_port()}/", 30)
        with pytest.raises(Failed, match=r"service ended with exit code 3: the disk is on fire"):
            processes.stay()
        with pytest.raises(Failed, match="asking failed with exit code 3"):
            processes.wait("service", "asking")
        assert not processes._running  # what has ended is no longer watched


def test_loopback_goes_through_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    port = free_port()
    with Processes(tmp_path) as processes:
        processes.start("web", [sys.executable, "-c", HTTP, str(port)], environment())
        processes.wait_http("web", f"http://127.0.0.1:{port}/", 20)


@pytest.mark.parametrize(("once", "code"), [(True, 130), (False, 0)])
def test_an_interrupted_run_of_ten_questions_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: bool, code: int
) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    monkeypatch.setattr(run, "_run", interrupted)
    assert run.main(once=once, seed=1) == code
