"""Names that files had inside another, made safe; and where each is put."""

import hashlib
import re
from pathlib import Path, PurePosixPath

_DRIVE = re.compile(r"^[A-Za-z]:")
_ODD = re.compile('[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')
_LEFT_OUT = re.compile(r"^(?:\.|~\$|__MACOSX$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_LONGEST_BYTES = 180  # of one part of a name
_DEEPEST = 20  # folders


def safe_name(raw: str) -> str:
    """A relative path with slashes that stays where it is joined; '' where nothing of the name is left."""
    parts = [_DRIVE.sub("", part) for part in raw.replace("\\", "/").split("/")]
    kept = [_ODD.sub("_", part).strip(" ") for part in parts if part.strip(" .")]
    return "/".join(_short(part) for part in kept[-_DEEPEST:])


def is_left_out(name: str) -> bool:
    """Hidden files, and what desktops and Office leave behind."""
    return any(_LEFT_OUT.match(part) for part in name.split("/"))


def _short(part: str) -> str:
    """A long name keeps its suffix, and a hash tells it from others that begin alike."""
    data = part.encode("utf-8", "replace")
    if len(data) <= _LONGEST_BYTES:
        return data.decode("utf-8")
    suffix = PurePosixPath(part).suffix[:16]
    mark = hashlib.sha256(data).hexdigest()[:8]
    room = _LONGEST_BYTES - len(suffix.encode()) - len(mark) - 1
    return f"{data[:room].decode('utf-8', 'ignore')}~{mark}{suffix}"


class Places:
    """Gives each member a name of its own, and a path in a folder of its own under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = set[str]()

    def take(self, name: str) -> tuple[str, Path]:
        """``name`` is safe; one that was taken gets a number."""
        path, number, found = PurePosixPath(name), 1, name
        while found.casefold() in self._taken:
            number += 1
            found = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._taken.add(found.casefold())
        own = self._folder / f"{len(self._taken):05}"
        own.mkdir(parents=True, exist_ok=True)
        return found, own / PurePosixPath(found).name
