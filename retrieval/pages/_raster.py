"""Picture files: which kind by content, opened under limits, frames upright and flattened to RGB on white."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.errors import BadDocument

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp", ".dib"),
    "WEBP": (".webp",),
}
_READERS = {  # Pillow's own; by name, so that no other format is ever tried on the file
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "JPEG": ("JpegImagePlugin", "JpegImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
}
_COPY = "copy it again from its source, or scan it anew"


def kind_of(start: bytes) -> str | None:
    """A key of ``SUFFIXES`` by the file's first 16 bytes, None for anything else."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "TIFF"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    # "BM" begins plain texts too: the two reserved words and the size of the next header tell.
    if (
        start.startswith(b"BM")
        and start[6:10] == bytes(4)
        and start[14:16] in (b"\x0c\0", b"\x28\0", b"\x6c\0", b"\x7c\0")
    ):
        return "BMP"
    return None


@contextmanager
def opened(path: Path, name: str, max_pixels: int) -> Iterator["Image"]:
    """The file as a Pillow picture; nothing is decoded yet. Raises ``BadDocument`` where it can't be."""
    with path.open("rb") as file, _reader(file, name, max_pixels) as picture:
        yield picture


def decoded(file: BinaryIO, name: str, *, max_pixels: int = 50_000_000, least: int = 0) -> "Image":
    """The one picture of a file in memory, as ``frame`` gives it. Raises ``BadDocument``."""
    with _reader(file, name, max_pixels) as picture:
        return frame(picture, 0, name, max_pixels, least=least)


def _reader(file: BinaryIO, name: str, max_pixels: int) -> "Image":
    kind = kind_of(file.read(16))
    if kind is None:
        raise BadDocument(name, "is no PNG, JPEG, TIFF, BMP or WebP by its content", remedy=_COPY)
    file.seek(0)
    module, reader = _READERS[kind]
    with _quiet(name, "is corrupt"):
        # Not Image.open: its limit on pixels is a global of the process, ours is an option.
        picture: Image = getattr(import_module(f"PIL.{module}"), reader)(file)
    _check_size(picture, name, "", max_pixels)
    return picture


def frames_of(picture: "Image", name: str) -> int:
    """How many pages the file has: an animation is one picture, and so is its every other format but TIFF."""
    with _quiet(name, "is corrupt"):
        return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def animated(picture: "Image") -> bool:
    return picture.format != "TIFF" and bool(getattr(picture, "is_animated", False))


def frame(picture: "Image", index: int, name: str, max_pixels: int, *, least: int = 0) -> "Image":
    """Frame ``index`` (0-based) decoded and turned as its EXIF data say.

    A JPEG may come at a half, a quarter or an eighth of its size, but no side below ``least``, where that isn't 0:
    decoding it so takes a fraction of the time and memory.
    """
    from PIL import ImageOps

    where = f"page {index + 1}" if index else ""
    with _quiet(name, "is truncated or corrupt", where):
        if picture.format == "TIFF":
            picture.seek(index)
        _check_size(picture, name, where, max_pixels)
        if least and picture.format == "JPEG":
            picture.draft(None, (min(least, picture.width), min(least, picture.height)))
        picture.load()
        return ImageOps.exif_transpose(picture)


def flat(picture: "Image", size: tuple[int, int] | None = None) -> "Image":
    """RGB on white paper, 16-bit greys spread over what they use; scaled to ``size`` (width, height) where given."""
    from PIL import Image as images

    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        picture = _eight_bits(picture)
    if size is not None and picture.mode in ("1", "P", "PA"):  # can't be scaled smoothly as they are
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    if size is not None:
        picture = picture.resize(size, images.Resampling.BOX if size[0] < picture.width else images.Resampling.BICUBIC)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        paper = images.new("RGB", picture.size, (255, 255, 255))
        paper.paste(see_through, mask=see_through.getchannel("A"))
        return paper
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _eight_bits(picture: "Image") -> "Image":
    import numpy as np
    from PIL import Image as images

    grey = np.nan_to_num(np.asarray(picture, dtype=np.float32), posinf=0.0, neginf=0.0)
    low, high = float(grey.min()), float(grey.max())
    return images.fromarray(((grey - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))


def _check_size(picture: "Image", name: str, where: str, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise BadDocument(
            name,
            f"has {width:,} x {height:,} pixels, more than [ingestion] max_pixels = {max_pixels:,}",
            where=where,
            remedy="scan it at a lower resolution, or raise the setting",
        )
    if not width or not height:
        raise BadDocument(name, "has no pixels", where=where, remedy=_COPY)


@contextmanager
def _quiet(name: str, what: str, where: str = "") -> Iterator[Any]:
    """Pillow's many ways to say that a file is damaged -> ``BadDocument``; its grumbling about metadata -> nothing."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="PIL")
            yield
    except BadDocument:
        raise
    except Exception as error:  # whatever a damaged file brings out of a decoder: OSError, struct.error, KeyError...
        reason = " ".join(str(error).split())[:120] if isinstance(error, OSError | SyntaxError) else ""
        raise BadDocument(name, f"{what} ({reason})" if reason else what, where=where, remedy=_COPY) from None
