"""Text of a picture by OCR: lines with their places, whichever way the page was laid on the scanner."""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from ingestion.parsers._ocr import lines as tidy
from ingestion.parsers._ocr.fit import fit, spaced
from ingestion.parsers._ocr.lines import Box, Seen
from retrieval.errors import Unavailable

if TYPE_CHECKING:
    from PIL.Image import Image

SURE = 0.5  # lines read with less confidence are dropped
_DOUBTFUL = 0.8  # lines read with less are read upside down as well
_SIDE = 1280  # pixels of the longer side in which lines are looked for; they are read at full size
_FINE_SIDE = 2560  # the same where letters would be too small
_SMALL_LETTERS = 13  # pixels, of a line's height
_MAX_SIDE, _MAX_PIXELS = 8000, 36_000_000  # a larger picture is read scaled down
_SHORT, _TILT = 5, 15  # times as long as high; degrees
_LEAST = 8  # pixels; nobody can read less
_MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx")
_READING = Lock()  # the engine keeps what it is doing in itself


class _Raw(NamedTuple):
    """What the recogniser says of a crop, and about where each character stands, as fractions of its width."""

    text: str
    confidence: float
    places: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A line of text. ``box`` is (x0, y0, x1, y1) as fractions of the picture, from the top left corner.

    It reaches from the ascenders to the descenders, also where the line has none: 1.1 times the size of its letters.
    """

    text: str
    box: Box
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a picture.

    The boxes of ``lines`` are fractions of the page turned upright and level, which is what layout needs;
    ``on_picture`` tells where such a box stands on the picture itself. For a page that was laid straight on the
    scanner the two are the same.
    """

    lines: tuple[OcrLine, ...]  # in natural order: top to bottom, left to right within a line
    dropped: int  # lines that were seen but not read with any confidence
    width: float  # of the upright page, in the picture's pixels
    height: float
    angle: float = 0.0  # degrees clockwise by which the text is turned on the picture

    def on_picture(self, box: Box) -> Box:
        return box if not self.angle else tidy.turned(box, self.angle, (self.width, self.height))


def read_page(picture: "Image") -> list[OcrLine]:
    """Chinese and English lines in natural order, columns not told apart; boxes are places on the picture.

    Raises ``Unavailable`` where the engine or its models are not installed.
    """
    reading = read(picture)
    return [replace(line, box=reading.on_picture(line.box)) for line in reading.lines]


def read(picture: "Image") -> Reading:
    """As ``read_page``, with what was dropped and how the page lay. Nothing is ever fetched from a network."""
    if min(picture.size) < _LEAST:
        return Reading((), 0, *map(float, picture.size))
    pixels, scale = _pixels(picture)
    with _READING:
        seen = _recognise(pixels)
    kept = [line for line in seen if line.confidence >= SURE and line.text]
    angle = tidy.angle_of(kept)
    height, width = pixels.shape[:2]
    level = (height, width) if round(angle / 90) % 2 else (width, height)
    lines = [
        OcrLine(line.text, tidy.level_box(line.corners, angle, (width, height), level), round(line.confidence, 4))
        for line in kept
    ]
    return Reading(
        tuple(tidy.natural_order(lines, lambda line: line.box)),
        sum(1 for line in seen if line.text and line.confidence < SURE),
        level[0] / scale,
        level[1] / scale,
        angle,
    )


def _pixels(picture: "Image") -> tuple[Any, float]:
    """The picture as rows of blue, green and red bytes, and by how much it was scaled."""
    import numpy as np

    from retrieval.pages._raster import flat

    width, height = picture.size
    scale = min(1.0, _MAX_SIDE / max(width, height), math.sqrt(_MAX_PIXELS / (width * height)))
    if scale < 1:
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        picture = flat(picture, size)
    return np.ascontiguousarray(np.asarray(flat(picture))[:, :, ::-1]), scale


def _recognise(pixels: Any) -> list[Seen]:
    """Every line seen on the page."""
    import numpy as np

    corners = _find(pixels, _SIDE)
    if corners is not None and _too_small(corners, max(pixels.shape[:2])):
        finer = _find(pixels, _FINE_SIDE)
        corners = finer if finer is not None else corners
    if corners is None:
        return []
    engine = _engine(os.getpid())
    crops = [(box, crop) for box, crop in zip(corners, engine.crop_text_regions(pixels, corners), strict=True)]
    crops = [(box, crop) for box, crop in crops if min(crop.shape[:2]) > 1]
    texts = _read_both_ways(engine, [crop for _, crop in crops])
    lines = []
    for (box, crop), (raw, flipped) in zip(crops, texts, strict=True):
        place = tidy.reading_corners(box.tolist(), flipped=flipped)
        letters = fit(np.ascontiguousarray(crop[::-1, ::-1] if flipped else crop), raw.text, raw.places)
        text = tidy.text(spaced(raw.text, raw.places, letters.gaps))
        lines.append(Seen(text, raw.confidence, tidy.fitted(place, letters.box)))
    return lines


def _read_both_ways(engine: Any, crops: Sequence[Any]) -> list[tuple[_Raw, bool]]:
    """What each crop says, and whether it was read upside down.

    Doubtful ones are read the other way too; where most of a page turns out to be upside down, so is all of it.
    """
    texts = [(raw, False) for raw in _read_crops(engine, crops)]

    def turn(which: Sequence[int], gain: float) -> None:
        for i, raw in zip(which, _read_crops(engine, [crops[i][::-1, ::-1] for i in which]), strict=True):
            if raw.confidence > texts[i][0].confidence + gain:
                texts[i] = (raw, True)

    turn([i for i, (raw, _) in enumerate(texts) if raw.confidence < _DOUBTFUL], 0.05)
    if sum(flipped for _, flipped in texts) > len(texts) / 2:
        turn([i for i, (_, flipped) in enumerate(texts) if not flipped], -0.05)
    return texts


def _too_small(corners: Any, longer_side: int) -> bool:
    """Whether lines had too few pixels in the copy that they were found in, and a finer one has more."""
    import numpy as np

    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).min(axis=1)
    return longer_side > _SIDE and bool(np.quantile(sides, 0.2) * _SIDE / longer_side < _SMALL_LETTERS)


def _find(pixels: Any, side: int) -> Any:
    """Corners of each line of text, (n, 4, 2) in pixels: clockwise from where its top left is. None: no text.

    Lines are looked for in a copy whose longer side is ``side``, on white paper with a margin: the detector misses
    what touches the edge.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = min(side / max(width, height), 2.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    margin = 16
    below, right = (max(0, 64 - length - 2 * margin) for length in (size[1], size[0]))
    small = cv2.copyMakeBorder(
        small, margin, margin + below, margin, margin + right, cv2.BORDER_CONSTANT, value=(255, 255, 255)
    )
    found = _engine(os.getpid())(small, use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return None
    corners = _straightened((np.asarray(found.boxes, dtype=np.float32) - margin) / scale)
    corners[:, :, 0] = corners[:, :, 0].clip(0, width)
    corners[:, :, 1] = corners[:, :, 1].clip(0, height)
    lengths = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    corners = corners[lengths.min(axis=1) >= 2]
    return corners if len(corners) else None


def _straightened(corners: Any) -> Any:
    """Short words level: the detector lays its boxes around them with a tilt that they don't have."""
    import numpy as np

    edges = np.roll(corners, -1, axis=1) - corners
    along, down = np.linalg.norm(edges[:, 0], axis=1), np.linalg.norm(edges[:, 1], axis=1)
    tilt = np.degrees(np.arctan2(edges[:, 0, 1], edges[:, 0, 0])) % 90
    short = np.maximum(along, down) < _SHORT * np.minimum(along, down)
    level = short & (np.minimum(tilt, 90 - tilt) < _TILT)
    x, y = np.sort(corners[:, :, 0], axis=1), np.sort(corners[:, :, 1], axis=1)
    left, right = x[:, :2].mean(axis=1), x[:, 2:].mean(axis=1)
    top, bottom = y[:, :2].mean(axis=1), y[:, 2:].mean(axis=1)
    boxes = np.stack([left, top, right, top, right, bottom, left, bottom], axis=1).reshape(-1, 4, 2)
    return np.where(level[:, None, None], boxes, corners).astype(np.float32)


def _read_crops(engine: Any, crops: Sequence[Any]) -> list[_Raw]:
    import numpy as np

    if not crops:
        return []
    read = engine.recognize_txt([np.ascontiguousarray(crop) for crop in crops])
    lines = []
    for text, score, words in zip(read.txts, read.scores, read.word_results, strict=True):
        columns = [column for group in words.word_cols or () for column in group]
        places = tuple((column + 0.5) / words.line_txt_len for column in columns)
        lines.append(_Raw(text, float(score), places))
    return lines


@cache
def _engine(process: int) -> Any:
    """One engine a process: a forked child can't use its parent's threads."""
    try:
        import rapidocr
    except ImportError as error:
        raise Unavailable(f"OCR can't run: {error}; install rapidocr and onnxruntime") from None
    folder = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in _MODELS if not (folder / name).is_file()]
    if missing:  # rapidocr would fetch them
        raise Unavailable(f"OCR can't run: rapidocr's model {missing[0]} is missing; reinstall rapidocr 3.10")
    det, rec, cls = (str(folder / name) for name in _MODELS)
    # With the models' paths given it never looks whether to download one.
    make: Callable[..., Any] = rapidocr.RapidOCR
    return make(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,  # how sure is sure enough is judged here
            "Global.return_word_box": True,
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "Det.model_path": det,
            "Det.limit_type": "max",
            "Det.limit_side_len": 2 * _FINE_SIDE,
            "Rec.model_path": rec,
            "Rec.rec_batch_num": 1,  # lines of one length each: more at once are padded, and slower on a CPU
            "Cls.model_path": cls,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1 if (os.cpu_count() or 1) < 4 else 2,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
