"""How each channel is set up, and what opens its provider's interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from handrail.adapters.channels.callbacks import CallbackPolicy, HttpCallbacks
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.sending import Http
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail_ops.channels.setups import line, meta, slack, telegram, twilio, viber
from handrail_ops.channels.setups.session import Session, SetupError


@dataclass(frozen=True, slots=True)
class Setup:
    """A channel's set-up."""

    run: Callable[[Session], None]
    headers: Callable[[Account], Mapping[str, str]]


def set_up(
    channel: str,
    account: Account,
    url: str,
    language: str,
    *,
    dry_run: bool,
    tell: Callable[[str], None],
    http: Http | None = None,
) -> Session:
    """Set one account up, and return what came of it.

    Raises:
        SetupError: the channel has no set-up, or a step was refused.

    """
    setup = SETUPS.get(channel)
    if setup is None:
        message = f"{channel} needs no set-up here; these do: {', '.join(sorted(SETUPS))}"
        raise SetupError(message)
    if not url:
        message = "where are the webhooks? give --url https://…"
        raise SetupError(message)
    catalogue = PackagedCatalogue()
    known = [spoken.code for spoken in catalogue.languages]
    first = catalogue.supported(language)
    if first is None:
        message = f"{language!r} is not a supported language; handrail languages lists them"
        raise SetupError(message)
    local = account.get("api_url").startswith("http://127.0.0.1:")
    session = Session(
        account=account,
        webhook_url=f"{url.rstrip('/')}/v1/channels/{channel}/{account.id}",
        catalogue=catalogue,
        languages=(first, *(code for code in known if code != first)),
        http=http or HttpCallbacks(CallbackPolicy(allow_loopback=local)),
        headers=setup.headers(account),
        dry_run=dry_run,
        tell=tell,
    )
    setup.run(session)
    return session


def _graph(account: Account) -> Mapping[str, str]:
    return meta.headers(account.get("access_token"))


SETUPS: Final[Mapping[str, Setup]] = {
    "whatsapp_cloud": Setup(meta.whatsapp, _graph),
    "messenger": Setup(meta.messenger, _graph),
    "instagram": Setup(meta.instagram, _graph),
    "twilio_sms": Setup(twilio.sms, twilio.headers),
    "twilio_whatsapp": Setup(twilio.whatsapp, twilio.headers),
    "telegram": Setup(telegram.telegram, telegram.headers),
    "line": Setup(line.line, line.headers),
    "viber": Setup(viber.viber, viber.headers),
    "slack": Setup(slack.slack, slack.headers),
}
"""By channel."""
