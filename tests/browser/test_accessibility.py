"""The chat held against WCAG 2.2 AA by axe-core, in the states it can be in, light and dark."""

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from handrail.domain.delivery import Action, Speaker
from support.chat_server import ChatServer

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

expect.set_options(timeout=20_000)

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(where: Page | Frame, within: str) -> list[str]:
    """Return what axe finds wrong in a document, its frames apart."""
    if not where.evaluate("'axe' in window"):
        where.evaluate(AXE)
    found: dict[str, Any] = where.evaluate(
        """([within, tags]) => axe.run(within, { iframes: false, resultTypes: ["violations"],
           runOnly: { type: "tag", values: tags } })""",
        [within, TAGS],
    )
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(
    ("scheme", "language", "width", "data"),
    [
        ("light", "en", 1280, 'data-color="#ff5a1f"'),
        ("dark", "ar", 390, ""),
    ],
)
def test_axe_finds_nothing(
    browser: Browser,
    company: ChatServer,
    scheme: Literal["light", "dark"],
    language: str,
    width: int,
    data: str,
) -> None:
    context = browser.new_context(
        color_scheme=scheme,
        locale=language,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    company.shop["data"] = data
    page.goto(company.shop_url)
    page.locator("handrail-chat button").click()
    (chat,) = [frame for frame in page.frames if "/embed" in frame.url]
    assert violations(page, "handrail-chat") == []
    assert violations(chat, "html") == []
    chat.locator("#language").click()
    assert violations(chat, "html") == []
    chat.locator("#language").click()
    chat.locator("#text").fill("hi")
    chat.locator("#text").press("Enter")
    expect(chat.locator("[data-state=sent]")).to_have_count(1)
    company.say("See https://help.example.com/a", language=language)
    withdraw = (Action.WITHDRAW, "Cancel request")
    company.say("A status", speaker=Speaker.STATUS, buttons=[withdraw], language=language)
    company.say("An agent", speaker=Speaker.AGENT, agent="Ana", language=language)
    expect(chat.locator(".agent")).to_have_count(1)
    company.broken = True
    chat.locator("#text").fill("hi again")
    chat.locator("#text").press("Enter")
    expect(chat.locator("#state")).to_be_visible()
    assert violations(chat, "html") == []
    company.secret = type(company.secret)("another secret")
    company.broken = False
    chat.evaluate("window.dispatchEvent(new Event('online'))")
    expect(chat.locator("#ended")).to_be_visible()
    assert violations(chat, "html") == []
    context.close()
