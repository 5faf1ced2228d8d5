"""Bytes -> text: byte order marks, what the file declares, UTF-8, UTF-16, Chinese and Western code pages."""

import codecs
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.errors import BadDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PARTS_OF = {"gb2312": "gb18030", "gbk": "gb18030", "latin-1": "cp1252", "iso-8859-1": "cp1252", "ascii": "cp1252"}
_SAMPLE_BYTES = 200_000  # what a code page is judged by
_MOST_BYTES = 256_000_000  # of a file of text: it is read whole
_HIGH = re.compile(rb"[\x80-\xff]")
_WESTERN = re.compile(rb"[\x80\x82-\x8c\x8e\x91-\x9c\x9e-\xff]")  # what Windows-1252 defines
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_REMEDY = "save it as text in UTF-8"


def read_text(path: Path, name: str, *, declared: Callable[[bytes], str] | None = None) -> str:
    """The file as text with ``\\n`` at its lines' ends. Raises ``BadDocument`` where it is no text.

    ``declared`` finds the encoding that the first KiB names, '' where it names none.
    """
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise BadDocument(name, f"has {size:,} bytes of text, more than {_MOST_BYTES:,}", remedy="split it")
    data = path.read_bytes()
    if not data.strip():
        raise BadDocument(name, "is empty", remedy="copy it again from its source")
    text = decode(data, name, declared(data[:1024]) if declared else "")
    return unify(text)


def unify(text: str) -> str:
    """Every line ends with ``\\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode(data: bytes, name: str, declared: str = "") -> str:
    """Raises ``BadDocument`` for bytes that are no text in any encoding."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, errors="replace"), name)
    if b"\x00" in data:
        return _wide(data, name)
    known = _known(declared)
    if known == "cp1252" and max(_common(data[:_SAMPLE_BYTES], lead) for lead in (0xD7, 0xC6)) >= 0.8:
        known = ""  # mailers call anything ASCII
    for encoding in ("utf-8", known):
        try:
            return _checked(data.decode(encoding), name) if encoding else _guessed(data, name)
        except UnicodeDecodeError:
            continue
    return _guessed(data, name)


def is_readable(start: bytes) -> bool:
    """Whether a file that begins so may be text."""
    if start.startswith(tuple(mark for mark, _ in _MARKS)):
        return True
    if b"\x00" in start:
        return bool(_order(start))
    controls = sum(1 for byte in start if byte < 32 and byte not in b"\t\n\r\f\v\x1b")
    return controls <= len(start) // 50 and not start.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff"))


def is_gb(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 read as common Chinese characters in GB 18030."""
    return _common(data, 0xD7) >= 0.8


def _known(declared: str) -> str:
    """The codec to use for a declared one: its superset where writers mix them up; '' where there is none."""
    try:
        found = codecs.lookup(declared.strip()).name
    except LookupError:
        return ""
    return _PARTS_OF.get(found, found)


def _wide(data: bytes, name: str) -> str:
    """UTF-16 without a mark: its Latin letters and line ends have zeros on one side."""
    if order := _order(data[:_SAMPLE_BYTES]):
        try:
            return _checked(data.decode(order), name)
        except UnicodeDecodeError:
            pass
    raise BadDocument(name, f"is no text: byte {data.index(0) + 1} is zero", remedy=_REMEDY)


def _order(data: bytes) -> str:
    """By the side that the zeros are on. Latin text has half its bytes zero, Chinese many beyond ASCII."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < 8 * min(even, odd) + max(2, len(data) // 200):
        return ""
    latin = 10 * max(even, odd) >= 4 * len(data)
    return ("utf-16-le" if odd > even else "utf-16-be") if latin or 20 * len(_HIGH.findall(data)) > len(data) else ""


def _guessed(data: bytes, name: str) -> str:
    """Chinese where nearly all pairs are common characters, Western where few letters are accented, else by a model."""
    sample = data[:_SAMPLE_BYTES]
    scores = [(_common(sample, lead), encoding) for encoding, lead in (("gb18030", 0xD7), ("big5hkscs", 0xC6))]
    for score, encoding in sorted(scores, reverse=True):
        if score >= 0.8:
            try:
                return _checked(data.decode(encoding), name)
            except UnicodeDecodeError:
                if score >= 0.95:
                    return _checked(data.decode(encoding, errors="replace"), name)
    letters, high = len(re.findall(rb"[A-Za-z]", sample)), len(_HIGH.findall(sample))
    if high >= 8 and high > 0.3 * max(letters, 1):
        import charset_normalizer

        best = charset_normalizer.from_bytes(sample).best()
        if best is not None:
            return _checked(data.decode(best.encoding, errors="replace"), name)
    if len(_WESTERN.findall(sample)) == high:
        return _checked(data.decode("cp1252", errors="replace"), name)
    return _checked(data.decode("latin-1"), name)


def _common(data: bytes, last_lead: int) -> float:
    """The share of double bytes that are signs or the commoner half of the characters: GB's end at 0xD7, Big5's at C6.

    Both sets have their commoner half in front. A byte above 0x7F that no second one follows counts against it.
    """
    first_lead, low_trail = (0xB0, False) if last_lead == 0xD7 else (0xA4, True)
    common = pairs = at = 0
    while (match := _HIGH.search(data, at)) is not None:
        lead, trail = data[match.start()], data[match.start() + 1] if match.start() + 1 < len(data) else 0xFF
        pairs += 1
        at = match.start() + 2
        trailing = trail >= 0xA1 or (low_trail and 0x40 <= trail <= 0x7E)
        common += trailing and (first_lead <= lead <= last_lead or lead in (0xA1, 0xA3))
    return common / pairs if pairs else 0.0


def _checked(text: str, name: str) -> str:
    """The text, if few of its characters are controls. Those that are, are left to ``clean``."""
    sample = text[:_SAMPLE_BYTES]
    controls = len(_CONTROL.findall(sample))
    if controls > len(sample) // 50 or (match := re.search("\x00", text)):
        where = f": character {match.start() + 1} is zero" if controls <= len(sample) // 50 and match else ""
        raise BadDocument(name, f"is no text{where}", remedy=_REMEDY)
    return text.lstrip("\ufeff")


def declared_by(patterns: Sequence[re.Pattern[bytes]]) -> Callable[[bytes], str]:
    """For ``read_text``: the first group of the first pattern that is found."""

    def find(start: bytes) -> str:
        matches = (pattern.search(start) for pattern in patterns)
        return next((match[1].decode("ascii", "replace") for match in matches if match), "")

    return find
