"""Makes a reply's values the kind that the schema asks for, where they can mean nothing else."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.model.tables import endpoint_words
from assistant.model_reply import Schema

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DEPTH = 40


def coerced(value: Any, schema: Schema) -> Any:
    """Return `value` with "6,181" a number, and "无" null, where only those are allowed."""
    return _coerced(value, schema, schema, 0)


def _coerced(value: Any, schema: object, root: Schema, depth: int) -> Any:
    variants = list(_variants(schema, root, depth))
    if depth > _DEPTH or not variants:
        return value
    if isinstance(value, dict):
        fields = _first(variants, "properties")
        return {
            name: _coerced(item, fields.get(name), root, depth + 1) for name, item in value.items()
        }
    if isinstance(value, list):
        items = _first(variants, "items")
        return [_coerced(item, items, root, depth + 1) for item in value]
    return _scalar(value, variants)


def _first(variants: list[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """Return the sub-schema of the only variant that has one; two could mean different things."""
    found = [variant[name] for variant in variants if isinstance(variant.get(name), dict)]
    return found[0] if len(found) == 1 else {}


def _variants(schema: object, root: Schema, depth: int) -> Iterator[Mapping[str, Any]]:
    """Yield the plain schemas that `schema` stands for."""
    if not isinstance(schema, Mapping) or depth > _DEPTH:
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield from _variants(_resolved(reference, root), root, depth + 1)
        return
    several = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not several:
        yield schema
    for variant in several:
        yield from _variants(variant, root, depth + 1)


def _resolved(reference: str, root: Schema) -> object:
    """Return what a local reference such as "#/$defs/Row" points at."""
    at: object = root
    for step in reference.removeprefix("#").split("/")[1:]:
        at = at.get(step) if isinstance(at, Mapping) else None
    return at


def _types(variants: list[Mapping[str, Any]]) -> set[str]:
    """Return the allowed types; empty when the schema does not say."""
    allowed: set[str] = set()
    for variant in variants:
        kinds = variant.get("type")
        if kinds is None:
            return set()
        allowed.update([kinds] if isinstance(kinds, str) else kinds)
    return allowed


def _scalar(value: Any, variants: list[Mapping[str, Any]]) -> Any:
    allowed = _types(variants)
    if isinstance(value, int) and not isinstance(value, bool) and "string" in allowed:
        return value if allowed & {"number", "integer"} else str(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if "null" in allowed and _means_null(text, "string" in allowed, variants):
        return None
    if "string" not in allowed and allowed & {"number", "integer"}:
        return _number(text, value)
    return value


def _means_null(text: str, text_allowed: bool, variants: list[Mapping[str, Any]]) -> bool:
    """Tell whether a text stands for null; where text is allowed, only the bare name does."""
    if any(text in variant.get("enum", ()) for variant in variants):
        return False
    words = endpoint_words().null_names if text_allowed else endpoint_words().null_words
    return text.lower() in words


def _number(text: str, otherwise: str) -> Any:
    """Return the number that a text prints, else the text as it was."""
    plain = unicodedata.normalize("NFKC", text)
    if not _NUMBER.fullmatch(plain):
        return otherwise
    digits = plain.replace(",", "")
    return float(digits) if "." in digits else int(digits)
