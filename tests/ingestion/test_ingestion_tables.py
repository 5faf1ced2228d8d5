import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.parsers._tables.cells import number, typed
from ingestion.parsers._tables.dates import moment, orders
from ingestion.parsers._tables.heads import split_unit
from ingestion.parsers._tables.typed import row_shown, typed_table
from ingestion.parsers._workbook import number_formats as formats
from retrieval.models import DataTable


def column(*cells: str, head: str = "Flow (m³/h)") -> tuple[str, str, list[object]]:
    """Type, unit and cells of a table of one column."""
    table = typed_table("t", [head], [(i, [cell]) for i, cell in enumerate(cells, 1)])
    return table.columns[0].type, table.columns[0].unit, [row.cells[0] for row in table.rows]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1 250,5", "0,6", "−5"], [1250.5, 0.6, -5]),  # decimal commas, a typeset minus
        (["1,250", "0.6"], [1250, 0.6]),
        (["1.250", "0,6"], [1250, 0.6]),
        (["1,250"], [1250]),
        (["1\u2009250.5", "12'500"], [1250.5, 12500]),
        (["１２．５", "－３"], [12.5, -3]),  # full-width forms
        (["5", "—", "", "7"], [5, None, None, 7]),
        (["1.5E+03", "2e-4"], [1500, 0.0002]),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(cells: list[str], values: list[float | None]) -> None:
    assert column(*cells) == ("number", "m³/h", values)


@pytest.mark.parametrize(
    "cells",
    [
        ["00123", "45"],
        ["P-101A", "P-101B"],
        ["12E5", "13E5"],
        ["1.5", "1,5"],
        ["3/4"],
        ["5", "about 7"],
        ["12345678901234567890"],
        ["5 %", "5"],
        ["1 2", "3 4"],
        ["10-20"],
    ],
)
def test_codes_tags_ranges_and_mixtures_stay_text(cells: list[str]) -> None:
    assert column(*cells, head="What") == ("text", "", cells)


@pytest.mark.parametrize("head", ["Part No.", "物料编码", "Serial number", "零件号", "Drawing no", "位号"])
def test_numbers_of_parts_are_no_quantities(head: str) -> None:
    assert column("6205", "6206", head=head)[0] == "text"


def test_the_table_settles_what_a_column_leaves_open() -> None:
    rows = [(1, ["1.250", "0,5"]), (2, ["3.500", "12,75"])]
    assert [row.cells for row in typed_table("t", ["Cost", "Length"], rows).rows] == [(1250, 0.5), (3500, 12.75)]
    assert typed_table("t", ["Cost", "Length"], [(1, ["1.250", "7"])]).rows[0].cells == (1.25, 7)


def test_signs_of_money_and_per_cent_become_units() -> None:
    assert column("€1.250,00", "€ 5,00", head="Price") == ("number", "€", [1250, 5])
    assert column("12%", "5 %", head="Share") == ("number", "%", [12, 5])
    assert column("12%", "5", head="Share (%)") == ("number", "%", [12, 5])
    assert column("12%", "5", head="Pressure (bar)")[0] == "text"


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["2025-03-04", "2025年3月4日", "2025/3/4"], ["2025-03-04"] * 3),
        (["04.03.2025", "31.12.2025"], ["2025-03-04", "2025-12-31"]),
        (["3/4/2025", "3/14/2025"], ["2025-03-04", "2025-03-14"]),
        (["3/4/2025", "14/3/2025"], ["2025-04-03", "2025-03-14"]),
        (["11/24/20 19:00", "11/25/20 0:00"], ["2020-11-24T19:00:00", "2020-11-25T00:00:00"]),
        (["4 Mar 2025", "12-Dec-2025"], ["2025-03-04", "2025-12-12"]),
        (["2025-03-04T07:30:00+01:00"], ["2025-03-04T07:30:00+01:00"]),
    ],
)
def test_dates_become_iso(cells: list[str], values: list[str]) -> None:
    assert column(*cells, head="When") == ("date", "", values)


@pytest.mark.parametrize("cells", [["3/4/2025", "5/6/2025"], ["1.2.03"], ["31/31/2025"], ["2025-02-30"], ["12-11-10"]])
def test_what_may_be_two_dates_or_none_stays_text(cells: list[str]) -> None:
    assert column(*cells, head="When")[0] == "text"


def test_yes_and_no() -> None:
    assert column("yes", "No", "", head="Spare") == ("boolean", "", [True, False, None])
    assert column("是", "否", head="备件") == ("boolean", "", [True, False])
    assert column("✓", "✗", head="ok")[2] == [True, False]
    assert column("NO", "NO", head="Position")[0] == "text"  # normally open


@pytest.mark.parametrize(
    ("head", "name", "unit"),
    [
        ("Flow (m3/h)", "Flow", "m3/h"),
        ("Flow [m³/h]", "Flow", "m³/h"),
        ("压力/MPa", "压力", "MPa"),
        ("压力（MPa）", "压力", "MPa"),
        ("Flow, m³/h", "Flow", "m³/h"),
        ("Pressure (bar(g))", "Pressure", "bar(g)"),
        ("Speed (1/min)", "Speed", "1/min"),
        ("数量（个）", "数量", "个"),
        ("Temperature in °C", "Temperature", "°C"),
        ("Name (zh)", "Name (zh)", ""),
        ("Quantity (per pump)", "Quantity (per pump)", ""),
        ("Date/time", "Date/time", ""),
        ("Built in", "Built in", ""),
    ],
)
def test_units_are_taken_from_heads(head: str, name: str, unit: str) -> None:
    assert split_unit(head) == (name, unit)


def test_columns_get_names_of_their_own_and_rows_the_same_width() -> None:
    table = typed_table("t", ["A", "", "A", "P (bar)", "P (psi)"], [(1, ["1"]), (2, list("abcdef"))])
    assert [one.name for one in table.columns] == ["A", "column 2", "A 2", "P (bar)", "P (psi)", "column 6"]
    assert [len(row.cells) for row in table.rows] == [6, 6]


@pytest.mark.parametrize(
    ("head", "title", "role"),
    [
        (["Item", "Part No.", "Description", "Qty"], "", "spare_parts"),
        (["序号", "备件号", "名称", "数量"], "", "spare_parts"),
        (["Item", "Part No.", "Description", "Qty"], "Bill of materials", "bill_of_materials"),
        (["层级", "物料编码", "名称", "数量"], "物料清单", "bill_of_materials"),
        (["Pos", "Qty", "Description", "Material"], "", "bill_of_materials"),
        (["Part", "Torque (N·m)"], "", ""),
        (["Tag", "Flow (m3/h)", "Pressure (bar)"], "Spare capacity", ""),
    ],
)
def test_lists_of_parts_are_known_by_their_heads(head: list[str], title: str, role: str) -> None:
    assert typed_table("t", head, [(1, ["1"] * len(head))], title=title).role == role


_CELLS = st.one_of(
    st.text(max_size=12),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(
        ["−5", "1 250,5", "12%", "€5", "2025-03-04", "3/4/2025", "✓", "—", "", " 7 ", "００", "yes", "1e5"]
    ),
)


@given(st.lists(st.lists(_CELLS, max_size=4), max_size=6), st.lists(st.text(max_size=8), max_size=4))
def test_what_a_cell_shows_is_never_lost(rows: list[list[str]], head: list[str]) -> None:
    table = typed_table("t", head, list(enumerate(rows, 1)))
    again = DataTable.model_validate_json(table.model_dump_json())
    assert len({one.name for one in table.columns}) == len(table.columns)
    for row, cells in zip(again.rows, rows, strict=True):
        assert row_shown(row) == tuple(cells) + ("",) * (len(table.columns) - len(cells))


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from([",", " ", "'", ""]))
def test_numbers_are_read_exactly_or_not_at_all(value: Decimal, group: str) -> None:
    text = f"{value:,f}".replace(",", group)
    if len(text) > 320:
        return
    read = number(text, "point")
    if read is None:
        assert Decimal(repr(float(value))) != value or not math.isfinite(float(value))
    else:
        assert Decimal(repr(read)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_that_is_shown_in_full_is_read_back(value: float) -> None:
    found = typed([repr(value)])
    assert found.kind == "number"
    assert found.cells == [value]


@given(st.datetimes())
def test_iso_times_are_read_back(value: object) -> None:
    read = moment(str(value))
    assert read is not None
    assert str(read.time) == str(value)


def test_numeric_dates_are_judged_by_their_column() -> None:
    assert orders(["3/4/2025", "13/4/2025"]) == ("dmy",)
    assert orders(["3/4/2025"]) == ("mdy", "dmy")
    assert orders(["13/13/2025"]) == ()
    assert moment("3/4/2025") is None


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (0.125, "0.0%", "12.5%"),
        (-5, "0.00;[Red](0.00)", "(5.00)"),
        (0, '0;-0;"-"', "-"),
        (1250, "[$€-407] #,##0.00", "€ 1,250.00"),
        (5551234, "000-0000", "555-1234"),
        (12345, "0.00E+00", "1.23E+04"),
        (1234567, '0.0,,"M"', "1.2M"),
        (5, "000", "005"),
        (2.675, "0.00", "2.68"),
        (75, '0 "°C"', "75 °C"),
        (-0.001, "0.00", "0.00"),
        (0.1 + 0.2, "General", "0.3"),
        (2.5, "# ?/?", "2.5"),
        (7, "[>5]0.0;0", "7"),
    ],
)
def test_number_formats(value: float, code: str, shown: str) -> None:
    assert formats.number(value, code) == shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(alphabet='0#?.,%E+-;"\\[]_* aG€@/<>5', max_size=14))
def test_no_number_format_breaks(value: float, code: str) -> None:
    assert isinstance(formats.number(value, code), str)
