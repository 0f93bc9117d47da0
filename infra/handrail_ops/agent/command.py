"""`handrail agent`: take customers from the agents queue and talk to them in this terminal."""

from __future__ import annotations

import contextlib
import getpass
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from handrail_ops.agent.client import (
    DeskClient,
    DeskError,
    DeskRefusedError,
    DeskUnavailableError,
)
from handrail_ops.agent.console import AgentConsole, Chat
from handrail_ops.agent.requests import Requests, Waiting
from handrail_ops.agent.saving import save
from handrail_ops.agent.target import TargetError, find_target
from handrail_ops.chat.terminal import Terminal

_PAUSE_SECONDS = 2.0
_HELP = (
    "Write and press Enter. What is shown to you counts as seen.\n"
    "/resolve closes the conversation, /back gives the customer back to the assistant,\n"
    "/reveal N REASON shows the original of message N, /save N keeps its files on this machine,\n"
    "/again shows everything from the start,\n"
    "/leave leaves without ending it: the customer goes back to the front of the queue."
)
_STYLES = {"customer": "blue", "bot": "green", "agent": "magenta"}


@click.command("agent")
@click.option("--stack", envvar="HANDRAIL_STACK", help="The CloudFormation stack to work for.")
@click.option("--url", envvar="HANDRAIL_URL", help="The API's address, with --queue-url.")
@click.option("--queue-url", envvar="HANDRAIL_AGENTS_QUEUE", help="The agents queue's address.")
@click.option("--agent", "agent_id", help="Your id at the desk; by default your user name.")
@click.option("--name", help="The name that customers see; by default none.")
@click.option("--language", help="The language you write in; it is translated for the customer.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where /save keeps customers' files; by default this folder.",
)
@click.option("--once", is_flag=True, help="Leave after the first customer.")
def agent(
    *,
    stack: str | None,
    url: str | None,
    queue_url: str | None,
    agent_id: str | None,
    name: str | None,
    language: str | None,
    folder: Path,
    once: bool,
) -> None:
    """Work as an agent: by default for the stack that runs on this machine."""
    try:
        target = find_target(stack=stack, url=url, queue_url=queue_url)
        # A number of its own for each terminal: two of them are two agents.
        agent_id = agent_id or f"{getpass.getuser()}-{uuid.uuid4().hex[:4]}"
        desk = DeskClient(target.http(), agent_id)
        console = AgentConsole(desk, Requests(target.sqs(), target.queue_url), name)
    except TargetError as error:
        raise click.ClickException(str(error)) from error
    with contextlib.suppress(KeyboardInterrupt):
        Workplace(console, Terminal(prompt="agent> "), language, folder).work(once=once)
    click.echo()


class Workplace:
    """An agent's terminal: one customer at a time."""

    def __init__(
        self,
        console: AgentConsole,
        terminal: Terminal,
        language: str | None,
        folder: Path = Path(),
    ) -> None:
        """Show what comes; `language` is what the agent writes in, `folder` where files go."""
        self._folder = folder
        self._files: dict[str, list[int]] = {}
        """The numbers of each message's files that can be opened."""
        self._console = console
        self._terminal = terminal
        self._language = language
        self._numbers: dict[str, int] = {}
        """The customer's messages by their ids, as they are numbered on this screen."""

    def work(self, *, once: bool = False) -> None:
        """Serve one customer after another until the input ends, or a single one."""
        self._terminal.note(f"You are {self._console.desk.agent}. Waiting for a customer …")
        serving = True
        while serving:
            try:
                waiting = self._console.requests.take()
            except DeskUnavailableError as error:
                self._terminal.note(str(error), "red")
                time.sleep(_PAUSE_SECONDS)
                continue
            if waiting is not None:
                serving = self._offer(waiting) and not once
                if serving:
                    self._terminal.note("Waiting for a customer …")

    # ------------------------------------------------------------------ taking a customer

    def _offer(self, waiting: Waiting) -> bool:
        """Show who waits, and claim when the agent says so; False when the input is over."""
        self._terminal.note(describe(waiting.content), "bold")
        with self._console.requests.held(waiting):
            answer = self._terminal.read("Take this customer? [Y/n] ")
        try:
            if answer is None or answer.strip().lower() in ("n", "no"):
                self._console.requests.put_back(waiting)
                return answer is not None
            chat = self._console.claim(waiting, self)
        except DeskUnavailableError as error:
            self._terminal.note(f"{error}. The customer stays in the queue.", "red")
            return True
        if chat is None:
            self._terminal.note("Nobody waits under this request any more.", "yellow")
            return True
        return self._talk(chat)

    def _talk(self, chat: Chat) -> bool:
        self._terminal.note(_HELP)
        self._numbers.clear()
        self._files.clear()
        try:
            chat.start()
            while not chat.over:
                line = self._terminal.read()
                if line is None:
                    return False
                if not chat.over:
                    self._try(chat, line.strip())
        except DeskError as error:
            self._terminal.note(str(error), "red")
        finally:
            chat.leave()
        return True

    # ------------------------------------------------------------------ talking

    def _try(self, chat: Chat, line: str) -> None:
        """Do what a line asks for, and say why not if it is refused."""
        try:
            self._do(chat, line)
        except DeskRefusedError as error:
            self._terminal.note(str(error), "yellow")
            if error.code == "unseen":
                chat.catch_up()
        except DeskUnavailableError as error:
            self._terminal.note(f"{error}. Try again.", "red")

    def _do(self, chat: Chat, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command:
            case "":
                return
            case "/resolve":
                chat.resolve()
                self._terminal.note("Resolved.", "green")
            case "/back":
                chat.hand_back()
                self._terminal.note("The assistant answers again.", "green")
            case "/leave":
                chat.leave()
            case "/reveal":
                self._reveal(chat, rest)
            case "/save":
                self._save(chat, rest.strip())
            case "/again":
                self.lines(self._console.desk.read(chat.escalation)["transcript"])
            case _ if command.startswith("/"):
                self._terminal.note(_HELP)
            case _:
                self._say(chat, line)

    def _say(self, chat: Chat, text: str) -> None:
        message_id = uuid.uuid4().hex
        try:
            said = chat.say(text, message_id=message_id, language=self._language)
        except DeskRefusedError as error:
            if error.code != "translation_failed":
                raise
            answer = self._terminal.read(f"{error}. Send it untranslated? [y/N] ")
            if (answer or "").strip().lower() not in ("y", "yes"):
                self._terminal.note("Not sent.", "yellow")
                return
            said = chat.say(text, message_id=message_id, untranslated=True)
        if said != text:
            self._terminal.message("The customer reads", said, "magenta")

    def _reveal(self, chat: Chat, rest: str) -> None:
        number, _, reason = rest.partition(" ")
        by_number = {str(shown): event_id for event_id, shown in self._numbers.items()}
        event_id = by_number.get(number)
        if event_id is None or not reason.strip():
            self._terminal.note("Say which message, and why: /reveal 3 to find the order")
            return
        original = chat.reveal(event_id, reason.strip())
        if original is None:
            self._terminal.note("Nothing was taken out of it: you see it as it was written.")
            return
        self._terminal.message(f"#{number}, as it was written", original, "red")

    def _save(self, chat: Chat, number: str) -> None:
        by_number = {str(shown): event_id for event_id, shown in self._numbers.items()}
        event_id = by_number.get(number, "")
        if not self._files.get(event_id):
            self._terminal.note("Say which message's files: /save 3. This one has none to save.")
            return
        for file in self._files[event_id]:
            try:
                path = save(chat.file(event_id, file), self._folder)
            except OSError as error:
                self._terminal.note(f"It cannot be kept in {self._folder}: {error}", "red")
                return
            self._terminal.note(f"Kept as {path} ({_size(path.stat().st_size)}).", "green")

    # ------------------------------------------------------------------ console.Screen

    def lines(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Show lines of the transcript."""
        for line in lines:
            speaker = str(line["speaker"])
            number = ""
            if line.get("event_id"):
                event_id = str(line["event_id"])
                number = f" #{self._numbers.setdefault(event_id, len(self._numbers) + 1)}"
            unusual = line.get("state") in ("undeliverable", "skipped")
            state = f" ({line['state']})" if unusual else ""
            who = f"{_clock(line['at'])} {speaker}{number}{state}"
            text = "\n".join(part for part in (str(line["text"]), *self._files_of(line)) if part)
            self._terminal.message(who, text, _STYLES.get(speaker, "yellow"))

    def _files_of(self, line: Mapping[str, Any]) -> list[str]:
        """Return what to show of a line's files, and remember which can be opened."""
        event_id, told = str(line.get("event_id")), line.get("files") or ()
        shown = []
        for file in told:
            size = _size(file["bytes"]) if "bytes" in file else ""
            facts = [file.get("media"), file.get("type"), size]
            what = ", ".join(str(fact) for fact in facts if fact) or "a file"
            if file.get("refused"):
                shown.append(f"[{what}: not to be opened, {file['refused']}]")
                continue
            numbers = self._files.setdefault(event_id, [])
            if file["file"] not in numbers:
                numbers.append(file["file"])
            shown.append(f"[{what}: /save {self._numbers[event_id]} keeps it]")
        return shown

    def nudged(self) -> None:
        """Say that the customer waits."""
        self._terminal.note("The customer is waiting for your answer.", "bold yellow")

    def reach(self, message: str) -> None:
        """Say until when the customer can be written to, or that they cannot."""
        self._terminal.note(message, "bold yellow")

    def draft(self) -> str:
        """Return the words that are being written; a command is none."""
        typed = self._terminal.draft()
        return "" if typed.lstrip().startswith("/") else typed

    def trouble(self, message: str) -> None:
        """Say that the desk does not answer."""
        self._terminal.note(f"{message}. Still trying.", "red")

    def lost(self, message: str) -> None:
        """Say that the chat is over."""
        self._terminal.note(f"{message}. Press Enter for the next customer.", "bold red")


def describe(content: Mapping[str, Any]) -> str:
    """Return what the agents queue says of a request, in a few lines."""
    asked_at = content.get("asked_at")
    facts = {
        "Request": content.get("reference") or content.get("escalation"),
        "Reason": str(content.get("reason", "")).replace("_", " "),
        "Language": content.get("language"),
        "Priority": content.get("priority"),
        "Asked at": _clock(asked_at) if isinstance(asked_at, int | float) else None,
        "In short": content.get("summary"),
        "Sources so far": _titles(content.get("citations")),
        "Suggested": _suggested(content.get("suggested_answer")),
        "Reply until": _day(content.get("reply_until")),
        "Stopped": "the customer told us to stop" if content.get("stopped") is True else None,
    }
    width = max(map(len, facts))
    rows = [f"  {name:<{width}}  {value}" for name, value in facts.items() if value]
    return "\n".join(["", "A customer waits", *rows])


def _titles(citations: object) -> str:
    if not isinstance(citations, list):
        return ""
    titles = [str(c.get("title") or c.get("passage")) for c in citations if isinstance(c, dict)]
    return ", ".join(dict.fromkeys(titles))


def _suggested(suggestion: object) -> str:
    if not isinstance(suggestion, dict):
        return ""
    return f"{suggestion.get('text', '')} (not verified)"


def _size(count: int) -> str:
    if count < 10_000:  # noqa: PLR2004
        return f"{count} bytes"
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count // 1_000} kB"  # noqa: PLR2004


def _day(at: object) -> str | None:
    if not isinstance(at, int | float):
        return None
    return datetime.fromtimestamp(float(at), UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _clock(at: float) -> str:
    return datetime.fromtimestamp(float(at), UTC).astimezone().strftime("%H:%M:%S")
