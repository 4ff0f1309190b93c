"""The vectors a library keeps: one per distinct text and model, appended, never changed.

`search/vectors/<fingerprint>/embedder.json` names the model, `vectors.bin` holds records of one
size: the text's SHA-256, a CRC-32, the numbers. A record counts once it is synced; one that a crash
tore or the disk spoiled is a hole, which the next writer does not count.
"""

import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from index.errors import OutsideError
from index.model import Frozen
from index.search.embed import PROBES, Embedder, Vectors, same_model
from index.store.durable import replace_text, sync_folder

FOLDER = "search/vectors"
_IDENTITY = "embedder.json"
_RECORDS = "vectors.bin"
_PAGE = 4096
Positions = npt.NDArray[np.int64]


class VectorsError(OutsideError):
    """Kept vectors that cannot be read or written."""


class EmbedderRecord(Frozen):
    """Which model made the vectors of a folder: name, dimension, its vectors of the probe texts."""

    name: str
    dimension: int
    probes: tuple[tuple[float, ...], ...]


class VectorFolder(NamedTuple):
    """Where the vectors of one model lie; `fingerprint` is the folder's name."""

    path: Path
    fingerprint: str
    dimension: int


def find_vectors(library: Path, embedder: Embedder) -> VectorFolder | None:
    """Return where the vectors of this very model lie, None when there are none yet."""
    return _matching(library, embedder, embedder.passages(PROBES))


def make_vectors(library: Path, embedder: Embedder) -> VectorFolder:
    """Return where the vectors of this model lie, in a new folder if need be."""
    probes = embedder.passages(PROBES)
    found = _matching(library, embedder, probes)
    if found is not None:
        return found
    numbers = tuple(tuple(float(x) for x in row) for row in probes)
    record = EmbedderRecord(name=embedder.name, dimension=embedder.dimension, probes=numbers)
    fingerprint = hashlib.sha256(record.model_dump_json().encode()).hexdigest()[:16]
    folder = library / FOLDER / fingerprint
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(folder / _IDENTITY, record.model_dump_json())
        for made in (folder.parent, folder.parent.parent, library):
            sync_folder(made)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return VectorFolder(folder, fingerprint, record.dimension)


class KeptVectors:
    """The vectors of one folder, read without loading them: the disk's pages are shared."""

    def __init__(self, folder: VectorFolder) -> None:
        self.dimension = folder.dimension
        self._path = folder.path / _RECORDS
        self._records = _mapped(self._path, folder.dimension)

    def __len__(self) -> int:
        return len(self._records)

    def at(self, positions: Sequence[int]) -> Vectors:
        """Return the vectors at some positions."""
        wanted = np.array(positions, np.int64)
        self._reach(wanted)
        taken: Vectors = self._records["vector"][wanted]
        return taken

    def scores(self, query: Vectors, positions: Positions) -> Vectors:
        """Return the cosines of `query` with the vectors at some positions, in their order."""
        self._reach(positions)
        vectors = self._records["vector"]
        # To read one long run is quicker than to pick a good part of it.
        if len(positions) * 5 > len(vectors):
            whole: Vectors = _products(vectors, query)[positions]
            return whole
        return _products(vectors[positions], query)

    def spoiled(self) -> list[int]:
        """Return the positions whose record does not fit its checksum."""
        return _holes(self._records)

    def _reach(self, positions: Positions) -> None:
        """See to it that all positions are mapped: a writer may have appended since."""
        if len(positions) and int(positions.max()) >= len(self._records):
            self._records = _mapped(self._path, self.dimension)
            if int(positions.max()) >= len(self._records):
                raise VectorsError(
                    f"保存的向量不全：{str(self._path)!r}。请运行 nianbao index --rebuild。"
                )


class VectorWriter:
    """Appends vectors; only to be used while holding the lock of the dense index.

    `healed` tells how many torn or spoiled records were found, whose texts are embedded again.
    """

    def __init__(self, folder: VectorFolder) -> None:
        self._path = folder.path / _RECORDS
        self._type = _record_type(folder.dimension)
        try:
            self._stream = self._path.open("ab", buffering=0)
            torn = self._stream.tell() % self._type.itemsize
            if torn:
                self._stream.truncate(self._stream.tell() - torn)
                os.fsync(self._stream.fileno())
            sync_folder(folder.path)
            records = _mapped(self._path, folder.dimension)
        except OSError as error:
            raise _unwritable(folder.path, error) from error
        holes = set(_holes(records))
        self.healed = len(holes) + bool(torn)
        self._count = len(records)
        digests = enumerate(records["digest"].tolist())
        self._at = {bytes(digest): i for i, digest in digests if i not in holes}

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._at

    def position(self, digest: bytes) -> int:
        """Return where the vector of a text lies, -1 when there is none."""
        return self._at.get(digest, -1)

    def append(self, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Store vectors; they are durable when this returns. Raises VectorsError."""
        records = np.zeros(len(digests), self._type)
        records["digest"] = [np.void(digest) for digest in digests]
        records["vector"] = vectors
        for i, digest in enumerate(digests):
            records["check"][i] = zlib.crc32(digest + vectors[i].tobytes())
        try:
            self._write(records.tobytes())
        except OSError as error:
            raise _unwritable(self._path.parent, error) from error
        self._at |= {digest: self._count + i for i, digest in enumerate(digests)}
        self._count += len(digests)

    def _write(self, data: bytes) -> None:
        """Append bytes durably, all of them or none."""
        try:
            written = 0
            while written < len(data):
                written += self._stream.write(data[written:]) or 0
            os.fsync(self._stream.fileno())
        except BaseException:
            self._stream.truncate(self._count * self._type.itemsize)
            raise

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def torn_bytes(folder: VectorFolder) -> int:
    """Return how many bytes of an unfinished record the file ends with."""
    path = folder.path / _RECORDS
    return path.stat().st_size % _record_type(folder.dimension).itemsize if path.exists() else 0


def read_record(folder: Path) -> EmbedderRecord | None:
    """Return which model made a folder's vectors; None when that cannot be read."""
    try:
        return EmbedderRecord.model_validate_json((folder / _IDENTITY).read_bytes())
    except (OSError, ValidationError):
        return None


def _matching(library: Path, embedder: Embedder, probes: Vectors) -> VectorFolder | None:
    """Return the folder of the model that gave these probe vectors."""
    root = library / FOLDER
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        record = read_record(folder)
        if record is None or (record.name, record.dimension) != (
            embedder.name,
            embedder.dimension,
        ):
            continue
        if same_model(np.array(record.probes, np.float32), probes):
            return VectorFolder(folder, folder.name, record.dimension)
    return None


def _products(vectors: Vectors, query: Vectors) -> Vectors:
    """Return the product of each vector with `query`, on this thread alone.

    A matrix product of BLAS starts a thread per core, which stall each other for 30 ms when the
    machine has other work.
    """
    found: Vectors = np.einsum("ij,j->i", vectors, query)
    return found


def _record_type(dimension: int) -> np.dtype[np.void]:
    """Return the layout of one record; the numbers are aligned to four bytes."""
    return np.dtype([("digest", "V32"), ("check", "<u4"), ("vector", "<f4", (dimension,))])


def _mapped(path: Path, dimension: int) -> npt.NDArray[np.void]:
    """Return the whole records of a file, mapped into memory; none when there is no file."""
    layout = _record_type(dimension)
    try:
        count = path.stat().st_size // layout.itemsize
        if not count:
            return np.zeros(0, layout)
        return np.memmap(path, dtype=layout, mode="r", shape=(count,))
    except FileNotFoundError:
        return np.zeros(0, layout)
    except OSError as error:
        raise VectorsError(
            f"读不了保存的向量 {str(path)!r}：{error}。请检查磁盘和权限。"
        ) from error


def _holes(records: npt.NDArray[np.void]) -> list[int]:
    """Return the positions whose record does not fit its checksum."""
    holes = []
    for start in range(0, len(records), _PAGE):
        page = records[start : start + _PAGE]
        digests, checks, vectors = page["digest"], page["check"].tolist(), page["vector"]
        for i, check in enumerate(checks):
            if zlib.crc32(vectors[i].tobytes(), zlib.crc32(bytes(digests[i]))) != check:
                holes.append(start + i)
    return holes


def _unwritable(folder: Path, error: OSError) -> VectorsError:
    """Return the error that says the vectors could not be stored."""
    return VectorsError(
        f"写不了向量 {str(folder)!r}：{error}。此前保存的向量不受影响；"
        "请检查磁盘空间和权限，再运行 nianbao index 继续。"
    )
