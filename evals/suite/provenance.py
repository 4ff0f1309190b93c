"""What a run was made of: the revision of the code, the hash of the data."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from index.report import READER_VERSION

ROOT = Path(__file__).resolve().parents[2]


def code_version() -> str:
    """Return the revision of the checkout, with + when it was changed; "" outside of one."""
    revision = _git("rev-parse", "--short=12", "HEAD")
    # What a run writes itself does not change the code.
    changed = _git("status", "--porcelain", "--", ".", ":!evals/results", ":!evals/replies")
    return revision + ("+" if revision and changed else "")


def versions() -> dict[str, str]:
    """Return the versions that a result depends on beside the code's revision."""
    from importlib.metadata import version

    return {"reader": READER_VERSION, "nianbao": version("nianbao")}


def data_hash(files: Iterable[Path]) -> str:
    """Return a hash over names and contents of the files, whatever folder they lie in."""
    total = hashlib.sha256()
    for name, path in sorted((path.name, path) for path in set(files)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()[:16]


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
