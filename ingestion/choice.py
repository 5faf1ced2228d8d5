"""Which parser reads a file, and when it would read it differently."""

from functools import cached_property
from pathlib import Path

from ingestion.boxes import containers
from ingestion.chunk import VERSION
from ingestion.discover import File, Source
from ingestion.hashing import Hashed, hash_file
from ingestion.parsers.base import Parser
from ingestion.register import Applicability
from ingestion.settings import IngestionSettings
from ingestion.shelf import Shelf, digest, sha256_of
from ingestion.verdict import chosen_from, read_by
from retrieval.plugins import discover


class Choice:
    """Of the parsers of a package. ``hashed``: files that had to be looked at to know them again."""

    def __init__(self, site: str, own: IngestionSettings, package: str) -> None:
        self._site, self._own = site, own
        self.parsers: dict[str, Parser] = discover(package, "PARSER")
        self.hashed: dict[Path, Hashed] = {}

    def recall(self, shelf: Shelf, file: File) -> str | None:
        """The parser of a file that has not changed: judging takes some parsers longer than hashing takes us."""
        entry = shelf.entries.get(file.name)
        if entry is None or entry.size != file.size or chosen_from(entry) != self.kinds:
            return None
        self.hashed[file.path] = hashed = hash_file(file.path)
        return read_by(entry).partition("/")[0] if hashed.sha256 and hashed.sha256 == entry.sha256 else None

    def parser_id(self, source: Source, register: Applicability) -> str:
        """Changes when the file would be read, cut or labelled differently."""
        labels = source.file.labels
        said = digest(self._cut, labels.model_dump(), register.tags_of(Path(source.name).name, labels))
        return f"{source.parser_id}+chunk/{VERSION}+{said}"

    def box_id(self, register: Applicability) -> str:
        """Changes when any member of an archive might be."""
        return digest(self._cut, register.digest, self._versions)

    @cached_property
    def kinds(self) -> str:
        """Changes when another parser might be chosen."""
        return digest(self._versions, sorted(containers()))

    @cached_property
    def _versions(self) -> list[str]:
        return [VERSION, *(f"{name}/{parser.version}" for name, parser in sorted(self.parsers.items()))]

    @cached_property
    def _cut(self) -> list[object]:
        own = self._own
        mappings = [sha256_of(path) if path.is_file() else str(path) for path in own.mappings]
        return [self._site, own.passage_pieces, own.ocr, own.time_zone, mappings]
