"""The chat page when the network is not what it should be: nothing lost, nothing twice."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from handrail.adapters.channels.web_session import SESSION_SECONDS
from handrail.application.web_chat import messages_frame
from handrail.domain.delivery import Speaker
from support.chat_server import ChatServer

Open = Callable[..., Page]

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

expect.set_options(timeout=20_000)


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def sent(page: Page, count: int) -> None:
    expect(page.locator("[data-state=sent]")).to_have_count(count)


def bots(page: Page, *texts: str) -> None:
    expect(page.locator(".bot .bubble")).to_have_text(list(texts))


def hurry(page: Page, wanted: Locator) -> None:
    """Let the page's own waiting pass quickly until something shows."""
    for _ in range(200):
        if wanted.is_visible():
            return
        page.clock.fast_forward(1_000)
        page.wait_for_timeout(20)
    pytest.fail(f"{wanted} never showed")


def connected(company: ChatServer, page: Page) -> None:
    """Wait until a WebSocket of the page is bound to its session."""
    for _ in range(200):
        if company.connections.sessions:
            return
        page.wait_for_timeout(20)
    pytest.fail("the page never said hello")


def test_a_reload_shows_the_same_conversation(open_page: Open, company: ChatServer) -> None:
    company.answer = lambda c, m: c.say(f"re: {m.text}")
    page = open_page()
    write(page, "one")
    bots(page, "re: one")
    page.reload()
    bots(page, "re: one")
    expect(page.locator(".message")).to_have_count(2)
    write(page, "two")
    bots(page, "re: one", "re: two")
    assert len({message.sender.ids for message in company.said}) == 1


def test_what_was_said_while_the_page_was_closed_is_there_when_it_opens(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    page.close()
    company.say("while you were away")
    company.say("and again", speaker=Speaker.AGENT, agent="Ana")
    page = open_page()
    bots(page, "while you were away")
    expect(page.locator(".agent .bubble")).to_have_text(["and again"])


def test_a_message_written_offline_is_sent_once_when_the_connection_is_back(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    page = open_page()
    write(page, "online")
    sent(page, 1)
    context.set_offline(True)
    write(page, "offline 1")
    write(page, "offline 2")
    expect(page.locator("#state")).to_have_text(
        "No connection. Your messages will be sent when it's back."
    )
    expect(page.locator("[data-state=sending]")).to_have_count(2)
    assert len(company.said) == 1
    context.set_offline(False)
    sent(page, 3)
    expect(page.locator("#state")).to_be_hidden()
    assert [message.text for message in company.said] == ["online", "offline 1", "offline 2"]


def test_an_unsent_message_survives_closing_the_page(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "first")
    sent(page, 1)
    company.broken = True
    write(page, "unsent")
    expect(page.locator("#state")).to_be_visible()
    page.close()
    company.broken = False
    page = open_page()
    sent(page, 2)
    assert [message.text for message in company.said] == ["first", "unsent"]


def test_what_could_not_be_sent_says_so_and_is_tried_again_under_its_id(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.clock.install()
    page = open_page()
    write(page, "first")
    sent(page, 1)
    bodies: list[str] = []
    page.on(
        "request",
        lambda r: bodies.append(r.post_data or "") if "/v1/web/messages" in r.url else None,
    )
    company.broken = True
    write(page, "second")
    retry = page.get_by_role("button", name="Try again")
    hurry(page, retry)
    expect(page.locator(".delivery").last).to_have_text("Not sent Try again")
    company.broken = False
    retry.click()
    sent(page, 2)
    ids = {json.loads(body)["id"] for body in bodies if "second" in body}
    assert len(ids) == 1
    assert [message.text for message in company.said] == ["first", "second"]


def test_a_receipt_that_got_lost_does_not_send_it_twice(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.clock.install()
    page = open_page()
    lost: list[object] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/web/messages", lose_the_first)
    write(page, "once")
    hurry(page, page.locator("[data-state=sent]"))
    assert len(lost) == 1
    assert [message.text for message in company.said] == ["once"]


def test_what_the_server_refuses_does_not_hold_up_the_rest(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    page.route(
        "**/v1/web/messages",
        lambda route: (
            route.fulfill(status=400, json={"error": "malformed"})
            if "bad" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    write(page, "bad")
    expect(page.locator("[data-state=failed]")).to_have_count(1)
    write(page, "good")
    sent(page, 1)
    assert [message.text for message in company.said] == ["good"]


def test_a_cut_connection_comes_back_and_brings_what_was_missed(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.clock.install()
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    connected(company, page)
    company.say("before")
    bots(page, "before")
    company.cut_connections()
    company.say("between")
    hurry(page, page.get_by_text("between"))
    bots(page, "before", "between")
    connected(company, page)
    company.say("after")
    bots(page, "before", "between", "after")


def test_a_machine_that_slept_gets_what_came_meanwhile_at_once(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.clock.install()
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    connected(company, page)
    company.say("before")
    bots(page, "before")
    # From here on the page asks only once a minute.
    page.clock.run_for(11_000)
    company.push.dead |= set(company.push.sockets)
    company.say("while it slept")
    # Timers stand still in sleep; only the date goes on.
    page.clock.set_system_time(page.evaluate("Date.now() + 8 * 3600 * 1000"))
    page.clock.run_for(6_000)
    # The connection is asked, does not answer, and is replaced.
    page.clock.run_for(12_000)
    expect(page.get_by_text("while it slept")).to_be_visible(timeout=5_000)
    write(page, "awake")
    sent(page, 2)
    company.say("after")
    bots(page, "before", "while it slept", "after")


def test_a_lost_push_is_noticed_by_the_next_one(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    connected(company, page)
    company.say("one")
    bots(page, "one")
    company.push.lossy = True
    company.say("two")
    company.push.lossy = False
    company.say("three")
    bots(page, "one", "two", "three")


def test_a_message_that_comes_twice_is_shown_once(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    connected(company, page)
    company.say("once")
    bots(page, "once")
    (connection,) = company.connections.sessions
    session = company.said[0].sender.ids[0]
    company.push.push(connection, messages_frame(company.mailbox.letters(session, 0, 10)))
    company.say("then this")
    bots(page, "once", "then this")
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.includes('.entry.')).length") == 3
    )


def test_without_websockets_it_asks_and_says_nothing_of_it(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.clock.install()
    company.websocket = False
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    company.say("by asking")
    hurry(page, page.get_by_text("by asking"))
    bots(page, "by asking")
    expect(page.locator("#state")).to_be_hidden()


def test_two_tabs_show_one_conversation(open_page: Open, company: ChatServer) -> None:
    company.answer = lambda c, m: c.say(f"re: {m.text}")
    first = open_page()
    write(first, "from the first")
    bots(first, "re: from the first")
    second = open_page()
    bots(second, "re: from the first")
    write(second, "from the second")
    bots(second, "re: from the first", "re: from the second")
    bots(first, "re: from the first", "re: from the second")
    expect(first.locator(".message")).to_have_count(4)
    assert len(company.said) == 2


def test_a_tab_that_sees_late_what_another_wrote_undoes_nothing_of_it(
    open_page: Open, company: ChatServer
) -> None:
    company.answer = lambda c, m: c.say(f"re: {m.text}")
    late = open_page()
    write(late, "from the first")
    bots(late, "re: from the first")
    late.evaluate(
        """() => {
          addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
          const seen = { ...localStorage };
          const { setItem } = Storage.prototype;
          Storage.prototype.getItem = (key) => seen[key] ?? null;
          Storage.prototype.setItem = function (key, value) {
            seen[key] = value;
            setItem.call(this, key, value);
          };
        }"""
    )
    other = open_page()
    write(other, "from the second")
    bots(other, "re: from the first", "re: from the second")
    bots(late, "re: from the first", "re: from the second")
    late.close()
    other.reload()
    bots(other, "re: from the first", "re: from the second")
    expect(other.locator(".you .bubble")).to_have_text(["from the first", "from the second"])


def test_an_ended_session_is_said_and_a_new_one_takes_the_message_along(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    write(page, "old")
    sent(page, 1)
    company.say("old answer")
    bots(page, "old answer")
    company.secret = type(company.secret)("another secret")
    write(page, "new")
    expect(page.locator("#ended")).to_be_visible()
    expect(page.get_by_text("This session has ended. Start a new one?")).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    sent(page, 1)
    expect(page.locator(".bubble")).to_have_text(["new"])
    assert company.said[0].sender.ids != company.said[1].sender.ids
    company.say("new answer")
    bots(page, "new answer")


def test_a_session_near_its_end_is_renewed_without_a_word(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    write(page, "hi")
    sent(page, 1)
    page.close()
    session = company.said[0].sender.ids[0]
    page = open_page()
    soon = "Date.now() / 1000 + 1000"
    page.evaluate(
        f"""() => {{ const s = JSON.parse(localStorage["handrail.chat.session"]);
        s.expires_at = {soon}; localStorage["handrail.chat.session"] = JSON.stringify(s) }}"""
    )
    page.reload()
    renewed = f"""() => JSON.parse(localStorage["handrail.chat.session"]).expires_at
        > Date.now() / 1000 + {SESSION_SECONDS - 60}"""
    # Not wait_for_function: where it has to wait it evaluates a string, which the page forbids.
    for _ in range(200):
        if page.evaluate(renewed):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(renewed)
    write(page, "still me")
    sent(page, 2)
    assert company.said[1].sender.ids == (session,)


def test_a_browser_that_stores_nothing_still_chats(
    open_page: Open, company: ChatServer, context: BrowserContext
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    company.answer = lambda c, m: c.say(f"re: {m.text}")
    page = open_page()
    write(page, "one")
    bots(page, "re: one")
    write(page, "two")
    bots(page, "re: one", "re: two")
