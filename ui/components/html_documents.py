"""Pure builders of HTML for what documents hold and for runs of ingestion. Everything is escaped here."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from ui.components.html import e, number, place, quoted, table
from ui.models import FileFailure, Ingestion, Locator, Progress, Table, TextPiece
from ui.strings import Language, known, text

ICONS = {
    "manual": "menu_book",
    "worklog": "construction",
    "pid": "account_tree",
    "register": "inventory_2",
    "table": "table_chart",
    "mail": "mail",
}
_TONES = {"done": "ok", "failed": "alarm", "running": "info", "queued": "none"}
_COUNTS = ("published", "unchanged", "retired", "deleted", "failed", "skipped", "pages", "passages", "tables")
_SHORTEST_MARK = 4  # characters; shorter lines of a quote stand everywhere


def count(language: Language, key: str, n: int) -> str:
    """``key`` with its number; where the language has a form for one of them, that."""
    return text(language, f"{key}_one" if n == 1 else key, count=n)


def pieces(found: Sequence[TextPiece], language: Language, cited: Locator | None = None, quote: str = "") -> str:
    """Passages in order under their headings, what is cited marked."""
    made, heading = [], list[str]()
    for piece in found:
        path = piece.get("heading_path") or []
        if path and path != heading:
            made.append(f'<div class="pw-path">{e(" › ".join(path))}</div>')
        heading = path
        made.append(_piece(piece, language, _is_cited(piece, cited), quote))
    return f'<div class="pw-text">{"".join(made)}</div>'


def _piece(piece: TextPiece, language: Language, cited: bool, quote: str) -> str:
    said, locator = piece.get("text", ""), piece.get("locator") or {}
    body = quoted(said) if piece.get("kind") == "table" and not cited else marked(said, quote if cited else "")
    style = "pw-piece pw-cited" if cited else "pw-piece"
    return f'<div class="{style}"><span class="pw-mute">{e(_where(locator, language))}</span><div>{body}</div></div>'


def _where(locator: Locator, language: Language) -> str:
    if locator.get("kind") == "record":
        return text(language, "row", row=locator.get("row", ""))
    return str(locator.get("item", "")) if locator.get("kind") == "sheet" else place({"locator": locator}, language)


def _is_cited(piece: TextPiece, cited: Locator | None) -> bool:
    where = piece.get("locator") or {}
    if cited is None or where.get("kind") != "text" or where.get("unit") != cited.get("unit"):
        return False
    return where.get("first", 0) <= cited.get("last", 0) and where.get("last", 0) >= cited.get("first", 0)


def marked(said: str, quote: str) -> str:
    """``said`` with the lines of ``quote`` that stand in it as marks."""
    spans = []
    for line in filter(None, (line.strip() for line in quote.splitlines())):
        at = said.find(line) if len(line) >= _SHORTEST_MARK else -1
        if at >= 0:
            spans.append((at, at + len(line)))
    made, done = "", 0
    for start, end in sorted(spans):
        if end > done:
            begin = max(start, done)
            made += f"{e(said[done:begin])}<mark>{e(said[begin:end])}</mark>"
            done = end
    return made + e(said[done:])


def data_table(found: Table, language: Language, cited_row: int | None = None) -> str:
    """Rows as the file shows them, numbered as in the file, the cited one marked."""
    columns = found.get("columns") or []
    head = "".join(
        f"<th{' class=pw-num' if column.get('type') == 'number' else ''}>{e(_column(column))}</th>"
        for column in columns
    )
    rows = "".join(_row(row, row.get("row") == cited_row) for row in found.get("rows") or [])
    return (
        f'<div class="pw-scroll"><table class="pw-table pw-rows"><thead><tr><th>{e(text(language, "row_number"))}</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _column(column: dict[str, str]) -> str:
    return f"{column.get('name', '')} ({column['unit']})" if column.get("unit") else column.get("name", "")


def _row(row: dict[str, Any], cited: bool) -> str:
    cells = row.get("cells") or []
    shown = row.get("shown") or ["" if cell is None else number(cell) for cell in cells]
    numeric = [isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells]
    made = "".join(
        f'<td class="pw-num">{e(said)}</td>' if is_number else f"<td>{e(said)}</td>"
        for said, is_number in zip(shown, numeric, strict=False)
    )
    mark = ' class="pw-cited"' if cited else ""
    return f'<tr{mark}><td class="pw-mute">{e(row.get("row", ""))}</td>{made}</tr>'


def run_head(run: Ingestion, language: Language, clock: Callable[[str], str]) -> str:
    status = run.get("status", "queued")
    tone = f"--tone:var(--pw-{_TONES.get(status, 'none')})"
    return (
        f'<div class="pw-run-head" style="{tone}"><b>{e(what(run, language))}</b>'
        f'<span class="pw-pill">{e(known(language, "status", status))}</span>'
        f'<span class="pw-mute">{e(clock(run.get("finished") or run.get("created", "")))}</span></div>'
    )


def what(run: Ingestion, language: Language) -> str:
    """What a run does, with the first of its files."""
    names = run.get("files") or ["…"]
    first = names[0]
    if len(names) > 1:
        first = text(language, "and_more", first=first, count=len(names) - 1)
    key = f"run_{run.get('action', 'ingest')}"
    return text(language, key, what=first)


def counts(progress: Progress, language: Language) -> str:
    """What came of it so far, zeros left out."""
    numbers = cast(dict[str, int], progress)
    parts = [text(language, f"count_{name}", count=n) for name in _COUNTS if (n := numbers.get(name))]
    return f'<div class="pw-mute">{e(" · ".join(parts))}</div>' if parts else ""


def doing(run: Ingestion, language: Language) -> str:
    """How far a run is: a bar, and words."""
    progress = run.get("progress") or {}
    files = progress.get("files") or 0
    share = min(100.0, 100 * progress.get("done", 0) / files) if files else 0.0
    return (
        f'<div class="pw-share" role="progressbar" aria-valuenow="{share:.0f}" aria-valuemin="0" aria-valuemax="100">'
        f'<i style="width:{share:.1f}%"></i></div><div class="pw-mute">{e(_doing(run, language))}</div>'
    )


def _doing(run: Ingestion, language: Language) -> str:
    progress = run.get("progress") or {}
    files, parts = progress.get("files"), []
    if files:
        parts.append(text(language, "files_done", done=progress.get("done", 0), files=files))
    if progress.get("file"):
        stage = known(language, "doing", progress.get("stage") or "")
        parts.append(f"{progress['file']}: {stage}")
    return " · ".join(parts) or text(language, "run_starting" if run.get("status") == "running" else "status_queued")


def failures(found: Sequence[FileFailure], language: Language, clock: Callable[[str], str] | None = None) -> str:
    """Files with their reasons; with ``clock`` also when, and when they are tried again."""
    rows = []
    for failure in found:
        file = failure.get("file") or failure.get("path", "")
        reason = failure.get("reason", "").removeprefix(f"{file}: ").removeprefix(f"{file}, ")
        row = [f"<b>{e(file)}</b>", e(reason)]
        if clock:
            row.append(f'<span class="pw-mute">{e(_when(failure, language, clock))}</span>')
        rows.append(row)
    head = [text(language, "file"), text(language, "reason")] + ([text(language, "when")] if clock else [])
    return table(head, rows, "pw-failures")


def _when(failure: FileFailure, language: Language, clock: Callable[[str], str]) -> str:
    parts = [clock(failure.get("finished", ""))]
    if failure.get("status") == "quarantined":
        parts.append(text(language, "again_on_change"))
    elif again := failure.get("retry_after"):
        parts.append(text(language, "again_at", time=clock(again)))
    if failure.get("document_id"):
        parts.append(text(language, "older_shown"))
    return "; ".join(parts)
