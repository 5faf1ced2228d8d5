"""Directives and roles that docutils doesn't know (Sphinx's, its extensions') keep their text."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from docutils import nodes, utils
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en

_DIRECTIVE = re.compile(r"\.\. +([A-Za-z][\w.+:-]{0,60})::(?:\s|$)")
_ROLE = re.compile(r":([A-Za-z][\w.+:-]{0,60}):`")
_TITLED = re.compile(r"^(.+?)\s*<[^<>]*>$", re.DOTALL)
_MOST_NAMES = 2000  # known to one process: a hostile file can't fill its memory with names
_CODE = frozenset(
    """code code-block sourcecode literalinclude prompt ipython doctest testcode testoutput jupyter-execute mermaid
    graphviz digraph uml plantuml console""".split()
)
_LISTS = frozenset({"toctree", "autosummary"})
_SILENT = frozenset(  # their arguments set something and are shown nowhere
    "highlight index currentmodule module default-domain only ifconfig tabularcolumns rst-class cssclass".split()
)
_LABELS = {
    "seealso": "See also",
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "todo": "To do",
}
_DIRECTIVES: Mapping[str, Any] = vars(directives)["_directive_registry"]
_ROLES: Mapping[str, Any] = vars(roles)["_role_registry"]
_known: set[str] = set()


class _AnyOption(dict[str, Any]):
    """Takes every option as it stands."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: str) -> Any:
        return lambda value: value


class _Kept(Directive):
    """A box of what the directive says: its title, then its content."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = _AnyOption()

    def run(self) -> list[nodes.Node]:
        name = self.name.lower()
        box = nodes.container("\n".join(self.content), directive=name)
        titles = [_LABELS[name]] if name in _LABELS else []
        titles += self.arguments if name not in _SILENT else []
        titles += [self.options[key] for key in ("caption", "title") if self.options.get(key)]
        box["label"] = " ".join(" ".join(titles).split())
        box["line"] = self.lineno
        if name in _LISTS:
            items = [match[1] if (match := _TITLED.match(line)) else line for line in self.content if line.strip()]
            box += nodes.bullet_list("", *[nodes.list_item("", nodes.paragraph(line, line.strip())) for line in items])
        else:
            self.state.nested_parse(self.content, self.content_offset, box, match_titles=True)
        return [box]


class _Code(_Kept):
    """Kept line by line."""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        caption = self.options.get("caption") or ""
        if self.name.lower() == "literalinclude" and self.arguments:
            caption = " ".join([caption, self.arguments[0]]).strip()
        box = nodes.container("", directive=self.name.lower())
        box["label"], box["line"] = caption, self.lineno
        if text.strip():
            block = nodes.literal_block(text, text)
            block.line = self.content_offset + 1
            box += block
        return [box]


def tolerate(source: str) -> None:
    """Make the names that a source uses known to docutils. What it knows by itself stays."""
    for name in _CODE:
        directives.register_directive(name, _Code)
    for name in {name.lower() for name in _DIRECTIVE.findall(source)} - _CODE:
        if name not in en.directives and name not in _DIRECTIVES and _is_new(f"d {name}"):
            directives.register_directive(name, _Kept)
    for name in {name.lower() for name in _ROLE.findall(source)}:
        if name not in en.roles and name not in _ROLES and _is_new(f"r {name}"):
            roles.register_local_role(name, cast(Any, _role))


def _is_new(name: str) -> bool:
    if name in _known or len(_known) >= _MOST_NAMES:
        return False
    _known.add(name)
    return True


def _role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """What it shows: the title in front of a target, else the target itself."""
    plain = utils.unescape(text)
    match = _TITLED.match(plain)
    return [nodes.inline(rawtext, match[1] if match else plain.lstrip("!~"))], []
