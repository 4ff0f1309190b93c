"""The health of a library: what is damaged, what has changed around it, what to do about it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from index.model import Frozen, LoadError, NianbaoError
from index.store.database import Database, parquet_source
from index.store.library import Library
from index.store.manifest import Manifest, Part, StoredFile, orphans, read_manifest
from index.store.own_files import FOLDER, stray_copies
from index.store.own_files import LOCK as FILES_LOCK
from index.store.sources import file_hash
from index.store.writer import LOCK


class Finding(Frozen):
    """One thing looked at. `note` needs nothing done; `warn` does; `fail` is damage."""

    name: Literal[
        "manifest",
        "lock",
        "files",
        "open",
        "leftovers",
        "sources",
        "copies",
        "reader",
        "lexical",
        "search",
        "model",
    ]
    status: Literal["ok", "note", "warn", "fail"]
    message: str
    items: tuple[str, ...] = ()


def examine(folder: Path, reader: str) -> list[Finding]:
    """Return what there is to say about the library at `folder`, read by version `reader`."""
    try:
        manifest, _ = read_manifest(folder)
    except NianbaoError as error:
        return [Finding(name="manifest", status="fail", message=str(error))]
    if manifest.state is None:
        message = f"这里还没有库：{str(folder)!r}。请用 nianbao add 读入报告。"
        return [Finding(name="manifest", status="note", message=message)]
    count = manifest.state.files["reports.parquet"].rows
    message = f"清单可读：{count} 份报告，{len(manifest.segments)} 个数据段。"
    findings = [Finding(name="manifest", status="ok", message=message), _lock(folder, manifest)]
    findings.append(_files(folder, manifest))
    if findings[-1].status == "fail":
        return findings
    return [*findings, *_content(folder, reader)]


def _lock(folder: Path, manifest: Manifest) -> Finding:
    """Tell whether a program is writing; if none is, whether a crashed one left something."""
    try:
        with FileLock(folder / LOCK, timeout=0):
            left = orphans(folder, manifest)
    except Timeout:
        return Finding(name="lock", status="note", message="另一个程序正在写这个库。")
    except OSError as error:
        return Finding(name="lock", status="warn", message=f"写锁打不开，只能查询：{error}。")
    if left:
        message = f"上次写入中断，留下 {len(left)} 个无用的文件夹；下次 nianbao add 会清掉。"
        return Finding(name="leftovers", status="note", message=message, items=tuple(left))
    return Finding(name="lock", status="ok", message="写锁空闲。")


def _files(folder: Path, manifest: Manifest) -> Finding:
    """Tell whether every data file is there, byte for byte, with its rows."""
    parts = (*manifest.segments, *((manifest.state,) if manifest.state else ()))
    database = Database()
    damaged = [problem for part in parts for problem in _part_problems(folder, part, database)]
    database.close()
    if damaged:
        message = (
            f"{len(damaged)} 个数据文件损坏或丢失。请换一个文件夹，用原来的报告重新 nianbao add。"
        )
        return Finding(name="files", status="fail", message=message, items=tuple(damaged))
    count = sum(len(part.files) for part in parts)
    return Finding(name="files", status="ok", message=f"{count} 个数据文件齐全，内容与清单一致。")


def _part_problems(folder: Path, part: Part, database: Database) -> Iterator[str]:
    """Yield what is wrong with the files of one part."""
    for name, stored in part.files.items():
        problem = _file_problem(folder / part.name / name, stored, database)
        if problem:
            yield f"{part.name}/{name}：{problem}"


def _file_problem(path: Path, stored: StoredFile, database: Database) -> str:
    """Return what is wrong with one file, '' when nothing is."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return str(error.strerror)
    if digest != stored.sha256:
        return "内容与清单不符"
    ((rows,),) = database.query(f"SELECT count(*) FROM {parquet_source([path])}")
    return "" if rows == stored.rows else f"应有 {stored.rows} 行，实有 {rows} 行"


def _content(folder: Path, reader: str) -> Iterator[Finding]:
    """Yield what there is to say about the reports: their files, and who read them."""
    try:
        library = Library.open(folder)
    except NianbaoError as error:
        yield Finding(name="open", status="fail", message=str(error))
        return
    gone, changed = _sources(library)
    yield _listed(
        "sources", "warn", changed, "个来源文件已改动，请重新 nianbao add。", "来源文件没有改动。"
    )
    if gone:
        yield _listed(
            "sources", "note", gone, "个来源文件已不在原处；库里留有全文，查询不受影响。", ""
        )
    yield from _copies(folder, library)
    stale = [
        f"{report_id} {path}"
        for report_id, path in library.query(
            "SELECT report_id, path FROM reports WHERE reader <> ? ORDER BY path", [reader]
        )
    ]
    good = "全部报告都由当前的读取程序读入。"
    yield _listed("reader", "warn", stale, "份报告由旧的读取程序读入，请重新 nianbao add。", good)
    yield _lexical(folder, library)


def _copies(folder: Path, library: Library) -> Iterator[Finding]:
    """Yield what an interrupted upload left: copies of files that no report stands for."""
    known = {path for (path,) in library.query("SELECT path FROM reports")}
    left = stray_copies(folder, known)
    if not left:
        return
    try:
        with FileLock(folder / FILES_LOCK, timeout=0):
            pass
    except (Timeout, OSError):
        return  # an upload is under way: they are being read
    message = (
        f"{len(left)} 个上传的文件没有入库（上传中断，或报告已移出）；"
        f"要读入请运行 nianbao add {str(folder / FOLDER)!r}，不要就删掉。"
    )
    items = tuple(str(path) for path in left)
    yield Finding(name="copies", status="note", message=message, items=items)


def _lexical(folder: Path, library: Library) -> Finding:
    """Tell whether the lexical index is whole and holds the passages of every current report."""
    from index.search.keeping import difference
    from index.search.lexical import LexicalError

    try:
        missing, gone = difference(library, folder)
    except LexicalError as error:
        message = f"{error}；下次 nianbao add 会重建，按数字提问不受影响。"
        return Finding(name="lexical", status="warn", message=message)
    if missing or gone:
        message = f"词语索引缺{missing}份报告、多{gone}份；下次 nianbao add 会补齐。"
        return Finding(name="lexical", status="warn", message=message)
    return Finding(name="lexical", status="ok", message="词语索引与库一致。")


def _sources(library: Library) -> tuple[list[str], list[str]]:
    """Return the source files that are gone, and those whose bytes have changed."""
    gone, changed = [], []
    for path, sha256 in library.query(
        "SELECT path, sha256 FROM reports WHERE replaced_by IS NULL ORDER BY path"
    ):
        try:
            if not Path(path).exists():
                gone.append(path)
            elif file_hash(Path(path)) != sha256:
                changed.append(path)
        except (LoadError, OSError) as error:
            changed.append(f"{path}（{error}）")
    return gone, changed


def _listed(
    name: Literal["sources", "reader"],
    status: Literal["note", "warn"],
    items: list[str],
    bad: str,
    good: str,
) -> Finding:
    """Return a finding about listed items, fine when there are none."""
    if items:
        message = f"{len(items)} {bad}"
        return Finding(name=name, status=status, message=message, items=tuple(items))
    return Finding(name=name, status="ok", message=good)
