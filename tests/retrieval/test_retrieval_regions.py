"""A quote's own place within its passage."""

from retrieval.models import Locator, PageLocator, Part, Passage, RecordLocator, Region, TextLocator
from retrieval.regions import locate, union


def line(number: int, page: int = 3) -> PageLocator:
    return PageLocator(page=page, regions=(Region(x0=0.1, y0=number / 10, x1=0.9, y1=number / 10 + 0.05),))


def make(text: str, places: list[Locator]) -> Passage:
    parts, start = [], 0
    for row, place in zip(text.splitlines(), places, strict=True):
        parts.append(Part(start=start, end=start + len(row), locator=place))
        start += len(row) + 1
    whole = union(places)
    return Passage(
        id="1", document_id="d", parent_id="1", position=0, kind="table", text=text, locator=whole, language="en",
        parts=tuple(parts),
    )  # fmt: skip


TABLE = "Place | Torque\nCasing nuts | 45 Nm\nGland nuts | 12 Nm\nFoot bolts | 90 Nm"


def test_rows_far_apart_keep_boxes_of_their_own() -> None:
    passage = make(TABLE, [line(1), line(3), line(5), line(7)])
    place = locate(passage, "Place | Torque\nFoot bolts | 90 Nm")
    assert isinstance(place, PageLocator)
    assert [region.y0 for region in place.regions] == [0.1, 0.7]


def test_a_part_of_a_row_is_where_the_row_is() -> None:
    assert locate(make(TABLE, [line(1), line(3), line(5), line(7)]), "12 Nm") == line(5)


def test_a_quote_that_is_not_there_is_somewhere_in_the_passage() -> None:
    passage = make(TABLE, [line(1), line(3), line(5), line(7)])
    assert locate(passage, "Torque the casing to 45 Nm") == passage.locator
    assert locate(passage, "  ") == passage.locator


def test_rows_and_lines_are_narrowed_too() -> None:
    rows: list[Locator] = [RecordLocator(table="t", key=str(n), row=n) for n in (1, 2, 3, 4)]
    assert locate(make(TABLE, rows), "Gland nuts | 12 Nm\nFoot bolts | 90 Nm") == RecordLocator(
        table="t", key="3", row=3, last_row=4
    )
    lines: list[Locator] = [TextLocator(unit="line", first=n, last=n) for n in (1, 2, 3, 4)]
    assert locate(make(TABLE, lines), "Casing nuts | 45 Nm") == TextLocator(unit="line", first=2, last=2)


def test_a_row_repeated_is_found_in_order() -> None:
    passage = make("Step 1\nWait\nStep 2\nWait", [line(1), line(3), line(5), line(7)])
    assert locate(passage, "Step 2\nWait") == union([line(5), line(7)])


def test_a_head_repeated_from_the_page_before_moves_no_quote() -> None:
    passage = make(TABLE, [line(9), line(1, 4), line(3, 4), line(5, 4)]).model_copy(update={"locator": line(1, 4)})
    assert locate(passage, "Place | Torque\nGland nuts | 12 Nm") == line(3, 4)
