"""Where data breaks its JSON Schema; a hostile schema neither hangs nor reaches another machine."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from assistant.extraction.items import pointer

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LONGEST = 160
_MOST = 50


def breaches(schema: Mapping[str, Any], data: Any) -> tuple[str, ...]:
    """Return where the data breaks the schema: a required value that is missing, a bound.

    Where the schema cannot be applied (a reference to another file, one to itself, an expression
    that is not regular) that is said instead.
    """
    from jsonschema.exceptions import ValidationError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    checker = _checker()(dict(schema), registry=Registry())  # this registry fetches nothing
    found: list[str] = []
    try:
        error: ValidationError
        for error in checker.iter_errors(data):
            if len(found) == _MOST:
                return (*found, f"此外还有，只列出前 {_MOST} 处")
            place = pointer("", tuple(map(str, error.absolute_path))) or "/"
            found.append(f"{place}：{error.message:.{_LONGEST}}")
    except Unresolvable as error:
        found.append(f"模式里的引用找不到，没有核对完：{error!s:.{_LONGEST}}")
    except RecursionError:
        found.append("模式引用自身，没有核对完")
    return tuple(found)


@cache
def _checker() -> Any:
    """Return a validator whose regular expressions take linear time."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    changed = {"pattern": _pattern, "patternProperties": _no_pattern}
    return extend(Draft202012Validator, changed)  # type: ignore[no-untyped-call]


def _pattern(_: Any, expression: Any, instance: Any, __: Any) -> Iterator[Any]:
    """Yield what is wrong with a text under `pattern`."""
    from jsonschema.exceptions import ValidationError
    from pydantic import ValidationError as MismatchError
    from pydantic_core import SchemaError

    if not isinstance(instance, str):
        return
    try:
        _compiled(str(expression)).validate_python(instance)
    except SchemaError:
        yield ValidationError(f"没有核对 pattern {expression!r:.60}：不支持这种写法")
    except MismatchError:
        yield ValidationError(f"{instance!r:.80} 不合 pattern {expression!r:.60}")


@lru_cache(maxsize=256)
def _compiled(expression: str) -> "TypeAdapter[str]":
    """Return a check of an expression; pydantic's engine never tracks back, Python's may."""
    from typing import Annotated

    from pydantic import StringConstraints, TypeAdapter

    return TypeAdapter(Annotated[str, StringConstraints(pattern=expression)])


def _no_pattern(_: Any, __: Any, instance: Any, ___: Any) -> Iterator[Any]:
    """Refuse what `read_schema` refuses where it stands in sight."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, dict):
        yield ValidationError("没有核对 patternProperties：不支持")
