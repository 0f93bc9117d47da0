"""The curve of a check: what it passes of false answers against what it blocks of true ones."""

from html import escape
from typing import Final

from handrail_ops.evaluate.figures import Measured

CURVE: Final = "curve."
"""What the names of a curve's figures begin with; a share and a figure follow."""
_SQUARE: Final = 320
_MARGIN: Final = 48
_TOP_MIN: Final = 0.1


def curve_plot(measured: Measured) -> str:
    """Return the plot of what is passed against what is blocked, as more must be supported."""
    points = [
        (share, blocked, passed)
        for name in measured.tallies
        if name.startswith(CURVE) and name.endswith(".true_blocked")
        for share in (name.removeprefix(CURVE).removesuffix(".true_blocked"),)
        for blocked in (_mean(measured, name),)
        for passed in (_mean(measured, f"{CURVE}{share}.corrupted_passed"),)
        if blocked is not None and passed is not None
    ]
    if not points:
        return ""
    top = max(_TOP_MIN, *(value for _, *values in points for value in values))
    placed = [
        (
            share,
            _MARGIN + _SQUARE * blocked / top,
            _SQUARE * (1 - passed / top) + 16,
            blocked,
            passed,
        )
        for share, blocked, passed in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for _, x, y, *_ in placed)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#3a62b8" />'
        f'<text x="{x + 8:.1f}" y="{y - 4:.1f}">{escape(share)}</text>'
        for share, x, y, *_ in placed
    )
    rows = "".join(
        f"<tr><td>{escape(share)}</td><td>{blocked:.1%}</td><td>{passed:.1%}</td></tr>"
        for share, _, _, blocked, passed in placed
    )
    bottom, side = _SQUARE + 16, _MARGIN + _SQUARE
    return (
        "<h2>Passed against blocked</h2><p>Each point is a share of a sentence that must stand in "
        "a passage: to the right, true answers blocked; upwards, corrupted answers passed.</p>"
        '<svg role="img" aria-label="corrupted answers passed against true answers blocked" '
        f'viewBox="0 0 {side + _MARGIN} {bottom + 32}" width="{side + _MARGIN}">'
        f'<path d="M{_MARGIN} 16V{bottom}H{side}" fill="none" stroke="#555" />'
        f'<text x="0" y="20">{top:.0%}</text>'
        f'<text x="{side - 8}" y="{bottom + 20}">{top:.0%}</text>'
        f'<text x="{_MARGIN}" y="{bottom + 20}">0%</text>'
        f'<polyline points="{line}" fill="none" stroke="#3a62b8" stroke-width="2" />{dots}</svg>'
        "<table><tr><th scope=col>must stand</th><th scope=col>true blocked</th>"
        f"<th scope=col>corrupted passed</th></tr>{rows}</table>"
    )


def _mean(one: Measured, name: str) -> float | None:
    tally = one.tallies.get(name)
    return tally.mean if tally else None
