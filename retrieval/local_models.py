"""Models in the layout of the Hugging Face hub: found by path or by name, offline unless a download is allowed."""

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from retrieval.errors import Unavailable
from retrieval.settings import Section

if TYPE_CHECKING:
    import torch

_OTHER_BACKENDS = ("onnx", "openvino", "coreml", "gguf")
_OTHER_WEIGHTS = (".bin", ".h5", ".msgpack", ".ot", ".pt", ".pth", ".ckpt")  # read only where no safetensors are
_NO_MODEL = (".md", ".gitattributes", ".gitignore", ".png", ".jpg", ".pdf", ".lock", ".metadata")


class ModelOptions(Section):
    """What every model of one's own is asked for."""

    model: str = Field(min_length=1)  # a folder, or a name on the hub
    revision: str | None = None  # branch, tag or commit on the hub
    allow_download: bool = False
    trust_remote_code: bool = False  # runs the model's own Python: only for repositories that were read
    device: str = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    batch: int = Field(32, ge=1, le=4096)
    max_pieces: int | None = Field(None, ge=8, le=1_000_000)  # of the model's input, with prompt and special ones


def find(options: ModelOptions, organisation: str) -> Path:
    """The model's folder. A name without a slash is one of ``organisation``. Raises ``Unavailable``."""
    folder = Path(options.model).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or options.model.startswith((".", "~")):
        raise Unavailable(f"{options.model}: no such folder; correct model")
    name = options.model if "/" in options.model else f"{organisation}/{options.model}"
    return _snapshot(name, options.revision, options.allow_download)


@cache
def _snapshot(name: str, revision: str | None, allow_download: bool) -> Path:
    import huggingface_hub
    from huggingface_hub.errors import IncompleteSnapshotError

    try:
        return Path(
            huggingface_hub.snapshot_download(
                name,
                revision=revision,
                local_files_only=not allow_download,
                ignore_patterns=[f"{folder}/*" for folder in _OTHER_BACKENDS],
            )
        )
    except IncompleteSnapshotError as error:
        if not allow_download:
            return Path(error.snapshot_path)  # what loading it once has fetched, which is seldom all
        raise Unavailable(f"{name}: only a part of it could be downloaded; check the network") from None
    except (OSError, ValueError) as error:
        remedy = "check the name and the network" if allow_download else "download it, or set allow_download = true"
        said = one_line(error) if allow_download else "neither a folder nor in the hub's cache on this machine"
        raise Unavailable(f"{name}: {said}; {remedy}") from None


def fingerprint(folder: Path) -> str:
    """SHA-256 over names and contents of the files that a model is loaded from. Cached by size and time."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    named = {name: path for name, path in files.items() if _counts(Path(name))}
    if any(name.endswith(".safetensors") for name in named):
        named = {name: path for name, path in named.items() if not name.endswith(_OTHER_WEIGHTS)}
    whole = hashlib.sha256()
    for name, path in named.items():
        state = path.stat()
        whole.update(f"{name}\n{sha256(path, state.st_mtime_ns, state.st_size)}\n".encode())
    return whole.hexdigest()


def _counts(name: Path) -> bool:
    hidden = any(part.startswith(".") for part in name.parts)
    return not hidden and name.parts[0] not in _OTHER_BACKENDS and name.suffix.lower() not in _NO_MODEL


@cache
def sha256(path: Path, modified_ns: int, size: int) -> str:
    """Of the file as it stands; time and size are there for the cache."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def dtype_of(wanted: str, device: str) -> "torch.dtype":
    """``auto``: bfloat16 on a processor that multiplies it, float32 anywhere else.

    A model's vectors in the one and in the other differ by a cosine of some .9999, so an index may be written in one
    and read in the other.
    """
    import torch

    if wanted == "auto":
        wanted = "bfloat16" if device == "cpu" and multiplies_bfloat16() else "float32"
    found: torch.dtype = getattr(torch, wanted)
    return found


def device_of(wanted: str) -> str:
    """``auto``: a CUDA device where there is one, else the processor."""
    if wanted != "auto":
        return wanted
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it, as Linux tells; without them it is slower than float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return " avx512_bf16" in flags or " amx_bf16" in flags


def go_offline() -> None:
    """Before a model is loaded: its files are there by now, so no hub is asked, and no bar is drawn."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def one_line(what: object) -> str:
    return (" ".join(str(what).split()) or type(what).__name__)[:300]
