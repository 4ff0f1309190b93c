"""The dense index among processes: killed writers, two writers, readers of another process."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.search.dense import open_dense
from index.search.dense_manifest import DenseLockedError, Versions
from index.search.hit import SearchScope
from index.search.vectors import FOLDER as VECTORS
from tests.fake_embedder import HashEmbedder, library_rows
from tests.test_dense import assert_chroma_equals, by_hand, update

VERSIONS = Versions("1", "5")
ROOT = Path(__file__).parent.parent
# Small batches and a pause in each, so that a kill can fall anywhere.
WRITER = """
import sys, time
from pathlib import Path
from index.search.dense_manifest import Versions
from index.search.dense_update import update_dense
from tests.fake_embedder import HashEmbedder, library_rows
class Slow(HashEmbedder):
    def passages(self, texts):
        time.sleep(float(sys.argv[3]))
        return super().passages(texts)
print("start", flush=True)
update_dense(Path(sys.argv[1]), library_rows(range(int(sys.argv[2]))), Slow(), Versions("1", "5"),
             progress=lambda done, total: print(done, flush=True))
print("done", flush=True)
"""


def start_writer(library: Path, reports: int, pause: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(library), str(reports), str(pause)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def kill_after(writer: subprocess.Popen[str], seconds: float) -> None:
    """Kill a writer `seconds` after it began."""
    assert writer.stdout is not None
    assert writer.stdout.readline() == "start\n"
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()


def test_killed_anywhere_nothing_is_lost_doubled_or_out_of_step(tmp_path):
    rows = library_rows(range(12))
    update(tmp_path, library_rows(range(3)))
    drawn = random.Random(7)
    for moment in [0.05, *(drawn.uniform(0.1, 1.6) for _ in range(5))]:
        kill_after(start_writer(tmp_path, 12, 0.05), moment)
        kept = _records(tmp_path)
        with open_dense(tmp_path, HashEmbedder(), VERSIONS) as dense:
            found = dense.rank("第2号报告", None, SearchScope(), 100)
        assert len({hit[:2] for hit in found}) == len(found) in (15, 60), moment
        # Back to three reports, so that the next writer has something to build again.
        outcome = update(tmp_path, library_rows(range(3)))
        assert (outcome.pending, outcome.embedded) == (0, 0)
        assert _records(tmp_path) == kept >= 13
        assert_chroma_equals(tmp_path, library_rows(range(3)))
    outcome = update(tmp_path, rows)
    assert outcome.pending == 0
    assert _records(tmp_path) == 12 * 4 + 1, "every distinct text is kept exactly once"
    assert_chroma_equals(tmp_path, rows)
    with open_dense(tmp_path, HashEmbedder(), VERSIONS) as dense:
        assert dense.rank("第9号", None, SearchScope(), 20) == by_hand(rows, "第9号", 20)


def test_what_a_killed_writer_reported_as_embedded_is_kept(tmp_path):
    writer = start_writer(tmp_path, 12, 0.05)
    assert writer.stdout is not None
    last = 0
    for line in writer.stdout:
        if line.strip().isdigit() and int(line) >= 16:
            last = int(line)
            break
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    outcome = update(tmp_path, library_rows(range(12)))
    assert outcome.reused >= last >= 16
    assert outcome.reused + outcome.embedded == outcome.distinct == 49


def test_another_process_is_refused_while_one_writes_and_readers_go_on(tmp_path):
    update(tmp_path, library_rows(range(3)))
    with open_dense(tmp_path, HashEmbedder(), VERSIONS, exact_most=0) as dense:
        writer = start_writer(tmp_path, 8, 0.1)
        assert writer.stdout is not None
        while not writer.stdout.readline().strip().isdigit():
            continue
        began = time.monotonic()
        with pytest.raises(DenseLockedError):
            update(tmp_path, library_rows(range(4)))
        assert time.monotonic() - began < 1
        assert len(dense.rank("公开", None, SearchScope(), 100)) == 15
        assert writer.communicate()[0].endswith("done\n")
        assert len(dense.rank("公开", None, SearchScope(), 100)) == 40


def _records(library: Path) -> int:
    (file,) = (library / VECTORS).glob("*/vectors.bin")
    return file.stat().st_size // (36 + 4 * 16)
