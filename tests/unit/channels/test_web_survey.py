"""Whether it is solved: asked when a person closes, taken once, from whose conversation it is."""

import json

import pytest
from unit.channels.test_site import site

from handrail.adapters.channels.web import render
from handrail.application.ports import Request, Response
from handrail.application.web_ports import Letter
from support.channel_samples import NOW, outbound
from support.web_world import World


@pytest.fixture
def world() -> World:
    made = World()
    made.put(1)
    made.mailbox.put(made.session.id, Letter(2, {"sequence": 2, "ends": True}))
    return made


def answer(world: World, body: object, token: str | None = None) -> Response:
    headers = {"authorization": f"Bearer {token or world.token}"}
    raw = json.dumps(body).encode()
    return site(world).respond(Request("POST", "/v1/web/survey", headers, {}, raw), NOW)


def test_the_page_is_told_which_message_ends_a_conversation() -> None:
    assert render(outbound(phrase="resolved"))["ends"] is True
    assert render(outbound(phrase="handed_back"))["ends"] is False
    assert render(outbound())["ends"] is False


def test_an_answer_counts_once(world: World) -> None:
    assert answer(world, {"sequence": 2, "solved": False}).status == 200
    assert answer(world, {"sequence": 2, "solved": True}).status == 200
    assert world.surveyed == [False]
    assert world.surveys.given == {(world.session.id, 2): False}


@pytest.mark.parametrize(
    "body",
    [
        {"sequence": 1, "solved": True},
        {"sequence": 3, "solved": True},
        {"sequence": 0, "solved": True},
        {"sequence": -1, "solved": True},
        {"sequence": 2, "solved": "yes"},
        {"sequence": 2},
        {},
        [],
        None,
    ],
)
def test_what_was_not_asked_is_not_taken(world: World, body: object) -> None:
    assert answer(world, body).status == 400
    assert world.surveyed == []


def test_nobody_answers_for_another(world: World) -> None:
    stranger = world.sessions.issue(NOW).token
    assert answer(world, {"sequence": 2, "solved": True}, stranger).status == 400
    assert answer(world, {"sequence": 2, "solved": True}, "v1.x.y").status == 401
    assert world.surveyed == []


def test_an_answer_that_could_not_be_stored_may_come_again(world: World) -> None:
    world.surveys.broken = True
    assert answer(world, {"sequence": 2, "solved": True}).status == 503
    world.surveys.broken = False
    assert answer(world, {"sequence": 2, "solved": True}).status == 200
    assert world.surveyed == [True]
