"""``make evals``: the golden questions of the demo plant, in extractive mode and with the embedded model."""

import sys
from pathlib import Path

from demo.processes import Failed, Processes, free_port
from demo.run import knowledge, settings


def main(*, seed: int) -> int:
    """Exit code 0 where all of it was measured."""
    try:
        with Processes(Path(".data/demo/log")) as processes:
            folder = Path(f".data/demo/seed-{seed}")
            plant_port = free_port()
            return _evals(processes, folder, seed, plant_port, settings(folder, plant_port, free_port()))
    except Failed as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _evals(processes: Processes, folder: Path, seed: int, plant_port: int, environment: dict[str, str]) -> int:
    """The golden questions in extractive mode and with the embedded model; JSON beside the golden set."""
    processes.run("fetching the language model", [sys.executable, "-m", "retrieval.fetch"], environment)
    knowledge(processes, folder, seed, environment)
    processes.start("plant", [sys.executable, "-m", "demo", "plant", "--seed", str(seed), "--port", str(plant_port)], environment)
    for llm in ("extractive", "embedded"):
        processes.run(f"asking the golden questions, {llm}", [
            sys.executable, "-m", "evals", "answers", "--dataset", str(folder / "golden.jsonl"), "--llm", llm, "--fresh",
            "--json", str(folder / f"evals-{llm}.json")], environment)
    return 0
