"""Random plans: valid, varied, and able to catch an executor that errs."""

from random import Random

from evals.fuzz import compare_executors, random_plan, random_records
from evals.reference import execute


def test_every_random_plan_can_be_executed():
    operations = set()
    for seed in range(400):
        random = Random(seed)
        records, plan = random_records(random), random_plan(random)
        result = execute(plan, records)
        operations.add(plan.operation)
        coverage = result.coverage
        assert coverage.reports == coverage.decidable + coverage.undecidable
        assert coverage.decidable == coverage.qualified + coverage.rejected
    assert operations == {"list", "count", "rank", "aggregate", "change", "check", "missing"}


def test_a_seed_makes_the_same_plan_and_records_again():
    first, second = Random(7), Random(7)
    assert random_records(first) == random_records(second)
    assert random_plan(first) == random_plan(second)


def test_an_executor_agrees_with_itself_whatever_the_order_of_the_reports():
    def backwards(plan, records):
        return execute(plan, tuple(reversed(records)))

    assert compare_executors(backwards, range(200)) == []


def test_an_executor_that_takes_a_gap_for_zero_is_caught():
    def filling(plan, records):
        filled = [
            r._replace(cells={m: ("reported", v or 0) for m, (_, v) in r.cells.items()})
            for r in records
        ]
        return execute(plan, filled)

    assert compare_executors(filling, range(50))
