"""Reading a CSV as people export it: any encoding, any delimiter, ragged rows, read as a stream."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingestion.parsers._workbook.sheet import MOST_CELL
from retrieval.errors import BadDocument

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab", ".xls", ".xlsx"})  # exports call plain lists workbooks
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_SAMPLE = 65_536  # bytes that the delimiter is judged by
_SAMPLE_ROWS = 60
_MOST_ZEROS = 0.02  # of a file's bytes; more is no text
_OTHERS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<", b"\xef\xbb\xbf<")
_BLANK = " \t\r\n\u00a0\u3000\ufeff"
_RULE = re.compile(r"[-=_+|\s]*[-=_]{3,}[-=_+|\s]*")  # drawn under a head by list exports
_SEPARATOR = re.compile(r"sep=(.)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written. ``skip``: rows in front that only name the delimiter."""

    encoding: str
    delimiter: str
    skip: int = 0
    zeros: bool = False  # has zero bytes, which are left out


def rows(path: Path, name: str, dialect: Dialect | None = None) -> Iterator[tuple[int, list[str]]]:
    """The 1-based rows that say anything, cells stripped. A row in quotes over several lines is one.

    Raises ``BadDocument``.
    """
    dialect = dialect or dialect_of(path, name)
    csv.field_size_limit(MOST_CELL)
    last = 0
    try:
        with path.open(encoding=dialect.encoding, newline="") as file:
            lines: Iterator[str] = (line.replace("\x00", "") for line in file) if dialect.zeros else file
            for last, cells in enumerate(csv.reader(lines, delimiter=dialect.delimiter), 1):
                stripped = [cell.strip(_BLANK) for cell in cells]
                if last > dialect.skip and any(stripped) and not _is_rule(stripped):
                    yield last, stripped
    except csv.Error as error:
        # A cell that long is a quotation mark that was never closed.
        long = f"has a cell of more than {MOST_CELL:,} characters" if "field larger" in str(error) else ""
        remedy = "close the quotation mark that stands open" if long else "save it as CSV in UTF-8"
        reason = long or f"is no valid CSV: {error}"
        raise BadDocument(name, reason, where=f"row {last + 1}", remedy=remedy) from None
    except UnicodeDecodeError:
        raise BadDocument(name, "is no text in UTF-8 or GB18030", remedy="save it as CSV in UTF-8") from None


def dialect_of(path: Path, name: str) -> Dialect:
    """Raises ``BadDocument`` where the file is empty or no text."""
    encoding, zeros = _encoding(path, name)
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    text = decode_start(start, encoding).replace("\x00", "")
    if not text.strip():
        raise BadDocument(name, "is empty", remedy="export it again with its head row")
    delimiter, skip = _delimiter(text)
    return Dialect(encoding, delimiter, skip, zeros)


def start_rows(path: Path, start: bytes) -> list[list[str]]:
    """The first rows as far as the first bytes of a file show them; none where it is no CSV by name or content."""
    if path.suffix.lower() not in SUFFIXES or start.startswith(_OTHERS):
        return []
    encoding = _wide(start)
    if encoding is None and start.count(0) > _MOST_ZEROS * len(start):
        return []
    encoding = encoding or ("utf-8-sig" if _mostly_utf8(start) else _legacy(start))
    text = decode_start(start, encoding).replace("\x00", "")
    delimiter, skip = _delimiter(text)
    whole = _sampled(text, delimiter)
    return [row for row in whole[skip:] if any(row) and not _is_rule(row)]


def is_named_csv(path: Path, start: bytes) -> bool:
    """Whether it is a CSV by its name, and no other kind by its first bytes: then its reader says what is wrong."""
    return path.suffix.lower() in (".csv", ".tsv", ".tab") and not start.startswith(_OTHERS)


def decode_start(start: bytes, encoding: str) -> str:
    """The beginning of a text, which may be cut within a character."""
    return codecs.getincrementaldecoder(encoding)(errors="ignore").decode(start)


def is_table(sample: Sequence[Sequence[str]]) -> bool:
    """Whether most of the first rows have the same number of cells, two or more."""
    widths = Counter(len(row) for row in sample)
    width, many = widths.most_common(1)[0] if widths else (0, 0)
    return width >= 2 and len(sample) >= 2 and many >= 0.5 * len(sample)


def _encoding(path: Path, name: str) -> tuple[str, bool]:
    """The encoding by the whole file, and whether zero bytes are to be left out."""
    utf8, size, zeros, pairs = codecs.getincrementaldecoder("utf-8")(), 0, 0, Counter[bool]()
    valid, first = True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            first = first or chunk[:4096]
            size, zeros = size + len(chunk), zeros + chunk.count(0)
            if valid:
                try:
                    utf8.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
            pairs += _pairs(chunk)
    if wide := _wide(first):
        return wide, False
    if zeros > _MOST_ZEROS * size:
        raise BadDocument(name, "is no text in UTF-8 or GB18030", remedy="save it as CSV in UTF-8")
    return ("utf-8-sig" if valid else _by_pairs(pairs)), zeros > 0


def _wide(start: bytes) -> str | None:
    """UTF-16 by its mark, or by where its zero bytes stand."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = start[0:2000:2].count(0), start[1:2000:2].count(0)
    if max(even, odd) > 0.3 * len(start[:2000]) / 2 and min(even, odd) == 0:
        return "utf-16-le" if odd else "utf-16-be"
    return None


def _pairs(data: bytes) -> Counter[bool]:
    """Bytes beyond ASCII, two and two: whether the second is one as well, as in Chinese; or four of GB18030's."""
    found = re.findall(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x00-\xff]", data)
    return Counter(len(one) > 2 or one[1] >= 0xA1 for one in found)


def _by_pairs(pairs: Counter[bool]) -> str:
    return "gb18030" if 2 * pairs[True] >= pairs.total() else "cp1252"


def _legacy(start: bytes) -> str:
    return _by_pairs(_pairs(start))


def _mostly_utf8(start: bytes) -> bool:
    """Whether only the cut at the end of ``start`` breaks its UTF-8."""
    try:
        start[: max(0, len(start) - 4)].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(start) - 8
    return True


def _delimiter(text: str) -> tuple[str, int]:
    """The one by which most rows have the same number of cells; and how many rows in front only name it."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    if match := _SEPARATOR.match(first):
        return match[1], 1

    def fit(delimiter: str) -> tuple[bool, float, int]:
        widths = Counter(len(row) for row in _sampled(text, delimiter) if any(row))
        width, many = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(0, 0))
        share = many / max(1, widths.total())
        return width > 1 and share >= 0.5, share * (width > 1), width

    return max(_DELIMITERS, key=fit), 0


def _sampled(text: str, delimiter: str) -> list[list[str]]:
    """The first rows; the last is left out where the text may be cut within it."""
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(iter(text.lstrip("\ufeff").splitlines(keepends=True)), delimiter=delimiter)
    try:
        found = [[cell.strip(_BLANK) for cell in row] for row in islice(reader, _SAMPLE_ROWS)]
    except csv.Error:
        return []
    return found[:-1] if len(found) > 2 and not text.endswith("\n") else found


def _is_rule(row: Sequence[str]) -> bool:
    return bool(_RULE.fullmatch("".join(row)))
