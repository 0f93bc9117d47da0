"""The channels: how customers write to us and how our messages reach them.

One module per channel. A new one is added to `CHANNELS`, gets a bench in the contract suite
(`tests/contract/test_channels.py`), and a section in `docs/channels.md`; the suite fails until all
three exist. Nothing here imports a channel: a function loads the ones it meets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Need:
    """A value that an account of a channel has."""

    name: str
    what: str
    """What it is and where its owner finds it."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A channel of the table."""

    where: str
    """The class that speaks it, as `module:Class`."""
    title: str
    """What people call it."""
    account: str = ""
    """What an account is, in the words of its provider; empty for channels of our own."""
    needs: tuple[Need, ...] = ()
    """What an account needs, in the accounts' secret."""

    @property
    def is_messenger(self) -> bool:
        """Whether its accounts stand in the accounts' secret."""
        return bool(self.needs)


API_URL = Need("api_url", "another address of the provider's interface, for tests", required=False)

_META_NEEDS = (
    Need("app_secret", "the app's secret: App settings, Basic"),
    Need("verify_token", "any word of yours; the webhook's set-up repeats it"),
    Need("access_token", "a system user's token, with the permission to send messages"),
    Need("app_id", "the app's id: its own echoes are known by it", required=False),
    Need("api_version", "the Graph API's version, such as v25.0", required=False),
    API_URL,
)
_BUSINESS_ACCOUNT = Need(
    "business_account_id", "the WhatsApp business account's id, for setup", required=False
)
_REPLY_TEMPLATE = Need(
    "reply_template",
    "the approved template that asks a customer to write after a day; setup makes one",
    required=False,
)
_TWILIO_NEEDS = (
    Need("account_sid", "the account's SID, AC…"),
    Need("auth_token", "the account's auth token: it signs webhooks and sends messages"),
    Need("messaging_service_sid", "a messaging service that sends, MG…", required=False),
    Need(
        "webhook_url", "the webhook's address, where it is not ours as it stands", required=False
    ),
    API_URL,
)

CHANNELS: Final[Mapping[str, Entry]] = {
    "direct": Entry("handrail.adapters.channels.direct:DirectChannel", "your own application"),
    "web": Entry("handrail.adapters.channels.web:WebChannel", "the chat page"),
    "whatsapp_cloud": Entry(
        "handrail.adapters.channels.whatsapp_cloud:WhatsAppCloud",
        "WhatsApp (Cloud API)",
        "a phone number's id",
        (
            *_META_NEEDS,
            _BUSINESS_ACCOUNT,
            _REPLY_TEMPLATE,
        ),
    ),
    "messenger": Entry(
        "handrail.adapters.channels.messenger:FacebookMessenger",
        "Messenger",
        "a page's id",
        _META_NEEDS,
    ),
    "instagram": Entry(
        "handrail.adapters.channels.instagram:Instagram",
        "Instagram",
        "a professional account's id",
        _META_NEEDS,
    ),
    "twilio_sms": Entry(
        "handrail.adapters.channels.twilio:TwilioSms",
        "SMS (Twilio)",
        "a number's digits",
        _TWILIO_NEEDS,
    ),
    "twilio_whatsapp": Entry(
        "handrail.adapters.channels.twilio:TwilioWhatsApp",
        "WhatsApp (Twilio)",
        "a number's digits",
        (
            *_TWILIO_NEEDS,
            Need(
                "content_sid_1", "the template of a message with one button, HX…", required=False
            ),
            Need("content_sid_2", "the same with two buttons", required=False),
            Need(
                "reply_content_sid",
                "the approved template that asks a customer to write after a day, HX…; one for a"
                " language is reply_content_sid_es",
                required=False,
            ),
        ),
    ),
    "telegram": Entry(
        "handrail.adapters.channels.telegram:Telegram",
        "Telegram",
        "a bot's name or id",
        (
            Need("bot_token", "the bot's token, from BotFather: it sends messages"),
            Need("secret_token", "a word of yours, A-Z a-z 0-9 _ -; setup gives it to Telegram"),
            API_URL,
        ),
    ),
    "line": Entry(
        "handrail.adapters.channels.line:Line",
        "LINE",
        "an official account, by any name",
        (
            Need("channel_secret", "the channel's secret: Basic settings, signs webhooks"),
            Need("access_token", "a long-lived channel access token: Messaging API settings"),
            Need("menus", "what our rich menus are called; setup makes them", required=False),
            API_URL,
        ),
    ),
    "viber": Entry(
        "handrail.adapters.channels.viber:Viber",
        "Viber",
        "a bot, by any name",
        (
            Need("auth_token", "the bot's token: signs webhooks and sends messages"),
            Need("sender_name", "who writes, as customers see it: 28 characters", required=False),
            API_URL,
        ),
    ),
    "slack": Entry(
        "handrail.adapters.channels.slack:Slack",
        "Slack",
        "an app in a workspace, by any name",
        (
            Need("signing_secret", "the app's signing secret: Basic Information"),
            Need("bot_token", "the bot's token, xoxb-…: OAuth & Permissions"),
            Need("app_id", "the app's id, A…, for setup", required=False),
            Need("config_token", "an app configuration token, for setup", required=False),
            API_URL,
        ),
    ),
}
"""Every channel by name."""
