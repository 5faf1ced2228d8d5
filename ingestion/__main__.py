"""``python -m ingestion PATH... [--dry-run] [--json] [--rebuild]``

Exit code: 0 all files stand in the index, 2 some failed and the rest was ingested, 1 nothing could be done.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingestion.chunk import VERSION
from ingestion.console import LiveProgress, PlainProgress, summary
from ingestion.pipeline import Pipeline
from ingestion.publish import Publisher
from ingestion.report import Report
from ingestion.settings import IngestionSettings, ingestion_settings
from retrieval.errors import BadSetting, Held, PlantwrightError
from retrieval.knowledge import open_knowledge
from retrieval.legs.base import Leg
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings, retrieval_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Ingest what the command line names."""
    options = _parser().parse_args(arguments)
    out = sys.stderr if options.json else sys.stdout
    try:
        settings, own = retrieval_settings(), ingestion_settings()
        os.nice(own.niceness)
        with (LiveProgress if out.isatty() else PlainProgress)(out) as progress:
            report = _run(options, settings, own, progress)
    except PlantwrightError as error:
        print(f"ingestion: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("ingestion: stopped; what was published stays, run it again to go on", file=sys.stderr)
        return 1
    summary(report, out)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    return report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Files into the index.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders that are walked")
    parser.add_argument("--dry-run", action="store_true", help="read and cut the files, write nothing")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument("--rebuild", action="store_true", help="drop an index built with other settings")
    return parser


def _run(
    options: argparse.Namespace, settings: RetrievalSettings, own: IngestionSettings, progress: PlainProgress
) -> Report:
    legs = chosen_legs(settings)
    if options.dry_run:
        return Pipeline(settings, own, legs, progress=progress).run(options.paths)
    with ingestion_lock(settings):
        knowledge = open_knowledge(settings, holder="ingestion", rebuild=options.rebuild, extra={"chunker": VERSION})
        try:
            publisher = Publisher(knowledge.database, knowledge.store, settings, own)
            pipeline = Pipeline(
                settings,
                own,
                legs,
                publisher=publisher,
                database=knowledge.database,
                progress=progress,
                rebuild=options.rebuild,
            )
            return pipeline.run(options.paths)
        finally:
            knowledge.close()


def chosen_legs(settings: RetrievalSettings) -> dict[str, Leg]:
    """The legs that settings name. Raises ``BadSetting`` for one that does not exist."""
    there = discover("retrieval.legs", "LEG")
    if unknown := [name for name in settings.legs if name not in there]:
        raise BadSetting(f"[retrieval] legs: no leg {unknown[0]!r}; choose from {', '.join(there)}")
    return {name: there[name] for name in settings.legs}


@contextmanager
def ingestion_lock(settings: RetrievalSettings) -> Iterator[None]:
    """One ingestion at a time: two would publish each other's halves. Raises ``Held``."""
    from filelock import FileLock, Timeout

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "ingestion.lock", timeout=settings.lock_timeout_seconds)
    try:
        lock.acquire()
    except Timeout:
        raise Held(f"another ingestion writes to {settings.data_dir}; wait until it has ended") from None
    try:
        yield
    finally:
        lock.release()


if __name__ == "__main__":
    sys.exit(main())
