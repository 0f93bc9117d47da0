"""The report as one HTML page: tables and plots, without script and without any request."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from handrail_ops.evaluate.curve_plot import CURVE, curve_plot
from handrail_ops.evaluate.figures import Measured, together

_WIDTH: Final = 720
_LABEL: Final = 170
_BAR: Final = 18
_STEP: Final = 24
_WRITTEN: Final = {
    "microseconds_": "{:.0f} µs",
    "milliseconds_": "{:.0f} ms",
    "tokens_": "{:.0f}",
    "cost_": "{:.6f}",
}
"""How figures that are no shares are written, by a part of their name."""
_TOLD: Final[Mapping[str, str]] = {
    "r_at_1": "Questions whose article is found first.",
    "r_at_3": "Questions whose article is among the first three found.",
    "answer_contains": "Questions whose expected words stand in at most two quoted sentences.",
    "answer_exact": "Quotations that are the expected words and nothing else.",
    "answer_f1": "How far quotation and expected words are the same words.",
    "handed_over": "Questions for which the answerer without a model asks for a person.",
    "uncalled_for": "Questions that no article answers, and that were answered.",
    "microseconds_per_query": "Processor time of a search.",
    "model.answer_contains": "Answers of the model in which the expected words stand.",
    "model.answer_f1": "How far the model's answer and the expected words are the same words.",
    "model.handed_over": "Questions for which a person is asked instead, with a model.",
    "model.not_grounded": "Questions whose draft does not stand in what it cites.",
    "model.failed": "Questions whose reply did not come, came too late, or made no sense.",
    "model.milliseconds_per_question": "From the question to the checked answer, or to a person.",
    "model.tokens_given": "What the model was given for a question, as its server counts.",
    "model.tokens_written": "What it wrote for a question, as its server counts.",
    "model.cost_per_question": "At the prices given, in their currency.",
    "true_blocked": "True answers that the check of grounding takes for false.",
}
"""What figures are, and the order in which they are shown; others follow as they come."""
_ACROSS: Final = "across_languages."
_PASSED_BY: Final = "corrupted_passed."
_PASSED: Final[Mapping[str, str]] = {
    "number": "another number",
    "amount": "another price",
    "percent": "another unit for the percent sign",
    "date": "another day, month, year or time",
    "link": "a link or an address from elsewhere",
    "phone": "another phone number",
    "unit": "weeks for days",
    "currency": "another currency",
    "negation": "a no put in or left out",
    "entity": "a name that belongs elsewhere",
    "invented": "a policy that no article has",
    "order": "before for after",
    "scope": "all for some, always for usually",
}
"""What was done to the false answers that were let through."""
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;font-variant-numeric:"
    "tabular-nums;display:block;overflow-x:auto}td,th{padding:.25rem .75rem;text-align:right;"
    "border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}"
    "th{font-size:.8em;max-width:8rem;vertical-align:bottom;overflow-wrap:break-word}"
    "h2{margin:2rem 0 0}p{margin:0 0 .5rem;color:#555}"
    "svg{max-width:100%;height:auto}svg text{font:13px system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}p{color:#aaa}"
    "svg text{fill:#eee}svg rect{fill:#3a5a94}td,th{border-color:#444}}"
)


def page_of(sets: Sequence[Measured], aims: Mapping[str, float]) -> str:
    """Return the page; `aims` are drawn as a line across the plot of their figure."""
    every = [*sets, together(sets)]
    had = dict.fromkeys(name for one in every for name in one.tallies)
    names = [
        name
        for name in dict.fromkeys((*_TOLD, *had))
        if name in had and not name.startswith(CURVE)
    ]
    head = "".join(f"<th scope=col>{_named(name)}</th>" for name in names)
    rows = "".join(_row(one, names) for one in every)
    plots = "".join(_plot(name, every, aims.get(name)) for name in names)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\"><title>Answers, evaluated</title>"
        f"<style>{_STYLE}</style></head><body><h1>Answers, evaluated</h1>"
        f"<table><tr><th scope=col>set</th><th scope=col>questions</th>{head}</tr>{rows}</table>"
        f"{plots}{curve_plot(every[-1])}</body></html>\n"
    )


def shown(name: str, mean: float | None) -> str:
    """Return a figure as people read it."""
    if mean is None:
        return "–"  # noqa: RUF001 - a dash for nothing measured
    for part, written in _WRITTEN.items():
        if part in name:
            return written.format(mean)
    return f"{mean:.1%}"


def _is_share(name: str) -> bool:
    return not any(part in name for part in _WRITTEN)


def _named(name: str) -> str:
    """Return a figure's name as it may be broken into lines."""
    return escape(name).replace("_", "_<wbr>").replace(".", ".<wbr>")


def _meaning(name: str) -> str:
    """Return what a figure is; of answers in another language than their passages, too."""
    if name.startswith(_ACROSS):
        told = _meaning(name.removeprefix(_ACROSS))
        return f"{told} In another language than the passages." if told else ""
    if done := _PASSED.get(name.removeprefix(_PASSED_BY)):
        return f"Answers let through with {done}."
    return _TOLD.get(name, "")


def _told(name: str, aim: float | None) -> str:
    told = _meaning(name)
    if aim is not None:
        is_less_better = not _is_share(name) or _PASSED_BY in name or "true_blocked" in name
        bound = "at most" if is_less_better else "at least"
        told = f"{told} The line is our aim: {bound} {shown(name, aim)}.".strip()
    return f"<p>{escape(told)}</p>" if told else ""


def _row(one: Measured, names: Sequence[str]) -> str:
    cells = "".join(f"<td>{shown(name, _mean(one, name))}</td>" for name in names)
    return f"<tr><td>{escape(one.name)}</td><td>{one.questions}</td>{cells}</tr>"


def _plot(name: str, sets: Sequence[Measured], aim: float | None) -> str:
    having = [one for one in sets if _mean(one, name) is not None]
    top = max((_mean(one, name) or 0.0 for one in having), default=0.0)
    top = 1.0 if _is_share(name) else max(top, aim or 0.0)
    height = _STEP * len(having) + 8
    bars = "".join(_bars(name, having, top or 1.0))
    line = ""
    if aim is not None:
        x = _x(aim, top)
        line = f'<line x1="{x}" x2="{x}" y1="0" y2="{height}" stroke="#b00020" />'
    return (
        f"<h2>{_named(name)}</h2>{_told(name, aim)}"
        f'<svg role="img" aria-label="{escape(name)} of each set" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}">{bars}{line}</svg>'
    )


def _bars(name: str, sets: Sequence[Measured], top: float) -> Iterator[str]:
    for place, one in enumerate(sets):
        mean = _mean(one, name)
        y = _STEP * place + 4
        width = _x(mean or 0.0, top) - _LABEL
        yield (
            f'<text x="0" y="{y + 13}">{escape(one.name[:24])}</text>'
            f'<rect x="{_LABEL}" y="{y}" width="{width}" height="{_BAR}" fill="#9db8e8" />'
            f'<text x="{_LABEL + 6}" y="{y + 13}">{shown(name, mean)}</text>'
        )


def _mean(one: Measured, name: str) -> float | None:
    tally = one.tallies.get(name)
    return tally.mean if tally else None


def _x(value: float, top: float) -> float:
    return round(_LABEL + (_WIDTH - _LABEL) * min(1.0, value / top), 1)
