"""Every text that the page needs is there, in both languages."""

import pytest

from assistant.page.words import LANGUAGES, words
from assistant.settings import Settings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_its_word(language: str) -> None:
    said = words(language)
    missing = [name for name in Settings.model_fields if not said.get(f"settings.of.{name}")]
    assert missing == []
