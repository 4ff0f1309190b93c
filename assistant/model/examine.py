"""The health of the model endpoint: what it can do, what is wrong, in words a user can act on."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from assistant.model.line import Limits, Line
from assistant.model.probe import probe
from assistant.model.profile import Profile, keep_profile, profiles_folder
from assistant.model.wire import Fault
from assistant.model.words import explained
from assistant.models import open_line
from assistant.settings import Settings
from index.errors import MisuseError
from index.store.health import Finding

_SILENCE = 20.0
_OUTSIDE = ("unreachable", "silent", "late", "busy", "broken", "cut")
_MODES = {
    "json_schema": "json_schema",
    "tool": "工具调用",
    "json_object": "json_object",
    "plain": "提示词",
}
_WITHOUT = (
    "没有设语言模型。数字、名单、排序、求和、核对、导出照常可用；正文问题只摘录原文，"
    "规则读不懂的问法和 extract --schema 用不了。要用模型，请设 NIANBAO_BASE_URL、"
    "NIANBAO_API_KEY、NIANBAO_MODEL。"
)
Status = Literal["ok", "note", "warn"]


class ModelHealth(NamedTuple):
    """The findings; `outside` tells that all that is wrong is an endpoint that does not answer."""

    findings: tuple[Finding, ...]
    profile: Profile | None = None
    outside: bool = False

    def profile_record(self) -> dict[str, Any] | None:
        """Return the profile for JSON."""
        return self.profile.model_dump(mode="json") if self.profile else None


def examine_model(settings: Settings, profiles: Path | None = None) -> ModelHealth:
    """Return the health of the settings' model, always probed anew, with a short patience."""
    if settings.base_url is None:
        return ModelHealth((_finding("note", _WITHOUT),))
    silence = min(settings.timeout, _SILENCE)
    limits = Limits(silence, total=3 * silence, retries=1, at_once=1)
    try:
        line = open_line(settings, limits)
    except MisuseError as error:
        return ModelHealth((_finding("warn", str(error)),))
    try:
        profile = probe(line)
    except Fault as fault:
        return ModelHealth((_failed(line, fault, settings),), outside=fault.kind in _OUTSIDE)
    kept = keep_profile(profiles or profiles_folder(), settings.base_url, profile)
    profile = profile.with_context(settings.context)
    findings = [_finding(status, message) for status, message in _said(profile)]
    if not kept:
        message = "探测结果写不进用户缓存文件夹：每次运行都要重新探测。请检查磁盘和权限。"
        findings.append(_finding("note", message))
    return ModelHealth(tuple(findings), profile)


def _finding(status: Status, message: str, items: Sequence[str] = ()) -> Finding:
    return Finding(name="model", status=status, message=message, items=tuple(items))


def _failed(line: Line, fault: Fault, settings: Settings) -> Finding:
    """Return what is wrong; for a model that is not there, with the names that are."""
    message = str(explained(fault, line.endpoint.address, line.endpoint.name))
    if fault.kind == "key" and settings.api_key is None:
        message += "没有设 NIANBAO_API_KEY。"
    items = _names(line) if fault.kind == "missing" else ()
    return _finding("warn", message + ("端点上的模型：" if items else ""), items)


def _names(line: Line) -> tuple[str, ...]:
    try:
        entries: Sequence[Mapping[str, Any]] = line.endpoint.listed()
    except Fault:
        return ()
    return tuple(str(entry["id"]) for entry in entries if entry.get("id"))


def _said(profile: Profile) -> Iterator[tuple[Status, str]]:
    """Yield the profile in words."""
    yield "ok", f"模型端点 {profile.address!r} 连得上，密钥被接受，模型 {profile.model!r} 会回答。"
    if profile.listed:
        yield "ok", f"模型名称 {profile.model!r} 在端点的模型列表里。"
    elif profile.listed is False:
        yield "note", f"端点的模型列表里没有 {profile.model!r}，但它会回答；请核对 NIANBAO_MODEL。"
    else:
        yield "note", "端点没有给出模型列表，无法核对模型名称。"
    yield _said_modes(profile)
    yield _said_context(profile)
    yield _said_stream(profile)
    yield _said_thinking(profile)
    if not profile.measured:
        yield "note", "端点不报词元数：用量记为 0，输入被悄悄截断时也无法察觉。"


def _said_modes(profile: Profile) -> tuple[Status, str]:
    if not profile.modes:
        message = (
            "结构化输出：各种方式都没有得到合格的回答。抽取和规划多半会被拒答；请换大些的模型。"
        )
        return "note", message
    names = "、".join(_MODES[mode] for mode in profile.modes)
    return "ok", f"结构化输出：{names}（逐一试过，用第一种，不行时依次退后）。"


def _said_context(profile: Profile) -> tuple[Status, str]:
    size = f"上下文：{profile.context} 个词元"
    if profile.context_from == "default":
        return "note", f"{size}，是保守的估计：端点没有说明。若知道实际大小，请设 NIANBAO_CONTEXT。"
    named = "端点给出" if profile.context_from == "endpoint" else "按 NIANBAO_CONTEXT"
    return "ok", f"{size}（{named}）。"


def _said_stream(profile: Profile) -> tuple[Status, str]:
    first = f"首字 {profile.first_seconds:.1f} 秒"
    if not profile.stream:
        return "note", f"不支持流式：回答写完才显示；{first}。"
    return "ok", f"支持流式；{first}。"


def _said_thinking(profile: Profile) -> tuple[Status, str]:
    if profile.thinking == "none":
        return "ok", "思考：没有见到思考文字。"
    if profile.thinking == "off":
        return "ok", f"思考：已关闭（{profile.switch}）。"
    return "note", "思考：关不掉；思考文字会去掉，但回答慢、费词元。"
