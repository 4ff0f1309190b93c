"""Speed and memory of the page: `python -m evals.bench_page [NAME…] [--write]`.

Starts the page over a synthetic library in the user's cache folder, and deletes the library at the
end. People are clients of the published endpoint `ask`, in a process of their own.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs

from evals.bench import RESULTS, machine, rounded
from evals.bench_inside import GENERAL, LOCAL, Figure, quantile
from evals.big_library import build_big_library
from evals.browsing.chromium import open_chromium
from evals.browsing.crowd import Told, ask, join_in
from evals.browsing.interactions import measure_interactions
from evals.browsing.served import Served, served
from evals.browsing.visitor import visit
from evals.demo import ROOT
from evals.readme import MORE
from index.store.library import Library

REPORTS, PEOPLE, EACH, ADDED, ASKED, STEP = 1_000, 30, 10, 200, 2_000, 500
ROUNDS, _SOON = 5, 300
SEED = 20240131
_PLACES = """SELECT county || township, year FROM reports WHERE role = 'current'
    AND county IS NOT NULL AND township IS NOT NULL ORDER BY hash(rid)"""


class Setting(NamedTuple):
    """What is measured: the running page, its library, questions about numbers in any number."""

    site: Served
    library: Path
    questions: Sequence[str]


def questions_of(library: Library) -> list[str]:
    """Return questions about numbers, over the whole library and over single places, mixed."""
    local = [
        text.format(place=place, year=year)
        for place, year in library.query(_PLACES)
        for text in LOCAL
    ]
    mixed = [*GENERAL, *local]
    random.Random(SEED).shuffle(mixed)
    return mixed


def measure_start(setting: Setting) -> Iterator[Figure]:
    """Yield how long the program takes to answer, and a browser to show the page."""
    yield Figure(name="start to first answer", value=setting.site.seconds, unit="s")
    with open_chromium() as browser:
        for name in ("first page in a browser", "second page"):
            start = time.perf_counter()
            with visit(browser, setting.site.url):
                yield Figure(name=name, value=time.perf_counter() - start, unit="s")


def measure_crowd(setting: Setting) -> Iterator[Figure]:
    """Yield how people fare who ask at once while a visitor uploads reports."""
    yield from _crowd("alone", setting)
    with tempfile.TemporaryDirectory() as folder:
        write_upload(Path(folder))
        taken: list[float] = []
        begun = threading.Event()

        def upload() -> None:
            taken.append(_upload(Path(folder), setting.site.url, begun))

        uploading = threading.Thread(target=upload)
        uploading.start()
        begun.wait()
        yield from _crowd(f"while {ADDED} reports are uploaded", setting)
        uploading.join()
        yield Figure(name=f"uploading {ADDED} reports meanwhile", value=taken[0], unit="s")


def _upload(folder: Path, url: str, begun: threading.Event) -> float:
    """Upload the reports of a folder in a browser; return the seconds it takes."""
    try:
        with open_chromium() as browser, visit(browser, url) as visitor:
            begun.set()
            start = time.perf_counter()
            visitor.upload(*sorted(folder.iterdir()))
            return time.perf_counter() - start
    finally:
        begun.set()


def write_upload(folder: Path) -> None:
    """Write the synthetic reports that are added."""
    from evals.synthesise import corpus, write_reports

    write_reports(corpus(ADDED, SEED), folder)


def _crowd(when: str, setting: Setting) -> Iterator[Figure]:
    """Yield the figures of one crowd."""
    asked = setting.questions[: PEOPLE * EACH]
    command = (sys.executable, "-m", "evals.browsing.crowd", setting.site.url)
    spent, start = _processor_time(setting.site.pid), time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, check=True, encoding="utf-8", stdout=subprocess.PIPE,
        input=json.dumps([asked[number::PEOPLE] for number in range(PEOPLE)]),
    )  # fmt: skip
    told = [Told(**one) for one in json.loads(done.stdout)]
    seconds = time.perf_counter() - start
    each = (_processor_time(setting.site.pid) - spent) / len(told) * 1000
    for one in told:
        if one.error:
            print(f"{one.question}: {one.error}", file=sys.stderr)
    times = [one.seconds * 1000 for one in told]
    yield Figure(name=f"{PEOPLE} people {when}: questions", value=len(told), unit="")
    yield Figure(
        name=f"{PEOPLE} people {when}: errors",
        value=sum(map(bool, (t.error for t in told))),
        unit="",
    )
    for share, said in ((0.5, "p50"), (0.95, "p95"), (1.0, "slowest")):
        yield Figure(
            name=f"{PEOPLE} people {when}: {said}", value=quantile(times, share), unit="ms"
        )
    yield Figure(name=f"{PEOPLE} people {when}: all, clients made", value=seconds, unit="s")
    yield Figure(
        name=f"{PEOPLE} people {when}: the server's processor time, each", value=each, unit="ms"
    )


def _processor_time(pid: int) -> float:
    """Return the seconds of processor time that a process has taken, its children's left out."""
    import psutil

    taken = psutil.Process(pid).cpu_times()
    return float(taken.user + taken.system)


def measure_memory(setting: Setting) -> Iterator[Figure]:
    """Yield the memory of the page's processes as questions go by, and its slope."""
    held = [memory(setting.site.pid)]
    yield Figure(name="memory at the start", value=held[0], unit="MB")
    client = join_in(setting.site.url)
    for number in range(ASKED):
        ask(client, setting.questions[number % len(setting.questions)])
        if (number + 1) % STEP == 0:
            held.append(memory(setting.site.pid))
            yield Figure(name=f"memory after {number + 1:,} questions", value=held[-1], unit="MB")
    slope = (held[-1] - held[1]) / (ASKED - STEP) * 1000
    yield Figure(name=f"memory growth after the first {STEP}", value=slope, unit="MB/1,000")


def memory(pid: int) -> float:
    """Return what a process and its children hold, in MB."""
    import psutil

    process = psutil.Process(pid)
    held = [one.memory_info().rss for one in (process, *process.children(recursive=True))]
    return float(sum(held)) / 2**20


def measure_reactions(setting: Setting) -> Iterator[Figure]:
    """Yield how long each thing a visitor does takes in the browser: median and slowest round."""
    with open_chromium() as browser, visit(browser, setting.site.url) as visitor:
        taken = measure_interactions(visitor, ROUNDS)
    for name, times in taken.items():
        yield Figure(name=f"act: {name}", value=quantile(times, 0.5), unit="ms")
    every = [one for times in taken.values() for one in times]
    late = sum(one > _SOON for one in every)
    yield Figure(name=f"acts over {_SOON} ms, of {len(every)}", value=late, unit="")
    yield Figure(name="slowest of them", value=max(every), unit="ms")


PARTS: dict[str, Callable[[Setting], Iterator[Figure]]] = {
    "start": measure_start,
    "reactions": measure_reactions,
    "memory": measure_memory,
    "crowd": measure_crowd,
}


def report(figures: Sequence[Figure]) -> str:
    """Return the figures as Markdown, the telling ones first."""
    ran_on = machine()
    acts = [f for f in figures if f.name.startswith("act: ")]
    telling = [
        f for f in figures
        if f.name.endswith(("first page in a browser", "uploaded: errors", "uploaded: p95"))
        or f.name.startswith("memory growth")
    ]  # fmt: skip
    if acts:
        slowest = max(acts, key=lambda f: f.value)
        telling.append(slowest.model_copy(update={"name": f"slowest of {len(acts)} acts"}))
    said = "; ".join(f"{f.name}: {rounded(f.value)} {f.unit}".strip() for f in telling)
    rest = "\n".join(
        f"| {f.name.removeprefix('act: ')} | {rounded(f.value)} {f.unit} |" for f in figures
    )
    return (
        f"### The page over {REPORTS:,} reports\n\n`python -m evals.bench_page --write`, "
        f"{ran_on['cores']} cores, {ran_on['date']}: {said}. {MORE}\n\n"
        f"| what | taken |\n|---|--:|\n{rest}\n"
    )


def main() -> None:
    """Build, serve, measure, print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_page", description=main.__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARTS))
    reader.add_argument("--write", action="store_true", help="keep the figures in evals/results")
    asked = reader.parse_args()
    if unknown := set(asked.names) - PARTS.keys():
        reader.error(f"没有名为 {sorted(unknown)!r} 的测量，可选：{', '.join(PARTS)}")
    cache = platformdirs.user_cache_path("nianbao", ensure_exists=True)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        place = Path(folder) / "library"
        questions = questions_of(build_big_library(place, REPORTS))
        with served(place, Path(folder) / "log") as site:
            for name in asked.names or PARTS:
                for figure in PARTS[name](Setting(site, place, questions)):
                    print(f"{figure.name}: {rounded(figure.value)} {figure.unit}", file=sys.stderr)
                    figures.append(figure)
    text = report(figures)
    print(text)
    if asked.write and not asked.names:
        rows = [figure.model_dump() for figure in figures]
        data = json.dumps({"machine": machine(), "figures": rows}, ensure_ascii=False, indent=1)
        (RESULTS / "page.json").write_text(data + "\n", encoding="utf-8")
        (RESULTS / "page.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
