"""Numbers as the user sees them: exact values, shares in percent, bounds in words."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.plan import Measure
from assistant.result import Ratio

_BOUND_WORDS = {"exact": "", "over": "超过", "under": "不到", "about": "约"}
_SHOWN = Decimal("0.01")
_KEPT = Decimal("0.0001")


class Value(NamedTuple):
    """A measured number: `num`, or `num`/`den` for a quotient; `status` as in the SQL."""

    num: Decimal | None
    den: Decimal | None
    status: str

    @property
    def bound(self) -> str:
        """Return how exact a stated number is."""
        return self.status if self.status in ("over", "under", "about") else "exact"

    @property
    def known(self) -> bool:
        """Return whether there is a number, exact or bounded."""
        return self.status in ("reported", "over", "under", "about") and self.num is not None

    def fraction(self) -> Fraction:
        """Return the exact number; only when `known`."""
        if self.num is None:
            raise ValueError("a value without a number has no fraction")
        return Fraction(self.num) / Fraction(self.den) if self.den else Fraction(self.num)


def plain(value: Decimal) -> Decimal:
    """Return the same number without needless zeros or an exponent."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


def say_number(value: Decimal) -> str:
    """Return a number in digits: exact, no separators, no exponent."""
    return format(plain(value), "f")


def say_bound(bound: str) -> str:
    """Return the word before a bounded number."""
    return _BOUND_WORDS.get(bound, "")


def rounded(value: Fraction, step: Decimal = _SHOWN) -> Decimal:
    """Return a fraction rounded half even to two decimals (or `step`)."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return plain(exact.quantize(step, ROUND_HALF_EVEN))


def percent(value: Fraction) -> Decimal:
    """Return a share in percent, rounded to two decimals."""
    return rounded(value * 100)


def kept(value: Fraction) -> Decimal:
    """Return a fraction as a decimal: exact where it ends, else rounded to four decimals."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return plain(exact) if Fraction(exact) == value else rounded(value, _KEPT)


def ratio_of(value: Fraction) -> Ratio:
    """Return a fraction in lowest terms."""
    return Ratio(numerator=Decimal(value.numerator), denominator=Decimal(value.denominator))


def present(value: Value, measure: Measure) -> tuple[Decimal | None, str, Ratio | None]:
    """Return (number, unit, exact quotient) of a measured value as an answer shows it."""
    if not value.known or value.num is None:
        return None, unit_of(measure), None
    if measure.over and value.den:
        ratio = Ratio(numerator=plain(value.num), denominator=plain(value.den))
        return percent(value.fraction()), "%", ratio
    return plain(value.num), unit_of(measure), None


def unit_of(measure: Measure) -> str:
    """Return the unit that a measure's shown number has."""
    return "%" if measure.over else measure.unit


def say_value(
    value: Decimal | None, unit: str, ratio: Ratio | None = None, bound: str = "exact"
) -> str:
    """Return a shown number with bound, unit and the quotient it comes from."""
    if value is None:
        return "无数值"
    text = f"{say_bound(bound)}{say_number(value)}{unit}"
    if ratio is not None and unit == "%":
        text += f"（{say_number(ratio.numerator)}/{say_number(ratio.denominator)}）"
    return text
