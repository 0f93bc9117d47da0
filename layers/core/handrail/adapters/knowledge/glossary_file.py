"""The company's glossary, as it lies beside the index."""

import json
from pathlib import Path
from typing import Final

from handrail.domain.errors import SettingsError
from handrail.domain.glossary import Glossary

FILE_NAME: Final = "glossary.json"


def read_glossary(directory: Path) -> Glossary:
    """Return the glossary of an index's folder; an empty one when there is none.

    Raises:
        SettingsError: the file is not one that `handrail knowledge build` writes.

    """
    path = directory / FILE_NAME
    try:
        data = json.loads(path.read_bytes())
        return Glossary(
            tuple(data["keep"]),
            tuple(
                {language: tuple(forms) for language, forms in term.items()}
                for term in data["terms"]
            ),
        )
    except FileNotFoundError:
        return Glossary()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{path} is no glossary ({error!r}); run `handrail knowledge build` again"
        raise SettingsError(message) from None
