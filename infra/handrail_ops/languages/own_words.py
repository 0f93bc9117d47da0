"""The recogniser as a deployment has it: with the operator's own words."""

from pathlib import Path

import click

from handrail.adapters.language.catalogue import packaged_recogniser
from handrail.domain.errors import SettingsError
from handrail.domain.recognition import Recogniser
from handrail.settings import read_own_words

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WORDS_HELP = "A file that says what the parameter OwnWords would say."


def recogniser_with(words: Path | None) -> Recogniser:
    """Return the recogniser with the words of a file, as the parameter `OwnWords` has them.

    Raises:
        click.ClickException: the words cannot be used.

    """
    try:
        own = read_own_words(words.read_text(encoding="utf-8")) if words is not None else {}
        return packaged_recogniser(own)
    except (SettingsError, ValueError) as error:
        message = f"{words} cannot be used: {error}"
        raise click.ClickException(message) from error
