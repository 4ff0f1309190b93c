"""Runs on the page: one at a time in the program, in a thread of its own, that can be stopped."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread

from assistant.markup import Html
from assistant.page.desks.evaluating import Estimate, Progress
from assistant.prompts import Prompts
from assistant.settings import Settings
from evals.pages.estimating import plan_of
from evals.pages.prompt_drafts import keep_draft, load_draft
from evals.pages.way import Way, find_way
from evals.suite.run import CaseResult
from evals.suite.runner import run_task
from index.errors import MisuseError, OutsideError
from index.model import NianbaoError

MOST_FAILURES = 3  # in a row: then the model is taken to be dead, and the run ends


class _StoppedError(NianbaoError):
    """The visitor stopped the run."""


class Trying:
    """The run that goes on, and what came of the last one.

    `folder` keeps the results; `result` makes of one results file, or two, what is shown.
    """

    def __init__(self, folder: Path, result: Callable[[tuple[Path, ...]], Html]) -> None:
        self._folder, self._result = folder, result
        self._lock = Lock()
        self._now = Progress()
        self._row = 0

    def progress(self) -> Progress:
        """Return how far it is."""
        return self._now

    def stop(self) -> None:
        """Let the run end after the case that is being run."""
        with self._lock:
            if self._now.running:
                self._now = self._now._replace(stopping=True)

    def start(self, agreed: Estimate, settings: Settings) -> None:
        """Begin to run; raises MisuseError when another run goes on."""
        with self._lock:
            if self._now.running:
                raise MisuseError("已经有一次评测在运行，一次只运行一个。请等它结束，或先停止它。")
            self._now = Progress(
                True, agreed.title, 1, len(agreed.parts), due=agreed.parts[0].cases
            )
        Thread(target=self._run, args=(agreed, settings), daemon=True).start()

    def _run(self, agreed: Estimate, settings: Settings) -> None:
        ended: dict[str, object] = {}
        try:
            ended["shown"] = self._result(self._run_parts(agreed, settings))
        except NianbaoError as error:
            ended["problem"] = str(error)
        except Exception as error:  # a thread's defect would be told to nobody
            ended["problem"] = f"程序出错，没有完成（{type(error).__name__}）。"
        with self._lock:
            self._now = self._now._replace(running=False, stopping=False, **ended)  # type: ignore[arg-type]

    def _run_parts(self, agreed: Estimate, settings: Settings) -> tuple[Path, ...]:
        """Run the program's own prompt, then the edited one; return the results files."""
        wanted = agreed.wanted
        edited = load_draft(wanted)
        keep_draft(edited, wanted, self._folder / "prompts")
        way = find_way(wanted, settings, self._folder)
        tried = [Prompts(), *([edited] if wanted.prompt else [])]
        paths = []
        for number, (prompts, part) in enumerate(zip(tried, agreed.parts, strict=True), 1):
            self._row = 0
            self._tell(part=number, done=0, due=part.cases, failed=0)
            out = self._folder / _file(agreed, way, part.prompt)
            chosen = plan_of(wanted)
            plan = way.plan(prompts)._replace(
                most=chosen.most, corpora=chosen.corpora, out=out, command=_SOURCE
            )
            run_task(way.task, plan, lambda result: self._ran(result, way.calls))
            paths.append(out)
        return tuple(paths)

    def _ran(self, result: CaseResult, calls: bool) -> None:
        """Count a case; raises when the visitor stopped the run, or the model seems dead."""
        self._row = self._row + 1 if result.failure else 0
        now = self._now
        self._tell(done=now.done + 1, failed=now.failed + bool(result.failure))
        if now.stopping:
            raise _StoppedError("已停止。算完的都留着；再运行同样的，就从这里接着算。")
        if calls and self._row >= MOST_FAILURES:
            raise OutsideError(
                f"模型连续 {self._row} 例没有回答，不再问下去（{result.failure}）。"
                "算完的都留着；请在“设置”里测试端点，修好后再运行同样的，就接着算。"
            )

    def _tell(self, **changed: int) -> None:
        with self._lock:
            self._now = self._now._replace(**changed)  # type: ignore[arg-type]


_SOURCE = "页面"


def _file(agreed: Estimate, way: Way, prompt: str) -> str:
    """Return the name of a results file: another choice of cases or model has another one."""
    wanted = agreed.wanted
    made = repr((wanted.sets, wanted.most, wanted.replies, way.provider, way.model))
    choice = hashlib.sha256(made.encode()).hexdigest()[:6]
    return f"{wanted.task}.{prompt or 'page'}.{choice}.jsonl"
