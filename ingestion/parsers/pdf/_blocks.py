"""Lines -> the spans of a block, each with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.parsers._text import join_lines, mend
from ingestion.parsers.base import Block, Span
from ingestion.parsers.pdf._figures import label_groups
from ingestion.parsers.pdf._geometry import Box, Figure, Line, Page, locator
from ingestion.parsers.pdf._marks import step_number
from retrieval.models import PassageKind

_LABEL_WORDS = 60  # of a figure's labels in one span


@dataclass
class Open:
    """A block in the making: lines, or lists of lines where a step is one span."""

    kind: PassageKind
    lines: list[Line]
    loose: bool = False  # steps numbered without a dot
    number: int = 0  # of the latest step
    frame: Box | None = None  # that a warning is printed in


def block_of(block: Open, path: tuple[str, ...], words: frozenset[str], pages: Mapping[int, Page]) -> Block:
    """``words`` are the document's own: they tell which hyphens at line ends belong there."""
    lines = [line.text for line in block.lines]
    for i in range(len(lines) - 1):
        lines[i], lines[i + 1] = mend(lines[i], lines[i + 1], words)
    placed = [(text, line) for text, line in zip(lines, block.lines, strict=True) if text]
    if block.kind == "steps":
        return Block("steps", tuple(_steps(placed, block.loose, pages)), path)
    spans = (Span(text, locator([line.box], pages[line.page])) for text, line in placed)
    return Block(block.kind, tuple(spans), path)


def _steps(placed: Sequence[tuple[str, Line]], loose: bool, pages: Mapping[int, Page]) -> list[Span]:
    """A span a step; a step that goes on overleaf has one on each page."""
    steps: list[list[tuple[str, Line]]] = []
    number = 0
    for text, line in placed:
        found = step_number(text, loose=loose)
        if not steps or found == number + 1 or steps[-1][-1][1].page != line.page:
            steps.append([])
            number = found if found is not None else number
        steps[-1].append((text, line))
    return [
        Span(
            join_lines([text for text, _ in step]),
            locator([line.box for _, line in step], pages[step[0][1].page]),
        )
        for step in steps
    ]


def figure_block(figure: Figure, path: tuple[str, ...], pages: Mapping[int, Page]) -> Block:
    """The caption and the labels as one span; so many labels that a passage has no room for them go on in others."""
    caption = join_lines([line.text for line in figure.caption])
    first, *more = [*label_groups(figure, _LABEL_WORDS)] or [""]
    place = locator([figure.box], pages[figure.page])
    texts = [f"{caption}; {first}" if first else caption, *more]
    return Block("figure", tuple(Span(text, place) for text in texts), path)
