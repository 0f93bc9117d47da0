"""A real Chromium before the real page, with a scripted company behind it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from handrail.adapters.language.catalogue import PackagedCatalogue
from support.chat_server import ChatServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
TIMEOUT_MS = 8_000


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say how to get a browser where there is none.

    In continuous integration a missing browser is a failure, never a skip.
    """
    reason = "no Chromium: apt-get install chromium, or set CHROMIUM to its path"
    missing = not Path(CHROMIUM).exists() and not os.environ.get("CI")
    for item in items:
        if missing and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


class Shared:
    """One browser for the tests that follow one another: to start it takes longer than most.

    Playwright leaves an event loop running in its thread while the browser is open, which other
    tests of the same process would trip over: so it is closed before them.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None:
            playwright = self._open.enter_context(sync_playwright())
            args = ["--no-sandbox"]
            self._browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
            self._open.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._open.close()


SHARED = Shared()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or HERE not in nextitem.path.parents:
        SHARED.close()


@pytest.fixture
def browser() -> Browser:
    return SHARED.browser()


@pytest.fixture
def company() -> Iterator[ChatServer]:
    catalogue = PackagedCatalogue()
    names = {language.code: language.name for language in catalogue.languages}
    with ChatServer(catalogue, names).running() as server:
        yield server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en", reduced_motion="reduce")
    made.set_default_timeout(TIMEOUT_MS)
    yield made
    made.close()


@pytest.fixture
def faults(context: BrowserContext) -> Iterator[list[str]]:
    """Whatever the page did wrong: errors of scripts, and breaches of its content policy."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on(
        "console",
        lambda message: (
            found.append(message.text)
            if "Content Security Policy" in message.text or "Trusted" in message.text
            else None
        ),
    )
    yield found
    assert found == []


Open = Callable[..., Page]


@pytest.fixture
def open_page(context: BrowserContext, company: ChatServer, faults: list[str]) -> Open:
    """Opens the page and waits until it listens."""

    def opened(path: str = "/") -> Page:
        assert faults == []
        page = context.new_page()
        page.goto(company.url + path)
        page.wait_for_selector("#log:not([aria-busy])")
        return page

    return opened
