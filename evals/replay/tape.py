"""The kept exchanges as JSON lines, one file for each model and prompt; knows no endpoint.

A line that many exchanges share, such as the system message, stands once in the file under its
hash. Lines are only ever added, each with one write under a lock; a line cut by a crash is left out
when the file is read, and said.
"""

import json
from collections.abc import Iterator
from os import SEEK_END
from pathlib import Path
from threading import Lock

from filelock import FileLock
from pydantic import ValidationError

from assistant.model.profile import Profile
from evals.replay.exchange import Exchange
from index.errors import MisuseError

_PROFILE = "profile.json"


class Tape:
    """The exchanges kept in `folder`; reading loads all of them once.

    `broken` lists the lines that could not be read, as path:number.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broken: list[str] = []
        self._kept: dict[str, Exchange] = {}
        self._shared: dict[Path, set[str]] = {}
        self._lock = Lock()
        for path in sorted(folder.glob("*/*.jsonl")):
            for exchange in self._read(path):
                self._kept[exchange.key] = exchange

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: str) -> Exchange | None:
        """Return the exchange of that key."""
        return self._kept.get(key)

    def keep(self, exchange: Exchange, shared: dict[str, str]) -> None:
        """Add an exchange; `shared` are texts by digest that its file holds once."""
        path = self.folder / _safe(exchange.model) / f"{_safe(exchange.prompt)}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, FileLock(f"{path}.lock"):
            known = self._shared.setdefault(path, set())
            lines = [{"digest": d, "text": t} for d, t in shared.items() if d not in known]
            known.update(shared)
            written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            # A line that a crash has cut must not swallow the one after it.
            begun = "" if _ends_line(path) else "\n"
            with path.open("ab") as file:
                file.write((begun + written + exchange.model_dump_json() + "\n").encode())
            self._kept[exchange.key] = exchange

    def profile(self, model: str) -> Profile | None:
        """Return what was found out about the model when its replies were kept."""
        path = self.folder / _safe(model) / _PROFILE
        if not path.exists():
            return None
        try:
            return Profile.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise MisuseError(f"记录里的 {path!s} 不能用：{error}。请重新录制。") from error

    def keep_profile(self, profile: Profile, provider: str) -> None:
        """Keep the profile without the address of the endpoint."""
        path = self.folder / _safe(profile.model) / _PROFILE
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = profile.model_copy(update={"address": provider})
        path.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")

    def exchanges(self, prompt: str) -> tuple[Exchange, ...]:
        """Return the kept exchanges of every version of a prompt, by its name."""
        return tuple(e for e in self._kept.values() if e.prompt.partition("@")[0] == prompt)

    def models(self) -> tuple[str, ...]:
        """Return the models that have replies here."""
        return tuple(sorted({exchange.model for exchange in self._kept.values()}))

    def _read(self, path: Path) -> Iterator[Exchange]:
        shared = self._shared.setdefault(path, set())
        # Only the newline ends a line: what str.splitlines takes for one may stand in a reply.
        for number, line in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), 1):
            try:
                said = json.loads(line)
                if "key" in said:
                    yield Exchange.model_validate(said)
                else:
                    shared.add(said["digest"])
            except (ValueError, KeyError, TypeError):
                self.broken.append(f"{path.name}:{number}")


def _ends_line(path: Path) -> bool:
    """Tell whether what is added to a file begins a line of its own."""
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb") as file:
        file.seek(-1, SEEK_END)
        return file.read(1) == b"\n"


def _safe(name: str) -> str:
    """Return a name as a file's: what is not letter, digit, dot, @, _ or - becomes -."""
    kept = "".join(c if c.isalnum() or c in "._@-" else "-" for c in name)
    return kept.lstrip(".") or "-"
