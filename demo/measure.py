"""``make evals``: the golden questions of the demo plant, by split; searched, asked in extractive mode and of the embedded model."""

import sys
from pathlib import Path

from demo.golden.sample import write_sample
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
    """Search and extractive answers by split, the embedded model on a sample; JSON beside the golden set."""
    golden, sample = folder / "golden.jsonl", folder / "golden-sample.jsonl"
    processes.run("fetching the language model", [sys.executable, "-m", "retrieval.fetch"], environment)
    knowledge(processes, folder, seed, environment)
    write_sample(golden, sample)
    processes.start("plant", [sys.executable, "-m", "demo", "plant", "--seed", str(seed), "--port", str(plant_port)], environment)
    for split in ("train", "test"):
        for what, suite, more in (("searching for", "retrieval", []), ("asking", "answers", ["--llm", "extractive", "--fresh"])):
            _suite(processes, f"{what} the golden questions of the {split} split", suite, golden,
                   [*more, "--split", split, "--json", str(folder / f"evals-{suite}-{split}.json")], environment)
    _suite(processes, "asking a sample of the test split, embedded model", "answers", sample,
           ["--llm", "embedded", "--fresh", "--json", str(folder / "evals-embedded.json")], environment)
    return 0


def _suite(processes: Processes, what: str, suite: str, dataset: Path, more: list[str], environment: dict[str, str]) -> None:
    processes.run(what, [sys.executable, "-m", "evals", suite, "--dataset", str(dataset), *more], environment)
