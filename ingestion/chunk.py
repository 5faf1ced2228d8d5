"""Blocks -> passages of at most ``limit`` word pieces with their heading path. Pure: same in, same out.

A passage is cut between spans and stays on one page; each keeps the places of its own spans. Tables repeat their head
rows, steps are cut between steps, warnings stay whole while they fit, small neighbours under one heading are merged.
A parent is a table, a section's prose, or a procedure: its lists of steps with the warnings before and between them.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingestion.parsers._text import language_of, separator
from ingestion.parsers.base import Block, Span
from ingestion.tagger import NO_NAMES, Tagger
from retrieval.models import Document, Locator, PageLocator, Part, Passage, PassageKind, passage_id
from retrieval.regions import union

VERSION = "3"  # of the cutting: part of passage ids and of the ledger, so that a change of it cuts files anew
PASSAGE_PIECES = 240  # the longest passage, heading path included
Count = Callable[[str], int]

_SENTENCE = re.compile(r"[.。!！?？;；:：]['\"”’）)]?$")
_UNITS = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]|[^\s\u3400-\u9fff\u3000-\u303f\uff00-\uffef]+|\s+")
_BULLET = re.compile(r"^[•●▪■◦‣–·○□-]\s")
_SIGNAL_LENGTH = 12  # the longest signal word on a line of its own
_NUMBER = re.compile(r"^\(?(\d{1,3})[.)、．）]?\s*")
_PROCEDURE: frozenset[PassageKind] = frozenset({"steps", "warning"})
_LONGEST = 20  # characters a word piece, more than any language needs
_HEADING_SHARE = 3  # the heading path takes at most a third of the pieces, the head rows of a table another


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage in the making. ``group`` numbers the table, procedure or section that it is a part of."""

    kind: PassageKind
    path: tuple[str, ...]
    spans: tuple[Span, ...]
    head: tuple[Span, ...] = ()  # rows that stand in front although another piece has them too
    tags: tuple[str, ...] = ()
    group: int = 0

    @property
    def text(self) -> str:
        return join([*self.head, *self.spans], self.kind)

    @property
    def index_text(self) -> str:
        return " > ".join(self.path) + "\n" + self.text if self.path else self.text


def chunk(
    document: Document,
    blocks: Sequence[Block],
    *,
    count: Count,
    known_tags: Sequence[str] = (),
    names: Mapping[str, str] = NO_NAMES,
    limit: int = PASSAGE_PIECES,
    edition: str = "",
) -> tuple[Passage, ...]:
    """The document's passages in order. ``count`` tells how many word pieces a text has; ``names`` are nicknames in
    small letters with the tag that each means.

    Ids derive from document, revision, content, ``edition`` and position: other content, or the same content that
    another parser read, never overwrites points that are shown.
    """
    pieces: list[_Piece] = []
    ruler = _Ruler(count, limit)
    for block in blocks:
        path = _fitting(block.heading_path, count, limit // _HEADING_SHARE)
        group = _group(pieces, block, path)
        for cut in _cut(block, path, ruler):
            piece = replace(cut, group=group)
            merged = _merged(pieces[-1], piece) if pieces else None
            if merged and ruler.fits(merged):
                pieces[-1] = merged
            else:
                pieces.append(piece)
    return tuple(_passages(document, pieces, Tagger(known_tags, names), edition))


class _Ruler:
    """Measures pieces. Spans are measured once and added up; what comes of it is measured whole before it is kept."""

    def __init__(self, count: Count, limit: int) -> None:
        self.count, self.limit = count, limit
        self._known: dict[str, int] = {}

    def fits(self, piece: _Piece) -> bool:
        """By pieces; and by length, since a tokenizer may read a word of any length as one unknown piece."""
        text = piece.index_text
        return len(text) <= _LONGEST * self.limit and self.count(text) <= self.limit

    def size(self, text: str) -> int:
        if len(text) > _LONGEST * self.limit:
            return self.limit + 1
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self.count(text)
        return found

    def front(self, piece: _Piece) -> int:
        """What stands in every piece of a block: its heading path and head rows."""
        path = self.size(" > ".join(piece.path)) if piece.path else 0
        return path + sum(self.size(span.text) for span in piece.head)


def _group(pieces: list[_Piece], block: Block, path: tuple[str, ...]) -> int:
    """The parent that a block belongs to. Steps that go on after a note take what stood between into the procedure."""
    if not pieces:
        return 0
    last = pieces[-1]
    if last.path == path:
        if last.kind == block.kind == "text" or {last.kind, block.kind} <= _PROCEDURE:
            return last.group
        if block.kind == "steps" and (since := _interrupted(pieces, block, path)) is not None:
            group = pieces[since].group
            pieces[since:] = [replace(piece, group=group) for piece in pieces[since:]]
            return group
    return last.group + 1


def _interrupted(pieces: Sequence[_Piece], block: Block, path: tuple[str, ...]) -> int | None:
    """Where the list stands that this one's first number goes on from; None where it begins anew."""
    first = _NUMBER.match(block.spans[0].text)
    if first is None or int(first[1]) < 2:
        return None
    for i in range(len(pieces) - 1, -1, -1):
        if pieces[i].path != path:
            return None
        if pieces[i].kind == "steps":
            numbers = [int(found[1]) for span in pieces[i].spans if (found := _NUMBER.match(span.text))]
            return i if numbers and numbers[-1] == int(first[1]) - 1 else None
    return None


def join(spans: Sequence[Span], kind: PassageKind) -> str:
    """The spans' texts as a passage reads: lines of prose run on, rows and steps each have a line."""
    text = ""
    for span in spans:
        signal = kind == "warning" and 0 < len(text) <= _SIGNAL_LENGTH and not _SENTENCE.search(text)
        prose = kind in ("text", "warning") and not _BULLET.match(span.text) and not text.endswith("\n") and not signal
        text += (separator(text, span.text) if prose else "\n" if text and not text.endswith("\n") else "") + span.text
    return text.strip()


def _fitting(path: tuple[str, ...], count: Count, most: int) -> tuple[str, ...]:
    """The nearest headings that fit."""
    while path and count(" > ".join(path)) > most:
        path = path[1:]
    return path


def _cut(block: Block, path: tuple[str, ...], ruler: _Ruler) -> Iterator[_Piece]:
    head, rows = block.spans[: block.head], block.spans[block.head :]
    whole = _Piece(block.kind, path, (), tags=block.tags)
    repeated: tuple[Span, ...] = head
    if head and (not rows or ruler.count(replace(whole, spans=head).index_text) > 2 * ruler.limit // _HEADING_SHARE):
        rows, repeated = block.spans, ()  # too long to repeat
    for on_page in _by_page(rows):
        yield from _fill(replace(whole, head=repeated), on_page, ruler)


def _by_page(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Runs of spans on the same page; records and sheets count as one."""
    run: list[Span] = []
    for span in spans:
        if run and _page(run[-1]) != _page(span):
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _page(span: Span) -> int:
    return span.locator.page if isinstance(span.locator, PageLocator) else 0


def _fill(front: _Piece, spans: Sequence[Span], ruler: _Ruler) -> Iterator[_Piece]:
    """Greedily, as many spans as fit; prose is cut after a sentence where one ends in the latter half."""
    queue, before = deque(spans), ruler.front(front)
    while queue:
        taken, size = list[Span](), before
        while queue and size + ruler.size(queue[0].text) <= ruler.limit:
            size += ruler.size(queue[0].text)
            taken.append(queue.popleft())
        while taken and not ruler.fits(replace(front, spans=tuple(taken))):  # joined, it reads longer than its parts
            queue.appendleft(taken.pop())
        if not taken:
            first, rest = _split(front, queue.popleft(), ruler)
            taken = [first]
            if rest:
                queue.appendleft(rest)
        elif queue and front.kind in ("text", "warning"):
            keep = _good_end(taken)
            queue.extendleft(reversed(taken[keep:]))
            taken = taken[:keep]
        yield replace(front, spans=tuple(taken))


def _good_end(spans: Sequence[Span]) -> int:
    ends = (i for i in range(len(spans), len(spans) // 2, -1) if _SENTENCE.search(spans[i - 1].text))
    return next(ends, len(spans))


def _split(front: _Piece, span: Span, ruler: _Ruler) -> tuple[Span, Span | None]:
    """A span too long for a passage: the words (Chinese: characters) that fit, and the rest. One letter at least."""

    def fits(text: str) -> bool:
        return ruler.fits(replace(front, spans=(replace(span, text=text),)))

    window = _LONGEST * ruler.limit
    units, beyond = _UNITS.findall(span.text[:window]), span.text[window:]
    at = _most(units, fits)
    if at == 0:  # one word without end
        at = max(1, _most(list(units[0]), fits))
        first, rest = units[0][:at], units[0][at:] + "".join(units[1:])
    else:
        ends = (i for i in range(at, at // 2, -1) if _SENTENCE.search(units[i - 1]))
        at = next(ends, at) if at < len(units) else at
        first, rest = "".join(units[:at]), "".join(units[at:]).lstrip()
    rest += beyond
    return replace(span, text=first), replace(span, text=rest) if rest else None


def _most(parts: Sequence[str], fits: Callable[[str], bool]) -> int:
    """How many of the parts, from the first, fit."""
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(parts[:middle])) else (low, middle - 1)
    return low


def _merged(left: _Piece, right: _Piece) -> _Piece | None:
    """Two short neighbours of prose under one heading and on one page as one piece, or None."""
    if left.kind != "text" or right.kind != "text" or left.group != right.group:
        return None
    if _page(left.spans[-1]) != _page(right.spans[0]) or left.spans[0].locator.kind not in ("page", "text"):
        return None
    last = replace(left.spans[-1], text=left.spans[-1].text + "\n")
    return replace(left, spans=(*left.spans[:-1], last, *right.spans), tags=(*left.tags, *right.tags))


def _passages(document: Document, pieces: Sequence[_Piece], tagger: Tagger, edition: str) -> Iterator[Passage]:
    revision = f"{document.revision}|{document.sha256}|{VERSION}|{edition}"
    ids = [passage_id(document.id, revision, position) for position in range(len(pieces))]
    parents: dict[int, str] = {}
    for position, (id, piece) in enumerate(zip(ids, pieces, strict=True)):
        tags = [*piece.tags, *tagger.tags(piece.index_text), *document.asset_tags]
        yield Passage(
            id=id,
            document_id=document.id,
            parent_id=parents.setdefault(piece.group, id),
            position=position,
            kind=piece.kind,
            text=piece.text,
            heading_path=piece.path,
            locator=_place(piece),
            language=language_of(piece.text),
            revision=document.revision,
            tags=tuple(dict.fromkeys(tags)),
            site=document.site,
            groups=document.groups,
            areas=document.areas,
            parts=tuple(_parts(piece, piece.text)),
            general=not document.asset_tags,
        )


def _place(piece: _Piece) -> Locator:
    """Its boxes on the page, those of head rows on the same page included; its run of lines or of rows."""
    first = piece.spans[0].locator
    heads = [span.locator for span in piece.head if _page(span) == _page(piece.spans[0])]
    return union([*(heads if first.kind == "page" else ()), *(span.locator for span in piece.spans)])


def _parts(piece: _Piece, text: str) -> Iterator[Part]:
    """Where each line or row of the passage stands; of one alone the passage's own place says it."""
    spans, end = [*piece.head, *piece.spans], 0
    for span in spans if len(spans) > 1 else ():
        start = text.find(own := span.text.strip(), end)
        if own and start >= 0:
            end = start + len(own)
            yield Part(start=start, end=end, locator=span.locator)
