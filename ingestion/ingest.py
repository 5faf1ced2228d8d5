"""One file: read and cut in the reader's process, encoded and written part by part, published."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ingestion.discover import Source
from ingestion.encode import Encoding
from ingestion.hashing import Hashed
from ingestion.publish import Publisher
from ingestion.reader import Reader, Reading
from ingestion.reading import Head, Task
from ingestion.recall import may_drop_orders, recall_orders
from ingestion.register import Applicability
from ingestion.report import Progress, Report
from ingestion.settings import IngestionSettings
from ingestion.shelf import Shelf
from ingestion.verdict import KINDS
from retrieval.errors import Unavailable
from retrieval.legs.base import Vector
from retrieval.models import Passage
from retrieval.sql.ledger import LedgerEntry

_PASSAGES, _SECONDS = 2000, 2.0  # staged documents are shown once they have so many passages or are so old


@dataclass
class Work:
    """One file on its way. ``stage`` is where it is, or where it failed."""

    source: Source
    hashed: Hashed
    parser_id: str
    kinds: str  # of parsers there are to choose from
    stage: str = "read"
    seconds: dict[str, float] = field(default_factory=dict)
    head: Head | None = None
    epoch: int = 0  # from which it is shown
    begun: float = field(default_factory=time.perf_counter)

    @property
    def name(self) -> str:
        return self.source.name

    def entry(self, now: datetime, id: str | None) -> LedgerEntry:
        """That it was published."""
        file, head = self.source.file, self.head
        return LedgerEntry(
            path=file.name,
            sha256=self.hashed.sha256,
            document_id=id,
            status="published",
            reason=None,
            parser=f"{self.parser_id}{KINDS}{self.kinds}",
            finished=now,
            seconds={stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
            size=file.size,
            pages=(head.document.pages or 0) if head else 0,
            passages=len(head.ids) if head else 0,
            root=file.root,
        )


class Ingester:
    """``publisher`` None: a dry run. ``register`` grows with what is read."""

    def __init__(
        self,
        own: IngestionSettings,
        reader: Reader,
        encoding: Encoding,
        publisher: Publisher | None,
        shelf: Shelf,
        register: Applicability,
        report: Report,
        progress: Progress,
        clock: Callable[[], datetime],
        *,
        rebuild: bool,
    ) -> None:
        self._own, self._reader, self._encoding, self._publisher = own, reader, encoding, publisher
        self._shelf, self.register, self._report, self._progress = shelf, register, report, progress
        self._clock, self._rebuild = clock, rebuild
        self._staged: list[Work] = []

    def commit(self, *, due: bool = False) -> None:
        """Show what was staged; with ``due`` only if that has grown large or old enough."""
        if not self._staged or (due and not self._is_due()):
            return
        assert self._publisher is not None
        with self._report.stage("write"):
            self._publisher.commit()
        self._tell_shown()

    def _is_due(self) -> bool:
        passages = sum(len(work.head.ids) for work in self._staged if work.head)
        return passages >= _PASSAGES or time.perf_counter() - self._staged[0].begun >= _SECONDS

    def _tell_shown(self) -> None:
        shown = self._publisher.shown if self._publisher else 0
        for work in self._staged:
            if work.epoch <= shown:
                self._done(work)
        self._staged = []

    def _done(self, work: Work) -> None:
        self._report.published += 1
        seconds, size = sum(work.seconds.values()), work.source.file.size
        self._progress.finished(work.name, "published", seconds=seconds, size=size)

    def ingest(self, work: Work) -> None:
        """Shown with the next ``commit``. Raises what went wrong; ``work.stage`` says where."""
        source, shelf = work.source, self._shelf
        work.stage = "look up"  # what fails in the index is no fault of the file
        id = shelf.id_for(work.name, work.hashed.sha256)
        shown = shelf.documents.get(id)
        anew = self._rebuild and shown is not None
        epoch = self._publisher.reserve() if self._publisher and anew else None
        task = self._task(work, id, f"{work.parser_id}|{epoch}" if anew else work.parser_id)
        if self._publisher and shown and shown.sha256 == work.hashed.sha256 and shown.kind == "worklog":
            self.commit()  # what others state is seen once it is shown
            groups, areas = task.labels.groups or (), task.labels.areas or ()
            task = replace(task, skip_orders=self._publisher.orders_of_others(shown, groups, areas))
        work.stage = "read"
        self._progress.stage(work.name, "read")
        with self._reader.read(task) as reading:
            work.head = head = reading.head
            self._spend(work, head.seconds)
            if work.hashed.has_changed(source.file.path):
                raise Unavailable(f"{work.name}: changed while it was read; run it again once it is whole")
            self._progress.counted(head.document.pages or 0, len(head.ids))
            if self._publisher:
                self._stage(self._publisher, reading, work, task, epoch, anew=anew)
        self._count(head)
        if self._publisher is None:
            self._done(work)

    def _task(self, work: Work, id: str, edition: str) -> Task:
        file = work.source.file
        self._report.size += file.size
        for model in self.register.unknown_models(file.labels):
            self.warn(f"{file.name}: the asset register has no asset of the model {model!r}")
        return Task(
            path=file.path,
            name=file.name,
            parser=work.source.parser,
            id=id,
            sha256=work.hashed.sha256,
            site=self._shelf.site,
            labels=file.labels,
            tags=self.register.tags_of(Path(file.name).name, file.labels),
            known_tags=self.register.tags,
            names=self.register.names,
            edition=edition,
            passage_pieces=self._own.passage_pieces,
            options=self._own.options(),
        )

    def _stage(
        self, publisher: Publisher, reading: Reading, work: Work, task: Task, epoch: int | None, *, anew: bool
    ) -> None:
        document = reading.head.document
        old = self._shelf.documents.get(document.id)
        moved = [old.path] if old and old.path != work.name and self._is_entry_of(old.path, old.id) else []
        with self._timed(work, "write"):
            publisher.keep_original(work.source.file.path, work.name, document.sha256)
        work.epoch = publisher.reserve() if epoch is None else epoch
        try:
            publisher.stage(
                reading,
                work.epoch,
                edition=task.edition,
                anew=anew,
                encode=self._encode,
                timed=lambda stage: self._timed(work, stage),
                note=lambda: work.entry(self._clock(), document.id),
                drop=moved,
            )
        except Exception:
            self._tell_shown()  # those before it
            raise
        self._staged.append(work)
        for path in moved:
            self._shelf.forget(path)
        self._shelf.put(document)
        self._shelf.note(work.entry(self._clock(), document.id))
        if old and may_drop_orders(old, document):
            for text in recall_orders(publisher, self._shelf, document):
                self.warn(text)

    def _is_entry_of(self, path: str, id: str) -> bool:
        entry = self._shelf.entries.get(path)
        return entry is not None and entry.document_id == id

    def _encode(self, passages: Sequence[Passage]) -> Mapping[str, Mapping[str, Vector]]:
        database = self._publisher.database if self._publisher else None
        return self._encoding.vectors(database, passages, self._progress.encoded)

    def _count(self, head: Head) -> None:
        if head.assets:
            self.register = self.register.add(head.assets)
        for warning in head.warnings:
            self.warn(warning)
        report = self._report
        report.pages += head.document.pages or 0
        report.passages += len(head.ids)
        report.tables += head.tables
        report.rows += head.rows
        for tier, pages in head.tiers.items():
            report.tiers[tier] = report.tiers.get(tier, 0) + pages

    def warn(self, text: str) -> None:
        self._report.warnings.append(text)
        self._progress.warned(text)

    def _spend(self, work: Work, seconds: Mapping[str, float]) -> None:
        self._report.spent(seconds)
        for stage, value in seconds.items():
            work.seconds[stage] = work.seconds.get(stage, 0.0) + value

    @contextmanager
    def _timed(self, work: Work, stage: str) -> Iterator[None]:
        if work.stage != stage:
            work.stage = stage
            self._progress.stage(work.name, stage)
        start = time.perf_counter()
        try:
            yield
        finally:
            self._spend(work, {stage: time.perf_counter() - start})
