"""Lines of prose with their places: joined, cut, told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingestion.parsers._text import join_lines
from ingestion.parsers.base import Span
from retrieval.models import Locator, PageLocator, TextLocator

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LENGTH = 4000  # characters of a span; longer lines are cut at white space, so that cutting passages stays fast


@dataclass
class OpenList:
    """A list in the making. ``marker`` is what the open item begins with, '' once it stands."""

    ordered: bool
    number: int
    marker: str = ""
    own: bool = False  # the latest span of the list is the open item's


def lines_at(first: int, last: int | None = None) -> TextLocator:
    """Lines of the file, 1-based."""
    return TextLocator(unit="line", first=first, last=max(first, last or first))


def raised(text: str) -> str:
    """Superscript as the page shows it, where its letters have such a form: m³, 10⁻³; else plain: 1st."""
    up = text.strip().translate(_RAISED)
    return up if up and not set(up) - set("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ") else text


def through(first: Locator, last: Locator) -> Locator:
    """The place from one to the other; on a page that of the first."""
    if isinstance(first, TextLocator) and isinstance(last, TextLocator) and last.last > first.last:
        return first.model_copy(update={"last": last.last})
    return first


def on_one_page(one: Locator, other: Locator) -> bool:
    """False only where both know their page and it differs."""
    return not isinstance(one, PageLocator) or not isinstance(other, PageLocator) or one.page == other.page


def as_line(spans: Sequence[Span]) -> Span:
    """Lines of one paragraph as one span; breaks that were meant stay."""
    text, run = "", list[str]()
    for span in spans:
        run.append(span.text.strip())
        if span.text.endswith("\n"):
            text, run = text + join_lines(run) + "\n", []
    return Span((text + join_lines(run)).strip(), through(spans[0].locator, spans[-1].locator))


def as_lines(spans: Sequence[Span]) -> Span:
    """Preformatted lines as one span, white space and all."""
    return Span("".join(span.text for span in spans).rstrip("\n"), through(spans[0].locator, spans[-1].locator))


def usable(lines: Sequence[Span]) -> list[Span]:
    """Lines that say something, none too long."""
    return [part for line in lines if line.text.strip() for part in bounded(line)]


def bounded(span: Span) -> Iterator[Span]:
    """The span in parts of bearable length."""
    text, start = span.text, 0
    while len(text) - start > _LENGTH:
        space = max(text.rfind(blank, start + _LENGTH // 2, start + _LENGTH) for blank in " \n")
        end = space + 1 if space >= 0 else start + _LENGTH
        yield replace(span, text=text[start:end])
        start = end
    if rest := text[start:]:
        yield replace(span, text=rest)


def place_of(place: Locator | None) -> str:
    """As errors say it: ``page 3``, ``line 12``."""
    match place:
        case TextLocator():
            return f"{place.unit} {place.first}"
        case None:
            return ""
    return f"page {place.page}" if place.kind == "page" else ""
