"""Plain text: paragraphs, headings, lists and preformatted lines, each with its line of the file."""

from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers._decode import read_text
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import finish
from ingestion.parsers._prose.text import read_lines
from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.models import DocumentKind

_SUFFIXES = frozenset({".txt", ".log", ".text", ".asc"})


class TextParser:
    """See ``ingestion.parsers.base.Parser``. Never surer than maybe: a log or register may be a .txt too."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        return "maybe" if path.suffix.lower() in _SUFFIXES else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        prose = Prose(name, options)
        read_lines(read_text(path, name), prose)
        return finish(name, prose, prose.finish(), known_tags)


PARSER = TextParser()
