"""Names that uploads bring, made safe: one path part each, that every file system takes."""

import re
import unicodedata
from pathlib import PurePosixPath

from retrieval.errors import BadInput

MAX_BYTES = 200  # of a name in UTF-8; file systems take 255, and what is added must fit
MAX_DEPTH = 8  # of a folder
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)  # of Windows


def file_name(given: str) -> str:
    """The last part of ``given``, whichever slashes it has. Raises ``BadInput`` where nothing is left of it."""
    cleaned = _part(re.split(r"[/\\]", given)[-1])
    if not cleaned:
        raise BadInput(f"a file is named {given[:80]!r}; give it a name such as manual.pdf")
    return cleaned


def folder_name(given: str) -> str:
    """A relative folder with slashes, '' for none; ``..`` and empty parts are left out. Raises ``BadInput``."""
    parts = [cleaned for part in re.split(r"[/\\]", given) if (cleaned := _part(part))]
    if len(parts) > MAX_DEPTH:
        raise BadInput(f"folder: {len(parts)} parts are too many; give at most {MAX_DEPTH}")
    return "/".join(parts)


def _part(given: str) -> str:
    text = unicodedata.normalize("NFC", given)
    # Cc: control characters; Cf: invisible ones, which can turn a name around; Cs: halves of a character.
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    text = _FORBIDDEN.sub("_", text).strip().lstrip(".").rstrip(". ").strip()  # hidden files would be passed over
    if _DEVICES.fullmatch(text):
        text = f"_{text}"
    return _short(text)


def _short(name: str) -> str:
    """At most ``MAX_BYTES``, the suffix kept."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode()) <= 20 else ""
    room = MAX_BYTES - len(suffix.encode())
    return name.removesuffix(suffix).encode()[:room].decode(errors="ignore").rstrip(". ") + suffix
