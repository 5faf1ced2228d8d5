"""``python -m ingestion PATH... [--dry-run] [--json] [--watch] [--prune] [--retry] [--rebuild]``, also ``--retire`` and
``--delete NAME...``

Exit code: 0 all files stand in the index, 2 some failed and the rest was ingested, 1 nothing could be done.
"""

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion.console import LiveProgress, PlainProgress, summary
from ingestion.mode import Mode
from ingestion.reading import first_line
from ingestion.session import STOPPED, Asked, Session, labels_of
from ingestion.settings import ingestion_settings
from retrieval.errors import PlantwrightError
from retrieval.settings import retrieval_settings

_DEBUG = "PLANTWRIGHT_DEBUG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for."""
    options = _parse(arguments)
    out = sys.stderr if options.json else sys.stdout
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that cannot be printed ends no run
    try:
        settings, own = retrieval_settings(), ingestion_settings()
        os.nice(own.niceness)
        asked = _asked(options)
        if options.watch:
            from ingestion.watch import watch

            return watch(Session(settings, own, PlainProgress(out)), asked, own, out, poll=options.poll)
        with (LiveProgress if out.isatty() else PlainProgress)(out) as progress:
            session = Session(settings, own, progress)
            report = session.dry_run(asked) if options.dry_run else session.run(asked)
    except PlantwrightError as error:
        print(f"ingestion: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"ingestion: {STOPPED}", file=sys.stderr)
        return 1
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        hint = f"run it again; {_DEBUG}=1 shows where it comes from"
        print(f"ingestion: {type(error).__name__}: {first_line(error)}; {hint}", file=sys.stderr)
        return 1
    summary(report, out)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    return report.exit_code


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Files into the index, and out of it.")
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="files, or folders that are walked")
    add("--dry-run", action="store_true", help="read and cut the files, write nothing")
    add("--json", action="store_true", help="print the report as one JSON object")
    add("--watch", action="store_true", help="go on: ingest what changes, retire what is deleted, until stopped")
    add("--poll", action="store_true", help="with --watch: look for changes, where the system does not tell of them")
    add("--prune", action="store_true", help="retire documents whose file is gone from the folders given")
    add("--retry", action="store_true", help="try again what failed before, though it has not changed")
    add("--rebuild", action="store_true", help="read and write all anew; drops an index built with other settings")
    add("--retire", nargs="+", default=[], metavar="NAME", help="hide documents, by path or id; history stays")
    add("--delete", nargs="+", default=[], metavar="NAME", help="remove documents with their history, by path or id")
    labels = parser.add_argument_group("labels", "stand over *.labels.yaml, labels.yaml and settings")
    labels.add_argument("--group", action="append", dest="groups", metavar="G", help="who may see it (repeatable)")
    labels.add_argument("--area", action="append", dest="areas", metavar="A", help="where it belongs (repeatable)")
    labels.add_argument("--revision", metavar="R")
    labels.add_argument("--effective-date", metavar="YYYY-MM-DD")
    labels.add_argument("--asset", action="append", dest="assets", metavar="TAG", help="it applies to (repeatable)")
    add("--ingestion-id", help=argparse.SUPPRESS)  # of a run that a service has put on record
    options = parser.parse_args(arguments)
    if problem := _contradiction(options):
        parser.error(problem)
    return options


def _contradiction(options: argparse.Namespace) -> str:
    removes = bool(options.retire or options.delete)
    if not (options.paths or removes or options.ingestion_id):
        return "give a PATH, or --retire or --delete with a NAME"
    if removes and (options.paths or (options.retire and options.delete)):
        return "--retire, --delete and PATH each make a run of their own; give one of them"
    if options.watch and (options.dry_run or options.json or options.rebuild or removes or options.ingestion_id):
        return "--watch goes with PATH, --poll, --retry and labels only"
    if options.watch and not all(path.is_dir() for path in options.paths):
        return "--watch: give folders that are there"
    return ""


def _asked(options: argparse.Namespace) -> Asked:
    names = ("groups", "areas", "revision", "effective_date", "assets")
    said: dict[str, Any] = {name: value for name in names if (value := getattr(options, name))}
    labels = labels_of(said, "the command line")
    mode = Mode(rebuild=options.rebuild, retry=options.retry, prune=options.prune or options.watch, labels=labels)
    return Asked(tuple(options.paths), tuple(options.retire), tuple(options.delete), mode, options.ingestion_id)


def _end(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)  # as Ctrl-C: what is half written is undone at once
    sys.exit(main())
