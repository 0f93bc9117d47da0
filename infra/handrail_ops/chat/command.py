"""`handrail chat`: write as a customer in this terminal."""

from __future__ import annotations

import locale
import os
import re
import threading
import time
from collections.abc import Mapping, Sequence

import click

from handrail_ops.chat.client import ChatError, WebCustomer
from handrail_ops.chat.terminal import Terminal

PERSON = "person:v1"
_ANSWER_SECONDS = 60.0
_SETTLE_SECONDS = 0.4
_QUICK_SECONDS = 0.4
_CALM_SECONDS = 1.5
_HELP = (
    "Write and press Enter. A number presses that button. "
    "/person asks for a person, /language xx switches the language, /quit leaves."
)
_SPEAKERS = {"bot": ("Automated assistant", "green"), "status": ("Handrail", "yellow")}


@click.command("chat")
@click.option(
    "--url",
    default="http://127.0.0.1:8080",
    envvar="HANDRAIL_URL",
    show_default=True,
    show_envvar=True,
    help="Where Handrail runs.",
)
@click.option("--language", help="The customer's language, as `ar` or `pt-BR`; by default yours.")
@click.option(
    "--answer-seconds",
    type=click.FloatRange(min=0.1),
    default=_ANSWER_SECONDS,
    show_default=True,
    help="Piped: how long to wait for the answer to each line.",
)
def chat(url: str, language: str | None, answer_seconds: float) -> None:
    """Write as a customer, over the same web channel as the chat page."""
    customer = WebCustomer(url, language or own_language())
    try:
        customer.start()
        conversation = Conversation(customer, Terminal(prompt="you> "))
        if conversation.terminal.interactive:
            conversation.talk()
        elif not conversation.pipe(answer_seconds):
            message = f"no answer came within {answer_seconds:g} seconds"
            raise click.ClickException(message)
    except ChatError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo()


def own_language() -> str:
    """Return the language of this terminal as a BCP 47 tag, English when it says nothing."""
    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    found = re.match(r"[a-z]{2,3}(?:_[A-Z]{2})?", told)
    return found.group().replace("_", "-") if found else "en"


class Conversation:
    """A customer, and the terminal it is written in."""

    def __init__(self, customer: WebCustomer, terminal: Terminal) -> None:
        """Show what the customer is told, send what is typed."""
        self._customer = customer
        self.terminal = terminal
        self._buttons: Sequence[Mapping[str, str]] = ()
        self._awaiting = threading.Event()
        self._over = threading.Event()

    def talk(self) -> None:
        """Talk until the customer leaves; messages are shown as they come."""
        self.terminal.note(_HELP)
        listener = threading.Thread(target=self._listen, name="chat-listener", daemon=True)
        listener.start()
        try:
            while not self._over.is_set():
                line = self.terminal.read()
                if line is None or line.strip() == "/quit":
                    return
                try:
                    if self.take(line):
                        self._awaiting.set()
                except ChatError as error:
                    self.terminal.note(str(error), "red")
        finally:
            self._over.set()
            listener.join()

    def pipe(self, answer_seconds: float) -> bool:
        """Send each line and wait for what it brings; False when one brought nothing in time."""
        while (line := self.terminal.read()) is not None:
            if line.strip() == "/quit":
                return True
            if not line.strip():
                continue
            self.terminal.message("You", line, "blue")
            if self.take(line) and not self._answered(answer_seconds):
                return False
        return True

    def take(self, line: str) -> bool:
        """Do what a line asks for; True when an answer is to be expected."""
        line = line.strip()
        if not line:
            return False
        if line.isdecimal() and 1 <= int(line) <= len(self._buttons):
            button = self._buttons[int(line) - 1]
            self._customer.press(button["id"], button["label"])
        elif line == "/person":
            self._customer.press(PERSON, "Talk to a person")
        elif line.startswith("/language"):
            language = line.removeprefix("/language").strip()
            if re.fullmatch(r"[A-Za-z-]{2,35}", language):
                self._customer.choose(language)
                self.terminal.note(f"You write in {language} from now on.")
            else:
                self.terminal.note("Say which language: /language ar")
            return False
        elif line.startswith("/"):
            self.terminal.note(_HELP)
            return False
        else:
            self._customer.write(line)
        return True

    def show(self) -> bool:
        """Show what came in; True when anything did."""
        messages = self._customer.read()
        for message in messages:
            who, style = _SPEAKERS.get(message["speaker"], ("Support team", "magenta"))
            self._buttons = message.get("actions", ())
            buttons = [f"[{n}] {b['label']}" for n, b in enumerate(self._buttons, start=1)]
            self.terminal.message(message.get("agent") or who, message["text"], style, buttons)
        return bool(messages)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                if self.show():
                    self._awaiting.clear()
            except ChatError as error:
                self.terminal.note(f"{error}. Press Enter to leave.", "red")
                self._over.set()
                return
            self._over.wait(_QUICK_SECONDS if self._awaiting.is_set() else _CALM_SECONDS)

    def _answered(self, seconds: float) -> bool:
        """Wait for the answer, and a moment longer for what comes with it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.show():
                self._over.wait(_SETTLE_SECONDS)
                self.show()
                return True
            self._over.wait(_QUICK_SECONDS)
        return False
