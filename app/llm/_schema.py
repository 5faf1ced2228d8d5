"""A light check of a value against the JSON schema that a server was to enforce. Not a validator for everything:
types, enum, const, required, properties, items, bounds, anyOf, allOf and local references, as pydantic
writes them."""

from collections.abc import Mapping, Sequence
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}


def violation(value: Any, schema: Mapping[str, Any]) -> str | None:
    """The first thing wrong with ``value``, as one line with its place, or None."""
    return _check(value, schema, schema, "$")


def _check(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> str | None:
    if "$ref" in schema:
        return _check(value, _resolve(str(schema["$ref"]), root), root, at)
    if "anyOf" in schema and all(_check(value, option, root, at) for option in schema["anyOf"]):
        return f"{at} fits none of its alternatives"
    for part in schema.get("allOf", ()):
        if wrong := _check(value, part, root, at):
            return wrong
    if "enum" in schema and value not in schema["enum"]:
        return f"{at} is {value!r}, not one of {schema['enum']!r}"
    if "const" in schema and value != schema["const"]:
        return f"{at} is {value!r}, not {schema['const']!r}"
    if not _is(value, schema.get("type")):
        return f"{at} is no {schema['type']}"
    return _bounds(value, schema, at) or _inside(value, schema, root, at)


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for key in reference.removeprefix("#").strip("/").split("/"):
        found = found[key] if key else found
    return dict(found)


def _is(value: Any, kinds: str | Sequence[str] | None) -> bool:
    if kinds is None:
        return True
    names = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):  # a bool is an int to Python, not to JSON
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _bounds(value: Any, schema: Mapping[str, Any], at: str) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            return f"{at} is {value}, out of bounds"
    elif isinstance(value, str | list):
        kind = "Length" if isinstance(value, str) else "Items"
        if not schema.get(f"min{kind}", 0) <= len(value) <= schema.get(f"max{kind}", len(value)):
            return f"{at} is too short or too long"
    return None


def _inside(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> str | None:
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return next(
            (wrong for i, item in enumerate(value) if (wrong := _check(item, schema["items"], root, f"{at}[{i}]"))),
            None,
        )
    if not isinstance(value, dict):
        return None
    known: Mapping[str, Any] = schema.get("properties", {})
    if missing := [key for key in schema.get("required", ()) if key not in value]:
        return f"{at} lacks {missing[0]}"
    if schema.get("additionalProperties") is False and (extra := [key for key in value if key not in known]):
        return f"{at} has {extra[0]!r}, which is unknown"
    return next(
        (
            wrong
            for key, part in known.items()
            if key in value and (wrong := _check(value[key], part, root, f"{at}.{key}"))
        ),
        None,
    )
