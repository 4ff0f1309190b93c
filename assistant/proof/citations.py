"""The citations of a saved answer against its own lists, its certificate and the library's list."""

from collections.abc import Callable, Iterator

from assistant.proof.arithmetic import Json

Place = tuple[object, ...]
_PLACE = ("report_id", "path", "kind", "start", "end")


def citation_problems(answer: Json, path_of: Callable[[str], str | None]) -> Iterator[str]:
    """Yield citations that are missing, unused, or another report's than the certificate says.

    `path_of` gives the path of a report of the library, None when the library lacks the report.
    """
    citations: list[Json] = list(answer.get("citations") or ())
    ids = [one.get("id") for one in citations]
    if ids != list(range(1, len(ids) + 1)):
        yield "引文的编号不是从1起连续的，有引文被删去或调换"
    support: list[Json] = list((answer.get("certificate") or {}).get("support") or ())
    places = {_place(one, "raw") for one in support}
    for one in citations:
        if _place(one, "quote") not in places and path_of(str(one["report_id"])) != one["path"]:
            yield f"引文{one['id']}的出处（{one['path']}）与证书和库都不符"
    yield from _uses(answer, {one["id"]: one for one in citations}, support)


def _uses(answer: Json, citations: dict[int, Json], support: list[Json]) -> Iterator[str]:
    """Yield items that name no citation there is, or one of another report."""
    about = {(said, *_place(one, "raw")) for one in support for said in (one["about"], one["year"])}
    known = {one["about"] for one in support}
    stated = {(one["about"], one["metric"]) for one in support if one["status"] == "reported"}
    for item in _items(answer):
        name, report = f"{item.get('agency') or ''}{item.get('label') or ''}", item.get("report_id")
        for number in item.get("citations") or ():
            cited = citations.get(number)
            if cited is None:
                yield f"{name}引用了没有的引文{number}"
            elif report in known and not any(
                (said, *_place(cited, "quote")) in about for said in _said_by(item, report)
            ):
                yield f"{name}引用的引文{number}不是这份报告的"
        bare = not item.get("citations") and item.get("value") is not None
        if bare and (report, item.get("metric")) in stated:
            yield f"{name}有数值却没有引文"


def _said_by(item: Json, report: object) -> list[object]:
    """Return the report a row cites, or the years of which a change gives the numbers."""
    years = [shown["year"] for shown in item.get("more") or () if shown.get("year")]
    return years if set(years) - {item.get("year")} else [report]


def _items(answer: Json) -> Iterator[Json]:
    """Yield everything that may cite, what stands beside a row under the row's report."""
    for part in ("rows", "rejected", "undecided"):
        for item in answer.get(part) or ():
            yield item
            for shown in item.get("more") or ():
                beside = {"agency": item.get("agency"), **shown}
                yield beside if shown.get("year") != item.get("year") else {
                    **beside, "report_id": item.get("report_id")}  # fmt: skip


def _place(one: Json, quote: str) -> Place:
    return (*(one.get(name) for name in _PLACE), one.get(quote))
