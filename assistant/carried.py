"""Objects on their way over the page's API, where `path` means a file: there it is `path_`.

The page's server and its clients take any object with a `path` for a file: the one would serve it,
the others fetch it. Values of a report or a schema may be called so too.
"""

from typing import Any

from index.errors import MisuseError

_MEANT, _CARRIED = "path", "path_"


def carried(found: Any) -> Any:
    """Return a JSON value in which no key is `path`; raises MisuseError when `path_` is taken."""
    return _renamed(found, _MEANT, _CARRIED)


def restored(given: Any) -> Any:
    """Return what `carried` was given; raises MisuseError for what nothing of ours looks like."""
    try:
        return _renamed(given, _CARRIED, _MEANT)
    except RecursionError as error:
        raise MisuseError("给出的 JSON 嵌套太深。请给出 ask 返回的对象。") from error


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list | tuple):
        return [_renamed(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    if old in value and new in value:
        raise MisuseError(f"同一个对象里不能既有 {old!r} 又有 {new!r}。请在 schema 里换个字段名。")
    return {new if key == old else key: _renamed(one, old, new) for key, one in value.items()}
