"""Markdown: CommonMark with tables, admonitions of every dialect, HTML in between, YAML or TOML front matter."""

from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers._decode import is_readable, read_text
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import finish
from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from ingestion.parsers.markdown._source import prepare
from ingestion.parsers.markdown._tokens import read_markdown
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind

_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})


class MarkdownParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if path.suffix.lower() not in _SUFFIXES:
            return "no"
        return "yes" if is_readable(start) else "maybe"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        prose = Prose(name, options)
        source = prepare(read_text(path, name), name, prose.warnings)
        try:
            read_markdown(source, prose, name)
            blocks = prose.finish()
        except RecursionError:
            raise BadDocument(name, "nests lists or quotations too deeply", remedy="make them flatter") from None
        return finish(name, prose, blocks, known_tags, source.said)


PARSER = MarkdownParser()
