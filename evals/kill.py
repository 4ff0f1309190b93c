"""Kills `nianbao add` at random moments, and checks that nothing it had reported is lost.

`python -m evals.kill [--moments N]` prints one line a moment and ends with 1 when anything is
wrong. The vectors come from a small server in this process, so that a kill falls into reading,
embedding and building alike; after each kill `nianbao add` runs to its end, then every report it
had ever reported must be there with its facts, both searches must find what they find in a library
that was never killed, and `nianbao doctor` be content.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from evals.demo import PROGRAM, ROOT

REPORTS = ROOT / "evals" / "reports"
DIMENSION = 32
SECONDS = 0.1
QUERY = "政府信息公开工作的问题、培训、群众和栏目"


class _Handler(BaseHTTPRequestHandler):
    """Answers an embeddings request with vectors drawn from the hash of each text, slowly."""

    def do_POST(self) -> None:
        """Answer one request."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(SECONDS)
        data = [
            {"object": "embedding", "index": i, "embedding": drawn(text)}
            for i, text in enumerate(asked["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        reply = {"object": "list", "model": asked["model"], "data": data, "usage": usage}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def drawn(text: str) -> list[float]:
    """Return the vector of a text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector: list[float] = np.random.default_rng(seed).normal(size=DIMENSION).tolist()
    return vector


@contextmanager
def serve_vectors() -> Iterator[dict[str, str]]:
    """Yield the environment of a program that takes its vectors from here."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield os.environ | {
            "NIANBAO_EMBED_BASE_URL": f"http://127.0.0.1:{server.server_address[1]}/v1",
            "NIANBAO_EMBED_MODEL": "drawn",
            "NIANBAO_EMBED_API_KEY": "none",
            "NIANBAO_EMBED_SECONDS": "600",
        }
    finally:
        server.shutdown()
        server.server_close()


def killed_add(folder: Path, paths: Sequence[Path], moment: float, env: dict[str, str]) -> set[str]:
    """Kill `add` after `moment` seconds; return the reports it had said are added by then."""
    command = (*PROGRAM, "add", *map(str, paths), "--library", str(folder))
    adding = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    time.sleep(moment)
    adding.kill()
    said = adding.communicate()[0].splitlines()
    return {line.split("\t")[1] for line in said if line.startswith("新增\t")}


def problems(
    folder: Path, paths: Sequence[Path], said: set[str], env: dict[str, str], unharmed: Path
) -> list[str]:
    """Return what is wrong once `add` has run to its end after a kill.

    Both searches must find what they find in `unharmed`, a library that was never killed.
    """
    added = printed(("add", *map(str, paths), "--library", str(folder), "--json"), env)
    listed = printed(("list", "--library", str(folder), "--json"), env)
    doctor = printed(("doctor", "--library", str(folder), "--json"), env)
    here = {report["report_id"][:8] for report in listed["reports"]}
    wrong = [f"reported but lost: {report}" for report in sorted(said - here)]
    if listed["count"] != len(paths):
        wrong.append(f"{listed['count']} reports of {len(paths)}")
    if added["dense"]["pending"] or added["dense"]["failure"]:
        wrong.append(f"vectors: {added['dense']}")
    wrong += [f["message"] for f in doctor["findings"] if f["status"] in ("warn", "fail")]
    for mode in ("lexical", "dense"):
        if found(folder, mode, env) != found(unharmed, mode, env):
            wrong.append(f"search {mode} finds something else")
    if not any("都能按语义查到" in f["message"] for f in doctor["findings"]):
        wrong.append("doctor does not say that every passage has its vector")
    return wrong


def found(folder: Path, mode: str, env: dict[str, str]) -> set[tuple[str, int, int]]:
    """Return the passages that a wide search finds, near-duplicates included."""
    command = ("search", QUERY, "--mode", mode, "--limit", "1000", "--library", str(folder))
    hits = printed((*command, "--json"), env)["hits"]
    return {(hit["path"], hit["start"], hit["end"]) for hit in hits} | {
        ("", *place[1:]) for hit in hits for place in hit["same"]
    }


def printed(arguments: Sequence[str], env: dict[str, str]) -> dict:  # type: ignore[type-arg]
    """Return the JSON that a command prints."""
    done = subprocess.run(
        (*PROGRAM, *arguments), cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    record: dict = json.loads(done.stdout)  # type: ignore[type-arg]
    return record


def main() -> None:
    """Kill, add again, check; a fresh library every few moments."""
    reader = argparse.ArgumentParser(prog="python -m evals.kill", description=main.__doc__)
    reader.add_argument("--moments", type=int, default=30)
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    chance = random.Random(asked.seed)
    paths = sorted(REPORTS.iterdir())
    failed = 0
    with serve_vectors() as env, tempfile.TemporaryDirectory() as folder:
        whole = time.monotonic()
        printed(("add", *map(str, paths), "--library", f"{folder}/whole", "--json"), env)
        whole = time.monotonic() - whole
        for i in range(asked.moments):
            library, moment = Path(folder) / str(i), chance.uniform(0.2, 1.05) * whole
            said = killed_add(library, paths, moment, env)
            wrong = problems(library, paths, said, env, Path(folder) / "whole")
            failed += bool(wrong)
            print(f"{moment:.2f} s of {whole:.2f}: {len(said)} reported; {wrong or 'nothing lost'}")
    print(f"{asked.moments - failed} of {asked.moments} moments without loss")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
