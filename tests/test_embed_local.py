"""The embedded model itself: few and short texts, for it is slow."""

import multiprocessing
import os

import numpy as np
import pytest

from index.search.embed import PROBES, EmbeddingError, checked, same_model
from index.search.embed_local import LocalEmbedder


@pytest.fixture(scope="module")
def embedder():
    made = LocalEmbedder(workers=2)
    yield made
    made.close()


def test_workers_and_this_process_give_the_same_vectors(embedder):
    texts = ["行政许可办理", "政府信息公开", "依申请公开", "监督保障", "存在问题", "平台建设"]
    together = embedder.passages(texts)
    alone = np.vstack([embedder.passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_text_after_a_nul_counts(embedder):
    cut = embedder.query("组织领导")
    whole = embedder.query("组织领导\0政务新媒体建设不够")
    assert float(cut @ whole) < 0.99


def test_a_query_finds_the_passage_that_says_it_in_other_words(embedder):
    texts = ["我镇安排专人负责网站更新和信息发布。", "全年没有因信息公开被提起行政诉讼。"]
    vectors = embedder.passages(texts)
    assert np.argmax(vectors @ embedder.query("谁来维护网页")) == 0
    assert np.argmax(vectors @ embedder.query("是否打过官司")) == 1


def test_it_works_in_a_process_forked_after_its_first_use(embedder):
    embedder.query("先用一次")
    context = multiprocessing.get_context("fork")
    child = context.Process(target=embedder.query, args=("再用一次",))
    child.start()
    child.join(20)
    alive = child.is_alive()
    if alive:
        child.kill()
    assert not alive and child.exitcode == 0


def test_the_environment_is_left_as_it_was(embedder):
    before = os.environ.get("OMP_NUM_THREADS")
    LocalEmbedder().query("公开")
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_it_can_be_used_again_after_closing():
    embedder = LocalEmbedder(workers=1)
    texts = ["一", "二", "三", "四", "五"]
    first = embedder.passages(texts)
    embedder.close()
    np.testing.assert_array_equal(embedder.passages(texts), first)
    embedder.close()


def test_the_probes_tell_models_apart_and_the_same_one_is_itself(embedder):
    mine = embedder.passages(PROBES)
    assert same_model(mine, embedder.passages(PROBES))
    assert not same_model(mine, mine[::-1].copy())


def test_a_worker_that_dies_is_said_and_replaced():
    embedder = LocalEmbedder(workers=1)
    texts = ["一", "二", "三", "四", "五"]
    embedder.passages(texts)
    (worker,) = embedder._workers
    worker.end()
    with pytest.raises(EmbeddingError, match="nianbao index"):
        embedder.passages(texts)
    assert embedder.passages(texts).shape == (5, 384)
    embedder.close()


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([[1.0, 0.0]], "应返回 2 个"),
        ([[1.0], [0.0, 1.0]], "等长"),
        ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "维数是 3"),
        ([[1.0, 0.0], [0.0, 0.0]], "空向量"),
        ([[1.0, 0.0], [float("nan"), 1.0]], "NaN"),
        ([[1.0, 0.0], [float("inf"), 1.0]], "NaN"),
    ],
)
def test_vectors_that_are_none_are_refused(vectors, said):
    with pytest.raises(EmbeddingError, match=said):
        checked(vectors, 2, 2)
