"""The channels: how customers write to us and how our messages reach them.

One module per channel. A new one is added to `CHANNELS`, gets a builder in the contract suite
(`tests/contract/test_channels.py`), and a section in `docs/channels.md`; the suite fails until all
three exist.
"""

CHANNELS = {
    "direct": "handrail.adapters.channels.direct:DirectChannel",
    "web": "handrail.adapters.channels.web:WebChannel",
}
"""Every channel by name, and the class that speaks it."""
