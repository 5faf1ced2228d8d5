"""The cited part of a page picture."""

import io

from PIL import Image

from ui.components.picture import cited_part


def page() -> bytes:
    """100 wide, 200 high: white with a black band from a half to 0.6 of its height."""
    picture = Image.new("L", (100, 200), 255)
    picture.paste(0, (0, 100, 100, 120))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_the_part_holds_the_region_and_little_more() -> None:
    part = cited_part(page(), [[0.1, 0.5, 0.9, 0.55], [0.1, 0.55, 0.9, 0.6]])
    assert part is not None
    with Image.open(io.BytesIO(part)) as picture:
        assert picture.size == (100, 32)
        assert sorted(count for count, _ in picture.getcolors() or []) == [1200, 2000]


def test_no_part_without_a_region_or_where_it_is_most_of_the_page() -> None:
    assert cited_part(page(), []) is None
    assert cited_part(page(), [[0, 0.1, 1, 0.8]]) is None
