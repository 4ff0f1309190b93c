"""What the tab of settings shows and does: settings, a visitor's endpoint, the library's health.

A key comes in here once and goes into an `OwnModel`; nothing here ever gives it back.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal, NamedTuple, TypeAlias

from pydantic import SecretStr

from assistant.page.house import House, OwnModel
from assistant.settings import Settings
from index.endpoint import checked_address, shown_address
from index.errors import MisuseError
from index.store.health import Finding

PATIENCE = 90.0  # seconds that a visitor waits for the test of an endpoint
LONGEST_KEY = 512
_ADDRESSES = ("base_url", "embed_base_url", "chroma_url")
Held: TypeAlias = Literal["set", "unset", "value"]
OwnState: TypeAlias = Literal["environment", "closed", "none", "own"]


class Setting(NamedTuple):
    """A setting of the environment; `value` is "" for keys, of which only `held` is told."""

    name: str
    held: Held
    value: str = ""


class OwnShown(NamedTuple):
    """What may be shown of the model in use: whose it is, where, which, whether it has a key.

    `state`: set by the environment; closed to visitors of this page; none; the visitor's own.
    """

    state: OwnState
    address: str = ""
    model: str = ""
    has_key: bool = False


def list_settings(settings: Settings) -> list[Setting]:
    """Return every setting; of keys only whether they are set, of addresses no password."""
    return [_setting(name, getattr(settings, name)) for name in type(settings).model_fields]


def _setting(name: str, value: object) -> Setting:
    said = f"NIANBAO_{name.upper()}"
    if value is None or isinstance(value, SecretStr):
        return Setting(said, "unset" if not value else "set")
    return Setting(said, "value", _shown(str(value)) if name in _ADDRESSES else str(value))


def _shown(address: str) -> str:
    """Return an address without its password; an address that is none is not shown at all."""
    try:
        return shown_address(checked_address(address, ""))
    except MisuseError:
        return "…"


def own_shown(house: House, own: OwnModel | None) -> OwnShown:
    """Return what may be shown of the model that a visitor's questions would use."""
    settings = house.settings
    if settings.base_url is not None:
        address = _shown(settings.base_url)
        return OwnShown("environment", address, settings.model or "", bool(settings.api_key))
    if not house.takes_own:
        return OwnShown("closed")
    if own is None:
        return OwnShown("none")
    return OwnShown("own", _shown(own.base_url), own.model, own.api_key is not None)


def typed_model(
    house: House, kept: OwnModel | None, typed: tuple[str, str, str], names: tuple[str, str]
) -> tuple[OwnModel | None, Finding | None]:
    """Return the model that a visitor typed in, or the one `kept` and what is wrong with the new.

    `typed` is address, model and key, `names` the labels of address and key; nothing that is said
    repeats what was typed in.
    """
    try:
        return _own_model(house, typed, names), None
    except MisuseError as error:
        return kept, Finding(name="model", status="warn", message=str(error))


def _own_model(house: House, typed: tuple[str, str, str], names: tuple[str, str]) -> OwnModel:
    if not house.takes_own:
        raise MisuseError("这个网页不接受自填的模型端点。请由管理员在环境变量里设置。")
    address, name, key = checked_address(typed[0], names[0]), typed[1].strip(), typed[2].strip()
    if not name:
        raise MisuseError("没有填模型名称。请填端点上的模型名称，例如 qwen-plus。")
    if not (key.isascii() and key.isprintable()) or " " in key or len(key) > LONGEST_KEY:
        raise MisuseError(f"{names[1]}里有不能用于密钥的字符（如中文、空格或换行）。请重新复制。")
    if key and (key in name or key in address):
        raise MisuseError(f"地址或模型名称里写着密钥。密钥只填在“{names[1]}”一栏。")
    return OwnModel(base_url=address, model=name, api_key=SecretStr(key) if key else None)


def try_model(
    house: House, own: OwnModel | None, patience: float = PATIENCE
) -> tuple[Finding, ...]:
    """Return the doctor's findings about a visitor's model, after `patience` seconds at most."""
    from assistant.model.examine import examine_model

    settings = house.settings_for(own)
    done: SimpleQueue[tuple[Finding, ...]] = SimpleQueue()
    _in_thread(lambda: done.put(examine_model(settings).findings))
    try:
        return done.get(timeout=patience)
    except Empty:
        message = (
            f"端点在 {patience:.0f} 秒内没有答完全部测试，不再等。"
            "它也许很慢，或只连上而不回答；请检查地址和服务，稍后再试。"
        )
        return (Finding(name="model", status="warn", message=message),)


def library_health(house: House) -> list[Finding]:
    """Return the health of the library and of its indexes."""
    from assistant.library_health import examine_library

    return examine_library(house.folder)


def _in_thread(act: Callable[[], None]) -> None:
    Thread(target=act, daemon=True).start()
