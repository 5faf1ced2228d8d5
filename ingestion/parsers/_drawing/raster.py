"""Tags of a P&ID that is a picture: from lines of OCR, on a picture that looks like a drawing."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingestion.parsers._drawing.tags import is_function, leading_tag, letters_of, line_number, loop_of, meaning
from retrieval.models import Item
from retrieval.tags import fold, normalise

if TYPE_CHECKING:
    from ingestion.parsers._ocr.engine import OcrLine

_MIN_CONFIDENCE = 0.5
_MIN_TAGS = 4
_PROSE_WORDS = 7  # of a line: notes and title blocks have a few such lines, pages of a manual consist of them
_PROSE_HAN = 16
_HAN = re.compile("[\u3400-\u9fff]")
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2212_~"
_LOOSE = re.compile(rf"([A-Z01|l]{{1,5}}?)\s?([{_DASH}.]?)\s?([0-9OIl|SB]{{2,5}}?)\s?([A-E]?)")
_LETTERS = re.compile(r"[A-Z01|l]{2,5}")
_NUMBER = re.compile(r"[0-9OIl|]{2,5}\s?[A-E]?")
_TO_DIGIT = str.maketrans("OIl|SB", "011158")
_TO_LETTER = str.maketrans("01|l", "OIII")

Box = tuple[float, float, float, float]
Found = tuple[str, Box]  # a tag and where it stands


def read_drawing(lines: Sequence["OcrLine"], drawing_id: str, page: int) -> tuple[Item, ...]:
    """Items of a picture that looks like a P&ID: many tags of several kinds, spread out, and little prose.

    Empty for any other picture. A tag read twice is one item, where it is read first.
    """
    read = [(fold(line.text).strip(), _box(line)) for line in lines if line.confidence >= _MIN_CONFIDENCE]
    read = [part for text, box in read if text for part in _apart(text, box)]
    found = _balloons(read)
    taken = {box for _, box in found}
    found += [(tag, box) for text, box in read if not any(_within(box, one) for one in taken) and (tag := _tag(text))]
    if not _looks_like_a_drawing([text for text, _ in read], found):
        return ()
    first: dict[str, Box] = {}
    for tag, box in found:
        first.setdefault(tag, box)
    return tuple(_item(tag, box, drawing_id, page) for tag, box in first.items())


def _box(line: "OcrLine") -> Box:
    x0, y0, x1, y1 = line.box
    return x0, y0, x1, y1


def _apart(text: str, box: Box) -> list[tuple[str, Box]]:
    """Tags read as one line (``HV-101A STR-101A``) stand by a symbol each."""
    words = text.split()
    if len(words) < 2 or not all("-" in word and (_tag(word) or line_number(word)) for word in words):
        return [(text, box)]
    found, at = [], 0
    for word in words:
        at = text.index(word, at)
        low, high = at / len(text), (at + len(word)) / len(text)
        wide = box[2] - box[0]
        found.append((word, (box[0] + low * wide, box[1], box[0] + high * wide, box[3])))
        at += len(word)
    return found


def _item(tag: str, box: Box, drawing_id: str, page: int) -> Item:
    said = meaning(tag)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return Item(
        tag=tag,
        item_class=said.item_class,
        role=said.role,
        drawing_id=drawing_id,
        position=(round(min(max(x, 0.0), 1.0), 5), round(min(max(y, 0.0), 1.0), 5)),
        page=page,
        loop=loop_of(tag) if said.role == "instrument" else "",
        inferred=True,
    )


def _tag(text: str) -> str:
    """The tag that a line is. O is read as 0 and I as 1 only in a number that has true digits, and only where the
    line is nothing but letters and a number."""
    if line_number(text) or re.fullmatch(rf"[A-Z]{{1,5}}[{_DASH}]?[0-9]{{2}}[SOIZ]", text):  # TI-11S or TI-115?
        return ""
    if tag := leading_tag(text)[0]:
        return tag
    match = _LOOSE.fullmatch(text)
    if not match:
        return ""
    raw, dash, number, suffix = match.groups()
    letters, digits = raw.translate(_TO_LETTER), number.translate(_TO_DIGIT)
    true_digits = sum(one.isdigit() for one in number)
    mended = letters != raw or digits != number
    if len(digits) < 3 or true_digits < 2 or (mended and not _known(letters)):
        return ""
    if not dash and (letters != raw or not number[0].isdigit()):  # where the number begins is not known
        return ""
    bare = normalise(f"{letters}{digits}{suffix}")
    return bare if "-" in bare else ""


def _known(letters: str) -> bool:
    """Letters that a plant surely uses: only towards these is a reading mended."""
    return is_function(letters) or meaning(letters).item_class not in ("CustomEquipment", "Equipment")


def _balloons(read: Sequence[tuple[str, Box]]) -> list[Found]:
    """``FIC`` standing right above ``101``, as instrument balloons have them."""
    numbers = [(text, box) for text, box in read if _NUMBER.fullmatch(text)]
    found: list[Found] = []
    used: set[Box] = set()
    for text, box in read:
        letters = text.translate(_TO_LETTER)
        if not _LETTERS.fullmatch(text) or not text[0].isalpha() or not is_function(letters):
            continue
        under = [(other, at) for other, at in numbers if at not in used and _is_under(at, box)]
        if not under:
            continue
        number, at = min(under, key=lambda one: one[1][1])
        digits = number.translate(_TO_DIGIT) if number[-1:].isdigit() else number[:-1].translate(_TO_DIGIT) + number[-1]
        tag = normalise(f"{letters}-{digits.replace(' ', '')}")
        if re.fullmatch(r"[A-Z]+-\d{2,5}[A-Z]?", tag) and sum(one.isdigit() for one in number) >= 2:
            used.add(at)
            found.append((tag, (min(box[0], at[0]), box[1], max(box[2], at[2]), at[3])))
    return found


def _is_under(lower: Box, upper: Box) -> bool:
    """Centred right below: at most one and a half lines apart, their middles within half the wider one's width."""
    height = max(upper[3] - upper[1], lower[3] - lower[1])
    widest = max(upper[2] - upper[0], lower[2] - lower[0])
    apart = lower[1] - upper[3]
    shift = abs((lower[0] + lower[2]) - (upper[0] + upper[2])) / 2
    return -0.4 * height <= apart <= 1.5 * height and shift <= 0.5 * widest


def _within(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _looks_like_a_drawing(texts: Sequence[str], found: Sequence[Found]) -> bool:
    tags = {tag for tag, _ in found}
    if len(tags) < _MIN_TAGS:
        return False
    prose = sum(len(text.split()) >= _PROSE_WORDS or len(_HAN.findall(text)) >= _PROSE_HAN for text in texts)
    kinds = {meaning(tag).role for tag in tags} | {"line" for text in texts if line_number(text)}
    # A list or table of tags has them in one column.
    column = max(Counter(round(box[0] * 60) for _, box in found).values())
    stated = len(found) + sum(bool(line_number(text)) for text in texts)
    return (
        prose <= max(3, 0.1 * len(texts))
        and len(kinds) >= 2
        and stated >= 0.12 * len(texts)
        and column <= max(3, 0.4 * len(found))
        and any(letters_of(tag) for tag in tags)
    )
