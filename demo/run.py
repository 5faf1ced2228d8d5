"""``make demo``: generate the plant, ingest it, start everything, ask ten questions, and stay until Ctrl-C."""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from demo.processes import Failed, Processes, free_port, require_free

ANSWERS = Path(".data/demo/answers.json")
READY_SECONDS = 180.0


def main(*, once: bool, seed: int) -> int:
    """Runs from the checkout's root. Exit code 0 when every part ran and at least nine of ten answers have their status."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell that starts us in the background ignores SIGINT
        signal.signal(number, _interrupt)
    try:
        with Processes(Path(".data/demo/log")) as processes:
            return _run(processes, once=once, seed=seed)
    except Failed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: stopped", flush=True)
        return 130 if once else 0  # without --once Ctrl-C is how it ends


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(processes: Processes, *, once: bool, seed: int) -> int:
    started = time.monotonic()
    ports = [free_port() for _ in range(2)] if once else [4840, 8000]
    if not once:
        for port, what in ((4840, "the simulated plant"), (8000, "the API"), (8501, "the UI")):
            require_free(port, what)
    folder = Path(f".data/demo/seed-{seed}")
    environment = settings(folder, *ports)
    fetching = processes.start("model", [sys.executable, "-m", "retrieval.fetch"], environment, shown=True)
    knowledge(processes, folder, seed, environment)
    processes.wait(fetching, "fetching the language model")
    url = _start(processes, folder, seed, ports, environment, ui=not once)
    print(f"demo: ready in {time.monotonic() - started:.0f} s, API on {url}"
          + ("" if once else ", UI on http://127.0.0.1:8501"), flush=True)
    good, asked = _ask_all(url, json.loads((folder / "questions.json").read_text(encoding="utf-8")), folder)
    print(f"demo: {good} of {asked} answers have the expected status; all of them are in {ANSWERS}", flush=True)
    if once:
        return 0 if good >= asked - 1 else 1
    print("demo: UI on http://127.0.0.1:8501, API on http://127.0.0.1:8000/docs; Ctrl-C ends everything", flush=True)
    processes.stay()
    return 0


def settings(folder: Path, plant_port: int, api_port: int) -> dict[str, str]:
    """Writes the demo's settings file and returns the environment in which every part reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plantwright.toml"
    file.write_text(f'''# Written by the demo.
[retrieval]
data_dir = "{(folder / "knowledge").as_posix()}"
site = "harbour-works"

[app]
port = {api_port}
llm = {{ provider = "embedded" }}
plant = {{ source = "opcua", endpoint_url = "opc.tcp://127.0.0.1:{plant_port}/plantwright/" }}
''', encoding="utf-8")
    return os.environ | {"PLANTWRIGHT_CONFIG": str(file), "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1",
                         "PLANTWRIGHT_API_URL": f"http://127.0.0.1:{api_port}",
                         "PLANTWRIGHT_UI_EXAMPLES": str(folder / "questions.json")}


def knowledge(processes: Processes, folder: Path, seed: int, environment: dict[str, str]) -> None:
    """The documents, and what the index makes of them. A second run changes nothing; an index of an older checkout is rebuilt."""
    python = sys.executable
    processes.run("generating the plant's documents", [python, "-m", "demo", "generate", "--seed", str(seed), "--out", str(folder)],
                  environment)
    from demo.generate import SOURCES

    sources = [str(folder / name) for name in SOURCES]
    if not (folder / "knowledge").exists():
        _first_revision(processes, folder, seed, environment)
    try:
        processes.run("ingesting them", [python, "-m", "ingestion", *sources], environment)
    except Failed:
        processes.run("building the index anew", [python, "-m", "ingestion", "--rebuild", *sources], environment)


def _first_revision(processes: Processes, folder: Path, seed: int, environment: dict[str, str]) -> None:
    """A new index reads the site standard as it was before: its current revision then replaces that one and keeps it as history."""
    from demo import generate, revisions
    from demo.plant import build

    plant, path = build(seed), folder / generate.STANDARD
    revisions.write(plant, path, "A")
    try:
        sources = [str(folder / generate.SOURCES[0]), str(path)]
        processes.run("ingesting a document that is replaced since", [sys.executable, "-m", "ingestion", *sources], environment)
    finally:
        revisions.write(plant, path)


def _start(processes: Processes, folder: Path, seed: int, ports: Sequence[int], environment: dict[str, str], *, ui: bool) -> str:
    python, (plant_port, api_port) = sys.executable, ports
    processes.start("plant", [python, "-m", "demo", "plant", "--seed", str(seed), "--port", str(plant_port)], environment)
    processes.start("service", [python, "-m", "app"], environment)
    if ui:
        processes.start("ui", [python, "-m", "streamlit", "run", "ui/main.py", "--server.address", "127.0.0.1", "--server.port", "8501",
                               "--server.headless", "true", "--browser.gatherUsageStats", "false"], environment)
        processes.wait_http("ui", "http://127.0.0.1:8501/_stcore/health", READY_SECONDS)
    url = f"http://127.0.0.1:{api_port}"
    processes.wait_http("service", f"{url}/readyz", READY_SECONDS, lambda body: all(body["parts"].values()))
    return url


def _ask_all(url: str, questions: list[dict[str, Any]], folder: Path) -> tuple[int, int]:
    """Ask, print and keep the answers. Returns how many had the expected status, and how many were asked."""
    import httpx

    from app.__main__ import render

    rows, good = [], 0
    for number, asked in enumerate(questions, 1):
        print(f"\n{number}. {asked['question']}", flush=True)
        try:
            response = httpx.post(f"{url}/v1/answers", json={"question": asked["question"]}, timeout=600,
                                  trust_env=False).raise_for_status().json()
        except httpx.HTTPError as error:
            raise Failed(f"question {number} was not answered: {error}; see .data/demo/log/service.log") from None
        good += response["status"] == asked["expected_status"]
        rows.append({"question": asked["question"], "expected_status": asked["expected_status"], "response": response})
        print("   " + render(response).replace("\n", "\n   "), flush=True)
    ANSWERS.parent.mkdir(parents=True, exist_ok=True)
    ANSWERS.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return good, len(rows)
