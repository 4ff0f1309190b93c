"""Runs, estimates and progress of the evaluation as HTML; what a run holds is the desk's."""

from collections.abc import Sequence

from assistant.markup import Html, join, tag
from assistant.page.desks.evaluating import Estimate, Part, Progress, RunLine
from assistant.page.views.parts import block, cell, table
from assistant.page.words import Words

_COLUMNS = ("run", "task", "started", "prompts", "run_model", "cases", "scores", "cost")


def runs_view(runs: Sequence[RunLine], say: Words) -> Html:
    """Return the runs as a table; a run opens by its name."""
    if not runs:
        return block(tag("p", say("evaluate.no_runs"), class_="dim"))
    titles = [say(f"evaluate.{column}") for column in _COLUMNS]
    rows = [_run_row(run, say) for run in runs]
    return block(table(titles, rows, say("evaluate.runs"), say))


def _run_row(run: RunLine, say: Words) -> list[Html]:
    whole = not run.problem and run.cases == run.due
    name: Html | str = run.name
    if whole:
        name = tag("button", run.name, type="button", class_="link", data_do="open",
                   data_run=run.key)  # fmt: skip
    return [
        cell(name), cell(run.task), cell(_when(run.started)), cell(run.prompts), cell(run.model),
        cell(f"{run.cases}/{run.due}" if run.cases != run.due else str(run.due), run.cases),
        cell(_scores(run, say)), cell(run.cost),
    ]  # fmt: skip


def _scores(run: RunLine, say: Words) -> Html:
    if run.problem:
        return tag("span", run.problem, class_="warn")
    if run.cases != run.due:
        return tag("span", say("evaluate.unfinished"), class_="warn")
    return join(*(tag("div", f"{title} {value}") for title, value in run.scores))


def run_title(run: RunLine) -> str:
    """Return a run as it is named in a list to choose from."""
    return " · ".join(filter(None, (run.name, run.task, _when(run.started))))


def _when(started: str) -> str:
    return started[:16].replace("T", " ")


def estimate_view(estimate: Estimate, say: Words) -> Html:
    """Return what running would take; what is not known is said to be unknown."""
    asks = any(part.calls for part in estimate.parts)
    title = tag("p", say("evaluate.will_run", title=estimate.title, runs=len(estimate.parts)))
    if estimate.basis == "none":
        cases = tag("p", say("evaluate.no_model_needed", cases=estimate.parts[0].cases))
        return block(title, cases)
    titles = [say(f"evaluate.{key}") for key in
              ("prompts", "cases", "recorded_cases", "calls", "tokens_in", "tokens_out", "cost",
               "time")]  # fmt: skip
    rows = [_part_row(part, say) for part in estimate.parts]
    notes = [say("evaluate.replies_of", model=estimate.model)]
    notes += [say(f"evaluate.basis_{estimate.basis}")] if asks else [say("evaluate.calls_nothing")]
    if asks and any(part.cost is None for part in estimate.parts):
        notes.append(say("evaluate.price_unknown", model=estimate.model))
    return block(
        title, table(titles, rows, say("evaluate.estimate"), say),
        *(tag("p", note, class_="dim") for note in notes),
    )  # fmt: skip


def _part_row(part: Part, say: Words) -> list[Html]:
    cost = None if part.cost is None else f"{part.cost:.4f} {part.currency or ''}"
    seconds = None if part.seconds is None else say("evaluate.seconds", count=round(part.seconds))
    free = part.calls == 0
    return [
        cell(part.prompt), _figure(part.cases, say), _figure(part.recorded, say),
        *(_figure(value, say) for value in (part.calls, part.prompt_tokens,
                                            part.completion_tokens)),
        cell("0" if free else cost or say("evaluate.unknown")),
        cell(seconds or say("evaluate.unknown")) if not free else cell("—"),
    ]  # fmt: skip


def _figure(value: int | None, say: Words) -> Html:
    return cell(say("evaluate.unknown")) if value is None else cell(f"{value:,}", value)


def progress_view(now: Progress, say: Words) -> Html:
    """Return how far the run is that goes on, or why the last one ended early."""
    if not now.title:
        return Html("")
    if not now.running:
        said = now.problem or say("evaluate.done", title=now.title)
        return block(tag("p", said, class_="warn" if now.problem else None), role="status")
    lines = [say("evaluate.running", title=now.title, part=now.part, parts=now.parts,
                 done=now.done, due=now.due)]  # fmt: skip
    if now.failed:
        lines.append(say("evaluate.failed_so_far", count=now.failed))
    if now.stopping:
        lines.append(say("evaluate.stopping"))
    return block(
        *(tag("p", line) for line in lines),
        tag("progress", value=now.done, max=max(1, now.due), aria_label=say("evaluate.progress")),
        role="status",
    )
