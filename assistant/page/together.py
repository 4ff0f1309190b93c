"""Acts that one event does together: one way to the server and back instead of one for each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Act = Callable[..., Any]
_SAME = {"__type__": "update"}


class Together:
    """Acts with what each takes and gives; `inputs` and `outputs` are those of the one event.

    An input may serve several acts. An output given by several acts gets the properties that all
    of them change; one that gets a value otherwise is given by one act only. What belongs to a tab
    that is not open is left as it is.
    """

    def __init__(self) -> None:
        self._acts: list[tuple[Act, Sequence[Any], Sequence[Any], str]] = []
        self._taken: dict[int, Any] = {}
        self._given: dict[int, Any] = {}

    def add(
        self, act: Act, inputs: Sequence[Any], outputs: Sequence[Any], tab: str = ""
    ) -> None:  # fmt: skip
        """Add an act, of a tab or of the whole page.

        It gives one value for its one output, else a sequence of values.
        """
        self._acts.append((act, inputs, outputs, tab))
        self._taken |= {id(one): one for one in inputs}
        self._given |= {id(one): one for one in outputs}

    @property
    def inputs(self) -> list[Any]:
        """What the event takes, each once."""
        return list(self._taken.values())

    @property
    def outputs(self) -> list[Any]:
        """What the event gives, each once."""
        return list(self._given.values())

    def do(self, opened: str, *values: Any) -> list[Any]:
        """Do the acts with the values of `inputs`; return those of `outputs`.

        Those of a tab are done where it is `opened`, or where it is not known which one is.
        """
        held = dict(zip(self._taken, values, strict=True))
        given: dict[int, Any] = {}
        for act, inputs, outputs, tab in self._acts:
            if tab and opened and tab != opened:
                continue
            found = act(*(held[id(one)] for one in inputs))
            several = [found] if len(outputs) == 1 else list(found)
            if len(several) != len(outputs):
                raise ValueError(f"{act!r} gives {len(several)} values for {len(outputs)} outputs")
            for one, value in zip(outputs, several, strict=True):
                given[id(one)] = _joined(one, given[id(one)], value) if id(one) in given else value
        return [given.get(number, _SAME) for number in self._given]


def _joined(place: Any, one: Any, other: Any) -> dict[str, Any]:
    """Return two changes of properties as one; they may not change the same."""
    if not (_is_update(one) and _is_update(other)):
        raise ValueError(f"{place!r} is given a value by one act and more by another")
    if twice := [name for name in one.keys() & other.keys() if one[name] != other[name]]:
        raise ValueError(f"{place!r} is given {twice} by two acts")
    return {**one, **other}


def _is_update(value: Any) -> bool:
    """Tell a change of properties, as Gradio marks it, from a value."""
    return isinstance(value, Mapping) and value.get("__type__") == "update"
