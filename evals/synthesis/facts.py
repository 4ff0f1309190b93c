"""What a report states: body, year, form of each block, every cell, the numbers of its prose."""

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from evals.synthesis.places import Seat, random_seat
from evals.synthesis.statute import COLUMNS, RESULTS, block_metrics, blocks, outcome_stems
from index.model import Bound, Form, Frozen, Status

Edition = Literal["2021", "2019"]
Profile = Literal["quiet", "usual", "busy"]
_EDITIONS: tuple[Edition, ...] = ("2021", "2021", "2021", "2019")
_PROFILES: tuple[Profile, ...] = ("quiet", "usual", "usual", "busy")
APPEALS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")


class Fill(NamedTuple):
    """The truth of one cell: status, value (only when reported), and what is printed."""

    status: Status
    value: Decimal | None
    raw: str


class Statement(NamedTuple):
    """A number the prose states; `bound` is the qualifier it is printed with."""

    name: str
    value: int
    bound: Bound = "exact"


class Facts(Frozen):
    """A report's truth. `editions` gives the form of blocks 1, 5, 6, 8, 9 and of section 三 ("三").

    Block 9 exists in form 2019 only and is left out where it is not printed.
    """

    seat: Seat
    year: int
    editions: dict[str, Edition]
    fills: dict[str, Fill]
    statements: tuple[Statement, ...]

    @property
    def form(self) -> Form:
        """The form of the whole report; "mixed" when its blocks differ."""
        kinds = set(self.editions.values())
        return next(iter(kinds)) if len(kinds) == 1 else "mixed"


def number(value: int | Decimal | str, raw: str | None = None) -> Fill:
    """Return a reported cell; `raw` defaults to the plain digits."""
    return Fill("reported", Decimal(value), str(value) if raw is None else raw)


def editions_of(form: Edition) -> dict[str, Edition]:
    """Return the forms of all blocks of a report that keeps to one form."""
    return {**dict.fromkeys(blocks(form), form), "三": form}


def mixed_editions(rng: random.Random) -> dict[str, Edition]:
    """Return blocks of both forms: one or two blocks, or section 三, of the other form."""
    main: Edition = rng.choice(("2021", "2019"))
    other: Edition = "2019" if main == "2021" else "2021"
    editions = editions_of(main)
    odd = rng.sample([b for b in editions if b != "9"], rng.choice((1, 1, 2)))
    return {block: (other if block in odd else form) for block, form in editions.items()}


def random_facts(
    rng: random.Random,
    form: Edition | None = None,
    profile: Profile | None = None,
    real_places: bool = False,
    mixed: bool = False,
) -> Facts:
    """Return a consistent report: the sums of sections 三 and 四 hold, most cells are zero."""
    edition = rng.choice(_EDITIONS) if form is None else form
    year = rng.choice((2021, 2022, 2023, 2024) if edition == "2021" else (2019, 2020))
    editions = mixed_editions(rng) if mixed else editions_of(edition)
    load = rng.choice(_PROFILES) if profile is None else profile
    fills: dict[str, Fill] = {}
    for block, kind in editions.items():
        if block != "三":
            fills |= _block_fills(rng, kind, block, load)
    counts = _request_counts(rng, outcome_stems(editions["三"]), load)
    counts |= _appeal_counts(rng, load)
    separators = rng.random() < 0.3
    fills |= {metric: number(n, _printed(n, separators)) for metric, n in counts.items()}
    return Facts(
        seat=random_seat(rng, real_places),
        year=year,
        editions=editions,
        fills=fills,
        statements=random_statements(rng, fills, load),
    )


def _printed(count: int, separators: bool) -> str:
    """Return the digits of a count, with thousand separators when the report uses them."""
    return f"{count:,}" if separators else str(count)


def _count(rng: random.Random, profile: Profile) -> int:
    """Return a count as it occurs in section 二: mostly zero, at times large."""
    chance = {"quiet": 0.08, "usual": 0.4, "busy": 0.9}[profile]
    if rng.random() > chance:
        return 0
    return int(10 ** rng.uniform(0, 2.0 if profile != "busy" else 4.3))


def _money(rng: random.Random, profile: Profile) -> Fill:
    """Return an amount: often 0, else a decimal with up to six places."""
    if rng.random() > {"quiet": 0.05, "usual": 0.3, "busy": 0.9}[profile]:
        return number(0)
    places = rng.choice((0, 1, 2, 2, 3, 4, 6))
    amount = Decimal(rng.randint(1, 10 ** (places + 3))).scaleb(-places)
    return number(amount, f"{amount:f}")


def _block_fills(
    rng: random.Random, form: Edition, block: str, profile: Profile
) -> dict[str, Fill]:
    """Return the cells of one block of section 二."""
    fills: dict[str, Fill] = {}
    separators = rng.random() < 0.3
    for metric in block_metrics(form, block):
        if metric.endswith(".amount"):
            fills[metric] = _money(rng, profile)
        elif metric.endswith(".items_change"):
            fills[metric] = _change(rng, profile)
        elif metric.startswith("regulations."):
            fills[metric] = number(0)
        else:
            count = _count(rng, profile)
            fills[metric] = number(count, _printed(count, separators))
    return fills


def _change(rng: random.Random, profile: Profile) -> Fill:
    """Return a 本年增/减: the one kind of count that may be negative."""
    size = _count(rng, profile) % 400
    if size == 0:
        return number(0)
    return rng.choice((number(size), number(-size), number(size, f"+{size}")))


def _request_counts(
    rng: random.Random, outcomes: Iterable[str], profile: Profile
) -> dict[str, int]:
    """Return section 三 with 一 + 二 = （七） + 四 in each column and row sums that hold."""
    stems = [f"requests.{stem}" for stem in outcomes]
    counts = {f"{stem}.{c}": 0 for stem in stems for c in COLUMNS}
    cells = int(rng.random() * {"quiet": 1.2, "usual": 8, "busy": 70}[profile])
    for _ in range(cells):
        stem, column = rng.choice(stems), rng.choice(COLUMNS[:-1])
        counts[f"{stem}.{column}"] += int(10 ** rng.uniform(0, 1.2 if profile != "busy" else 2.8))
    for column in COLUMNS[:-1]:
        done = sum(counts[f"{stem}.{column}"] for stem in stems)
        left = rng.randint(0, 9) if done and rng.random() < 0.4 else 0
        before = rng.randint(0, done) if done and rng.random() < 0.3 else 0
        counts[f"requests.outcomes_total.{column}"] = done
        counts[f"requests.carried_out.{column}"] = left
        counts[f"requests.carried_in.{column}"] = before
        counts[f"requests.received.{column}"] = done + left - before
    for stem in {metric.rpartition(".")[0] for metric in counts}:
        counts[f"{stem}.total"] = sum(counts[f"{stem}.{c}"] for c in COLUMNS[:-1])
    return counts


def _appeal_counts(rng: random.Random, profile: Profile) -> dict[str, int]:
    """Return section 四 with each of its three sums holding."""
    counts: dict[str, int] = {}
    chance = {"quiet": 0.02, "usual": 0.1, "busy": 0.6}[profile]
    for stem in APPEALS:
        for result in RESULTS[:-1]:
            counts[f"{stem}.{result}"] = rng.randint(1, 25) if rng.random() < chance else 0
        counts[f"{stem}.total"] = sum(counts[f"{stem}.{r}"] for r in RESULTS[:-1])
    return counts


def _stated(fills: dict[str, Fill], *metrics: str) -> int:
    """Return the sum of cells that the prose may repeat, those that are printed."""
    values = (fills[m].value for m in metrics if m in fills)
    return int(sum(v for v in values if v is not None))


def random_statements(
    rng: random.Random, fills: dict[str, Fill], profile: Profile
) -> tuple[Statement, ...]:
    """Return the numbers the prose states, in agreement with the tables where they meet."""
    big = 3000 if profile == "busy" else 300
    appeals = _stated(fills, "litigation_direct.total", "litigation_after_reconsideration.total")
    pool = [
        Statement("wechat_posts", rng.randint(1, big)),
        Statement("requests_received", _stated(fills, "requests.received.total")),
        Statement("requests_closed", _stated(fills, "requests.outcomes_total.total")),
        Statement("requests_carried_over", _stated(fills, "requests.carried_out.total")),
        Statement("reconsiderations", _stated(fills, "reconsideration.total")),
        Statement("litigations", appeals),
    ]
    if "normative_documents.issued" in fills:
        made = _stated(fills, "normative_documents.issued")
        gone = _stated(fills, "normative_documents.repealed")
        pool += [Statement("documents_issued", made), Statement("documents_repealed", gone)]
    kept = [s for s in pool if rng.random() < 0.5]
    if rng.random() < 0.85:
        bound: Bound = rng.choice(("exact", "exact", "exact", "over", "about", "under"))
        kept.insert(0, Statement("disclosed_total", rng.randint(5, big * 2), bound))
    return tuple(kept)
