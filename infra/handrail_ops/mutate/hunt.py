"""Looks for the first seed at which the simulation notices something; run on mutated sources."""

from __future__ import annotations

import json
import sys

from handrail_ops.simulate.schedule import simulate


def main() -> None:
    """Print the first failing seed from one number up to another, and the rule it breaks."""
    first, end = int(sys.argv[1]), int(sys.argv[2])
    for seed in range(first, end):
        broken = simulate(seed).broken
        if broken:
            print(json.dumps({"seed": seed, "rule": broken[0].rule, "what": broken[0].what}))
            return
    print(json.dumps(None))


if __name__ == "__main__":
    main()
