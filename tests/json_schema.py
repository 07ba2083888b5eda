"""As much of JSON Schema as the published schema uses; a keyword that is not known is an error."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any] | bool
"""What a value must be; true is anything, false is nothing."""

IGNORED = {"title", "description", "default", "$schema", "$defs", "replies"}
"""What says nothing about the value."""

TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
}


def accepts(schema: Schema, value: Any, root: Mapping[str, Any]) -> bool:
    """The value is what the schema says; `root` has the definitions."""
    if isinstance(schema, bool):
        return schema
    keywords = {name: wanted for name, wanted in schema.items() if name not in IGNORED}
    return all(_keeps(name, wanted, schema, value, root) for name, wanted in keywords.items())


def _keeps(
    name: str, wanted: Any, schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]
) -> bool:
    """The value is what one keyword says; keywords of other types of values say nothing."""

    def fits(part: Schema, inner: Any = value) -> bool:
        return accepts(part, inner, root)

    match name:
        case "$ref":
            return fits(root["$defs"][wanted.removeprefix("#/$defs/")])
        case "type":
            return TYPES[wanted](value)
        case "enum":
            return any(value == one and type(value) is type(one) for one in wanted)
        case "const":
            return bool(value == wanted and type(value) is type(wanted))
        case "oneOf":
            return sum(map(fits, wanted)) == 1
        case "anyOf":
            return any(map(fits, wanted))
        case "items":
            return not isinstance(value, list) or all(fits(wanted, item) for item in value)
        case _:
            pass
    if isinstance(value, dict):
        return _keeps_of_object(name, wanted, schema, value, fits)
    if isinstance(value, str):
        return _keeps_of_text(name, wanted, value)
    return _keeps_of_number(name, wanted, value)


def _keeps_of_object(
    name: str,
    wanted: Any,
    schema: Mapping[str, Any],
    value: Mapping[str, Any],
    fits: Callable[[Schema, Any], bool],
) -> bool:
    match name:
        case "properties":
            return all(fits(wanted[key], inner) for key, inner in value.items() if key in wanted)
        case "required":
            return all(key in value for key in wanted)
        case "additionalProperties":
            others = [inner for key, inner in value.items() if key not in schema["properties"]]
            return all(fits(wanted, inner) for inner in others)
        case _:
            return _other(name)


def _keeps_of_text(name: str, wanted: Any, value: str) -> bool:
    match name:
        case "pattern":
            # As ECMA has it, `$` is the end, and no newline before it.
            return re.search(wanted.replace("$", r"\Z"), value) is not None
        case "minLength":
            return len(value) >= int(wanted)
        case "maxLength":
            return len(value) <= int(wanted)
        case _:
            return _other(name)


def _keeps_of_number(name: str, wanted: Any, value: Any) -> bool:
    if not TYPES["integer"](value):
        return _other(name)
    match name:
        case "minimum":
            return bool(value >= wanted)
        case "maximum":
            return bool(value <= wanted)
        case "exclusiveMinimum":
            return bool(value > wanted)
        case "exclusiveMaximum":
            return bool(value < wanted)
        case _:
            return _other(name)


def _other(name: str) -> bool:
    """A keyword about values of another type. Errors: `NotImplementedError` if there is none."""
    known = {"properties", "required", "additionalProperties", "items", "pattern", "minLength"}
    known |= {"maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    if name not in known:
        raise NotImplementedError(name)
    return True
