"""The texts of a drawing by what they are: tags, line numbers, halves of balloons, marks of a position, the rest."""

import re
from dataclasses import dataclass, field
from statistics import median

from ingestion.parsers._drawing.model import Box, Drawing, Point, Text, middle
from ingestion.parsers._drawing.tags import leading_tag, line_number, state, whole_tag
from retrieval.tags import fold

_LETTERS = re.compile(r"[A-Z]{2,5}")
_NUMBER = re.compile(r"\d{2,5}(?:\.\d{1,3})?[A-Z]?")


@dataclass(slots=True)
class Label:
    """A tag as the sheet shows it. ``text`` is the whole of the text, ``words`` what stands behind the tag."""

    tag: str
    words: str
    text: Text
    used: bool = False

    @property
    def box(self) -> Box:
        return self.text.box

    @property
    def at(self) -> Point:
        return middle(self.text.box)


@dataclass(slots=True)
class Labels:
    """``unit`` is the height of the sheet's tags: what is near and what is small are multiples of it."""

    unit: float
    tags: list[Label] = field(default_factory=list)
    lines: list[tuple[str, Text]] = field(default_factory=list)
    letters: list[Text] = field(default_factory=list)  # FIC, to stand over
    numbers: list[Text] = field(default_factory=list)  # 101
    states: list[Text] = field(default_factory=list)  # NC
    rest: list[Text] = field(default_factory=list)


def read_labels(drawing: Drawing) -> Labels:
    """Sort the texts. A tag in the middle of a sentence (a note) is none of the sheet's own."""
    labels = Labels(1.0)
    for text in (part for whole in drawing.texts for part in _apart(whole)):
        plain = fold(text.text).strip()
        tag, words = leading_tag(plain)
        if line := line_number(plain):
            labels.lines.append((line, text))
        elif tag:
            labels.tags.append(Label(tag, words, text))
        elif state(plain):
            labels.states.append(text)
        elif _LETTERS.fullmatch(plain):
            labels.letters.append(text)
        elif _NUMBER.fullmatch(plain):
            labels.numbers.append(text)
        else:
            labels.rest.append(text)
    heights = [label.text.height for label in labels.tags] + [text.height for text in labels.letters]
    heights = heights or [text.height for text in drawing.texts]
    labels.unit = median(heights) if heights else max(drawing.width, drawing.height) / 200
    return labels


def _apart(text: Text) -> list[Text]:
    """Tags in one run (``HV-101  FV-101``) stand by a symbol each: one text each, spread as their letters are."""
    words = text.text.split()
    if len(words) < 2 or not all("-" in word and (whole_tag(word) or line_number(word)) for word in words):
        return [text]
    x0, y0, x1, y1 = text.box
    found, at = [], 0
    for word in words:
        at = text.text.index(word, at)
        low, high = at / len(text.text), (at + len(word)) / len(text.text)
        if text.vertical:
            box = (x0, y1 - high * (y1 - y0), x1, y1 - low * (y1 - y0))
        else:
            box = (x0 + low * (x1 - x0), y0, x0 + high * (x1 - x0), y1)
        found.append(Text(word, box, text.height, text.vertical))
        at += len(word)
    return found
