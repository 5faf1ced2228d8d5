"""Office files: which kind one is by its content, and opening it within the limits, its pictures left out."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from xml.parsers import expat

from ingestion.parsers.base import Options
from retrieval.errors import BadDocument

OfficeKind = Literal["word", "slides", "sheet", "old word", "old slides", "old sheet", "message", "locked", "odf", ""]
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOLDERS: dict[str, OfficeKind] = {"word/": "word", "ppt/": "slides", "xl/": "sheet"}
_STREAMS: dict[str, OfficeKind] = {
    "EncryptedPackage": "locked",
    "WordDocument": "old word",
    "PowerPoint Document": "old slides",
    "Workbook": "old sheet",
    "__substg1.0_": "message",
}
_NAMES: dict[str, str] = {
    "word": "a Word document by its content; rename it to .docx",
    "slides": "a PowerPoint presentation by its content; rename it to .pptx",
    "sheet": "an Excel workbook by its content; rename it to .xlsx",
    "old word": "an old Word file (.doc); save it as .docx",
    "old slides": "an old PowerPoint file (.ppt); save it as .pptx",
    "old sheet": "an old Excel file (.xls); save it as .xlsx",
    "message": "an Outlook message (.msg); save it as .eml",
    "locked": "protected by a password; remove the password",
    "odf": "an OpenDocument file; save it as .docx or .pptx",
}
_DIRECTORY_BYTES = 65_536  # of an OLE file's directory, which is looked at
_SMALL_BYTES = 1_000_000  # a part below this is never too well packed
_PARTS = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)  # what is read; pictures, fonts and macros are not
_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/([\w/]+?)/(main|relationships|wordprocessingDrawing|[\w]+)(?=[\"'/])"
)
_MACRO = re.compile(
    rb"application/vnd\.(?:ms-(?:word|powerpoint)\.(?P<macro>\w+)\.macroEnabled(?:\.12)?(?:Template)?"
    rb"|openxmlformats-officedocument\.\w+\.(?:template|slideshow))\.main\+xml",
    re.IGNORECASE,
)
_MAIN = {
    "word": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "slides": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}


def office_kind(path: Path, start: bytes) -> OfficeKind:
    """By the first bytes of a file, and its table of contents where it can be read; '' where it is none."""
    if start.startswith(_OLE):
        return _old_kind(path, start)
    if not start.startswith(_ZIP):
        return ""
    if start[30:38] == b"mimetype" and b"application/vnd.oasis.opendocument" in start[:200]:
        return "odf"
    for folder, kind in _FOLDERS.items():
        if b"[Content_Types].xml" in start and folder.encode() + b"document.xml" in start:
            return kind
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        found = (kind for folder, kind in _FOLDERS.items() if b"PK" in start and folder.encode() in start)
        return next(found, "") if b"[Content_Types].xml" in start else ""
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for folder, kind in _FOLDERS.items() if any(name.startswith(folder) for name in names)), "")


def _old_kind(path: Path, start: bytes) -> OfficeKind:
    """By the names in the directory of an OLE file (MS-CFB: its first sector stands at byte 48)."""
    shift = int.from_bytes(start[30:32], "little")
    sector = int.from_bytes(start[48:52], "little")
    directory = start
    if shift in (9, 12):
        try:
            with path.open("rb") as file:
                file.seek((sector + 1) << shift)
                directory += file.read(_DIRECTORY_BYTES)
        except (OSError, OverflowError):
            pass
    found = (kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in directory)
    return next(found, "")


def refuse(name: str, kind: OfficeKind) -> BadDocument:
    """The error that says what a file is instead."""
    what, _, remedy = _NAMES[kind].partition("; ")
    return BadDocument(name, f"is {what}", remedy=remedy)


def open_package(
    path: Path, name: str, options: Options, wanted: Literal["word", "slides"], suffixes: Sequence[str]
) -> io.BytesIO:
    """The XML parts of an Office file as a package of its own, checked before any of it is parsed.

    Raises ``BadDocument``: not of the wanted kind, misnamed, locked, torn, too large or too well packed unpacked, or
    with a DTD inside.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    kind = office_kind(path, start)
    if kind != wanted:
        if kind:
            raise refuse(name, kind)
        if start.startswith(b"{\\rtf"):
            raise BadDocument(name, "is rich text (RTF)", remedy="save it as .docx")
        what = "a Word document" if wanted == "word" else "a PowerPoint presentation"
        raise BadDocument(name, f"is no {what[2:]} by its content", remedy="give it the suffix of its kind")
    if path.suffix.lower() not in suffixes:
        raise refuse(name, kind)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check(members, name, options)
            return _slim(archive, members, name, wanted)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise torn(name, str(error)) from None


def torn(name: str, why: str) -> BadDocument:
    """For what a library says of a broken file."""
    reason = " ".join(why.split())[:160]
    return BadDocument(name, f"is truncated or corrupt ({reason})", remedy="copy or export it again from its source")


def _check(members: Sequence[zipfile.ZipInfo], name: str, options: Options) -> None:
    """By what the table of contents declares; reading stops there too, so that a lie is of no use."""
    total = sum(member.file_size for member in members)
    if total > options.max_unpacked_bytes:
        reason = (
            f"unpacks to {total:,} bytes, more than [ingestion] max_unpacked_bytes = {options.max_unpacked_bytes:,}"
        )
        raise BadDocument(name, reason, remedy="split it or raise the setting")
    for member in members:
        if member.flag_bits & 1:
            raise BadDocument(name, "is protected by a password", remedy="remove the password")
        if member.file_size > max(_SMALL_BYTES, options.max_ratio * max(member.compress_size, 1)):
            ratio = member.file_size // max(member.compress_size, 1)
            reason = f"is packed {ratio:,} to 1, more than [ingestion] max_ratio = {options.max_ratio}"
            raise BadDocument(name, reason, where=f"part {member.filename}", remedy="save it anew or raise the setting")


def _slim(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], name: str, wanted: Literal["word", "slides"]
) -> io.BytesIO:
    """A copy with XML parts alone. What is no XML stays by name, empty, as others refer to it."""
    package = io.BytesIO()
    seen: set[str] = set()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as slim:
        for member in members:
            if member.is_dir() or member.filename in seen:
                continue
            seen.add(member.filename)
            data = b""
            if _PARTS.search(member.filename):
                data = archive.read(member)
                if not member.filename.lower().endswith(".vml"):
                    _refuse_dtd(data, name, member.filename)
                if b"purl.oclc.org/ooxml" in data:
                    data = _STRICT.sub(_transitional, data)
                if member.filename == "[Content_Types].xml":
                    data = _MACRO.sub(lambda _: _MAIN[wanted], data)
            slim.writestr(member.filename, data)
    package.seek(0)
    return package


def _transitional(match: re.Match[bytes]) -> bytes:
    """Strict Open XML has other names for the same things."""
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + match[2]


class _Root(Exception):
    """The root element is reached: no DTD."""


def _refuse_dtd(data: bytes, name: str, part: str) -> None:
    """Office writes none; one here means entities, which are never followed."""

    def found(*_: Any) -> None:
        raise BadDocument(name, "declares a DTD", where=f"part {part}", remedy="save it anew in Office")

    def root(*_: Any) -> None:
        raise _Root

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = found
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)
    except _Root:
        return
    except expat.ExpatError as error:
        raise torn(name, f"{part}: {error}") from None


@contextmanager
def reading(name: str, application: str) -> Iterator[None]:
    """Whatever a library raises on odd parts, as one line: python-docx, python-pptx and lxml have no common root."""
    try:
        yield
    except BadDocument:
        raise
    except RecursionError:
        raise BadDocument(name, "nests its parts too deeply", remedy=f"save it anew in {application}") from None
    except Exception as error:
        raise torn(name, f"{type(error).__name__}: {error}") from None
