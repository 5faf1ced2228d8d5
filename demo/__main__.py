"""``python -m demo generate | golden | judge-cases | plant | run | evals | bench``."""

import argparse
import sys
from pathlib import Path

from demo.plant import DEFAULT_SEED


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, or what the run says."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "generate":
        from demo.generate import generate

        generate(chosen.seed, chosen.out)
        print(f"Demo plant of seed {chosen.seed} written to {chosen.out}")
        return 0
    if chosen.command == "golden":
        from demo.generate import golden_only

        print(f"{golden_only(chosen.seed, chosen.out)} golden questions of seed {chosen.seed} written to {chosen.out}")
        return 0
    if chosen.command == "plant":
        from demo import opcua

        return opcua.main(seed=chosen.seed, port=chosen.port, host=chosen.host)
    if chosen.command == "evals":
        from demo import measure

        return measure.main(seed=chosen.seed)
    if chosen.command == "judge-cases":
        from demo import judge_cases

        print(f"{judge_cases.write(chosen.seed, chosen.out)} labelled cases of seed {chosen.seed} written to {chosen.out}")
        return 0
    if chosen.command == "bench":
        from demo import bench

        return bench.main(seed=chosen.seed, parts=chosen.parts, passages=chosen.passages, full=chosen.full)
    from demo import run

    return int(run.main(once=chosen.once, seed=chosen.seed) or 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="The demo plant, all derived from one seed.")
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write manuals, log, drawings, register and golden questions")
    generate.add_argument("--out", type=Path, required=True, help="folder to write to")
    golden = commands.add_parser("golden", help="write the golden questions alone")
    golden.add_argument("--out", type=Path, required=True, help="JSON lines file to write")
    plant = commands.add_parser("plant", help="run the simulated plant as an OPC UA server on 127.0.0.1")
    plant.add_argument("--port", type=int, default=4840)
    plant.add_argument("--host", default="127.0.0.1", help="0.0.0.0 inside a container that publishes on loopback")
    evals = commands.add_parser("evals", help="the golden questions, embedded model and extractive")
    judge_cases = commands.add_parser("judge-cases", help="write labelled answers that measure a judge of answers")
    judge_cases.add_argument("--out", type=Path, required=True, help="JSON lines file to write")
    bench = commands.add_parser("bench", help="time ingestion, search and answers without a model")
    bench.add_argument("parts", nargs="*", metavar="PART", help="parsing, fidelity, encoding, unchanged, rival, service, queries, stores; all by default")
    bench.add_argument("--passages", help="stores: how many, as 10000,100000")
    bench.add_argument("--full", action="store_true", help="stores: a million passages, too; most of an hour and 15 GB of memory")
    run = commands.add_parser("run", help="set all up, ingest, ask ten questions, and stay")
    run.add_argument("--once", action="store_true", help="end after the ten questions")
    for command in (generate, golden, plant, evals, judge_cases, bench, run):
        command.add_argument("--seed", type=int, default=DEFAULT_SEED)
    return parser


if __name__ == "__main__":
    sys.exit(main())
