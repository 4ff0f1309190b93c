"""The model of an evaluation: the endpoint of the settings behind a tape, or the tape alone."""

from pathlib import Path
from urllib.parse import urlsplit

from assistant.model.door import EndpointModel
from assistant.model.line import Limits, Line
from assistant.model.probe import probe
from assistant.model.profile import Profile
from assistant.settings import Settings
from evals.replay.door import Replies, TapedEndpoint
from evals.replay.tape import Tape
from index.errors import MisuseError

LOCAL = "local"
_LOOPS = ("127.0.0.1", "localhost", "::1")


def open_taped_model(
    settings: Settings, tape: Tape, replies: Replies, provider: str | None = None,
    model: str | None = None,
) -> EndpointModel:  # fmt: skip
    """Return the model; in replay `model` (else the settings', else the only one) is read back.

    Raises MisuseError when there is nothing to call or nothing to replay.
    """
    name = model or settings.model or _only(tape)
    if replies == "replay":
        endpoint = TapedEndpoint(tape, "replay", provider or _kept_provider(tape, name), name)
        return EndpointModel(Line(endpoint, Limits(retries=0)), lambda: _kept(tape, name), _no)
    if settings.base_url is None:
        raise MisuseError(
            "没有设语言模型，不能录制。请设 NIANBAO_BASE_URL、NIANBAO_API_KEY、NIANBAO_MODEL。"
        )
    from assistant.models import open_line

    limits = Limits(settings.timeout, 10 * settings.timeout, at_once=settings.concurrency)
    line = open_line(settings, limits)
    provider = provider or provider_of(settings.base_url)
    key = settings.api_key.get_secret_value() if settings.api_key else ""

    def found() -> Profile:
        known = tape.profile(name) if replies == "record" else None
        if known is None:
            known = probe(line)
            if replies == "record":
                tape.keep_profile(known, provider)
        return known.with_context(settings.context)

    taped = TapedEndpoint(tape, replies, provider, name, line.endpoint, (key,))
    return EndpointModel(Line(taped, limits), found, _no)


def provider_of(base_url: str) -> str:
    """Return the name of whoever serves an address: its host, `local` for this machine."""
    host = urlsplit(base_url).hostname or ""
    return LOCAL if host in _LOOPS else host


def _only(tape: Tape) -> str:
    models = tape.models()
    if len(models) != 1:
        raise MisuseError(
            f"记录里有 {len(models)} 个模型的回答{models!r}。请用 --model 选一个，或用"
            " --replies record 录制。"
        )
    return models[0]


def _kept_provider(tape: Tape, model: str) -> str:
    profile = tape.profile(model)
    return profile.address if profile else LOCAL


def _kept(tape: Tape, model: str) -> Profile:
    profile = tape.profile(model)
    if profile is None:
        folder: Path = tape.folder
        raise MisuseError(f"{folder.name!r} 里没有模型 {model!r} 的记录。请先用 record 录制。")
    return profile


def _no(_: object) -> None:
    """Keep no change of a profile: the tape's is the one its keys were made with."""
