"""Markdown before it is parsed: front matter, and boxes that CommonMark doesn't know. Lines keep their numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion.parsers._prose.front import Said
from ingestion.parsers._prose.marks import NOTE_NAMES, WARNING_NAMES

_FENCE = re.compile(r"^\s*(?:>\s*)*(`{3,}|~{3,})")
_COLONS = re.compile(r"^\s{0,3}(:{3,})\s*\{?\.?(?P<name>[\w-]*)\}?(?:\[(?P<title>[^\]]*)\]|[ \t]+(?P<rest>.*))?\s*$")
_BANGS = re.compile(r'^(?:!!!|\?\?\?\+?)\s+(?P<name>[\w-]+)[^"“]*(?:["“](?P<title>.*)["”])?\s*$')
_LONGEST_LINE = 100_000  # what is longer is data, and dear to look for emphasis in
_MOST_FRONT = 200  # lines


@dataclass(frozen=True, slots=True)
class Box:
    """A warning or note by its markup: lines ``first`` to ``last``, 1-based, both its own."""

    first: int
    last: int
    name: str  # warning, danger, note, ... in lower case
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    text: str  # with a blank line for each that is markup of front matter or boxes
    boxes: tuple[Box, ...] = ()
    said: Said = field(default_factory=Said)
    plain: frozenset[int] = field(default_factory=frozenset)  # lines too long to be parsed


def prepare(text: str, name: str, warnings: list[str]) -> Source:
    """Take out what isn't CommonMark."""
    lines = text.split("\n")
    said = _front_matter(lines, name, warnings)
    boxes = _boxes(lines)
    long = [i for i, line in enumerate(lines) if len(line) > _LONGEST_LINE]
    for i in long:
        warnings.append(f"{name}, line {i + 1}: {len(lines[i]):,} characters are read as they stand, without markup")
    return Source("\n".join(lines), tuple(boxes), said, frozenset(i + 1 for i in long))


def _front_matter(lines: list[str], name: str, warnings: list[str]) -> Said:
    mark = lines[0].rstrip()
    if mark not in ("---", "+++"):
        return Said()
    ends = ("---", "...") if mark == "---" else ("+++",)
    end = next((i for i, line in enumerate(lines[1:_MOST_FRONT], 1) if line.rstrip() in ends), None)
    if end is None:
        return Said()
    source = "\n".join(lines[1:end])
    try:
        given = _load(source, toml=mark == "+++")
    except ValueError:
        if ":" in source or "=" in source:
            warnings.append(f"{name}, line 1: the front matter is no valid {'TOML' if mark == '+++' else 'YAML'}")
        return Said()
    if not isinstance(given, Mapping):
        return Said()
    lines[: end + 1] = [""] * (end + 1)
    return _said(given)


def _load(source: str, *, toml: bool) -> object:
    if toml:
        import tomllib

        return tomllib.loads(source)
    import yaml

    try:
        return yaml.safe_load(source)
    except (yaml.YAMLError, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from None


def _said(given: Mapping[object, object]) -> Said:
    named = {str(key).lower(): value for key, value in given.items() if isinstance(value, str | int | float) or value}

    def of(*keys: str) -> str:
        return next((str(named[key]) for key in keys if key in named and not isinstance(named[key], list | dict)), "")

    return Said(
        title=of("title", "标题"),
        revision=of("revision", "rev", "version", "修订", "版本"),
        date=of("effective_date", "effective", "date", "updated", "lastmod", "日期", "生效日期"),
        language=of("lang", "language", "语言"),
    )


def _boxes(lines: list[str]) -> list[Box]:
    """Blanks the lines ``:::warning`` and ``!!! warning``, and tells what they enclose."""
    boxes: list[Box] = []
    open_boxes: list[tuple[int, str, str, int]] = []  # line, name, title, colons
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence[0] * len(fence)) and not line.strip(" >`~"):
                fence = ""
        elif fence:
            pass
        elif line.startswith(("!!!", "???")) and (match := _BANGS.match(line)):
            boxes.append(_indented(lines, at, match["name"].lower(), match["title"] or ""))
        elif ":::" in line and (match := _COLONS.match(line)):
            _colons(lines, at, match, open_boxes, boxes)
        at += 1
    boxes += [Box(line, len(lines), name, title) for line, name, title, _ in open_boxes]
    return sorted(boxes, key=lambda box: (box.first, -box.last))


def _colons(
    lines: list[str], at: int, match: re.Match[str], open_boxes: list[tuple[int, str, str, int]], boxes: list[Box]
) -> None:
    name = match["name"].lower()
    if not name:
        if open_boxes:
            line, name, title, _ = open_boxes.pop()
            boxes.append(Box(line, at + 1, name, title))
            lines[at] = ""
    elif name in WARNING_NAMES | NOTE_NAMES or match["title"] is None:
        open_boxes.append((at + 1, name, (match["title"] or match["rest"] or "").strip(), len(match[1])))
        lines[at] = ""


def _indented(lines: list[str], at: int, name: str, title: str) -> Box:
    """The lines that are indented below, moved to the margin."""
    end = last = at + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(("    ", "\t"))):
        if lines[end].strip():
            lines[end] = lines[end][1:] if lines[end].startswith("\t") else lines[end][4:]
            last = end + 1
        end += 1
    lines[at] = ""
    return Box(at + 1, last, name, title)
