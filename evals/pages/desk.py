"""The desk of the page's tab of evaluation: what `nianbao eval` does, as HTML and figures."""

from collections.abc import Mapping
from functools import cache, lru_cache, partial
from pathlib import Path

from assistant.markup import Html, tag
from assistant.page.desks.evaluating import Estimate, Progress, RunLine, TaskChoice, Wanted
from assistant.page.house import House, OwnModel
from evals.comparing.thresholds import Thresholds, load_thresholds
from evals.pages.estimating import estimate
from evals.pages.prompt_drafts import load_draft, version_text, versions
from evals.pages.trying import Trying
from evals.suite.provenance import ROOT
from evals.suite.run import EvalRun
from index.errors import MisuseError
from index.model import NianbaoError

MOST_CARDS = 200
_SHIPPED = ROOT / "evals" / "results" / "prompts"
_KEPT = 32


class EvalDesk:
    """The evaluation of one program: runs are kept beside the library, as those of the command."""

    def __init__(
        self, house: House, shipped: Path = _SHIPPED, limits: Thresholds | None = None
    ) -> None:
        self._house = house
        self._folders = {"library": house.folder / "evals", "shipped": shipped}
        self._trying = Trying(self._folders["library"], self._result)
        self._line = lru_cache(_KEPT * 8)(_read_line)
        limits = limits or load_thresholds()
        self._shown_run = lru_cache(_KEPT)(partial(_run_html, limits))
        self._shown_pair = lru_cache(_KEPT)(partial(_pair_html, limits))

    def runs(self) -> list[RunLine]:
        """Return the runs that are kept, the newest first."""
        lines = [self._line(key, path, _stamp(path)) for key, path in self._files().items()]
        return sorted(lines, key=lambda line: line.started, reverse=True)

    def run(self, key: str) -> Html:
        """Return a run with its scores by field and group, and what it did not get right."""
        path = self._path(key)
        return self._shown_run(path, _stamp(path))

    def comparison(self, before: str | None, after: str | None) -> Html:
        """Return what the second run shows against the first."""
        if not before or not after:
            raise MisuseError("要两次运行才能比较。请在“之前”和“之后”各选一次。")
        if before == after:
            raise MisuseError("两次运行是同一次，没有可比的。请选两次不同的运行。")
        one, two = self._path(before), self._path(after)
        return self._shown_pair(one, two, _stamp(one), _stamp(two))

    def tasks(self) -> list[tuple[str, str]]:
        """Return name and title of every task."""
        from evals.tasks.registry import open_task, task_names

        return [(name, open_task(name).title) for name in task_names()]

    def task(self, name: str) -> TaskChoice:
        """Return what can be chosen of a task."""
        return _task_choice(name)

    def versions(self, prompt: str) -> list[tuple[str, str]]:
        """Return title and name of the versions of a prompt, the program's own first."""
        return versions(prompt)

    def text(self, prompt: str, version: str) -> str:
        """Return the file of a version of a prompt."""
        return version_text(prompt, version)

    def estimate(self, wanted: Wanted, own: OwnModel | None) -> Estimate:
        """Return what running would take; asks no model. Refuses a prompt that cannot be used."""
        prompts = load_draft(wanted)
        return estimate(wanted, prompts, self._house.settings_for(own), self._folders["library"])

    def start(self, agreed: Estimate, own: OwnModel | None) -> None:
        """Begin to run what was estimated; refuses when another run goes on."""
        now = self.estimate(agreed.wanted, own)
        if now.model != agreed.model:
            raise MisuseError("估计之后模型换过了。请重新估计，再确认。")
        self._trying.start(agreed, self._house.settings_for(own))

    def progress(self) -> Progress:
        """Return how far it is."""
        return self._trying.progress()

    def stop(self) -> None:
        """Let the run end after the case that is being run."""
        self._trying.stop()

    def _result(self, paths: tuple[Path, ...]) -> Html:
        """Return what came of a run, or of the two that were made to be compared."""
        if len(paths) == 1:
            return self._shown_run(paths[0], _stamp(paths[0]))
        return self._shown_pair(*paths, *(_stamp(path) for path in paths))

    def _files(self) -> Mapping[str, Path]:
        """Return every results file by its key; only these are ever read."""
        return {
            f"{place}/{path.name}": path
            for place, folder in self._folders.items()
            for path in sorted(folder.glob("[!.]*.jsonl"))
        }

    def _path(self, key: str) -> Path:
        path = self._files().get(key)
        if path is None:
            raise MisuseError(f"没有运行 {key!r}，也许已被删掉。请重新打开这一页。")
        return path


def _stamp(path: Path) -> tuple[int, int]:
    """Return what tells one state of a file from another."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@cache
def _task_choice(name: str) -> TaskChoice:
    from collections import Counter

    from evals.tasks.registry import open_task

    task = open_task(name)
    cases = task.cases()
    sets = Counter(case.traits["corpus"] for case in cases if case.traits.get("corpus"))
    return TaskChoice(name, task.title, task.needs_model, task.prompts, sets, len(cases))


def _read(path: Path) -> EvalRun:
    """Return a whole run; errors name the file without its folder."""
    from evals.suite.run_file import read_run

    try:
        return read_run(path)
    except MisuseError as error:
        raise MisuseError(str(error).replace(str(path), path.name)) from None


def _read_line(key: str, path: Path, stamp: tuple[int, int]) -> RunLine:
    """Return what the list says of a results file, a damaged or unfinished one included."""
    from evals.suite.run_file import read_part

    try:
        run = read_part(path)
        return _line_of(key, run)
    except NianbaoError as error:
        return RunLine(key, "", path.stem, problem=str(error).replace(str(path), path.name))


def _line_of(key: str, run: EvalRun) -> RunLine:
    from evals.scoring.scores import score_run
    from evals.scoring.shown import money, percent, titled

    head, due = run.header, run.header.cases * run.header.repeats
    line = RunLine(
        key, head.task, head.name, head.started, "、".join(head.prompts), head.model or "",
        len(run.results), due,
    )  # fmt: skip
    if len(run.results) != due:
        return line
    scores = score_run(run)
    asked = scores.took.calls > 0
    return line._replace(
        scores=tuple((titled(one), percent(one.ratio)) for one in scores.headline()),
        cost=money(scores.took.cost, scores.took.currency) if asked else "",
    )


def _run_html(limits: Thresholds, path: Path, stamp: tuple[int, int]) -> Html:
    from evals.pages.run_page import run_parts
    from evals.pages.sources import Sources
    from evals.scoring.scores import score_run

    run = _read(path)
    shown = run_parts(run, score_run(run), Sources(), "evaluate-run-", MOST_CARDS)
    return tag("div", _gate(limits, run), shown, class_="nb ev")


def _pair_html(
    limits: Thresholds, before: Path, after: Path, stamp: tuple[int, int], other: tuple[int, int]
) -> Html:
    from evals.comparing.compare import compare_runs
    from evals.pages.comparison_page import comparison_parts
    from evals.pages.sources import Sources

    one, two = _read(before), _read(after)
    found = compare_runs(one, two, limits)
    names = tag("p", one.header.name, tag("span", " → ", class_="arrow"), two.header.name,
                class_="names")  # fmt: skip
    shown = comparison_parts(found, Sources(), "evaluate-pair-", MOST_CARDS)
    return tag("div", names, _gate(limits, one, two), shown, class_="nb ev")


def _gate(limits: Thresholds, *runs: EvalRun) -> Html | None:
    """Return what stands against trusting the runs: too many failures, a broken threshold."""
    from evals.comparing.gate import gate

    said = [tag("li", finding.message) for run in runs for finding in gate(run, limits)]
    return tag("section", tag("ul", *said), class_="warnings") if said else None
