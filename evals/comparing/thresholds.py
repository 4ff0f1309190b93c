"""The thresholds of comparison and gate, from one file; decides nothing itself."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from index.errors import MisuseError
from index.model import Frozen

THRESHOLDS = Path(__file__).resolve().parents[1] / "thresholds.toml"
DEFAULT = "default"
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Open = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Limits = Mapping[str, Mapping[str, Share]]


class Thresholds(Frozen):
    """What `evals/thresholds.toml` says; a key that is not known here is refused.

    Attributes:
        alpha, power: of every test, and of the smallest effect.
        permutations, resamples, seed: of what is drawn at random; `resamples_each` of the
            interval of each group and cell.
        failed_share: the largest share of failed cases with which a run still counts.
        margin: by rate, how much worse still counts as no worse; `default` for the others.
        floors, ceilings: by task and rate, what a run must keep.
    """

    alpha: Open
    power: Open
    permutations: Annotated[int, Field(ge=99)]
    resamples: Annotated[int, Field(ge=100)]
    resamples_each: Annotated[int, Field(ge=100)]
    seed: Annotated[int, Field(ge=0)]
    failed_share: Share
    margin: Mapping[str, Share]
    floors: Limits = Field(default={})
    ceilings: Limits = Field(default={})

    @model_validator(mode="after")
    def _has_default(self) -> Self:
        if DEFAULT not in self.margin:
            raise ValueError("[margin] 里要有 default")
        return self

    def margin_of(self, rate: str) -> float:
        """Return how much worse a rate may be and still count as no worse."""
        return self.margin.get(rate, self.margin[DEFAULT])


def load_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """Return the thresholds of a file; raises MisuseError that names the key that is wrong."""
    try:
        return Thresholds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise MisuseError(f"门槛文件 {str(path)!r} 不能用：{_said(error)}。") from error


def _said(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    # A key that is not known is often the misspelt one that another error misses.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"没有 {place!r} 这一项"
    return f"{place!r}：{first['msg']}" if place else first["msg"]
