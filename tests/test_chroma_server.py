"""The dense index on a real Chroma server, started for the test."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import OutsideError
from index.search.dense import open_dense
from index.search.dense_manifest import DenseMismatchError, Versions
from index.search.dense_update import update_dense
from index.search.hit import SearchScope
from tests.fake_embedder import HashEmbedder, library_rows
from tests.test_dense import by_hand

VERSIONS = Versions("1", "5")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    program = Path(sys.executable).parent / "chroma"
    process = subprocess.Popen(
        [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def collections(url: str) -> set[str]:
    import chromadb

    port = int(url.rsplit(":", 1)[1])
    client = chromadb.HttpClient(host="127.0.0.1", port=port)
    return {item.name for item in client.list_collections()}


def test_a_server_gives_the_same_ranking_as_by_hand(server, tmp_path):
    rows = library_rows(range(30))
    update_dense(tmp_path, rows, HashEmbedder(), VERSIONS, url=server)
    with open_dense(tmp_path, HashEmbedder(), VERSIONS, url=server, exact_most=0) as dense:
        assert dense.rank("第3号报告", None, SearchScope(), 9) == by_hand(rows, "第3号报告", 9)
        inside = SearchScope(years=(2021,), sections=("存在问题",))
        assert {rid for rid, _, _ in dense.rank("公开", None, inside, 99)} == {2, 7, 12, 17, 22, 27}


def test_two_libraries_share_a_server_and_old_collections_go(server, tmp_path):
    before = collections(server)
    one, two = tmp_path / "甲", tmp_path / "乙"
    for library, count in ((one, 3), (two, 4), (one, 5)):
        update_dense(library, library_rows(range(count)), HashEmbedder(), VERSIONS, url=server)
    assert len(collections(server) - before) == 3, "the one just retired stays for its readers"
    for library, count in ((one, 25), (two, 20)):
        with open_dense(library, HashEmbedder(), VERSIONS, url=server, exact_most=0) as dense:
            assert len(dense.rank("公开", None, SearchScope(), 99)) == count


def test_moving_between_folder_and_server_is_refused_until_rebuilt(server, tmp_path):
    rows = library_rows(range(3))
    update_dense(tmp_path, rows, HashEmbedder(), VERSIONS)
    with pytest.raises(DenseMismatchError, match="--rebuild"):
        open_dense(tmp_path, HashEmbedder(), VERSIONS, url=server)
    outcome = update_dense(tmp_path, rows, HashEmbedder(), VERSIONS, url=server, rebuild=True)
    assert outcome.embedded == 0
    with open_dense(tmp_path, HashEmbedder(), VERSIONS, url=server, exact_most=0) as dense:
        assert len(dense.rank("公开", None, SearchScope(), 99)) == 15


def test_a_server_that_is_gone_is_said_in_chinese(tmp_path):
    with pytest.raises(OutsideError, match="NIANBAO_CHROMA_URL"):
        update_dense(
            tmp_path, library_rows([1]), HashEmbedder(), VERSIONS, url="http://127.0.0.1:9"
        )
