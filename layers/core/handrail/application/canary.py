"""The canary: a customer who is a program, asks for a person all day, and says when none comes.

Each run one customer, on the next channel and in the next language, goes the whole way: question,
request in that language's own word, claim, words, end. Another asks with the button and is left
waiting on purpose, over as many runs as it takes to see every stage; then it is served too. Both
are nobody (`domain.synthetic`), so nobody real is disturbed, and neither counts as a customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

from handrail.application.canary_ports import (
    Case,
    DeskDoor,
    Door,
    Notebook,
    NotServedError,
    Purpose,
    Reply,
)
from handrail.application.canary_talk import Failure, Step, Talk
from handrail.application.canary_waiting import Waiting, plain, said_time
from handrail.application.ports import Catalogue, Clock
from handrail.domain.conversation import Holder
from handrail.domain.delivery import Action, Speaker
from handrail.domain.promises import Promises

ANSWER_SECONDS = 30.0
"""A turn may take 25; the rest is the way there and back."""
REQUEST_SECONDS = 15.0
AGENTS_SECONDS = 20.0
GREETING: Final = "\N{WAVING HAND SIGN}"
"""Understood in every language; where no article greets back, a person is asked, as is right."""
_LEFT_BEHIND_MAX = 5
"""How many customers of runs that broke off are seen to in one run."""
_NEVER_CAME_SECONDS = 3600
"""A customer of whom nothing is stored so long after was never let in, and waits nowhere."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one synthetic customer in one run."""

    case: Case
    failures: Sequence[Failure]
    ended: bool
    """Whether its request has ended as it should."""
    to_offer_seconds: float | None = None
    to_escalation_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Canary:
    """Sends synthetic customers, serves them, and says what did not hold."""

    doors: Mapping[str, Door]
    """Every door there is: a customer may be left of a channel that is no longer tried."""
    channels: Sequence[str]
    """Those that are tried in turn."""
    desk: DeskDoor
    notebook: Notebook
    languages: Sequence[str]
    questions: Mapping[str, str]
    """What is asked in a language; a greeting where nothing is given."""
    catalogue: Catalogue
    clock: Clock
    pause: Callable[[float], None]
    promises: Promises
    zone: tzinfo
    """The company's: a synthetic customer's device tells none."""
    new_id: Callable[[], str]

    def run(self, deadline: float) -> Sequence[Tried]:
        """Look after the waiting customer, send a new one, and see to those left behind.

        Raises:
            UnavailableError: the notebook cannot be used, so that nothing was tried.

        """
        cases = self.notebook.open_cases()
        waiting = [case for case in cases if case.purpose is Purpose.UNCLAIMED]
        left_behind = [case for case in cases if case.purpose is Purpose.CLAIMED]
        tried = [self._tend(case, deadline) for case in waiting[:1]]
        if not waiting:
            tried.append(self._begin_waiting(deadline))
        tried.append(self._serve(deadline))
        for case in (*waiting[1:], *left_behind)[:_LEFT_BEHIND_MAX]:
            self._see_to(case, deadline)
        return tried

    # ------------------------------------------------------------------ the whole way

    def _serve(self, deadline: float) -> Tried:
        case = self._new_case(Purpose.CLAIMED, "served")
        talk = self._talk(case, deadline)
        began = self.clock.now()
        question = self.questions.get(case.language, GREETING)
        if not talk.write(text=question):
            return self._done(talk, ended=False)
        first = talk.hear(
            lambda reply: reply.speaker != Speaker.AGENT,
            0,
            ANSWER_SECONDS,
            Step.ANSWER,
            "a question is answered, or made a person's",
        )
        to_offer = self.clock.now() - began if first is not None else None
        asked_at = self.clock.now()
        asked = self._ask(talk, first)
        to_escalation = self.clock.now() - asked_at if asked else None
        ended = asked and self._reach_a_person(talk)
        return replace(
            self._done(talk, ended=ended),
            to_offer_seconds=to_offer,
            to_escalation_seconds=to_escalation,
        )

    def _ask(self, talk: Talk, first: Reply | None) -> bool:
        """Ask for a person in the language's own word; True once that is confirmed."""
        mark = talk.last
        word = self.catalogue.phrases(talk.case.language).say("offer.word")
        if not talk.write(text=word):
            return False
        told = talk.hear(
            lambda reply: Action.WITHDRAW in reply.actions and talk.reference in reply.text,
            mark,
            REQUEST_SECONDS,
            Step.REQUEST,
            "a request is confirmed with its reference number",
        )
        if told is None:
            return False
        # Where the articles had no answer a person was asked for then, and the time said then.
        opened = first if first is not None and Action.WITHDRAW in first.actions else told
        self._names_a_time(talk, opened)
        return True

    def _names_a_time(self, talk: Talk, told: Reply) -> None:
        phrases = self.catalogue.phrases(talk.case.language)
        time = said_time(self.promises, told.sent_at, phrases, self.zone)
        if time not in plain(told.text):
            expected = "a request is confirmed with the time of the next news"
            talk.fail(Step.REQUEST, expected, f"sequence {told.sequence}")

    def _reach_a_person(self, talk: Talk) -> bool:
        talk.until(
            lambda stands: stands.get("agents_asked") is True or stands.get("open") is False,
            AGENTS_SECONDS,
            Step.AGENTS,
            "the agents queue gives a receipt",
        )
        stands = talk.read()
        if stands is not None and talk.is_disturbed(stands):
            return False
        return talk.serve()

    # ------------------------------------------------------------------ left waiting on purpose

    def _begin_waiting(self, deadline: float) -> Tried:
        talk = self._talk(self._new_case(Purpose.UNCLAIMED, "waiting"), deadline)
        if not talk.write(action=str(Action.PERSON)):
            # It may have been taken all the same: it is seen to like any that broke off.
            self.notebook.keep(replace(talk.case, purpose=Purpose.CLAIMED))
            return Tried(talk.case, tuple(talk.failures), ended=False)
        told = talk.hear(
            lambda reply: Action.WITHDRAW in reply.actions and talk.reference in reply.text,
            0,
            REQUEST_SECONDS,
            Step.REQUEST,
            "a request is confirmed with its reference number",
        )
        if told is not None:
            self._names_a_time(talk, told)
        return self._done(talk, ended=False)

    def _tend(self, case: Case, deadline: float) -> Tried:
        talk = self._talk(case, deadline)
        try:
            talk.listen()
            stands = self.desk.read(talk.escalation)
        except NotServedError as error:
            talk.fail(Step.REQUEST, "the desk says where a request stands", str(error))
            return self._done(talk, ended=self._never_came(case, error))
        if talk.is_disturbed(stands):
            return self._done(talk, ended=False)
        if stands.get("open") is not True:
            talk.fail(Step.UNDISTURBED, "a request stays open until the canary ends it")
            return self._done(talk, ended=True)
        through = stands.get("holder") == Holder.AGENT or Waiting(self.promises).check(
            talk, stands
        )
        return self._done(talk, ended=through and talk.serve())

    # ------------------------------------------------------------------ left behind

    def _see_to(self, case: Case, deadline: float) -> None:
        """End the request of a customer whose run broke off; that has been reported then."""
        talk = self._talk(case, deadline)
        try:
            stands = self.desk.read(talk.escalation)
        except NotServedError as error:
            if self._never_came(case, error):
                self.notebook.close(case)
            return
        if stands.get("open") is not True:
            # Only a question, or ended by somebody: nobody waits.
            self.notebook.close(case)
        elif not talk.is_disturbed(stands) and talk.serve():
            self.notebook.close(case)

    def _never_came(self, case: Case, error: NotServedError) -> bool:
        """Tell whether a customer of whom nothing is stored is not to be expected any more."""
        age = self.clock.now() - case.began_at
        return error.code == "nothing_to_claim" and age > _NEVER_CAME_SECONDS

    # ------------------------------------------------------------------ helpers

    def _new_case(self, purpose: Purpose, counter: str) -> Case:
        """Write down the next customer: channels take turns, then languages."""
        turn = self.notebook.next(counter) - 1
        round_, place = divmod(turn, len(self.channels))
        case = Case(
            customer=self.new_id(),
            channel=self.channels[place],
            language=self.languages[round_ % len(self.languages)],
            purpose=purpose,
            began_at=self.clock.now(),
        )
        # Before it says a word: should this run break off, a later one ends what it began.
        self.notebook.keep(case)
        return case

    def _talk(self, case: Case, deadline: float) -> Talk:
        door = self.doors[case.channel]
        return Talk(case, door, self.desk, self.clock, self.pause, deadline)

    def _done(self, talk: Talk, *, ended: bool) -> Tried:
        if ended:
            self.notebook.close(talk.case)
        elif talk.failures:
            steps = (*talk.case.reported, *(str(failure.step) for failure in talk.failures))
            self.notebook.keep(replace(talk.case, reported=steps))
        return Tried(talk.case, tuple(talk.failures), ended)
