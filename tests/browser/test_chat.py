"""The chat page as a customer uses it."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from handrail.domain.delivery import Action, Speaker
from support.chat_server import ChatServer

Open = Callable[..., Page]

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

expect.set_options(timeout=20_000)


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def bubbles(page: Page) -> list[str]:
    return page.locator(".bubble").all_text_contents()


def test_a_question_is_sent_and_its_answer_shown(open_page: Open, company: ChatServer) -> None:
    company.answer = lambda c, m: c.say(f"You wrote: {m.text}")
    page = open_page()
    write(page, "Where is my order?")
    expect(page.locator(".bot .bubble")).to_have_text("You wrote: Where is my order?")
    expect(page.locator(".you")).to_have_attribute("data-state", "sent")
    assert bubbles(page) == ["Where is my order?", "You wrote: Where is my order?"]
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.locator("#typing")).to_be_hidden()


def test_nothing_is_stored_or_asked_before_the_customer_writes(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    page.wait_for_load_state("networkidle")
    assert not [request for request in company.requests if "/v1/" in request]
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []


def test_the_page_says_what_it_is_and_where_the_person_is(open_page: Open) -> None:
    page = open_page()
    expect(page.locator(".notice")).to_have_text("You're writing with an automated assistant.")
    expect(page.get_by_role("button", name="Talk to a person")).to_be_visible()


def test_the_offer_is_there_before_any_message_and_goes_out_by_its_id(
    open_page: Open, company: ChatServer
) -> None:
    company.answer = lambda c, m: c.say(f"action {m.action}", speaker=Speaker.STATUS)
    page = open_page()
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.locator(".status .bubble")).to_have_text("action person:v1")
    assert company.said[0].text == "Talk to a person"


def test_the_buttons_of_the_newest_message_can_be_pressed_once(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    company.say("first")
    company.say(
        "second",
        speaker=Speaker.STATUS,
        buttons=[(Action.FOLLOW_UP, "Reply to me later"), (Action.WITHDRAW, "Cancel request")],
    )
    expect(page.locator(".chip:visible")).to_have_text(["Reply to me later", "Cancel request"])
    page.get_by_role("button", name="Cancel request").click()
    expect(page.locator(".chip:visible")).to_have_count(0)
    expect(page.locator(".you").last).to_have_attribute("data-state", "sent")
    assert company.said[-1].action == "withdraw:v1"
    # Whoever pressed it with the keyboard is not thrown back to the top of the page.
    assert page.evaluate("document.activeElement.id") == "log"


def test_an_agent_is_told_apart_by_name(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    company.say("I'm looking into it.", speaker=Speaker.AGENT, agent="Ana")
    expect(page.locator(".agent .from")).to_have_text("Ana")
    expect(page.locator("#who")).to_have_text("Ana")
    company.say("The person has handed you back.", speaker=Speaker.STATUS)
    expect(page.locator("#who")).to_have_text("Automated assistant")


def test_what_others_write_is_never_markup(open_page: Open, company: ChatServer) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>hi</b> javascript:alert(1)'
    company.answer = lambda c, m: c.say(m.text or "", agent="<i>x</i>", speaker=Speaker.AGENT)
    page = open_page()
    write(page, hostile)
    expect(page.locator(".agent .bubble")).to_have_text(hostile)
    expect(page.locator(".bubble *")).to_have_count(0)
    expect(page.locator(".agent .from")).to_have_text("<i>x</i>")


def test_addresses_become_links_that_tell_nothing(open_page: Open, company: ChatServer) -> None:
    company.answer = lambda c, _m: c.say("See Refunds (https://help.example.com/a?b=1).")
    page = open_page()
    write(page, "hi")
    link = page.locator(".bubble a")
    expect(link).to_have_attribute("href", "https://help.example.com/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_everything_works_from_the_keyboard(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate("document.activeElement.id || document.activeElement.className")
        )
    assert order == ["skip", "language", "log", "attach", "text", "person"]
    page.get_by_role("textbox").focus()
    page.keyboard.type("line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Enter")
    expect(page.locator(".you .bubble")).to_have_text("line one\nline two")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".you")).to_have_count(2)
    expect(page.locator("[data-state=sent]")).to_have_count(2)
    assert [message.action for message in company.said] == [None, "person:v1"]


@pytest.mark.parametrize("width", [320, 350, 390])
def test_a_reference_number_stays_on_one_line(
    open_page: Open, company: ChatServer, width: int
) -> None:
    company.answer = lambda c, _m: c.say("Your reference number is I27B-3GQN. " * 4)
    page = open_page()
    page.set_viewport_size({"width": width, "height": 700})
    write(page, "hi")
    numbers = page.locator(".bubble .reference")
    expect(numbers).to_have_count(4)
    lines = numbers.evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert lines == [1, 1, 1, 1]


def test_the_skip_link_leads_to_the_messages(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "log"


def test_enter_belongs_to_an_input_method_while_it_composes(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    page.get_by_role("textbox").fill("へんきん")
    page.evaluate(
        """document.getElementById("text").dispatchEvent(new KeyboardEvent("keydown",
           {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    expect(page.get_by_role("textbox")).to_have_value("へんきん")
    assert company.said == []


def test_every_control_has_a_name_and_every_message_a_speaker(
    open_page: Open, company: ChatServer
) -> None:
    company.answer = lambda c, _m: c.say("hello")
    page = open_page()
    write(page, "hi")
    expect(page.locator(".bot")).to_have_count(1)
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, select, textarea, a")].filter(e =>
           !e.closest("[hidden]") && !(e.getAttribute("aria-label") || e.textContent.trim()))
           .map(e => e.outerHTML)"""
    )
    assert nameless == []
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    assert page.locator(".message .from").all_text_contents() == ["You", "Automated assistant"]


def test_what_a_finger_presses_is_large_enough(browser: Browser, company: ChatServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de")
    page = context.new_page()
    page.goto(company.url)
    page.wait_for_selector("#log:not([aria-busy])")
    write(page, "hallo")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    company.say("Hallo", language="de")
    expect(page.locator(".chip:visible")).to_have_count(1)
    for control in page.locator("button:visible").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= 40
        assert box["width"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("main *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility() || element.tagName === "OPTION") continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.className || element.id}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_written_can_be_read(
    browser: Browser, company: ChatServer, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, locale="en", reduced_motion="reduce")
    page = context.new_page()
    page.goto(company.url)
    page.wait_for_selector("#log:not([aria-busy])")
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    company.say("see https://a.example")
    company.say("a status", speaker=Speaker.STATUS)
    company.say("an agent", speaker=Speaker.AGENT, agent="Ana")
    company.say("a bot")
    expect(page.locator(".bot")).to_have_count(2)
    company.broken = True
    write(page, "again")
    expect(page.locator("#state")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    context.close()


def test_arabic_is_laid_out_from_the_right(browser: Browser, company: ChatServer) -> None:
    context = browser.new_context(locale="ar", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(company.url)
    page.wait_for_selector("#log:not([aria-busy])")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    write(page, "أين طلبي؟")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    company.say("طلبك في الطريق.", language="ar")
    company.say("Your order is on its way.", language="en")
    expect(page.locator(".bot")).to_have_count(2)
    you = page.locator(".you .bubble").bounding_box()
    bot = page.locator(".bot .bubble").first.bounding_box()
    assert you
    assert bot
    assert you["x"] < 40  # what the customer wrote stands at the end of the line: left
    assert bot["x"] + bot["width"] > 350
    expect(page.locator(".bot .bubble").first).to_have_attribute("dir", "rtl")
    expect(page.locator(".bot .bubble").last).to_have_attribute("dir", "ltr")
    expect(page.locator(".bot .bubble").last).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert company.said[0].sender.locale == "ar"
    context.close()


def test_the_language_is_switched_by_hand_and_kept(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    page.get_by_role("button", name="Language").click()
    page.get_by_role("searchbox").fill("arab")
    page.locator("#choices").get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    offer = company.catalogue.phrases("ar").say("offer.label")
    expect(page.locator("#person")).to_have_text(re.compile(offer))
    write(page, "مرحبا")
    expect(page.locator("[data-state=sent]")).to_have_count(2)
    assert company.said[0].details == {}
    assert company.said[1].sender.locale == "ar"
    assert company.said[1].details == {"language_chosen": "ar"}
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".message")).to_have_count(2)


def answered(page: Page, company: ChatServer, wanted: list[bool]) -> None:
    """Wait until these answers, and no others, have arrived."""
    for _ in range(200):
        if list(company.surveys.given.values()) == wanted:
            return
        page.wait_for_timeout(25)
    pytest.fail(f"{company.surveys.given} instead of {wanted}")


def test_after_a_person_closed_it_is_asked_whether_it_is_solved(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    survey = page.get_by_role("group", name="Did this solve your problem?")
    company.say("Done", speaker=Speaker.AGENT, agent="Ana")
    company.say("The person has closed this.", speaker=Speaker.STATUS, phrase="resolved")
    expect(survey).to_be_visible()
    survey.get_by_role("button", name="No, not yet").click()
    sorry = page.get_by_role("group", name="I'm sorry it isn't solved yet.")
    person = sorry.get_by_role("button", name="Talk to a person")
    expect(person).to_be_focused()
    page.reload()
    expect(person).to_be_visible()
    answered(page, company, [False])
    person.click()
    expect(page.locator("[data-state=sent]")).to_have_count(2)
    expect(sorry).to_be_hidden()
    assert company.said[-1].action == "person:v1"
    company.say("The person has closed this.", speaker=Speaker.STATUS, phrase="resolved")
    survey.get_by_role("button", name="Yes, it did").click()
    expect(page.locator("#survey")).to_have_text("Thank you for telling us.")
    answered(page, company, [False, True])


def test_what_came_unseen_is_counted_in_the_title(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "hi")
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    for number in range(30):
        company.say(f"message {number}")
    expect(page.locator(".bot")).to_have_count(30)
    expect(page).to_have_title("Support")
    page.locator("#log").evaluate("e => { e.scrollTop = 0 }")
    company.say("one more")
    expect(page).to_have_title("(1) Support")
    newer = page.get_by_role("button", name="1 new message")
    expect(newer).to_be_visible()
    newer.click()
    expect(page).to_have_title("Support")
    expect(page.locator(".bot").last).to_be_in_viewport()


def test_the_conversation_can_be_taken_along(open_page: Open, company: ChatServer) -> None:
    company.answer = lambda c, _m: c.say("14 days.", speaker=Speaker.AGENT, agent="Ana")
    page = open_page()
    write(page, "How long?")
    expect(page.locator(".agent")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download conversation").click()
    text = download.value.path().read_text()
    assert re.search(r"\] You:\nHow long\?\n\n\[.*\] Ana:\n14 days\.", text)


def test_another_browser_sees_nothing_of_it(
    browser: Browser, open_page: Open, company: ChatServer
) -> None:
    company.answer = lambda c, m: c.say(f"secret for {m.text}")
    page = open_page()
    write(page, "me")
    expect(page.locator(".bot")).to_have_count(1)
    other = browser.new_context(locale="en")
    stranger = other.new_page()
    stranger.goto(company.url)
    write(stranger, "you")
    expect(stranger.locator(".bot .bubble")).to_have_text(["secret for you"])
    expect(page.locator(".bot .bubble")).to_have_text(["secret for me"])
    other.close()
