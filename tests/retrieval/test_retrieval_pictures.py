"""Pictures of drawings: rings stand where the items are, on the sheet that has them, for those who may see it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from retrieval.errors import BadDocument, NotFound
from retrieval.models import EVERYTHING, Caller, Document, Item
from retrieval.pictures import drawing_picture
from retrieval.settings import RetrievalSettings
from retrieval.sheets.dxf import dxf_png
from retrieval.sheets.rings import RING
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database

ANYWHERE = frozenset({EVERYTHING})
OURS = Caller(name="ours", groups=frozenset({"operations"}), areas=ANYWHERE)
OTHER = Caller(name="other", groups=frozenset({"plant"}), areas=ANYWHERE)


def _pdf(path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(800, 400))
    for page in (1, 2):
        canvas.drawString(100, 200, f"sheet {page}")
        canvas.showPage()
    canvas.save()


def _dxf(path: Path) -> None:
    from ezdxf.filemanagement import new

    document = new()
    space = document.modelspace()
    space.add_lwpolyline([(0, 0), (800, 0), (800, 400), (0, 400), (0, 0)])
    space.add_text("循环水罐", height=20).set_placement((400, 200))
    space.add_circle((200, 100), 40)
    document.saveas(path)


def _png(path: Path) -> None:
    Image.new("RGB", (800, 400), (255, 255, 255)).save(path)


def _tif(path: Path) -> None:
    pages = [Image.new("RGB", (800, 400), (255, 255, 255)) for _ in range(2)]
    pages[0].save(path, save_all=True, append_images=pages[1:])


def _stored(db: Database, folder: Path, suffix: str, write: Callable[[Path], None]) -> RetrievalSettings:
    """A drawing whose A-1 is on page 1, A-2 and A-3 on page 2 (of DXF: all on the one sheet)."""
    settings = RetrievalSettings(data_dir=folder / "data")
    settings.originals_dir.mkdir(parents=True)
    write(settings.originals_dir / f"{'a' * 64}{suffix}")
    second = 1 if suffix in (".dxf", ".png") else 2
    spots = {"A-1": (0.25, 0.25, 1), "A-2": (0.75, 0.5, second), "A-3": (0.5, 0.75, second)}
    items = tuple(
        Item(tag=tag, item_class="Pump", role="equipment", drawing_id="D", position=(x, y), page=page, inferred=True)
        for tag, (x, y, page) in spots.items()
    )
    document = Document(id="d", kind="pid", title="D", path=f"D{suffix}", sha256="a" * 64, groups=("operations",))
    epoch = epochs.reserve(db)
    documents.stage(db, epoch, documents.Content(document, items=items))
    epochs.publish(db, epoch)
    return settings


def _rings(png: bytes) -> tuple[Image.Image, list[tuple[float, float]]]:
    """The picture, and the middle of each patch of ring colour as fractions, left to right."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    spots: list[list[tuple[int, int]]] = []
    data: Any = picture.load()
    for x in range(picture.width):
        for y in range(picture.height):
            if data[x, y] == RING:
                near = [s for s in spots if abs(s[-1][0] - x) + abs(s[-1][1] - y) < picture.width / 8]
                if not near:
                    spots.append([])
                (near or spots[-1:])[0].append((x, y))
    middles = [((min(x for x, _ in s) + max(x for x, _ in s)) / 2 / picture.width,
                (min(y for _, y in s) + max(y for _, y in s)) / 2 / picture.height) for s in spots]  # fmt: skip
    return picture, middles


KINDS = {".pdf": _pdf, ".dxf": _dxf, ".png": _png, ".tif": _tif}


@pytest.mark.parametrize("suffix", KINDS)
def test_a_tag_is_ringed_where_its_item_is(db: Database, tmp_path: Path, suffix: str) -> None:
    settings = _stored(db, tmp_path, suffix, KINDS[suffix])
    picture, rings = _rings(drawing_picture(db, settings, OURS, "d", ["A-1"], width=400))
    assert picture.width == 400
    assert rings == [pytest.approx((0.25, 0.25), abs=0.01)]


@pytest.mark.parametrize("suffix", [".pdf", ".tif"])
def test_the_sheet_of_the_first_tag_is_shown_with_what_is_on_it(db: Database, tmp_path: Path, suffix: str) -> None:
    settings = _stored(db, tmp_path, suffix, KINDS[suffix])
    _, rings = _rings(drawing_picture(db, settings, OURS, "d", ["a-2", "A-1", "A-3"], width=400))
    assert rings == [pytest.approx((0.5, 0.75), abs=0.01), pytest.approx((0.75, 0.5), abs=0.01)]


@pytest.mark.parametrize("suffix", KINDS)
def test_without_tags_or_with_unknown_ones_nothing_is_ringed(db: Database, tmp_path: Path, suffix: str) -> None:
    settings = _stored(db, tmp_path, suffix, KINDS[suffix])
    for tags in ([], ["P-999"]):
        assert _rings(drawing_picture(db, settings, OURS, "d", tags, width=300))[1] == []


def test_who_may_not_see_the_drawing_gets_none(db: Database, tmp_path: Path) -> None:
    settings = _stored(db, tmp_path, ".dxf", _dxf)
    with pytest.raises(NotFound, match="no document"):
        drawing_picture(db, settings, OTHER, "d", ["A-1"], width=300)


def test_a_dxf_is_drawn_black_on_white_with_its_chinese(tmp_path: Path) -> None:
    _dxf(tmp_path / "sheet.dxf")
    picture = Image.open(BytesIO(dxf_png(tmp_path / "sheet.dxf", width=1000))).convert("L")
    assert picture.size == (1000, 519)  # 800 x 400 with a margin of 2 %
    dark = picture.point(lambda value: 255 if value < 140 else 0)
    assert dark.getbbox() == pytest.approx((19, 19, 981, 500), abs=3)
    letters = dark.crop((500, 220, 620, 262))
    black = sum(letters.histogram()[255:])
    assert 0.1 < black / (letters.width * letters.height) < 0.6
    columns = [any(letters.getpixel((x, y)) for y in range(letters.height)) for x in range(letters.width)]
    assert sum(columns) > 60  # four characters, not four empty boxes


def test_a_dxf_that_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sheet.dxf"
    path.write_bytes(b"AC1032\x00\x00")
    with pytest.raises(BadDocument, match=r"sheet\.dxf: is a DWG"):
        dxf_png(path)
    _dxf(path)
    with pytest.raises(NotFound, match="no sheet 2; it has 1"):
        dxf_png(path, page=2)
