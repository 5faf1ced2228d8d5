"""The words of a paragraph of Markdown, line by line: links by their text, pictures by their words."""

import re
from typing import TYPE_CHECKING

from ingestion.parsers._prose.html_plain import alt_of
from ingestion.parsers._prose.spans import lines_at, raised
from ingestion.parsers._text import clean
from ingestion.parsers.base import Span

if TYPE_CHECKING:
    from markdown_it.token import Token

_TAG = re.compile(r"^</?([a-zA-Z][a-zA-Z0-9]*)")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)
_TASK = re.compile(r"^\[([ xX])\]\s+")
_STRUCK = frozenset({"del", "s", "strike"})


def inline_lines(token: "Token") -> tuple[list[Span], list[Span]]:
    """The lines that the page shows, and the words of the pictures in them."""
    first, end = (token.map[0] + 1, token.map[1]) if token.map else (1, 1)
    gatherer = _Gatherer()
    for child in token.children or ():
        gatherer.add(child)
    gatherer.close("")
    exact = gatherer.breaks == token.content.count(
        "\n"
    )  # else code or a tag runs over a line's end: told by its paragraph
    spans = [
        Span(text, lines_at(first + at) if exact else lines_at(first, end))
        for at, text in gatherer.lines
        if text.strip()
    ]
    if spans and (task := _TASK.match(spans[0].text)):
        spans[0] = Span(("☐ " if task[1] == " " else "☑ ") + spans[0].text[task.end() :], spans[0].locator)
    alts = [Span(text, lines_at(first + at) if exact else lines_at(first, end)) for at, text in gatherer.alts]
    return spans, alts


class _Gatherer:
    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []  # 0-based line of the paragraph, text
        self.alts: list[tuple[int, str]] = []
        self.breaks = 0
        self._text = ""
        self._raised: list[str] | None = None

    def add(self, child: "Token") -> None:
        """The next token of the paragraph."""
        match child.type:
            case "text" | "code_inline" | "text_special":
                self._say(child.content)
            case "softbreak" | "hardbreak":
                self.close("\n" if child.type == "hardbreak" else "")
                self.breaks += 1
            case "s_open" | "s_close":
                self._say("~~")
            case "html_inline":
                self._html(child.content)
            case "image":
                parts = child.children or ()
                self._picture("".join(" " if part.type.endswith("break") else part.content for part in parts))
                self.breaks += sum(part.type.endswith("break") for part in parts)
            case _:
                pass

    def close(self, end: str) -> None:
        """The line ends."""
        self.lines.append((self.breaks, clean(self._text) + end if self._text.strip() else ""))
        if end and not self._text.strip() and len(self.lines) > 1:  # a break on a line of its own ends the one above
            at, above = self.lines[-2]
            self.lines[-2] = (at, above.rstrip("\n") + end if above.strip() else above)
        self._text = ""

    def _say(self, text: str) -> None:
        if self._raised is not None:
            self._raised.append(text)
        else:
            self._text += text

    def _html(self, source: str) -> None:
        match = _TAG.match(source)
        tag = match[1].lower() if match else ""
        closes = source.startswith("</")
        if tag == "br":
            self._text += "\n"  # shown as a break; of no line of the file
            at = self.breaks
            self.lines.append((at, clean(self._text) + "\n" if self._text.strip() else ""))
            self._text = ""
        elif tag == "sup" and not closes:
            self._raised = []
        elif tag == "sup" and self._raised is not None:
            text, self._raised = "".join(self._raised), None
            self._say(raised(text))
        elif tag in _STRUCK:
            self._say("~~")
        elif tag == "img" and (alt := _ALT.search(source)):
            self._picture(next(filter(None, alt.groups()), ""))

    def _picture(self, alt: str) -> None:
        if words := alt_of({"alt": alt}):
            self.alts.append((self.breaks, words))
