"""Shared by every test that looks at the UI: Chromium, the UI as a subprocess, and waiting for what appears.

Playwright's own browser is not used: Debian's ``chromium`` serves, or the one that PLANTWRIGHT_CHROMIUM names.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser's path. Without one the test is skipped, but fails where CI is true."""
    named = os.environ.get("PLANTWRIGHT_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found:
        return found
    line = "No Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk), or set PLANTWRIGHT_CHROMIUM."
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


@contextmanager
def open_page(*, width: int = 1280, height: int = 900, locale: str = "en-GB", dark: bool = False) -> Iterator[Page]:
    """An empty page of a fresh profile."""
    path = chromium()
    with TemporaryDirectory(prefix="chromium-") as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=path,
            args=FLAGS,
            headless=True,
            locale=locale,
            timezone_id="Europe/Berlin",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(60_000)  # a cold start on a busy machine
        try:
            yield context.pages[0]
        finally:
            context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_ui(api_url: str, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """Streamlit with the UI on a free port against a service; its URL."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "ui" / "main.py"),
        "--server.address",
        "127.0.0.1",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--browser.gatherUsageStats",
        "false",
    ]
    environment = {**os.environ, "PLANTWRIGHT_API_URL": api_url, **(extra or {})}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def wait_for(url: str, process: "subprocess.Popen[bytes]", within_s: float = 120) -> None:
    """Until the URL answers 200; fails with what the process wrote when it ends before."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if process.poll() is not None:
            written = process.stderr.read().decode(errors="replace") if process.stderr else ""
            pytest.fail(f"{process.args!r} ended with {process.returncode}: {written[-2000:]}", pytrace=False)
        try:
            if httpx.get(url, trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {within_s:.0f} s", pytrace=False)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process that we started, and let go of its pipe."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()
