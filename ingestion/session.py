"""A run from the lock to the record: one at a time, on what is opened for it alone."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingestion.chunk import VERSION
from ingestion.encode import Encoding
from ingestion.labels import NONE, Labels
from ingestion.mode import Mode
from ingestion.pipeline import Pipeline
from ingestion.publish import Publisher
from ingestion.report import Progress, Report, Together
from ingestion.runlog import RunLog
from ingestion.settings import IngestionSettings
from retrieval.errors import BadInput, BadSetting, Held, PlantwrightError
from retrieval.knowledge import open_knowledge
from retrieval.legs.base import Leg
from retrieval.models import Caller
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql import ingestions
from retrieval.sql.engine import Database

_CALLER = Caller.local()
STOPPED = "stopped; what was published stays, run it again to go on"


@dataclass(frozen=True)
class Asked:
    """What a run is to do."""

    paths: tuple[Path, ...] = ()
    retire: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    mode: Mode = field(default_factory=Mode)
    id: str | None = None  # of a run that waits; None: a new one
    only: Collection[Path] | None = None  # of the files below the paths, those that have changed

    @property
    def action(self) -> ingestions.Action:
        return "delete" if self.delete else "retire" if self.retire else "ingest"

    def request(self) -> dict[str, Any]:
        """As it stands on record."""
        if self.action != "ingest":
            return {"document_ids": [*self.delete, *self.retire]}
        said = {name: value for name, value in self.mode.labels.model_dump(mode="json", by_alias=True).items() if value}
        return {"paths": [str(path) for path in self.paths]} | said | ({"given": True} if self.mode.given else {})


class Session:
    """Runs of one process. Encoders stay loaded from one to the next; the store is held during a run only."""

    def __init__(self, settings: RetrievalSettings, own: IngestionSettings, progress: Progress) -> None:
        self._settings, self._own, self._progress = settings, own, progress
        self._legs = chosen_legs(settings)
        self._encoding = Encoding(self._legs, own.batch_size)

    def dry_run(self, asked: Asked) -> Report:
        """Read and cut, write nothing."""
        pipeline = Pipeline(self._settings, self._own, self._legs, progress=self._progress, mode=asked.mode)
        return pipeline.run(asked.paths, asked.only)

    def run(self, asked: Asked) -> Report:
        """Raises what keeps the whole run from being done; that is on record, too."""
        try:
            with ingestion_lock(self._settings, wait=asked.id is not None):
                knowledge = open_knowledge(
                    self._settings, holder="ingestion", rebuild=asked.mode.rebuild, extra={"chunker": VERSION}
                )
                try:
                    database = knowledge.database
                    publisher = Publisher(database, knowledge.store, self._settings)
                    asked, log = _on_record(database, asked)
                    report = self._recorded(asked, publisher, log)
                    if knowledge.compaction_due():  # a running service sees to its store itself
                        knowledge.compact()
                    return report
                finally:
                    knowledge.close()
        except PlantwrightError as error:
            if asked.id is not None:
                _tell_failed(self._settings, asked.id, str(error))
            raise

    def _recorded(self, asked: Asked, publisher: Publisher, log: RunLog) -> Report:
        pipeline = Pipeline(
            self._settings,
            self._own,
            self._legs,
            publisher=publisher,
            progress=Together(self._progress, log),
            mode=asked.mode,
            encoding=self._encoding,
        )
        pipeline.report.id = log.id
        try:
            if asked.action == "ingest":
                report = pipeline.run(asked.paths, asked.only)
            else:
                report = pipeline.remove(retire=asked.retire, delete=asked.delete)
        except BaseException as error:
            log.failed(str(error) if isinstance(error, Exception) else STOPPED, pipeline.report)
            raise
        log.done(report)
        return report


def _on_record(database: Database, asked: Asked) -> tuple[Asked, RunLog]:
    """The run's row, as one that has begun; and what it asks for where the command line doesn't."""
    ingestions.mark_dead(database)
    if asked.id is None:
        run = ingestions.create(database, caller=_CALLER.name, action=asked.action, request=asked.request())
    else:
        run = ingestions.get(database, _CALLER, asked.id)
        if not (asked.paths or asked.retire or asked.delete):
            asked = _from_request(asked, run)
    ingestions.start(database, run.id)
    return asked, RunLog(database, run.id)


def _from_request(asked: Asked, run: ingestions.Ingestion) -> Asked:
    said = dict(run.request)
    try:
        if run.action == "ingest":
            paths = tuple(Path(path) for path in said.pop("paths"))
            named = bool(said.pop("given", False))
            given = labels_of({name: value for name, value in said.items() if value}, f"ingestion {run.id}")
            mode = replace(asked.mode, labels=asked.mode.labels.over(given), given=named)
            return replace(asked, paths=paths, mode=mode)
        ids = tuple(str(id) for id in said["document_ids"])
    except (KeyError, TypeError) as error:
        raise BadInput(f"ingestion {run.id}: its request lacks {error}; ask for it anew") from None
    return replace(asked, retire=ids) if run.action == "retire" else replace(asked, delete=ids)


def labels_of(said: Mapping[str, Any], where: str) -> Labels:
    """Raises ``BadDocument`` that names the place and the key."""
    return Labels.read(dict(said), where) if said else NONE


def _tell_failed(settings: RetrievalSettings, id: str, reason: str) -> None:
    """Where not even the index could be opened, SQL may still be."""
    try:
        database = Database.open(settings.database)
    except PlantwrightError:
        return
    try:
        if ingestions.get(database, _CALLER, id).finished is None:
            RunLog(database, id).failed(reason)
    except PlantwrightError:
        return
    finally:
        database.close()


def chosen_legs(settings: RetrievalSettings) -> dict[str, Leg]:
    """The legs that settings name. Raises ``BadSetting`` for one that does not exist."""
    there = discover("retrieval.legs", "LEG")
    if unknown := [name for name in settings.legs if name not in there]:
        raise BadSetting(f"[retrieval] legs: no leg {unknown[0]!r}; choose from {', '.join(there)}")
    return {name: there[name] for name in settings.legs}


@contextmanager
def ingestion_lock(settings: RetrievalSettings, *, wait: bool = False) -> Iterator[None]:
    """One ingestion at a time: two would publish each other's halves. Raises ``Held`` unless it is to ``wait``."""
    from filelock import FileLock, Timeout

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "ingestion.lock", timeout=-1 if wait else settings.lock_timeout_seconds)
    try:
        lock.acquire()
    except Timeout:
        raise Held(f"another ingestion writes to {settings.data_dir}; wait until it has ended") from None
    try:
        yield
    finally:
        lock.release()
