"""Which labels file speaks for which: by its name, beside the files of its folder."""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

FOLDER = "labels.yaml"
SUFFIX = ".labels.yaml"
FORMS = (FOLDER, "labels.yml")


class Beside:
    """The files of one folder, on disk or in an archive, as far as labels files there may speak for them."""

    def __init__(self, names: Iterable[str]) -> None:
        said, documents = dict[str, str](), list[str]()
        for name in sorted(names):
            spoken = target(name)
            if spoken is None:
                documents.append(name)
            else:
                said[name] = spoken
        self._said = said
        self._by_key: dict[str, list[str]] = {}
        for name, spoken in said.items():
            self._by_key.setdefault(_key(spoken), []).append(name)
        self._same: dict[str, list[str]] = {}
        self._near: dict[str, list[str]] = {}
        for name in documents if any(self._by_key) else ():
            for key, there in ((_key(name), self._same), (_key(PurePosixPath(name).stem), self._near)):
                if key in self._by_key:
                    there.setdefault(key, []).append(name)

    def all(self) -> list[str]:
        """Labels files that speak for all below the folder."""
        return self._by_key.get("", [])

    def of(self, name: str) -> list[str]:
        """Labels files of one file; where two differ in the case of letters only, each has its own."""
        key = _key(name)
        mine = self._by_key.get(key, [])
        return [one for one in mine if self._said[one] == name or self._said[one] not in self._same.get(key, [])]

    def meant(self, name: str) -> list[str]:
        """Labels files that are no file's and may have been meant for this one: ``a.labels.yaml`` for ``a.md``."""
        key = _key(PurePosixPath(name).stem)
        return [] if self._same.get(key) else self._by_key.get(key, [])

    def stray(self, name: str) -> tuple[str, str] | None:
        """Of a labels file that is no file's: what is wrong, and what to do."""
        key = _key(target(name) or "")
        if not key or key == "." or self._same.get(key):
            return None
        near = self._near.get(key, [])
        if near:
            return "is named after no file here", f"call it {' or '.join(one + SUFFIX for one in near[:3])}"
        remedy = f"name it after its file, as manual.pdf{SUFFIX}, or {FOLDER} for the whole folder, or remove it"
        return "is named after no file here", remedy


def target(name: str) -> str | None:
    """What a labels file of this name speaks for: a file's name, '' for all below its folder; None: it is none."""
    last = PurePosixPath(name).name
    for form in FORMS:
        if last.lower() == form:
            return ""
        if last.lower().endswith("." + form):
            return last[: -len(form) - 1] or "."  # hidden, and nobody's
    return None


def spoken_for(sidecar: Path) -> list[Path]:
    """Files beside a labels file that it speaks for or may have been meant for, whether or not it is there."""
    said = target(sidecar.name) or ""
    try:
        names = os.listdir(sidecar.parent)
    except OSError:
        return [sidecar.with_name(said)] if said else []
    return [
        sidecar.with_name(name)
        for name in names
        if target(name) is None and _key(said) in (_key(name), _key(PurePosixPath(name).stem))
    ]


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
