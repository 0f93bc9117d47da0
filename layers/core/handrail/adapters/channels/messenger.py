"""Facebook Messenger."""

from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.meta_messaging import MetaMessaging, TextLimits


class FacebookMessenger(MetaMessaging):
    """Messenger. An account is a page, by its id."""

    name = "messenger"
    # The persistent menu stands on every device, so that words need not say it again.
    limits = TextLimits(utf16_units, 2_000, hints=False)
