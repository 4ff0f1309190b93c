"""What tokens cost, from `prices.toml` or a file of the user's; a model not listed has no price."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from evals.suite.run import Amount
from index.errors import MisuseError
from index.model import Frozen

_MILLION = 1_000_000
_OWN = Path(__file__).with_name("prices.toml")


class Price(Frozen):
    """The price of a million tokens of one model; `checked` says when that was looked up."""

    model: str
    provider: str
    currency: str
    input: Amount
    output: Amount
    checked: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / _MILLION


def load_prices(path: Path | None = None) -> tuple[Price, ...]:
    """Return the listed prices; those of `path` come before the program's own."""
    return tuple(price for one in (path, _OWN) if one for price in _read(one))


def price_of(prices: Iterable[Price], provider: str, model: str) -> Price | None:
    """Return the price of a model of a provider, None when nobody listed it."""
    return next((p for p in prices if (p.provider, p.model) == (provider, model)), None)


def _read(path: Path) -> list[Price]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return [Price(**line) for line in table.get("price", [])]
    except (OSError, ValueError, TypeError, ValidationError) as error:
        raise MisuseError(f"价格表 {str(path)!r} 不能用：{error}") from error
