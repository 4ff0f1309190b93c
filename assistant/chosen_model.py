"""The model that the settings name, opened only when a command or a script wants one."""

from assistant.model_reply import Model
from assistant.settings import Settings, load_settings


def chosen_model(settings: Settings | None = None) -> Model | None:
    """Return the model of the settings (by default the environment's), None when they name none."""
    chosen = settings or load_settings()
    if chosen.base_url is None:
        return None
    from assistant.models import open_model

    return open_model(chosen)
