"""WhatsApp Cloud, Messenger and Instagram: subscription, menus, commands, templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from handrail.adapters.channels.meta import GRAPH_URL, GRAPH_VERSION
from handrail.adapters.channels.whatsapp_cloud import template_language
from handrail.domain.delivery import WELCOME, Action
from handrail_ops.channels.setups.session import Session, SetupError

REPLY_TEMPLATE: Final = "handrail_reply"
_FIELDS: Final = (
    "messages,messaging_postbacks,message_echoes,message_reactions,message_edits,"
    "message_deliveries,message_reads,standby,messaging_handovers"
)
_INSTAGRAM_FIELDS: Final = "messages,messaging_postbacks,message_reactions,messaging_seen,standby"

_TEMPLATE_LANGUAGES: Final = frozenset({
    "af", "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi",
    "fil", "fr", "ga", "gu", "ha", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kk", "kn",
    "ko", "ky_KG", "lo", "lt", "lv", "mk", "ml", "mr", "ms", "nb", "nl", "pa", "pl", "pt_BR",
    "pt_PT", "ro", "ru", "rw_RW", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr",
    "uk", "ur", "uz", "vi", "zh_CN", "zh_TW", "zu",
})  # fmt: skip
"""What WhatsApp takes templates in."""

_LOCALES: Final = {
    "af": "af_ZA", "am": "am_ET", "ar": "ar_AR", "az": "az_AZ", "be": "be_BY", "bg": "bg_BG",
    "bn": "bn_IN", "bs": "bs_BA", "ca": "ca_ES", "cs": "cs_CZ", "cy": "cy_GB", "da": "da_DK",
    "de": "de_DE", "el": "el_GR", "en": "en_US", "es": "es_LA", "et": "et_EE", "eu": "eu_ES",
    "fa": "fa_IR", "fi": "fi_FI", "fil": "tl_PH", "fr": "fr_FR", "ga": "ga_IE", "gl": "gl_ES",
    "gu": "gu_IN", "he": "he_IL", "hi": "hi_IN", "hr": "hr_HR", "hu": "hu_HU", "hy": "hy_AM",
    "id": "id_ID", "is": "is_IS", "it": "it_IT", "ja": "ja_JP", "ka": "ka_GE", "kk": "kk_KZ",
    "km": "km_KH", "kn": "kn_IN", "ko": "ko_KR", "lt": "lt_LT", "lv": "lv_LV", "mk": "mk_MK",
    "ml": "ml_IN", "mn": "mn_MN", "mr": "mr_IN", "ms": "ms_MY", "mt": "mt_MT", "my": "my_MM",
    "nb": "nb_NO", "ne": "ne_NP", "nl": "nl_NL", "pa": "pa_IN", "pl": "pl_PL", "pt-BR": "pt_BR",
    "pt-PT": "pt_PT", "ro": "ro_RO", "ru": "ru_RU", "si": "si_LK", "sk": "sk_SK", "sl": "sl_SI",
    "sq": "sq_AL", "sr": "sr_RS", "sv": "sv_SE", "sw": "sw_KE", "ta": "ta_IN", "te": "te_IN",
    "th": "th_TH", "tr": "tr_TR", "uk": "uk_UA", "ur": "ur_PK", "vi": "vi_VN",
    "zh-Hans": "zh_CN", "zh-Hant": "zh_TW",
}  # fmt: skip
"""Facebook's locale of each language that has one."""
_EXISTS: Final = 2388024
_GREETING_CHARS_MAX: Final = 160


def headers(session_token: str) -> dict[str, str]:
    """Return what opens the Graph API."""
    return {"Authorization": f"Bearer {session_token}"}


def whatsapp(session: Session) -> None:
    """Subscribe, set the command, and hand in the template that knocks."""
    graph = _graph(session)
    business = session.account.get("business_account_id")
    first = session.languages[0]
    if not business:
        session.tell(
            "business_account_id is not set: subscribe the webhook and make the template by hand"
        )
    else:
        session.post(
            f"subscribe {session.webhook_url}",
            f"{graph}/{business}/subscribed_apps",
            {
                "override_callback_uri": session.webhook_url,
                "verify_token": session.account.get("verify_token"),
            },
        )
    command = session.say(first, "offer.label")
    session.post(
        f"set the command /human: {command}",
        f"{graph}/{session.account.id}/conversational_automation",
        {"commands": [{"command_name": "human", "command_description": command}]},
    )
    if business:
        _templates(session, f"{graph}/{business}/message_templates")


def _templates(session: Session, url: str) -> None:
    left_out = []
    for language in session.languages:
        code = template_language(language)
        if code not in _TEMPLATE_LANGUAGES:
            left_out.append(language)
            continue
        session.post(
            f"hand in the template {REPLY_TEMPLATE} in {language}",
            url,
            {
                "name": REPLY_TEMPLATE,
                "language": code,
                "category": "UTILITY",
                "components": [{"type": "BODY", "text": session.say(language, "template.reply")}],
            },
            there=lambda answer: _subcode(answer) == _EXISTS,
            brief=language != session.languages[0],
        )
    if left_out:
        session.tell(f"WhatsApp has no templates in: {', '.join(left_out)}")
    session.done["reply_template"] = REPLY_TEMPLATE


def messenger(session: Session) -> None:
    """Subscribe, and set the start button, the greeting and the menu in every language."""
    graph = _graph(session)
    _subscribe(session, graph, _FIELDS)
    greeting = [
        {"locale": locale, "text": session.say(language, "welcome")[:_GREETING_CHARS_MAX]}
        for language, locale in _localised(session)
    ]
    session.post(
        f"set the start button, greeting and menu in {len(greeting)} locales",
        f"{graph}/me/messenger_profile",
        {
            "get_started": {"payload": WELCOME},
            "greeting": greeting,
            "persistent_menu": _menu(session),
        },
    )


def instagram(session: Session) -> None:
    """Subscribe, and set the menu in every language."""
    graph = _graph(session)
    _subscribe(session, graph, _INSTAGRAM_FIELDS)
    session.post(
        f"set the menu in {len(_menu(session))} locales",
        f"{graph}/me/messenger_profile?platform=instagram",
        {"platform": "instagram", "persistent_menu": _menu(session)},
    )


def _subscribe(session: Session, graph: str, fields: str) -> None:
    session.post(
        "subscribe the app to the account's events",
        f"{graph}/me/subscribed_apps",
        {"subscribed_fields": fields},
    )
    session.tell(
        f"once, in the app's own settings: callback {session.webhook_url}, and the verify token"
    )


def _menu(session: Session) -> list[dict[str, Any]]:
    """Return the persistent menu: the way to a person, by its id."""
    return [
        {
            "locale": locale,
            "composer_input_disabled": False,
            "call_to_actions": [
                {
                    "type": "postback",
                    "title": session.say(language, "offer.label"),
                    "payload": str(Action.PERSON),
                }
            ],
        }
        for language, locale in _localised(session)
    ]


def _localised(session: Session) -> Iterator[tuple[str, str]]:
    yield session.languages[0], "default"
    for language in session.languages:
        if language in _LOCALES:
            yield language, _LOCALES[language]


def _graph(session: Session) -> str:
    if not session.account.get("access_token") and not session.dry_run:
        message = "the account has no access_token"
        raise SetupError(message)
    version = session.account.get("api_version", GRAPH_VERSION)
    return f"{session.account.get('api_url', GRAPH_URL)}/{version}"


def _subcode(answer: Any) -> object:
    error = answer.get("error") if isinstance(answer, dict) else None
    return error.get("error_subcode") if isinstance(error, dict) else None
