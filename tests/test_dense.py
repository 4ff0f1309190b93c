"""The dense index: what it finds, what it keeps, what it refuses."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.errors import OutsideError
from index.search.chroma import open_store
from index.search.dense import Dense, open_dense
from index.search.dense_build import CHROMA, TABLE, entries_of
from index.search.dense_manifest import (
    FOLDER,
    DenseError,
    DenseLockedError,
    DenseMismatchError,
    Versions,
    dense_lock,
    read_dense_manifest,
)
from index.search.dense_update import DenseOutcome, update_dense, waiting
from index.search.embed import EmbeddingError, Vectors, embedded_text
from index.search.hit import PlaceFilter, SearchScope
from index.search.passage_table import load_table
from index.search.source import PassageRow
from index.search.vectors import FOLDER as VECTORS
from tests.fake_embedder import HashEmbedder, library_rows, passage

VERSIONS = Versions("1", "5")
ALL = SearchScope()


def update(library: Path, rows: list[PassageRow], **options: object) -> DenseOutcome:
    embedder = options.pop("embedder", HashEmbedder())
    return update_dense(library, rows, embedder, options.pop("versions", VERSIONS), **options)


def opened(library: Path, embedder: HashEmbedder | None = None, **options: object) -> Dense:
    return open_dense(library, embedder or HashEmbedder(), VERSIONS, **options)


def assert_chroma_equals(library: Path, rows: list[PassageRow]) -> None:
    """Chroma holds an entry for every set of facts a vector stands with, and nothing else."""
    manifest = read_dense_manifest(library)
    folder = library / FOLDER / manifest.name
    table = load_table(folder / TABLE)
    wanted = {entry.key for entry in entries_of(table)}
    store = open_store(folder / CHROMA, manifest.collection, lambda _: np.zeros((0, 16)))
    try:
        keys = list(store.keys())
    finally:
        store.close()
    assert len(keys) == len(set(keys)) == manifest.entries
    assert set(keys) == wanted
    known = sorted(zip(table.rid.tolist(), table.ordinal.tolist(), strict=True))
    assert known == sorted((row.rid, row.ordinal) for row in rows)


def by_hand(rows: list[PassageRow], query: str, limit: int) -> list[tuple[int, int, float]]:
    embedder = HashEmbedder()
    vectors = embedder.passages([embedded_text(row) for row in rows])
    cosines = vectors @ embedder.query(query)
    ranked = sorted(zip(rows, cosines, strict=True), key=lambda p: (-p[1], p[0].rid, p[0].ordinal))
    return [(row.rid, row.ordinal, pytest.approx(cosine, abs=1e-5)) for row, cosine in ranked][
        :limit
    ]


def test_exact_ranking_equals_the_one_by_hand(tmp_path):
    rows = library_rows(range(8))
    update(tmp_path, rows)
    with opened(tmp_path) as dense:
        assert dense.rank("第3号报告", None, ALL, 12) == by_hand(rows, "第3号报告", 12)


def test_ranking_through_chroma_equals_the_one_by_hand(tmp_path):
    rows = library_rows(range(30))
    update(tmp_path, rows)
    with opened(tmp_path, exact_most=0) as dense:
        assert dense.rank("第3号报告", None, ALL, 12) == by_hand(rows, "第3号报告", 12)


@pytest.mark.parametrize("exact_most", [0, 1000])
def test_nothing_outside_the_scope_is_found_and_nothing_inside_is_missing(tmp_path, exact_most):
    rows = library_rows(range(30))
    update(tmp_path, rows)
    scopes = [
        (None, SearchScope(years=(2020, 2022)), lambda r: r.year in (2020, 2022)),
        (None, SearchScope(sections=("存在问题",)), lambda r: r.section == "存在问题"),
        (None, SearchScope(rids=(3, 4)), lambda r: r.rid in (3, 4)),
        (
            [7, 9],
            SearchScope(sections=("主动公开",)),
            lambda r: r.rid in (7, 9) and r.ordinal % 3 == 1,
        ),
        (None, SearchScope(places=(PlaceFilter(township="第5镇"),)), lambda r: r.rid == 5),
        (None, SearchScope(places=(PlaceFilter(county="别县"),)), lambda r: False),
        (None, SearchScope(levels=("county",)), lambda r: False),
        (None, SearchScope(kinds=("镇",), years=(2019,)), lambda r: r.year == 2019),
        ([], ALL, lambda r: False),
    ]
    with opened(tmp_path, exact_most=exact_most) as dense:
        for rids, scope, inside in scopes:
            found = {(rid, ordinal) for rid, ordinal, _ in dense.rank("公开", rids, scope, 500)}
            assert found == {(r.rid, r.ordinal) for r in rows if inside(r)}, scope


def test_a_shared_text_is_embedded_once_and_found_in_every_report(tmp_path):
    rows = library_rows(range(6))
    embedder = HashEmbedder()
    outcome = update(tmp_path, rows, embedder=embedder)
    assert (outcome.total, outcome.distinct, outcome.embedded) == (30, 25, 25)
    assert sum("本报告依据条例编制" in text for text in embedder.embedded) == 1
    with opened(tmp_path) as dense:
        found = dense.rank("总体情况 本报告依据条例编制", None, ALL, 6)
    assert [(rid, ordinal) for rid, ordinal, _ in found] == [(rid, 0) for rid in range(6)]


def test_place_and_year_are_no_part_of_what_is_embedded():
    one = passage(1, 0, "强化组织领导", township="甲镇", year=2020)
    other = passage(2, 3, "强化组织领导", township="乙镇", county="别县", year=2023)
    assert embedded_text(one) == embedded_text(other)
    assert embedded_text(one) != embedded_text(one._replace(section="存在问题"))


def test_nul_and_broken_characters_do_not_reach_the_model():
    text = embedded_text(passage(1, 0, "前\0后\ud800"))
    assert "\0" not in text and "后" in text
    text.encode("utf-8")


def test_an_update_embeds_only_what_is_new_and_removes_what_is_gone(tmp_path):
    update(tmp_path, library_rows(range(20)))
    embedder = HashEmbedder()
    rows = library_rows(range(1, 21))
    outcome = update(tmp_path, rows, embedder=embedder)
    assert (outcome.embedded, outcome.removed, outcome.pending) == (4, 4, 0)
    assert len(embedder.embedded) - 2 == 4, "two texts are the probes"
    assert_chroma_equals(tmp_path, rows)
    with opened(tmp_path) as dense:
        assert dense.rank("第3号报告", None, ALL, 9) == by_hand(rows, "第3号报告", 9)


def test_many_removals_build_the_graph_from_nothing(tmp_path):
    update(tmp_path, library_rows(range(20)))
    rows = library_rows(range(6))
    assert update(tmp_path, rows).removed == 56
    assert read_dense_manifest(tmp_path).dead == 0
    assert_chroma_equals(tmp_path, rows)


def test_an_update_without_change_builds_nothing(tmp_path):
    rows = library_rows(range(3))
    update(tmp_path, rows)
    before = read_dense_manifest(tmp_path)
    update(tmp_path, list(reversed(rows)), snapshot="s2")
    after = read_dense_manifest(tmp_path)
    assert (after.name, after.snapshot) == (before.name, "s2")


def test_no_rows_give_an_empty_index(tmp_path):
    assert update(tmp_path, []).total == 0
    with opened(tmp_path) as dense:
        assert dense.rank("公开", None, ALL, 5) == []


def test_time_over_leaves_the_rest_pending_and_the_next_update_goes_on(tmp_path):
    rows = library_rows(range(10))
    first = update(tmp_path, rows, seconds=0)
    assert (first.embedded, first.pending) == (0, 50)
    stopping = StoppingEmbedder(after=3)
    second = update(tmp_path, rows, embedder=stopping)
    assert second.failure == "端点停了" and second.embedded == 12
    # The text that ten reports share comes first.
    assert second.pending == 50 - 12 - 9
    with opened(tmp_path) as dense:
        assert dense.pending(None) == second.pending
        assert len(dense.rank("公开", None, ALL, 100)) == 50 - second.pending
    third = update(tmp_path, rows)
    assert (third.embedded, third.reused, third.pending) == (41 - 12, 12, 0)
    assert_chroma_equals(tmp_path, rows)


class StoppingEmbedder(HashEmbedder):
    """Fails after some batches."""

    def __init__(self, after: int, error: type[BaseException] | None = None):
        super().__init__()
        self.after, self.error = after + 1, error

    def passages(self, texts: list[str]) -> Vectors:
        if not self.after:
            raise self.error() if self.error else EmbeddingError("端点停了")
        self.after -= 1
        return super().passages(texts)


def test_the_graph_finds_every_passage_that_has_a_vector_and_no_other(tmp_path):
    rows = library_rows(range(10))
    outcome = update(tmp_path, rows, embedder=StoppingEmbedder(after=3))
    with opened(tmp_path, exact_most=0) as graph, opened(tmp_path) as exact:
        for limit in (5, 100):
            found = graph.rank("第9号", None, ALL, limit)
            assert found == exact.rank("第9号", None, ALL, limit)
            assert len(found) == min(limit, 50 - outcome.pending)


def test_an_interrupt_keeps_and_shows_what_was_embedded(tmp_path):
    rows = library_rows(range(10))
    with pytest.raises(KeyboardInterrupt):
        update(tmp_path, rows, embedder=StoppingEmbedder(2, KeyboardInterrupt))
    with opened(tmp_path) as dense:
        assert dense.held(None) == 8 + 9
    assert update(tmp_path, rows).reused == 8


def test_passages_the_index_has_never_seen_are_pending(tmp_path):
    update(tmp_path, library_rows(range(2)))
    with opened(tmp_path, count=lambda rids: 25 if rids is None else 5 * len(rids)) as dense:
        assert dense.pending(None) == 15
        assert dense.pending([0]) == 0
        assert dense.pending([0, 99]) == 5


def test_waiting_counts_passages_without_a_vector(tmp_path):
    rows = library_rows(range(3))
    named = [(row.rid, row.ordinal) for row in rows]
    assert waiting(tmp_path, named) == 15
    update(tmp_path, rows[:10])
    assert waiting(tmp_path, named) == 5


def test_another_model_of_the_same_size_is_refused(tmp_path):
    rows = library_rows(range(3))
    update(tmp_path, rows)
    for other in (HashEmbedder(seed="x"), HashEmbedder(name="other")):
        for attempt in (
            lambda: opened(tmp_path, other),  # noqa: B023
            lambda: update(tmp_path, rows, embedder=other),  # noqa: B023
        ):
            with pytest.raises(DenseMismatchError, match="nianbao index --rebuild"):
                attempt()


def test_switching_models_back_embeds_nothing_again(tmp_path):
    rows = library_rows(range(3))
    update(tmp_path, rows)
    assert update(tmp_path, rows, embedder=HashEmbedder(seed="x"), rebuild=True).embedded == 13
    outcome = update(tmp_path, rows, rebuild=True)
    assert (outcome.embedded, outcome.reused) == (0, 13)
    with opened(tmp_path) as dense:
        assert dense.rank("第1号", None, ALL, 5) == by_hand(rows, "第1号", 5)


@pytest.mark.parametrize("versions", [Versions("2", "5"), Versions("1", "6")])
def test_other_passages_of_another_version_are_refused(tmp_path, versions):
    update(tmp_path, library_rows(range(2)))
    with pytest.raises(DenseMismatchError, match="--rebuild"):
        open_dense(tmp_path, HashEmbedder(), versions)
    with pytest.raises(DenseMismatchError, match="--rebuild"):
        update(tmp_path, library_rows(range(2)), versions=versions)
    assert update(tmp_path, library_rows(range(2)), versions=versions, rebuild=True).embedded == 0


def test_chroma_is_built_again_without_embedding(tmp_path):
    rows = library_rows(range(5))
    update(tmp_path, rows)
    shutil.rmtree(tmp_path / FOLDER)
    outcome = update(tmp_path, rows)
    assert (outcome.embedded, outcome.reused) == (0, 21)
    assert_chroma_equals(tmp_path, rows)


def test_a_damaged_chroma_is_refused_and_rebuilt(tmp_path):
    rows = library_rows(range(5))
    update(tmp_path, rows)
    folder = tmp_path / FOLDER / read_dense_manifest(tmp_path).name / CHROMA
    for file in folder.rglob("*.sqlite3"):
        file.write_bytes(b"not a database" * 100)
    with opened(tmp_path, exact_most=0) as dense, pytest.raises(OutsideError, match="--rebuild"):
        dense.rank("公开", None, ALL, 5)
    update(tmp_path, rows, rebuild=True)
    with opened(tmp_path, exact_most=0) as dense:
        assert len(dense.rank("公开", None, ALL, 5)) == 5


def test_a_damaged_table_is_refused_and_rebuilt(tmp_path):
    rows = library_rows(range(5))
    update(tmp_path, rows)
    (tmp_path / FOLDER / read_dense_manifest(tmp_path).name / TABLE).write_bytes(b"PK")
    with pytest.raises(DenseError, match="--rebuild"):
        opened(tmp_path)
    update(tmp_path, rows, rebuild=True)
    assert_chroma_equals(tmp_path, rows)


def test_a_damaged_manifest_is_refused_and_rebuilt(tmp_path):
    rows = library_rows(range(5))
    update(tmp_path, rows)
    (tmp_path / FOLDER / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(DenseError, match="--rebuild"):
        opened(tmp_path)
    with pytest.raises(DenseError, match="--rebuild"):
        update(tmp_path, rows)
    assert update(tmp_path, rows, rebuild=True).reused == 21
    assert_chroma_equals(tmp_path, rows)


def test_a_collection_that_measures_by_another_distance_is_refused(tmp_path):
    import chromadb

    client = chromadb.PersistentClient(str(tmp_path))
    client.create_collection("nianbao")
    client.close()
    with pytest.raises(OutsideError, match=r"l2.*cosine"):
        open_store(tmp_path, "nianbao", lambda _: np.zeros((0, 16)))


def test_a_library_without_the_index_names_the_command(tmp_path):
    with pytest.raises(DenseError, match="nianbao index"):
        opened(tmp_path)


def test_a_second_writer_is_refused_at_once(tmp_path):
    update(tmp_path, library_rows(range(2)))
    with dense_lock(tmp_path), pytest.raises(DenseLockedError, match="另一个程序"):
        update(tmp_path, library_rows(range(3)))
    update(tmp_path, library_rows(range(3)))


def test_a_long_lived_reader_sees_the_switch(tmp_path):
    update(tmp_path, library_rows(range(2)))
    with opened(tmp_path, exact_most=0) as dense:
        assert len(dense.rank("公开", None, ALL, 100)) == 10
        update(tmp_path, library_rows(range(4)))
        assert len(dense.rank("公开", None, ALL, 100)) == 20
        assert dense.rank("公开", [0], ALL, 5)


def test_old_generations_go_after_their_grace_and_no_sooner(tmp_path):
    update(tmp_path, library_rows(range(2)))
    first = read_dense_manifest(tmp_path).name
    update(tmp_path, library_rows(range(3)))
    assert (tmp_path / FOLDER / first).is_dir()
    path = tmp_path / FOLDER / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["retired"][0]["after"] = 0
    path.write_text(json.dumps(manifest))
    update(tmp_path, library_rows(range(4)))
    assert not (tmp_path / FOLDER / first).exists()


def test_what_a_crashed_writer_left_is_cleared(tmp_path):
    update(tmp_path, library_rows(range(2)))
    left = tmp_path / FOLDER / "gen-00000009-dead"
    left.mkdir()
    update(tmp_path, library_rows(range(3)))
    assert not left.exists()


def test_a_torn_record_is_cut_and_its_text_embedded_again(tmp_path):
    rows = library_rows(range(4))
    update(tmp_path, rows)
    (file,) = (tmp_path / VECTORS).glob("*/vectors.bin")
    whole = file.read_bytes()
    record = len(whole) // 17
    for damaged, healed in (
        (whole[:-7], 1),
        (whole + b"\0" * 5, 1),
        (whole[:record] + b"\xff" * record + whole[2 * record :], 1),
        (whole[: -2 * record] + b"\0" * 2 * record, 2),
    ):
        update(tmp_path, rows)
        file.write_bytes(damaged)
        outcome = update(tmp_path, rows)
        assert outcome.healed == healed and outcome.pending == 0
        with opened(tmp_path) as dense:
            assert dense.rank("第3号", None, ALL, 9) == by_hand(rows, "第3号", 9)
        file.write_bytes(whole)
