"""What a paragraph is by its first words, wherever it is written: warning, caption, step."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.parsers._prose.spans import as_line
from ingestion.parsers.base import Block
from ingestion.parsers.pdf._marks import CAPTION, WARNING, step_number

_NOTICE = re.compile(r"^[\s⚠△▲!！【\[]*(?:(?:NOTICE|ATTENTION)\b|(?:Notice|Attention)\s*(?:[:!：！]|$))")
_SIGNAL = re.compile(
    r"^[\s⚠△▲!！【\[]*(?:WARNING|DANGER|CAUTION|NOTICE|ATTENTION|警告|危险|注意|当心)[\s:：!！】\]—-]*$", re.IGNORECASE
)
_FIGURE = re.compile(r"^(?:Figure|Fig\.?|图)\s*(?:\d+|[A-Z]\b)(?:[-.–]\d+)*(?![\w.]*\d)", re.IGNORECASE)
_CAPTION_LENGTH = 150
# Of admonitions by the names that Sphinx, Markdown dialects and Bootstrap give them.
WARNING_NAMES = frozenset(
    "warning danger caution attention important error notice critical 警告 危险 注意 当心".split()
)
NOTE_NAMES = frozenset(
    "note tip hint info seealso todo example question abstract success quote summary deprecated details "
    "versionadded versionchanged 提示 说明 备注".split()
)


def is_warning(text: str) -> bool:
    return bool(WARNING.match(text) or _NOTICE.match(text))


def is_signal(text: str) -> bool:
    """A signal word alone, which belongs to what follows."""
    return bool(_SIGNAL.match(text))


def is_table_caption(text: str) -> bool:
    return len(text) < _CAPTION_LENGTH and bool(CAPTION.match(text))


def is_figure_caption(text: str) -> bool:
    return len(text) < _CAPTION_LENGTH and bool(_FIGURE.match(text))


def gather_steps(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that people numbered by hand as lists of steps: 2 follows 1, with a warning or two in between."""
    numbers = [_number(block) for block in blocks]
    steps = set[int]()
    for i, number in enumerate(numbers):
        if number is None:
            continue
        for j in range(i + 1, min(i + 4, len(blocks))):
            if blocks[j].heading_path != blocks[i].heading_path:
                break
            if numbers[j] == number + 1:
                steps |= {i, j}
                break
    out: list[Block] = []
    for i, block in enumerate(blocks):
        if i not in steps:
            out.append(block)
        elif i - 1 in steps and numbers[i - 1] == (numbers[i] or 0) - 1:
            out[-1] = replace(out[-1], spans=(*out[-1].spans, as_line(block.spans)))
        else:
            out.append(replace(block, kind="steps", spans=(as_line(block.spans),)))
    return out


def _number(block: Block) -> int | None:
    return step_number(block.spans[0].text) if block.kind == "text" else None
