"""Golden questions from a CSV of people: columns by many names, in English and Chinese, in any usual encoding."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.dataset import GoldenQuestion
from retrieval.errors import BadDocument
from retrieval.terms import language_of

# The field, then the names that a column of it may have; compared folded, without spaces, "_" and "-".
_COLUMNS = {
    "id": "id no number key 编号 序号 题号",
    "question": "question query prompt text 问题 提问 题目 问句",
    "language": "language lang 语言 语种",
    "kind": "kind type category 类型 类别 种类 题型",
    "status": "status expectedstatus expected 状态 预期状态 期望状态",
    "facts": "facts fact goldfacts answer expectedanswer value 答案 事实 标准答案 要点 数值",
    "unit": "unit units 单位",
    "documents": "documents document file files source goldevidence 文档 文件 文件名 来源 手册",
    "pages": "pages page 页 页码 页数",
    "quotes": "quotes quote evidence passage 原文 引文 依据 证据",
    "records": "records record orders order workorder 工单 工单号 记录",
    "items": "items item sheet 图纸项 图上位号",
    "tools": "tools tool expectedtools 工具",
    "readings": "readings reading tags tag 读数 位号",
    "split": "split set 划分 数据集",
    "fact_id": "factid topic 事实编号 主题",
    "note": "note notes comment remark 备注 说明",
}
_FIELD = {name: field for field, names in _COLUMNS.items() for name in names.split()}
_LANGUAGES = {"en": "en", "english": "en", "英文": "en", "英语": "en", "zh": "zh", "cn": "zh", "chinese": "zh"}
_LANGUAGES |= {"zh-cn": "zh", "中文": "zh", "汉语": "zh"}
_STATUSES = {"回答": "answered", "可回答": "answered", "不回答": "abstained", "无答案": "abstained", "反问": "clarify"}
_STATUSES |= {"拒绝": "refused", "answerable": "answered", "unanswerable": "abstained", "yes": "answered"}
_LIST = re.compile(r"\s*[;；|\n、]\s*")
_FACT = re.compile(r"([-+±]?\d[\d,.]*(?:\s*(?:-|–|~|to|至|到)\s*\d[\d,.]*)?)\s*([^\d\s].*)?")


@dataclass(frozen=True, slots=True)
class BadRow:
    """``row`` as a spreadsheet counts: 1 is the head row."""

    row: int
    reason: str


def read_csv(path: Path) -> tuple[list[GoldenQuestion], list[BadRow]]:
    """The good rows as questions, and what is wrong with the others. Raises ``BadDocument``."""
    rows = list(_rows(path))
    if not rows:
        raise BadDocument(str(path), "empty", remedy="put a head row and at least one question in it")
    fields = [_FIELD.get(_folded(cell), "") for cell in rows[0][1]]
    if "question" not in fields:
        known = ", ".join(cell for cell in rows[0][1] if cell.strip())[:120]
        reason = f"no column of questions among: {known}"
        raise BadDocument(str(path), reason, where="row 1", remedy='name one column "question" or 问题')
    good: list[GoldenQuestion] = []
    bad: list[BadRow] = []
    ids: dict[str, int] = {}
    for number, cells in rows[1:]:
        values = {field: cell.strip() for field, cell in zip(fields, cells, strict=False) if field and cell.strip()}
        if not values:
            continue
        try:
            question = _question(values, number, [cell for cell in cells if cell.strip()], len(fields) < len(cells))
            if question.id in ids:
                raise ValueError(f'id: "{question.id}" stands in row {ids[question.id]} already')
        except ValidationError as error:
            first = error.errors()[0]
            bad.append(BadRow(number, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"))
        except ValueError as error:
            bad.append(BadRow(number, str(error)))
        else:
            ids[question.id] = number
            good.append(question)
    return good, bad


def unknown_columns(path: Path) -> list[str]:
    """Head cells that were not understood."""
    head = next(_rows(path), (0, []))[1]
    return [cell.strip() for cell in head if cell.strip() and _folded(cell) not in _FIELD]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row from 1, cells); a row is counted as a spreadsheet shows it, whatever lines its cells have."""
    text = _text(path)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t，", key=head.count) if head else ","
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BadDocument(str(path), f"no CSV: {error}", remedy="save it as CSV in UTF-8") from None


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadDocument(str(path), f"cannot be read: {error.strerror}", remedy="correct the path") from None
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadDocument(str(path), "is no text in UTF-8, UTF-16 or GB18030", remedy="save it as CSV in UTF-8")


def _folded(cell: str) -> str:
    return re.sub(r"[\s_\-()（）]+", "", cell.strip().lower().lstrip("\ufeff"))


def _question(values: Mapping[str, str], row: int, cells: Sequence[str], wide: bool) -> GoldenQuestion:
    if wide:
        raise ValueError(
            f"more cells than the head row has; quote the cell that holds the separator ({cells[-1][:30]})"
        )
    if "question" not in values:
        raise ValueError("question: empty; write the question or remove the row")
    language = values.get("language", "")
    known = _LANGUAGES.get(language.lower()) if language else language_of(values["question"])
    if known is None:
        raise ValueError(f'language: "{language}" is unknown; write en or zh')
    evidence, facts = _evidence(values), _facts(values)
    status = values.get("status", "").lower()
    assumed = "answered" if evidence or facts or "readings" in values else "abstained"
    return GoldenQuestion.model_validate(
        {
            "id": values.get("id") or f"row-{row}",
            "question": values["question"],
            "language": known,
            "kind": values.get("kind") or ("fact" if assumed == "answered" else "unanswerable"),
            "expected_status": _STATUSES.get(status, status) or assumed,
            "gold_evidence": evidence,
            "gold_facts": facts,
            "expected_tools": _list(values.get("tools", "")),
            "expected_readings": _list(values.get("readings", "")),
            "split": values.get("split", "").lower(),
            "fact_id": values.get("fact_id", ""),
            "origin": "hand",
        }
    )


def _list(cell: str) -> list[str]:
    return [part for part in _LIST.split(cell.strip()) if part]


def _facts(values: Mapping[str, str]) -> list[dict[str, str]]:
    """A number takes the rest as its unit, or the column's unit; anything else is a wording."""
    found = []
    for part in _list(values.get("facts", "")):
        match = _FACT.fullmatch(part)
        text, unit = (match[1].strip(), (match[2] or "").strip()) if match else (part, "")
        found.append({"text": text, "unit": unit or (values.get("unit", "") if match else "")})
    return found


def _evidence(values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Documents, pages and quotes side by side; one document or page for all where only one is named."""
    documents, pages = _list(values.get("documents", "")), _list(values.get("pages", ""))
    quotes = [part.strip() for part in re.split(r"[\n|]", values.get("quotes", "")) if part.strip()]
    if (pages or quotes) and not documents:
        raise ValueError("documents: empty, though a page or a quote is given; name the file")
    if documents and not pages:
        raise ValueError("pages: empty, though a document is named; give its page")
    count = max(len(documents), len(pages), len(quotes)) if documents else 0
    columns = {"documents": documents, "pages": pages, "quotes": quotes}
    for name, column in columns.items():
        if count and len(column) not in (0, 1, count):
            raise ValueError(f"{name}: {len(column)} of them for {count} places; give one for each or one for all")
    found: list[dict[str, Any]] = []
    for position in range(count):
        page = pages[position] if len(pages) > 1 else pages[0]
        digits = re.fullmatch(r"(?:p\.?|page|第)?\s*(\d+)\s*页?", page, re.I)
        if digits is None:
            raise ValueError(f'pages: "{page}" is no page number')
        document = documents[position] if len(documents) > 1 else documents[0]
        quote = quotes[position] if len(quotes) > 1 else (quotes[0] if quotes else "")
        found.append({"kind": "page", "document": document, "page": int(digits[1]), "quote": quote})
    found += [{"kind": "record", "key": key} for key in _list(values.get("records", ""))]
    return found + [{"kind": "sheet", "item": item} for item in _list(values.get("items", ""))]
