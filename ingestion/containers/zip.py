"""ZIP archives. Office files are ZIPs too, and documents in their own right."""

import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingestion.containers._names import Places, is_left_out, safe_name
from ingestion.containers.base import Member
from ingestion.parsers._decode import is_gb
from ingestion.parsers.base import Confidence, Options
from retrieval.errors import BadDocument

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_END = b"PK\x05\x06"
_NO_ARCHIVE = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "META-INF/container.xml")
_UTF8 = 0x800
_SMALL_BYTES = 1_000_000  # a member below this is never too well packed
_CHUNK = 1 << 20
_ENTRY_BYTES = 1_000  # of the table of contents, which is read whole: a generous name and then some
_AGAIN = "pack it again"


class ZipContainer:
    """See ``ingestion.containers.base.Container``."""

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if not start.startswith(_MAGIC):
            return "maybe" if path.suffix.lower() == ".zip" else "no"
        return "no" if _is_document(path, start) else "yes"

    def unpack(self, path: Path, name: str, folder: Path, options: Options, *, max_members: int) -> Iterator[Member]:
        try:
            _check_size(path, name, max_members)
            with zipfile.ZipFile(path) as archive:
                members = _checked(archive.infolist(), name, options, max_members)
                yield from _take(archive, members, name, folder, options)
        except (zipfile.BadZipFile, EOFError, ValueError, OverflowError) as error:
            reason = f"is truncated or corrupt ({str(error)[:120]})"
            raise BadDocument(name, reason, remedy="copy it again from its source") from None
        except NotImplementedError:
            raise BadDocument(name, "is packed in a way that is not read", remedy=f"{_AGAIN} with Deflate") from None


def _is_document(path: Path, start: bytes) -> bool:
    """An Office file, an OpenDocument file, a book, a program."""
    if start[30:38] == b"mimetype" or any(one.encode() in start for one in _NO_ARCHIVE):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return False
    return any(one in names for one in _NO_ARCHIVE)


def _check_size(path: Path, name: str, max_members: int) -> None:
    """Before the table of contents is read: how large it says it is."""
    with path.open("rb") as file:
        if not file.read(4).startswith(_MAGIC):
            raise BadDocument(name, "is no ZIP archive by its content", remedy="give it the suffix of its kind")
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(_END)
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size != 0xFFFFFFFF and size > 1_000_000 + _ENTRY_BYTES * max_members:
        raise _too_many(name, "too many files", max_members)


def _checked(
    members: Sequence[zipfile.ZipInfo], name: str, options: Options, max_members: int
) -> list[zipfile.ZipInfo]:
    """The members that are files, if all of them may be taken out."""
    files = [one for one in members if not one.is_dir() and not stat.S_ISLNK(one.external_attr >> 16)]
    if len(files) > max_members:
        raise _too_many(name, f"{len(files):,} files", max_members)
    total = sum(one.file_size for one in files)
    if total > options.max_unpacked_bytes:
        raise _too_large(name, total, options)
    for one in files:
        if one.flag_bits & 1:
            raise BadDocument(name, "is protected by a password", remedy=f"{_AGAIN} without one")
        if one.file_size > max(_SMALL_BYTES, options.max_ratio * max(one.compress_size, 1)):
            ratio = one.file_size // max(one.compress_size, 1)
            reason = f"is packed {ratio:,} to 1, more than [ingestion] max_ratio = {options.max_ratio}"
            raise BadDocument(name, reason, where=f"member {_shown(one)}", remedy=f"{_AGAIN} or raise the setting")
    return files


def _take(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], name: str, folder: Path, options: Options
) -> Iterator[Member]:
    places, written = Places(folder), 0
    corrupt: BadDocument | None = None  # the first: told when the others are out
    for one in members:
        inside = safe_name(_name(one))
        if not inside or is_left_out(inside):
            continue
        found, path = places.take(inside)
        try:
            with archive.open(one) as source, path.open("wb") as target:
                while data := source.read(_CHUNK):
                    written += len(data)
                    if written > options.max_unpacked_bytes:  # the table of contents said otherwise
                        raise _too_large(name, written, options)
                    target.write(data)
        except (BadDocument, NotImplementedError):
            raise
        except Exception as error:  # zlib, bz2 and lzma raise errors of their own
            if isinstance(error, OSError) and error.errno:
                raise
            where = f"member {_shown(one)}"
            corrupt = corrupt or BadDocument(name, "is corrupt", where=where, remedy="copy it again from its source")
            path.unlink(missing_ok=True)
            continue
        yield Member(found, path)
    if corrupt:
        raise corrupt


def _name(one: zipfile.ZipInfo) -> str:
    """Without the mark of UTF-8 a name is in the code page of the machine that packed it."""
    if one.flag_bits & _UTF8:
        return one.filename
    try:
        raw = one.orig_filename.split("\x00")[0].encode("cp437")
    except UnicodeEncodeError:
        return one.filename
    for encoding in ("utf-8", "gb18030") if is_gb(raw) else ("utf-8",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return one.filename


def _shown(one: zipfile.ZipInfo) -> str:
    return safe_name(_name(one))[:100] or "without a name"


def _too_many(name: str, what: str, max_members: int) -> BadDocument:
    reason = f"holds {what}, more than [ingestion] max_members = {max_members:,}"
    return BadDocument(name, reason, remedy="split it or raise the setting")


def _too_large(name: str, size: int, options: Options) -> BadDocument:
    reason = f"unpacks to {size:,} bytes, more than [ingestion] max_unpacked_bytes = {options.max_unpacked_bytes:,}"
    return BadDocument(name, reason, remedy="split it or raise the setting")


CONTAINER = ZipContainer()
