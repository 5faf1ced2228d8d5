"""discover -> parse -> chunk -> encode -> write -> publish, a document at a time.

A file that fails costs the others nothing, and what was stored of it before stays.
"""

import errno
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingestion.chunk import VERSION, chunk
from ingestion.discover import Found, Source, discover_files
from ingestion.encode import Encoding
from ingestion.parsers.base import Parsed, Parser
from ingestion.publish import Publisher, describe, sha256_of
from ingestion.report import Failure, Progress, Report
from ingestion.settings import IngestionSettings
from retrieval.errors import BadDocument, Permanent, Transient, Unavailable
from retrieval.legs.base import Leg
from retrieval.models import Asset, Document, Passage, document_id
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql.engine import Database

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Pipeline:
    """One run. Without a publisher it is a dry run: files are read and cut, nothing is written."""

    def __init__(
        self,
        settings: RetrievalSettings,
        own: IngestionSettings,
        legs: Mapping[str, Leg],
        *,
        publisher: Publisher | None = None,
        database: Database | None = None,
        progress: Progress | None = None,
        rebuild: bool = False,
    ) -> None:
        self._settings, self._own = settings, own
        self._publisher, self._db = publisher, database
        self._progress = progress or Progress()
        self._rebuild = rebuild
        self._cut = _fingerprint(settings, own)
        self._encoding = Encoding(legs, own.batch_size)
        self._assets: dict[str, Asset] = {}
        self._names: frozenset[str] = frozenset()
        self.report = Report(dry_run=publisher is None)

    def run(self, paths: Sequence[Path]) -> Report:
        """Ingest files and folders. Raises ``Transient`` where the store can't be reached at all."""
        report = self.report
        with report.stage("discover"):
            found = discover_files(paths, parsers(), max_bytes=self._own.max_file_bytes)
        self._start(found)
        if self._publisher:
            with report.stage("sweep"):
                self._publisher.sweep()
                self._heal(self._publisher)
            self._assets = {asset.tag: asset for asset in self._publisher.known_assets()}
        for source in found.sources:
            self._progress.file(source.name)
            self._progress.finished(source.name, self._one(source))
        return report

    def _heal(self, publisher: Publisher) -> None:
        if not self._rebuild and publisher.has_lost_points():
            folder = self._settings.data_dir
            self.report.warnings.append(f"{folder}: the vector store had no points; all files are written anew")
            self._rebuild = True

    def _start(self, found: Found) -> None:
        self._names = frozenset(source.name for source in found.sources)
        self.report.files = len(found.sources) + len(found.failures)
        self.report.skipped = len(found.skipped)
        self.report.failures += found.failures
        self._progress.started(self.report.files)
        for failure in found.failures:
            self._progress.finished(failure.file, "failed")

    def _one(self, source: Source) -> str:
        """The outcome of a file. Whatever a parser raises on odd bytes is that file's failure alone."""
        parser_id, sha256 = f"{source.parser_id}+chunk/{VERSION}+{self._cut}", ""
        try:
            sha256 = sha256_of(source.path)
            if self._is_unchanged(source, sha256, parser_id):
                self.report.unchanged += 1
                return "unchanged"
            self._ingest(source, sha256, parser_id)
        except Transient:
            raise
        except Exception as error:
            if _disk_is_full(error):
                raise Unavailable(
                    f"{source.name}: no space left on the disk; make room and run it again: what was published stays"
                ) from error
            reason = (
                str(error)
                if isinstance(error, Permanent)
                else str(
                    BadDocument(
                        source.name,
                        f"cannot be read ({type(error).__name__}: {_first_line(error)})",
                        remedy="export it again from its source",
                    )
                )
            )
            self.report.failures.append(Failure(source.name, reason))
            if self._publisher and sha256:
                self._publisher.note_failure(source.name, sha256, parser_id, reason)
            return "failed"
        self.report.published += 1
        return "published"

    def _is_unchanged(self, source: Source, sha256: str, parser_id: str) -> bool:
        if not self._publisher or self._rebuild:
            return False
        if self._publisher.is_unchanged(source.name, sha256, parser_id):
            return True
        twin = self._publisher.same_content(source.name, sha256)
        if twin and twin.path in self._names:
            self.report.warnings.append(f"{source.name}: the same content as {twin.path}, which stands for both")
            return True
        return False

    def _ingest(self, source: Source, sha256: str, parser_id: str) -> None:
        report = self.report
        with report.stage("parse"):
            parsed = source.parser.parse(source.path, source.name, sorted(self._assets))
        document = self._document(source, sha256, parsed)
        with report.stage("chunk"):
            passages = self._chunk(document, parsed, parser_id)
        if not passages:
            remedy = "if it is a scan, make it searchable (OCR) first"
            raise BadDocument(source.name, "holds no usable text", remedy=remedy)
        if self._publisher:
            self._write(self._publisher, source, document, parsed, passages, parser_id)
        self._assets |= {asset.tag: asset for _, asset in parsed.assets}
        report.warnings += parsed.warnings
        report.pages += parsed.pages or 0
        report.passages += len(passages)
        report.tables += sum(block.kind == "table" for block in parsed.blocks)

    def _document(self, source: Source, sha256: str, parsed: Parsed) -> Document:
        file = Path(source.name).name
        tags = [asset.tag for asset in self._assets.values() if file in asset.manuals]
        if self._publisher:
            return self._publisher.document(source, sha256, parsed, tags)
        site = self._settings.site
        return describe(document_id(source.name, site), source, sha256, parsed, tags, site, self._own)

    def _chunk(self, document: Document, parsed: Parsed, edition: str) -> tuple[Passage, ...]:
        known = {*self._assets, *(asset.tag for _, asset in parsed.assets), *(item.tag for item in parsed.items)}
        return chunk(
            document,
            parsed.blocks,
            count=self._encoding.counter(),
            known_tags=sorted(known),
            limit=self._own.passage_pieces,
            edition=edition,
        )

    def _write(
        self,
        publisher: Publisher,
        source: Source,
        document: Document,
        parsed: Parsed,
        passages: tuple[Passage, ...],
        parser_id: str,
    ) -> None:
        epoch = publisher.reserve()
        stand = publisher.are_shown(passages) and not self._rebuild  # renamed, or a run ended before its last note
        if not stand and publisher.are_shown(passages):
            # The same ids would hide the points that are shown until this epoch is published.
            passages = self._chunk(document, parsed, f"{parser_id}|{epoch}")
        vectors = None
        if not stand:
            with self.report.stage("encode"):
                vectors = self._encoding.vectors(self._db, passages, self._progress.encoded)
        with self.report.stage("write"):
            publisher.keep_original(source, document.sha256)
            publisher.publish(document, parsed, passages, vectors, epoch, parser_id)


def parsers() -> dict[str, Parser]:
    """Every parser there is, by name."""
    return discover("ingestion.parsers", "PARSER")


def _fingerprint(settings: RetrievalSettings, own: IngestionSettings) -> str:
    """Of the settings that passages depend on: who may see them, and where they are cut."""
    said = [sorted(own.groups), sorted(own.areas), settings.site, own.passage_pieces]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]


def _disk_is_full(error: Exception) -> bool:
    """No fault of the file. The store's engine has no error classes: its text says it."""
    full = isinstance(error, OSError) and error.errno in _DISK_FULL
    return full or os.strerror(errno.ENOSPC) in str(error)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no more is known"])[0][:200]
