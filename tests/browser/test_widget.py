"""The chat on a company's page: another origin, whose styles and policy would not have it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.domain.delivery import Speaker
from support.chat_server import ChatServer

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

expect.set_options(timeout=20_000)

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


class Shop:
    """A page of the company, and what a customer does on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.host = page.locator("handrail-chat")
        self.launcher = self.host.locator("button")
        self.panel = self.host.locator("dialog")
        self.badge = self.host.locator("button span")

    @property
    def chat(self) -> Frame:
        (found,) = [frame for frame in self.page.frames if "/embed" in frame.url]
        return found

    def write(self, text: str) -> None:
        field = self.chat.locator("#text")
        field.fill(text)
        field.press("Enter")
        expect(self.chat.locator(".you .bubble").last).to_have_text(text)

    def focused(self) -> str:
        return str(
            self.page.evaluate(
                """() => { let e = document.activeElement;
                   while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                   return e.tagName }"""
            )
        )


Visit = Callable[..., Shop]


@pytest.fixture
def visit(context: BrowserContext, company: ChatServer, faults: list[str]) -> Visit:
    """Opens the company's page and waits for the launcher."""

    def visited(data: str = "", url: str = "", **size: int) -> Shop:
        assert faults == []
        company.shop["data"] = data
        page = context.new_page()
        page.set_viewport_size(size or DESK)  # type: ignore[arg-type]
        page.goto(url or company.shop_url)
        shop = Shop(page)
        expect(shop.launcher).to_be_visible()
        return shop

    return visited


def test_a_customer_opens_it_writes_and_closes_it_again(visit: Visit, company: ChatServer) -> None:
    company.answer = lambda c, m: c.say(f"re: {m.text}")
    shop = visit()
    expect(shop.launcher).to_have_accessible_name("Open chat")
    expect(shop.panel).to_be_hidden()
    shop.launcher.press("Enter")
    expect(shop.panel).to_be_visible()
    expect(shop.panel).to_have_accessible_name("Support")
    expect(shop.launcher).to_have_accessible_name("Close chat")
    expect(shop.launcher).to_have_attribute("aria-expanded", "true")
    assert shop.focused() == "IFRAME"
    expect(shop.chat.locator("#text")).to_be_focused()
    expect(shop.chat.get_by_role("button", name="Talk to a person")).to_be_visible()
    shop.write("Where is my order?")
    expect(shop.chat.locator(".bot .bubble")).to_have_text("re: Where is my order?")
    # Escape, from within: back to where the customer came from.
    shop.page.keyboard.press("Escape")
    expect(shop.panel).to_be_hidden()
    expect(shop.launcher).to_be_focused()


def test_what_comes_while_it_is_closed_is_counted_on_it(visit: Visit, company: ChatServer) -> None:
    shop = visit()
    shop.launcher.click()
    shop.write("hi")
    expect(shop.chat.locator("[data-state=sent]")).to_have_count(1)
    company.say("while open")
    expect(shop.chat.locator(".bot")).to_have_count(1)
    shop.chat.get_by_role("button", name="Close chat").click()
    expect(shop.badge).to_have_text("")
    company.say("one")
    company.say("two", speaker=Speaker.AGENT, agent="Ana")
    expect(shop.badge).to_have_text("2")
    expect(shop.launcher).to_have_accessible_name("Open chat, 2 new messages")
    expect(shop.page.get_by_role("status")).to_have_text("2 new messages")
    # The page's own title counts only while nobody looks at it.
    expect(shop.page).to_have_title("A shop")
    hide = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden,
        configurable: true }); document.dispatchEvent(new Event("visibilitychange")) }"""
    shop.page.evaluate(hide, True)  # noqa: FBT003
    expect(shop.page).to_have_title("(2) A shop")
    shop.page.evaluate(hide, False)  # noqa: FBT003
    expect(shop.page).to_have_title("A shop")
    # Another page of the company: still two, for nobody has read them.
    shop.page.get_by_role("link", name="Lamps").click()
    expect(shop.badge).to_have_text("2")
    shop.page.get_by_role("link", name="Help").click()
    expect(shop.chat.locator(".agent .bubble")).to_be_in_viewport()
    expect(shop.badge).to_have_text("")
    expect(shop.page.get_by_role("status")).to_have_text("")
    # Whoever walks on with the chat open finds it open.
    shop.page.get_by_role("link", name="Rugs").click()
    expect(shop.panel).to_be_visible()
    expect(shop.badge).to_have_text("")
    expect(shop.chat.locator(".message")).to_have_count(4)


def test_the_company_decides_colour_title_language_and_side(visit: Visit) -> None:
    shop = visit(
        'data-color="#ffd400" data-title="Ask &lt;b&gt;us" data-language="ar" data-position="left"'
    )
    arabic = PackagedCatalogue().phrases("ar")
    expect(shop.launcher).to_have_accessible_name(arabic.say("ui.open"))
    expect(shop.launcher).to_have_css("background-color", "rgb(255, 212, 0)")
    expect(shop.launcher).to_have_css("color", "rgb(0, 0, 0)")
    shop.launcher.click()
    box = shop.panel.bounding_box()
    assert box
    assert box["x"] < 40
    expect(shop.chat.locator("h1")).to_have_text("Ask <b>us")
    expect(shop.chat.locator("html")).to_have_attribute("dir", "rtl")
    # Yellow writing on white could not be read: it was darkened, and what stands on it is dark.
    colors = shop.chat.evaluate(
        """() => ["--accent-text", "--accent-ink"].map((name) =>
           getComputedStyle(document.documentElement).getPropertyValue(name))"""
    )
    text, ink = (tuple(map(int, re.findall(r"\d+", color))) for color in colors)
    assert text[0] < 160
    assert ink[0] < 20


def test_what_makes_no_sense_changes_nothing(visit: Visit) -> None:
    shop = visit('data-color="red;}" data-position="up" data-language="../x"')
    expect(shop.launcher).to_have_css("background-color", "rgb(15, 106, 95)")
    box = shop.launcher.bounding_box()
    assert box
    assert box["x"] > 1100


def test_on_a_phone_it_takes_the_whole_screen_and_the_page_waits(visit: Visit) -> None:
    shop = visit(**PHONE)
    shop.launcher.click()
    assert shop.panel.bounding_box() == {"x": 0, "y": 0, **PHONE}
    # Nothing behind it can be reached, by finger or keyboard.
    shop.page.evaluate("""document.querySelector("a").focus()""")
    assert shop.focused() == "IFRAME"
    shop.page.keyboard.press("Escape")
    expect(shop.panel).to_be_hidden()
    expect(shop.launcher).to_be_focused()
    shop.launcher.click()
    shop.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    expect(shop.panel).to_be_visible()
    expect(shop.page.get_by_role("link", name="Lamps")).to_be_visible()


def test_a_page_that_is_not_allowed_gets_no_door_that_leads_nowhere(
    browser: Browser, company: ChatServer
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    elsewhere = company.shop_url.replace("www.shop", "elsewhere")
    page.goto(elsewhere)
    expect(page.locator("handrail-chat")).to_be_hidden()
    page.wait_for_load_state("load")
    page.clock.run_for(30_000)
    expect(page.locator("handrail-chat")).to_be_hidden()
    assert any("AllowedOrigins" in text and elsewhere.rpartition("/")[0] in text for text in said)
    context.close()


def test_the_page_around_learns_nothing_of_what_is_said(
    visit: Visit, company: ChatServer, context: BrowserContext
) -> None:
    company.answer = lambda c, _m: c.say("the secret answer")
    context.add_init_script(
        """window.heard = []; const post = MessagePort.prototype.postMessage;
           addEventListener("message", (event) => heard.push(JSON.stringify(event.data)), true);
           const start = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage").set;
           Object.defineProperty(MessagePort.prototype, "onmessage", { set(listener) {
             start.call(this, (event) => { heard.push(JSON.stringify(event.data));
               listener(event) }) } })"""
    )
    shop = visit()
    shop.launcher.click()
    shop.write("the secret question")
    expect(shop.chat.locator(".bot")).to_have_count(1)
    shop.page.keyboard.press("Escape")
    company.say("the secret afterthought")
    expect(shop.badge).to_have_text("1")
    heard = shop.page.evaluate("heard")
    assert any("ready" in message for message in heard)
    assert any("new message" in message for message in heard)
    assert not [message for message in heard if "secret" in message or "v1." in message]
    stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"
    assert shop.page.evaluate(stored) == 0
    assert context.cookies() == []


def test_a_language_is_found_by_any_of_its_names(visit: Visit, company: ChatServer) -> None:
    shop = visit()
    shop.launcher.click()
    button = shop.chat.get_by_role("button", name="Language English")
    button.click()
    choices = shop.chat.locator("#choices button")
    expect(choices).to_have_count(len(company.language_names))
    # A way to a person is always in sight.
    expect(shop.chat.get_by_role("button", name="Talk to a person")).to_be_visible()
    seek = shop.chat.get_by_role("searchbox", name="Which language would you like?")
    expect(seek).to_be_focused()
    for typed, name in (
        ("turkce", "Türkçe"),
        ("Bengali", "বাংলা"),
        ("fars", "فارسی"),
        ("日本", "日本語"),
        ("zh-hant", "繁體中文"),
    ):
        seek.fill(typed)
        expect(shop.chat.locator("#choices button:visible span")).to_have_text([name])
    # Escape closes the list, not the chat.
    seek.press("Escape")
    expect(seek).to_be_hidden()
    expect(button).to_be_focused()
    expect(shop.panel).to_be_visible()
    button.press("Enter")
    # What this browser reads comes first, and the list is walked with arrows.
    seek.press("ArrowDown")
    expect(choices.first).to_be_focused()
    expect(choices.first).to_have_text("English")
    expect(choices.first).to_have_attribute("aria-current", "true")
    choices.first.press("ArrowDown")
    expect(choices.nth(1)).to_be_focused()
    choices.nth(1).press("ArrowUp")
    choices.first.press("ArrowUp")
    expect(seek).to_be_focused()
    seek.fill("deut")
    seek.press("Enter")
    expect(shop.chat.locator("html")).to_have_attribute("lang", "de")
    expect(shop.launcher).to_have_accessible_name("Chat schließen")


def test_a_turn_that_runs_and_an_agent_who_writes_are_shown(
    visit: Visit, company: ChatServer
) -> None:
    # Another site than the chat's: this browser refuses the frame its storage there.
    shop = visit(url=company.partner_url)
    shop.launcher.click()
    shop.write("hi")
    expect(shop.chat.locator("[data-state=sent]")).to_have_count(1)
    company.say("Hello", speaker=Speaker.AGENT, agent="Ana")
    typing = shop.chat.locator("#typing")
    expect(shop.chat.locator(".agent")).to_have_count(1)
    expect(typing).to_be_hidden()
    company.type(Speaker.AGENT)
    expect(typing).to_be_visible()
    company.say("Found it", speaker=Speaker.AGENT, agent="Ana")
    expect(typing).to_be_hidden()
