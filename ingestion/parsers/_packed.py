"""Files that are ZIP archives inside: opened within limits, their XML without a document type."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingestion.parsers.base import Options
from retrieval.errors import BadDocument

_CHUNK = 1 << 20
_SMALL = 10_000_000  # bytes that no ratio makes harmful
_PROLOGUE = 65_536  # bytes before the root element
_ROOT = re.compile(rb"<[A-Za-z_]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AGAIN = "save it again"


@contextmanager
def opened(path: Path, name: str, options: Options) -> Iterator[zipfile.ZipFile]:
    """The archive, once its sizes are within the limits. Raises ``BadDocument``."""
    refuse_ole(path, name)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadDocument(name, f"is broken inside ({error})", remedy="copy it again from its source") from None
    with archive:
        _weigh(archive, path, name, options)
        try:
            yield archive
        except RuntimeError:  # zipfile's own: a member with a password
            raise BadDocument(name, "is encrypted", remedy="take the password off and save it again") from None
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
            raise BadDocument(name, f"is broken inside ({error})", remedy="copy it again from its source") from None


def refuse_ole(path: Path, name: str) -> None:
    """An Office file with a password is an OLE file that holds the ZIP encrypted."""
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE and is_encrypted(path):
            raise BadDocument(name, "is encrypted", remedy="take the password off and save it again")


def is_encrypted(path: Path) -> bool:
    """Whether an OLE file has the stream that holds an encrypted package."""
    wanted, tail = "EncryptedPackage".encode("utf-16-le"), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


@contextmanager
def part(archive: zipfile.ZipFile, member: str, name: str) -> Iterator[IO[bytes]]:
    """An XML part, read as a stream. Raises ``BadDocument`` where it declares a document type or is encrypted."""
    try:
        with archive.open(member) as file:
            start = file.read(_PROLOGUE).replace(b"\x00", b"")  # UTF-16 too
    except KeyError:
        raise BadDocument(name, f"has no part {member}", remedy=_AGAIN) from None
    except RuntimeError:
        raise BadDocument(name, "is encrypted", remedy="take the password off and save it again") from None
    root = _ROOT.search(start)
    if not root or b"<!DOCTYPE" in start[: root.start()].upper():
        what = "declares a document type" if root else "has no XML"
        raise BadDocument(name, f"{what} in its part {member}", remedy="such a file is not read; save it again")
    with archive.open(member) as file:
        yield file


def _weigh(archive: zipfile.ZipFile, path: Path, name: str, options: Options) -> None:
    unpacked, packed = sum(info.file_size for info in archive.infolist()), path.stat().st_size
    if unpacked > options.max_unpacked_bytes:
        reason = f"unpacks to {unpacked:,} bytes, more than [ingestion] max_unpacked_bytes = "
        raise BadDocument(name, f"{reason}{options.max_unpacked_bytes:,}", remedy="split it or raise the setting")
    if unpacked > _SMALL and unpacked > options.max_ratio * packed:
        reason = f"unpacks to {unpacked // packed:,} times its size, more than [ingestion] max_ratio = "
        raise BadDocument(name, f"{reason}{options.max_ratio}", remedy="save it again, or raise the setting")
