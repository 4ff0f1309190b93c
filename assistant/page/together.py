"""Acts that one event does together: one way to the server and back instead of one for each."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Act = Callable[..., Any]


class Together:
    """Acts with what each takes and gives; `inputs` and `outputs` are those of the one event.

    An input may serve several acts; an output may be given by one act only.
    """

    def __init__(self) -> None:
        self._acts: list[tuple[Act, Sequence[Any], int]] = []
        self._taken: dict[int, Any] = {}
        self._given: dict[int, Any] = {}

    def add(self, act: Act, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Add an act; it gives one value for its one output, else a sequence of values."""
        if twice := [one for one in outputs if id(one) in self._given]:
            raise ValueError(f"{twice!r} is given by another act already")
        self._acts.append((act, inputs, len(outputs)))
        self._taken |= {id(one): one for one in inputs}
        self._given |= {id(one): one for one in outputs}

    @property
    def inputs(self) -> list[Any]:
        """What the event takes, each once."""
        return list(self._taken.values())

    @property
    def outputs(self) -> list[Any]:
        """What the event gives, act by act."""
        return list(self._given.values())

    def do(self, *values: Any) -> list[Any]:
        """Do all acts with the values of `inputs`; return those of `outputs`."""
        held = dict(zip(self._taken, values, strict=True))
        return list(self._done(held))

    def _done(self, held: dict[int, Any]) -> Iterator[Any]:
        for act, inputs, gives in self._acts:
            found = act(*(held[id(one)] for one in inputs))
            several = [found] if gives == 1 else list(found)
            if len(several) != gives:
                raise ValueError(f"{act!r} gives {len(several)} values for {gives} outputs")
            yield from several
