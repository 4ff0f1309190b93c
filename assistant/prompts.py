"""Prompts are files: loaded, checked and filled here; knows no model and no wording."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ConfigDict, ValidationError

from index.errors import MisuseError
from index.model import Frozen

_PLACE = re.compile(r"\$\{([a-z_]+)\}")


class PromptError(MisuseError):
    """A prompt file that is missing, malformed, or filled with the wrong variables."""


class Message(NamedTuple):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Prompt(Frozen):
    """One prompt file: `${name}` in `system` and `user` stands for a declared variable.

    `output` says what comes back: "text", or the name of the schema that the caller hands to the
    model. `id` is name@hash of the file's content and travels with every result.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digest: str
    purpose: str
    variables: tuple[str, ...]
    output: str
    system: str
    user: str

    @property
    def id(self) -> str:
        """The name with the hash of the content."""
        return f"{self.name}@{self.digest}"

    def fill(self, **values: str) -> tuple[Message, ...]:
        """Return the messages; raises PromptError unless exactly the declared variables come.

        Filled in one pass: a `${...}` inside a value stays as it is.
        """
        if set(values) != set(self.variables):
            missing = sorted(set(self.variables) - set(values))
            unknown = sorted(set(values) - set(self.variables))
            raise PromptError(f"提示词 {self.id} 的变量不对：缺少 {missing!r}，多出 {unknown!r}。")
        roles: tuple[tuple[Literal["system", "user"], str], ...] = (
            ("system", self.system),
            ("user", self.user),
        )
        return tuple(
            Message(role, _PLACE.sub(lambda found: values[found[1]], text).strip())
            for role, text in roles
            if text.strip()
        )


class Prompts:
    """The prompts of the program, of which some may be replaced by other files."""

    def __init__(self, replaced: Mapping[str, Path] | None = None) -> None:
        self._replaced = dict(replaced or {})
        unknown = sorted(set(self._replaced) - set(prompt_names()))
        if unknown:
            raise PromptError(
                f"没有名为 {unknown[0]!r} 的提示词；现有：{'、'.join(prompt_names())}。"
            )
        # A file that cannot be used is said at once, not when its turn comes.
        self._loaded = {name: read_prompt(name, path) for name, path in self._replaced.items()}
        for name, prompt in self._loaded.items():
            if set(prompt.variables) != set(own := read_prompt(name).variables):
                raise PromptError(
                    f"提示词 {name!r} 的变量应是 {sorted(own)!r}，"
                    f"文件里是 {sorted(prompt.variables)!r}。"
                )

    def __getitem__(self, name: str) -> Prompt:
        """Return the prompt of that name; raises PromptError when there is none."""
        if name not in self._loaded:
            self._loaded[name] = read_prompt(name)
        return self._loaded[name]


def prompt_names() -> tuple[str, ...]:
    """Return the names of the program's prompts, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in files("prompts").iterdir()
            if entry.name.endswith(".toml")
        )
    )


def read_prompt(name: str, path: Path | None = None) -> Prompt:
    """Return the prompt in `path`, by default the program's own; raises PromptError."""
    try:
        data = path.read_bytes() if path else (files("prompts") / f"{name}.toml").read_bytes()
        fields = tomllib.loads(data.decode())
        fields["variables"] = tuple(fields.get("variables", ()))
        prompt = Prompt(name=name, digest=hashlib.sha256(data).hexdigest()[:8], **fields)
    except OSError as error:
        raise PromptError(f"读不了提示词 {name!r}：{error}。请检查文件路径。") from error
    except ValidationError as error:
        wrong = "、".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors()))
        raise PromptError(f"提示词文件 {str(path or name)!r} 的 {wrong} 不对，或缺少。") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise PromptError(f"提示词文件 {str(path or name)!r} 的格式不对：{error}") from error
    used = set(_PLACE.findall(prompt.system + prompt.user))
    if used != set(prompt.variables):
        raise PromptError(
            f"提示词 {name!r} 声明的变量 {sorted(prompt.variables)!r} "
            f"与用到的 {sorted(used)!r} 不一致。"
        )
    return prompt
