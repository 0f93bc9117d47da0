"""Instagram's direct messages."""

from handrail.adapters.channels.kit.measures import utf8_bytes
from handrail.adapters.channels.meta_messaging import MetaMessaging, TextLimits


class Instagram(MetaMessaging):
    """Instagram. An account is a professional account, by its id."""

    name = "instagram"
    # Bytes: 500 letters of Arabic or Cyrillic, 333 of Thai or Chinese. On computers there are no
    # quick replies, so that the way to a person is said in words as well.
    limits = TextLimits(utf8_bytes, 1_000, hints=True)
