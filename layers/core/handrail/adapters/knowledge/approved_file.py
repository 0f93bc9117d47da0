"""The company's approved wording, as it lies beside the index."""

import json
from pathlib import Path
from typing import Final

from handrail.domain.errors import SettingsError

FILE_NAME: Final = "approved.json"


def read_approved(directory: Path) -> tuple[str, ...]:
    """Return the approved sentences of an index's folder; none when there is no such file.

    Raises:
        SettingsError: the file is not one that `handrail knowledge build` writes.

    """
    path = directory / FILE_NAME
    try:
        sentences = json.loads(path.read_bytes())["sentences"]
        if not all(isinstance(sentence, str) for sentence in sentences):
            message = f"{path} has a sentence that is no text; run `handrail knowledge build`"
            raise SettingsError(message)
        return tuple(sentences)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError) as error:
        message = f"{path} is no approved wording ({error!r}); run `handrail knowledge build`"
        raise SettingsError(message) from None
