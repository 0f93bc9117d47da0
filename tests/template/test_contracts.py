"""What is published is what is sent and answered, and no more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import validate

from handrail.application import desk_api
from handrail.application.desk_api import DeskApi
from handrail.application.ports import Request
from handrail.domain.conversation import Stage
from handrail.domain.delivery import Action
from handrail.domain.turn import Answered, NeedsPerson, Reason
from handrail_ops.contracts import agents_queue, desk, publish, shapes
from handrail_ops.contracts.command import contracts
from support.world import ANSWER, World

from .conftest import ROOT

QUEUE = agents_queue.schema()
DOCUMENT = desk.document()


def strictly(schema: dict[str, Any], **definitions: Any) -> Draft202012Validator:
    """Return a validator under which nothing may be there that the schema does not name."""
    return Draft202012Validator(shapes.closed({**schema, **definitions}))


def pushed(world: World) -> dict[str, Any]:
    """Return the newest message in the agents queue, through JSON."""
    message: dict[str, Any] = json.loads(json.dumps(world.agents.waiting[-1]))
    return message


# ---------------------------------------------------------------- published


@pytest.mark.parametrize("path", publish.DOCUMENTS)
def test_a_document_is_in_step_with_the_code(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == publish.rendered(path)


def test_the_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert CliRunner().invoke(contracts, ["--check"]).exit_code == 0
    monkeypatch.setattr(publish, "DOCUMENTS", {"docs/desk.openapi.json": dict})
    result = CliRunner().invoke(contracts, ["--check"])
    assert result.exit_code == 1
    assert "docs/desk.openapi.json" in result.output


def test_the_documents_are_valid_themselves() -> None:
    Draft202012Validator.check_schema(QUEUE)
    validate(DOCUMENT)


# ---------------------------------------------------------------- the agents queue


@pytest.fixture
def waiting() -> World:
    world = World()
    world.say("How long does a refund take?")
    world.ask_person()
    world.later(world.promises.ask_again_seconds + 1)
    return world


def test_a_request_is_what_the_schema_says(waiting: World) -> None:
    message = pushed(waiting)
    strictly(QUEUE).validate(message)
    assert message["citations"]
    assert {line["speaker"] for line in message["transcript"]} >= {"customer", "bot"}


@pytest.mark.parametrize("reason", [Reason.NOT_GROUNDED, Reason.FAILED, Reason.SENSITIVE])
def test_a_request_for_any_reason_is(reason: Reason) -> None:
    world = World()
    world.turns.outcome = NeedsPerson(reason)
    world.say("May I return my sandals?")
    world.later(world.promises.ask_again_seconds + 1)
    message = pushed(world)
    strictly(QUEUE).validate(message)
    assert message["reason"] == reason


def test_every_stage_is(waiting: World) -> None:
    seen = set()
    for _ in range(40):
        waiting.later(120)
        message = pushed(waiting)
        strictly(QUEUE).validate(message)
        seen.add(message["pool"])
    assert seen >= {Stage.WIDER, Stage.SUPERVISOR, Stage.FOLLOW_UP}


def test_one_that_comes_back_from_an_agent_is(waiting: World) -> None:
    epoch = waiting.claim()
    waiting.answer(epoch)
    waiting.say("Still there?")
    waiting.later(waiting.promises.lease_seconds + 1)
    message = pushed(waiting)
    strictly(QUEUE).validate(message)
    assert message["priority"] == "front"
    assert "agent" in {line["speaker"] for line in message["transcript"]}


def test_a_suggested_answer_is(waiting: World) -> None:
    message = pushed(waiting)
    answer: Answered = ANSWER
    message["suggested_answer"] = {
        "text": answer.text,
        "language": answer.language,
        "verified": False,
        "citations": [
            {"passage": one.passage, "title": one.title, "link": one.link}
            for one in answer.citations
        ],
    }
    strictly(QUEUE).validate(message)


def test_the_ids_of_the_workflow_are() -> None:
    ids = {"conversation": "abc", "escalation": "abc-1"}
    strictly(QUEUE).validate(ids)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.pop("escalation"),
        lambda m: m.update(version="2"),
        lambda m: m.update(priority="urgent"),
        lambda m: m.update(asked_at="yesterday"),
        lambda m: m.update(newly="grown"),
        lambda m: m["transcript"][0].update(newly="grown"),
        lambda m: m["transcript"][0].pop("speaker"),
    ],
)
def test_anything_else_is_not(waiting: World, spoil: Callable[[dict[str, Any]], Any]) -> None:
    message = pushed(waiting)
    spoil(message)
    with pytest.raises(ValidationError):
        strictly(QUEUE).validate(message)


def test_a_consumer_may_be_sent_more_than_it_knows(waiting: World) -> None:
    message = {**pushed(waiting), "newly": "grown"}
    Draft202012Validator(QUEUE).validate(message)


def test_every_field_of_a_line_is_published() -> None:
    assert set(shapes.line("#")["properties"]) == shapes.LINE_FIELDS


# ---------------------------------------------------------------- the desk


def operation(method: str, action: str) -> dict[str, Any]:
    path = f"{desk.READ}/{action}" if action else desk.READ
    found: dict[str, Any] = DOCUMENT["paths"][path][method.lower()]
    return found


class Desk:
    """Calls the desk as an application would, and holds each call to the document."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.api = DeskApi(world.desk)

    def get(self) -> tuple[int, dict[str, Any]]:
        return self._call("GET", "", b"")

    def post(self, action: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        asked = operation("POST", action)["requestBody"]["content"]["application/json"]["schema"]
        strictly(asked, components=DOCUMENT["components"]).validate(fields)
        return self._call("POST", action, json.dumps(fields).encode())

    def _call(self, method: str, action: str, body: bytes) -> tuple[int, dict[str, Any]]:
        path = f"/v1/desk/escalations/{self.world.escalation}" + (f"/{action}" if action else "")
        response = self.api.respond(Request(method, path, body=body))
        answered = operation(method, action)["responses"][str(response.status)]
        schema = answered["content"]["application/json"]["schema"]
        data = json.loads(response.body)
        strictly(schema, components=DOCUMENT["components"]).validate(data)
        if response.status != 200:
            assert data["error"] in desk.REFUSALS[response.status]
        return response.status, data


def test_the_document_has_every_action_and_no_other(waiting: World) -> None:
    published = {
        (method.upper(), path.removeprefix(desk.READ).lstrip("/"))
        for path, methods in DOCUMENT["paths"].items()
        for method in methods
    }
    assert published == set(DeskApi(waiting.desk)._actions())


def test_the_document_has_every_refusal_and_no_other() -> None:
    refusals = {(status, name) for _, status, name in desk_api._REFUSALS} | {(404, "not_found")}
    assert refusals == {
        (status, name) for status, names in desk.REFUSALS.items() for name in names
    }


def test_the_paths_are_those_of_the_template(resources: dict[str, dict[str, Any]]) -> None:
    routes = resources["HttpApi"]["Properties"]["Body"]["paths"]
    for path, methods in DOCUMENT["paths"].items():
        route = path if path == desk.READ else f"{desk.READ}/{{action}}"
        assert set(methods) <= set(routes[route]), path


def test_a_whole_conversation_is_what_the_document_says(waiting: World) -> None:
    agent = Desk(waiting)
    assert agent.get()[0] == 200
    status, claimed = agent.post("claim", agent="ana", name="Ana")
    assert status == 200
    held = {"agent": "ana", "epoch": claimed["epoch"]}
    assert agent.post("claim", agent="ana")[0] == 200

    status, refused = agent.post("resolve", **held)
    assert (status, refused["error"]) in ((409, "unseen"), (409, "unanswered"))
    waiting.say("My card is 4111 1111 1111 1111")
    status, beat = agent.post("heartbeat", **held)
    assert status == 200
    assert len(beat["news"]) >= 1
    last = beat["news"][-1]
    assert agent.post("seen", **held, entry=last["entry"])[0] == 200
    assert agent.post("messages", **held, id="m1", text="Hello")[1]["repeated"] is False
    assert agent.post("messages", **held, id="m1", text="Hello")[1]["repeated"] is True
    assert agent.post("reveal", **held, event_id=last["event_id"], reason="refund")[0] == 200
    assert agent.get()[0] == 200
    assert agent.post("handback", **held)[0] == 200


def test_refusals_are_what_the_document_says(waiting: World) -> None:
    agent = Desk(waiting)
    status, refused = agent.post("heartbeat", agent="ben", epoch=99)
    assert (status, refused["error"]) == (409, "fenced")
    _, claimed = agent.post("claim", agent="ana")
    assert agent.post("claim", agent="ben")[1]["error"] == "nothing_to_claim"
    held = {"agent": "ana", "epoch": claimed["epoch"]}
    status, refused = agent.post("messages", **held, id="m1", text="Hallo", language="de")
    assert (status, refused["error"]) == (409, "translation_failed")
    status, said = agent.post(
        "messages", **held, id="m2", text="Hallo", language="de", untranslated=True
    )
    assert status == 200
    assert said["text"].endswith("Hallo")
    status, refused = agent.post("messages", **held, id="m3", text=" ")
    assert (status, refused["error"]) == (400, "invalid")


def test_a_customer_who_presses_a_button_shows_what_was_pressed(waiting: World) -> None:
    waiting.press(Action.PERSON)
    _, read = Desk(waiting).get()
    assert "person:v1" in [line["text"] for line in read["transcript"]]
