"""The `handrail` command. Each part is loaded when it is asked for, so that none slows another."""

from importlib import import_module

import click

_COMMANDS = {
    "agent": ("handrail_ops.agent.command", "agent", "Work as an agent in this terminal."),
    "bench": ("handrail_ops.bench.command", "bench", "Measure what a turn costs."),
    "channels": (
        "handrail_ops.channels.command",
        "channels",
        "Show, try and set up the messengers.",
    ),
    "chat": ("handrail_ops.chat.command", "chat", "Write as a customer in this terminal."),
    "contracts": (
        "handrail_ops.contracts.command",
        "contracts",
        "Write or check the published contracts in docs/.",
    ),
    "evaluate": (
        "handrail_ops.evaluate.command",
        "evaluate",
        "Measure answers and how customers are heard.",
    ),
    "knowledge": (
        "handrail_ops.knowledge.command",
        "knowledge",
        "Check, build and ask the company's articles.",
    ),
    "languages": (
        "handrail_ops.languages.command",
        "languages",
        "Show, check and compile the languages.",
    ),
    "local": ("handrail_ops.local.command", "local", "Run the whole product on this machine."),
    "mutate": (
        "handrail_ops.mutate.command",
        "mutate",
        "Break what keeps the promise, and see what notices.",
    ),
    "replay": (
        "handrail_ops.replay.command",
        "replay",
        "Send recorded messages through a running stack.",
    ),
    "report": (
        "handrail_ops.report.command",
        "report",
        "Say what became of everybody who asked for a person.",
    ),
    "simulate": (
        "handrail_ops.simulate.command",
        "simulate",
        "Run the promise under faults, many thousand times.",
    ),
    "template": (
        "handrail_ops.template.command",
        "template",
        "Lint and build what SAM deploys.",
    ),
    "verify": (
        "handrail_ops.verify.command",
        "verify",
        "Prove that no workflow loses a customer.",
    ),
}


class _Lazy(click.Group):
    """A group that knows its commands by name and imports them one at a time."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name every command."""
        return sorted(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import one command; None when there is no such."""
        if name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, _, told) in sorted(_COMMANDS.items())])


@click.group(cls=_Lazy)
@click.version_option(package_name="handrail")
def main() -> None:
    """Handrail: a support chatbot from which a person can always be reached."""


if __name__ == "__main__":
    main()
