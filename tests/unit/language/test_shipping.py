"""What is deployed of a language: what functions read, and nothing that only translators need."""

import shutil
from pathlib import Path

from handrail.adapters.language.catalogue import LANGUAGES_FOLDER, PackagedCatalogue
from handrail_ops.languages.shipping import leave_out_sources


def test_sources_of_compiled_languages_are_left_out(tmp_path: Path) -> None:
    shipped = tmp_path / "python" / "handrail" / "languages"
    for code in ("en", "de"):
        shutil.copytree(LANGUAGES_FOLDER / code, shipped / code)
    shutil.copy(LANGUAGES_FOLDER / "index.json", shipped)
    (shipped / "de" / "catalogue.json").unlink()
    freed = leave_out_sources(tmp_path)
    assert {path.suffix for path in (shipped / "en").iterdir()} == {".json"}
    assert (shipped / "de" / "phrases.po").exists(), "nothing else says what German says"
    assert freed > 10_000
    assert leave_out_sources(tmp_path) == 0
    assert PackagedCatalogue(shipped).phrases("en").say("ask.yes")
