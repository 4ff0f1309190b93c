"""The model that the settings name, opened only when a command or a script wants one."""

from importlib import import_module

from assistant.model_reply import Model
from assistant.settings import load_settings

_DOOR = "assistant.models"


def chosen_model() -> Model | None:
    """Return the model of the NIANBAO_* settings, None when they name none."""
    settings = load_settings()
    if settings.base_url is None:
        return None
    opened: Model | None = import_module(_DOOR).open_model(settings)
    return opened
