"""What was found out about an endpoint, kept in a file so that each process need not ask again.

The file's name is a hash of address, model and the version of the probe; it holds no key, no
password, and of the address only what may be shown.
"""

import hashlib
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from pydantic import ValidationError

from assistant.model.tokens import SAFE_RATE
from assistant.model_reply import Mode
from index.model import Frozen

VERSION = 1  # raised when the probe changes
_LASTS = 30 * 24 * 3600.0


class Profile(Frozen):
    """What an endpoint can do with one model.

    `modes` are the ways to structured output that gave a valid reply, best first; none when no
    reply was valid. `thinking`:
    "none" was seen, "off" by `switch`, "on" and taken out, "open" when a reply begins inside it.
    `rate` is the tokens of a Chinese character, as counted by the endpoint, else a safe one.
    """

    address: str
    model: str
    modes: tuple[Mode, ...] = ("json_schema", "tool", "json_object", "plain")
    context: int = 8192
    context_from: Literal["endpoint", "default", "settings"] = "default"
    stream: bool = True
    usage: bool = True
    whole: bool = False  # replies are asked for unstreamed: only then this endpoint counts tokens
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    thinking: Literal["none", "off", "on", "open"] = "none"
    switch: str | None = None
    rate: float = SAFE_RATE
    measured: bool = False
    listed: bool | None = None  # whether /models names the model; None when there is no list
    first_seconds: float = 0.0
    probed: float = 0.0

    def with_context(self, size: int | None) -> "Profile":
        """Return the profile with the context that the user names, if any."""
        if size is None:
            return self
        return self.model_copy(update={"context": size, "context_from": "settings"})


def profiles_folder() -> Path:
    """Return the folder of the profiles: in the user's cache, whichever library is used."""
    from platformdirs import user_cache_path

    return user_cache_path("nianbao") / "models"


def kept_profile(folder: Path, base_url: str, model: str) -> Profile | None:
    """Return the kept profile; None when there is none, or it is damaged or old."""
    try:
        profile = Profile.model_validate_json(_file(folder, base_url, model).read_bytes())
    except (OSError, ValidationError):
        return None
    return profile if 0 <= time.time() - profile.probed < _LASTS else None


def keep_profile(folder: Path, base_url: str, profile: Profile) -> bool:
    """Keep the profile; return whether the disk let us: without it, each process probes."""
    target = _file(folder, base_url, profile.model)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
            file.write(profile.model_dump_json(indent=1))
        Path(file.name).replace(target)
    except OSError:
        return False
    return True


def _file(folder: Path, base_url: str, model: str) -> Path:
    name = hashlib.sha256(f"{VERSION}\n{base_url}\n{model}".encode()).hexdigest()[:24]
    return folder / f"{name}.json"
