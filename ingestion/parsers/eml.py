"""Messages (EML): headers that tell who and when, then the body, quoted history and all."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingestion.parsers._mail import attachments, bodies, file_name, header, is_message, read_message, text_of, too_deep
from ingestion.parsers._office import office_kind
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import Said, finish
from ingestion.parsers._prose.html import read_html
from ingestion.parsers._prose.spans import lines_at
from ingestion.parsers._prose.text import read_lines
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.models import DocumentKind, TextLocator

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_BULLETS = tuple("•◦▪●■-")


class EmlParser:
    """See ``ingestion.parsers.base.Parser``. What is attached comes through ``ingestion.containers.eml``."""

    kind: DocumentKind = "mail"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        suffix = path.suffix.lower()
        if suffix == ".eml":
            return "yes" if is_message(start) else "maybe"
        return "yes" if office_kind(path, start) == "message" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        message = read_message(path, name)
        heads = {field: header(message, field, name) for field in _SHOWN}
        try:
            files = [file_name(part) or part.get_content_type() for part in attachments(message, name)]
            parts = bodies(message, name)
        except RecursionError:
            raise too_deep(name) from None
        if files:
            heads["Attachments"] = ", ".join(files)
        prose = Prose(name, options)
        if heads["Subject"]:
            prose.heading(0, heads["Subject"], lines_at(1))
        for part in parts:
            text = text_of(part, name)
            if part.get_content_type() == "text/html":
                read_html(text, prose, name)
            else:
                read_lines(text, prose)
        shown = [f"{field}: {value}" for field, value in heads.items() if value]
        blocks = prose.finish()
        if blocks and blocks[0].kind == "text" and [span.text for span in blocks[0].spans] == [heads["Subject"]]:
            blocks = blocks[1:]  # a heading with nothing under it: the headers say it
        told = Said(title=heads["Subject"], revision="0", date=_day(heads["Date"]))
        counted = _by_paragraph(blocks, len(shown))
        return finish(name, prose, [_front(shown), *counted] if shown else counted, known_tags, told, kind="mail")


def _front(lines: Sequence[str]) -> Block:
    return Block("text", tuple(Span(line + "\n", _place(i)) for i, line in enumerate(lines, 1)))


def _by_paragraph(blocks: Sequence[Block], count: int) -> list[Block]:
    """Lines of an encoded part are nobody's: paragraphs, items and rows are counted instead."""
    out = []
    for block in blocks:
        spans = []
        for i, span in enumerate(block.spans):
            if i == 0 or block.kind in ("table", "steps") or span.text.startswith(_BULLETS):
                count += 1
            spans.append(replace(span, locator=_place(count)))
        out.append(replace(block, spans=tuple(spans)))
    return out


def _place(number: int) -> TextLocator:
    return TextLocator(unit="paragraph", first=number, last=number)


def _day(date: str) -> str:
    """The day as the sender's clock had it, ISO 8601; '' where the header can't be read."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


PARSER = EmlParser()
