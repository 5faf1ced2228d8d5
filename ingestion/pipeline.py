"""discover -> read (parse, chunk) -> encode -> write -> publish, a document at a time.

A file that fails costs the others nothing, and what was stored of it before stays.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion import faults
from ingestion.boxes import Boxes, containers
from ingestion.choice import Choice
from ingestion.discover import INSIDE, Finder, Found, Refused, Source
from ingestion.encode import Encoding
from ingestion.hashing import Hashed, hash_files
from ingestion.ingest import Ingester, Work
from ingestion.labels import Labels
from ingestion.mode import Mode
from ingestion.naming import Names
from ingestion.parsers.base import Parser
from ingestion.publish import Publisher
from ingestion.reader import PARSERS, Reader
from ingestion.register import Applicability
from ingestion.remove import Remover
from ingestion.report import SKIPPED_NAMED, Failure, Outcome, Progress, Report
from ingestion.settings import IngestionSettings
from ingestion.shelf import Shelf, readers
from ingestion.verdict import KINDS, Verdict, chosen_from, judge, read_by, refusal
from retrieval.errors import Transient, Unavailable
from retrieval.legs.base import Leg
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql import epochs
from retrieval.sql.ledger import LedgerEntry


class Pipeline:
    """One run. Without a publisher it is a dry run: files are read and cut, nothing is written.

    ``parsers`` names the package whose parsers read files.
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        own: IngestionSettings,
        legs: Mapping[str, Leg],
        *,
        publisher: Publisher | None = None,
        progress: Progress | None = None,
        mode: Mode | None = None,
        encoding: Encoding | None = None,
        parsers: str = PARSERS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._own, self._legs = settings, own, legs
        self._publisher = publisher
        self._progress = progress or Progress()
        self._mode = mode or Mode()
        self._encoding = encoding or Encoding(legs, own.batch_size)
        self._package, self._clock = parsers, clock
        self._choice = Choice(settings.site, own, parsers)
        self._shelf = Shelf(settings.site)
        self.report = Report(dry_run=publisher is None)

    def run(self, paths: Sequence[Path], only: Collection[Path] | None = None) -> Report:
        """Ingest files and folders; ``only`` those of their files that have changed.

        Raises ``Transient`` where the store can't be reached at all.
        """
        register = self._open()
        data_dir = self._settings.data_dir if self._publisher else None
        anew = self._mode.rebuild or self._mode.retry
        with ExitStack() as stack:
            reader = stack.enter_context(Reader(self._own, tuple(self._legs), self._package))
            finder = self._finder(reader)
            boxes = stack.enter_context(Boxes(data_dir, self._own, reader, finder, self._shelf, anew))
            with self.report.stage("discover"):
                found = finder.find(paths, only)
                boxes.expand(found, self._choice.box_id(register))
            hashes = self._hash(found)
            self._start(found, boxes.settled)
            ingester = self._ingester(reader, register)
            try:
                for source in found.sources:
                    self._file(reader, ingester, source, hashes[source.name])
                    self.report.reader_peak_mb = max(self.report.reader_peak_mb, reader.peak_rss_mb)
            finally:
                ingester.commit()  # what is whole by now is shown whatever came after it
            self._settle(boxes, found)
        return self.report

    def remove(self, *, retire: Sequence[str] = (), delete: Sequence[str] = ()) -> Report:
        """Documents by path or id."""
        self._open()
        remover = self._remover()
        self._progress.started(len(retire) + len(delete), 0)
        remover.retire(retire)
        remover.delete(delete)
        return self.report

    def _open(self) -> Applicability:
        """What stands there, once what an earlier run left unfinished is undone; and the register."""
        if not self._publisher:
            return Applicability()
        with self.report.stage("sweep"):
            self._publisher.tidy()
            self._shelf = Shelf.load(self._publisher.database, self._settings.site, self._inbox)
            self._remover().resume()
            register = Applicability(self._publisher.known_assets())
        self._restore(self._publisher)
        return register

    def _restore(self, publisher: Publisher) -> None:
        """Where the store lost its points, or was dropped for other settings, they are written anew from SQL."""
        if not self._shelf.documents or not (epochs.is_restoring(publisher.database) or not publisher.has_points()):
            return
        self._warn(f"{self._settings.data_dir}: the vector store lacked points; they are written anew from the records")
        with self.report.stage("restore"):
            epochs.set_restoring(publisher.database, True)
            publisher.restore(
                lambda passages: self._encoding.vectors(publisher.database, passages, self._progress.encoded)
            )
            epochs.set_restoring(publisher.database, False)

    @property
    def _inbox(self) -> Path:
        return self._settings.data_dir / "inbox"

    def _finder(self, reader: Reader) -> Finder:
        own = self._own
        last = Labels(groups=own.groups, areas=own.areas)
        limit = own.max_file_bytes
        cli = self._mode.labels
        return Finder(
            self._choice.parsers,
            containers(),
            max_bytes=limit,
            labels=cli,
            settings=last,
            sort=reader.sort,
            recall=lambda file: self._choice.recall(self._shelf, file),
            naming=Names(self._shelf, self._inbox).name,
            given=self._mode.given,
        )

    def _ingester(self, reader: Reader, register: Applicability) -> Ingester:
        parts = (self._own, reader, self._encoding, self._publisher, self._shelf, register)
        return Ingester(*parts, self.report, self._progress, self._clock, rebuild=self._mode.rebuild)

    def _remover(self) -> Remover:
        assert self._publisher is not None
        return Remover(self._publisher, self._shelf, self.report, self._progress, self._clock)

    def _hash(self, found: Found) -> dict[str, Hashed]:
        with self.report.stage("hash"):
            hashes = hash_files({source.name: source.file.path for source in found.sources}, self._choice.hashed)
        known = {name: hashed.sha256 for name, hashed in hashes.items() if hashed.error is None}
        labels = ((source.name, source.file.labels) for source in found.sources)
        self._shelf.expect(known, found.present, {name: readers(said.groups, said.areas) for name, said in labels})
        return hashes

    def _start(self, found: Found, settled: Sequence[LedgerEntry]) -> None:
        self.report.files = len(found.sources) + len(found.refused) + len(settled)
        self.report.skipped, self.report.skipped_files = len(found.skipped), sorted(found.skipped)[:SKIPPED_NAMED]
        self._progress.started(self.report.files, sum(source.file.size for source in found.sources))
        for refused in found.refused:
            self._refuse(refused)
        for entry in settled:  # of archives that have not changed
            if entry.status == "published":
                self._say(entry.path, Verdict("unchanged"))
            elif entry.status == "quarantined":
                self._say(entry.path.removesuffix(INSIDE), Verdict("quarantined", entry.reason or ""))

    def _refuse(self, refused: Refused) -> None:
        kind: Outcome = "failed" if refused.transient or not refused.known else "quarantined"
        self._fail(refused.failure.file, refused.failure.reason, kind)
        if self._publisher and refused.known:
            shown = self._shelf.at(refused.name)
            self._note(refusal(refused, shown.id if shown else None, self._clock()))

    def _file(self, reader: Reader, ingester: Ingester, source: Source, hashed: Hashed) -> None:
        """Whatever goes wrong with a file is that file's failure alone, unless the store or the disk is gone."""
        work = Work(source, hashed, self._choice.parser_id(source, ingester.register), self._choice.kinds)
        if hashed.error is not None:
            self._failed(work, hashed.error)
            return
        if self._publisher and (verdict := self._judge(work)):
            self._say(source.name, verdict, source.file.size)
            if verdict.outcome == "waiting":
                self._later(work)
            self._keep_choice(work)
            return
        self._progress.file(source.name)
        reader.start()  # what keeps it from starting is no fault of the file
        try:
            ingester.ingest(work)
        except Exception as error:
            self._failed(work, error)
            return
        ingester.commit(due=True)

    def _keep_choice(self, work: Work) -> None:
        """There are other parsers now, and the same one was chosen: it needs not be chosen again. Or it moved."""
        entry, root = self._shelf.entries.get(work.name), work.source.file.root
        if not entry or read_by(entry) != work.parser_id or entry.sha256 != work.hashed.sha256:
            return
        if chosen_from(entry) != work.kinds or entry.root != root:
            self._note(replace(entry, parser=f"{work.parser_id}{KINDS}{work.kinds}", root=root))

    def _judge(self, work: Work) -> Verdict | None:
        mode = self._mode
        return judge(
            self._shelf,
            work.name,
            work.hashed.sha256,
            work.parser_id,
            rebuild=mode.rebuild,
            retry=mode.retry,
            given=work.source.file.given,
            now=self._clock(),
        )

    def _say(self, name: str, verdict: Verdict, size: int = 0) -> None:
        if verdict.outcome in ("quarantined", "waiting"):
            self._fail(name, verdict.reason, verdict.outcome, size)
            return
        if verdict.reason:
            self._warn(verdict.reason)
        self.report.unchanged += verdict.outcome == "unchanged"
        self._progress.finished(name, verdict.outcome, reason=verdict.reason, size=size)

    def _fail(self, name: str, reason: str, outcome: Outcome, size: int = 0, seconds: float = 0.0) -> None:
        self.report.failures.append(Failure(name, reason))
        self.report.quarantined += outcome == "quarantined"
        self.report.waiting += outcome == "waiting"
        self._progress.finished(name, outcome, reason=reason, size=size, seconds=seconds)

    def _failed(self, work: Work, error: Exception) -> None:
        name, writing = work.name, work.stage != "read"
        if faults.disk_is_full(error):
            raise Unavailable(
                f"{name}: no space left on the disk; make room and run it again: what was published stays"
            ) from error
        if writing and isinstance(error, Transient):
            raise error
        reason, kind = faults.reason_of(name, error, writing=writing), faults.kind_of(error, writing=writing)
        self._fail(name, reason, kind, work.source.file.size, time.perf_counter() - work.begun)
        if self._publisher:
            self._note(self._failure(work, kind, reason))
            self._later(work)

    def _later(self, work: Work) -> None:
        file, entry = work.source.file, self._shelf.entries[work.name]
        if entry.retry_after is not None:
            outer = Path(file.root, file.archive) if file.archive else file.path
            self.report.again[outer.absolute()] = entry.retry_after

    def _failure(self, work: Work, kind: faults.Kind, reason: str) -> LedgerEntry:
        now, old, shown = self._clock(), self._shelf.entries.get(work.name), self._shelf.at(work.name)
        again = old is not None and old.status == kind and old.sha256 == work.hashed.sha256
        attempts = (old.attempts if old and again else 0) + 1
        return replace(
            work.entry(now, shown.id if shown else None),
            status=kind,
            reason=reason,
            stage=work.stage,
            attempts=attempts,
            retry_after=faults.retry_after(now, attempts, self._own.retry_seconds) if kind == "failed" else None,
        )

    def _settle(self, boxes: Boxes, found: Found) -> None:
        """What is over and done with for archives, and what is gone."""
        if not self._publisher:
            return
        remover = self._remover()
        for box in boxes.opened:
            entry = box.entry(self._clock(), self._shelf)
            if entry is not None:
                remover.gone([known for known in self._shelf.within(box.name) if known.path not in found.present])
                self._note(entry)
        if self._mode.prune:
            remover.prune(found)

    def _note(self, entry: LedgerEntry) -> None:
        if self._publisher:
            self._publisher.note(entry)
            self._shelf.note(entry)

    def _warn(self, text: str) -> None:
        self.report.warnings.append(text)
        self._progress.warned(text)


def parsers() -> dict[str, Parser]:
    """Every parser there is, by name."""
    return discover("ingestion.parsers", "PARSER")
