"""Every limit of the protocol in one place, with its unit and its reason."""

TEXT_CHARS_MAX = 16_000
"""A customer's text is kept up to here; the rest is cut, and the agent sees that it was."""

REQUEST_BYTES_MAX = 3_500_000
"""The largest webhook body read at all: providers batch up to 3 MB."""

BURST_MESSAGES_MAX = 10
"""Messages of one queue batch that become one turn: what SQS hands over at once."""

DECISION_ATTEMPTS_MAX = 8
"""How often a decision that lost its race is taken again before the message is redelivered."""

HISTORY_MESSAGES_MAX = 12
"""How many earlier messages a turn is told whole."""

HISTORY_LOOKED_MAX = 60
"""How many earlier messages a turn looks at: of the older ones it is told what was asked."""

REPEATED_SECONDS = 3_600
"""A question that comes again within this time was not helped by its answer; later it is news."""

TRANSCRIPT_MESSAGES_MAX = 50
"""How many messages the agents queue carries; the desk API has all of them."""

TURN_SECONDS_MAX = 25
"""What a turn workflow may take, from start to proposal."""

DRAFT_SECONDS = 11.0
"""What a draft may take, a second attempt included. Less than the workflow gives its step, so that
a late model is heard of as such."""

DELIVERY_SECONDS_MAX = 40
"""How long a run of `deliver` may be at work: its function's 30 s, and clocks that differ."""

LEDGER_DAYS = 60
"""How long a ledger row refuses its duplicates: provider retries (7 days), the queue and its
dead-letter queue (14 days each), and room for a manual redrive."""

HEARD_MESSAGES_MAX = 3
"""How many messages' languages are remembered: older ones weigh next to nothing."""

PASSAGES_MAX = 4
"""Passages a draft is made from."""

ANSWER_CHARS_MAX = 2_000
"""The longest answer a model may propose."""
