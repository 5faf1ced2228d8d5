"""HTML pages: headings, paragraphs, lists, tables, warnings, each with the lines of the file."""

import re
from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers._decode import declared_by, is_readable, read_text
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import finish
from ingestion.parsers._prose.html import read_html
from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind

_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_PAGE = re.compile(
    rb"^[\xef\xbb\xbf\s]*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(r"<(?:!--|/?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|!doctype)", re.IGNORECASE)
_CHARSETS = (
    re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE),
    re.compile(rb"^<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE),
)


class HtmlParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if path.suffix.lower() in _SUFFIXES:
            return "yes" if is_readable(start) else "maybe"
        return "maybe" if _PAGE.match(start) else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        source = read_text(path, name, declared=declared_by(_CHARSETS))
        if not _MARKUP.search(source):
            raise BadDocument(name, "has no markup of HTML", remedy="rename it to .txt, or save it again")
        prose = Prose(name, options)
        said = read_html(source, prose, name)
        return finish(name, prose, prose.finish(), known_tags, said)


PARSER = HtmlParser()
