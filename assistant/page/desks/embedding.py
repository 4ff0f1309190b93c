"""Computes vectors in the background, for a bounded time, once at a time; knows no page."""

from threading import Lock, Thread
from typing import NamedTuple

from assistant.page.house import House
from assistant.settings import Settings
from index.errors import MisuseError
from index.model import NianbaoError
from index.store.library import Library

MINUTES = (1, 5, 20)


class Embedded(NamedTuple):
    """How far search by meaning is: passages in all and without a vector, and by what they get one.

    `done` of `due` texts are embedded in the run that goes on or went last; `failure` is why that
    stopped, "" when it did not.
    """

    passages: int
    waiting: int
    embedder: str
    running: bool = False
    done: int = 0
    due: int = 0
    failure: str = ""


class EmbeddingDesk:
    """The one place of the page that computes vectors of its library."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = Lock()
        self._running = False
        self._done = self._due = 0
        self._failure = ""

    def state(self) -> Embedded:
        """Return how far it is."""
        from assistant.dense import passage_names, waiting_passages

        library = self._house.library()
        return Embedded(
            len(passage_names(library)), waiting_passages(library),
            _embedder(self._house.settings), self._running, self._done, self._due, self._failure,
        )  # fmt: skip

    @property
    def running(self) -> bool:
        """Whether vectors are being computed."""
        return self._running

    def start(self, minutes: float) -> None:
        """Begin to compute for some minutes; raises MisuseError while it goes on already."""
        if minutes not in MINUTES:
            raise MisuseError(
                f"只能算 {'、'.join(map(str, MINUTES))} 分钟，不能算 {minutes!r} 分钟。"
            )
        if not self._begin(minutes * 60.0):
            raise MisuseError("正在计算向量，不能同时算两遍。请等它结束。")

    @property
    def seconds(self) -> float:
        """For how long vectors are computed after reports were added."""
        return self._house.settings.embed_seconds

    def start_after_add(self) -> None:
        """Compute for as long as the settings allow; nobody waits, a run under way is enough."""
        if self.seconds > 0:
            self._begin(self.seconds)

    def _begin(self, seconds: float) -> bool:
        """Begin a run unless one is under way; tell whether it began."""
        with self._lock:
            if self._running:
                return False
            self._running, self._failure, self._done, self._due = True, "", 0, 0
        Thread(target=self._run, args=(seconds,), name="embedding", daemon=True).start()
        return True

    def _run(self, seconds: float) -> None:
        from assistant.dense import bring_up

        failure = ""
        try:
            library = Library.open(self._house.folder, resident=False)
            settings = self._house.settings
            failure = bring_up(library, settings, seconds=seconds, progress=self._tell).failure
        except NianbaoError as error:
            failure = str(error)
        except Exception as error:  # a thread's defect would be told to nobody
            failure = f"程序出错（{type(error).__name__}）。"
        finally:
            self._house.reopen()
            self._failure, self._running = failure, False

    def _tell(self, done: int, due: int) -> None:
        self._done, self._due = done, due


def _embedder(settings: Settings) -> str:
    """Return what vectors are made by: the endpoint's model, "" for the one that is built in."""
    return settings.embed_model or ""
