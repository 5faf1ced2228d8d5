"""What of a sheet can't be shown as its author sees it."""

from collections.abc import Sequence

from ingestion.parsers._workbook.sheet import Sheet, Value, letters

_NAMED = 5  # cells that a warning names


def warnings_of(sheet: Sheet, name: str) -> list[str]:
    """What of a sheet can't be shown as its author sees it: one line each. Before its rows are cleared."""
    where = f"{name}, sheet {sheet.name}"
    errors = [
        f"{letters(column)}{row} {cell.shown}"
        for row, cells in sheet.rows
        for column, cell in enumerate(cells, 1)
        if isinstance(cell, Value) and cell.kind == "error"
    ]
    told = []
    if sheet.hidden:
        told.append(f"{where}: is hidden in the workbook; read all the same")
    if sheet.hidden_rows or sheet.hidden_columns:
        told.append(f"{where}: {sheet.hidden_rows} hidden rows and {sheet.hidden_columns} hidden columns are read too")
    if sheet.uncalculated:
        told.append(
            f"{where}: {_some(sheet.uncalculated)}: formulas without a saved value are left empty; "
            "open it in a spreadsheet program and save it again"
        )
    if errors:
        told.append(f"{where}: {_some(errors)}: cells that hold errors say nothing")
    if sheet.charts:
        told.append(f"{where}: its charts and pictures are not read")
    return told


def _some(cells: Sequence[str]) -> str:
    more = f" and {len(cells) - _NAMED:,} more" if len(cells) > _NAMED else ""
    return ", ".join(cells[:_NAMED]) + more
