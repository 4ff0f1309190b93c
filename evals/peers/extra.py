"""The door to packages that only a comparison needs: found, or named with how to get them."""

from importlib import import_module
from typing import Any

from index.errors import MisuseError


def load_extra(module: str) -> Any:
    """Return a module, untyped for it is seldom there; raises MisuseError when it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MisuseError(
            f"没有安装 {package!r}。对照工具不随程序安装，与锁定的版本也不相容："
            "请另建一个环境，在其中运行 pip install 'nianbao[peers]'"
            "（或 pip install --require-hashes -r requirements-peers.txt），再运行这条命令。"
        ) from error
