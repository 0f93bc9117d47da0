"""What is pressed, picked or filled in on Slack: buttons, menus, fields, and forms of them."""

from collections.abc import Iterator
from typing import Final

from handrail.adapters.channels.cleaning import clean_line
from handrail.adapters.channels.kit.reading import Json, an_object, objects

_INPUT: Final = "input"
"""What the type of a field ends with in which something is written."""
_PICKED: Final = (
    *("selected_date", "selected_time", "selected_date_time"),
    *("selected_user", "selected_channel", "selected_conversation"),
)
_PICKED_MANY: Final = ("selected_users", "selected_channels", "selected_conversations")
_DIALOG: Final = "dialog_submission"
_VIEW: Final = "view_submission"
_WORKFLOW: Final = "workflow_step"
_LINES_MAX: Final = 20


def pressed_id(element: Json) -> str:
    """Return the id of what was pressed: its value, the chosen one's, or the element's own."""
    chosen = next(_options(element), {})
    own = element.get("action_id") or element.get("name")
    # What is written into a field is the customer's word, and no id of ours.
    value = None if _is_field(element) else element.get("value")
    offered = (value, chosen.get("value"), own)
    return next((clean_line(one) for one in offered if isinstance(one, str) and one), "")


def label_of(element: Json) -> str | None:
    """Return what the customer saw and chose, or wrote."""
    button = an_object(element.get("text")).get("text")
    labels = [an_object(option.get("text")).get("text") for option in _options(element)]
    rich = _rich(an_object(element.get("rich_text_value")))
    written = element.get("value") or rich if _is_field(element) else None
    shown = ", ".join(label for label in labels if isinstance(label, str) and label)
    found = (button, shown, written, _picked(element))
    return next((one for one in found if isinstance(one, str) and one), None)


def submitted(named: str, data: Json) -> str:
    """Return what was filled into a form, a line for each field; nothing for all else."""
    if named == _DIALOG:
        filled = list(an_object(data.get("submission")).items())
    elif named == _VIEW:
        view = an_object(data.get("view"))
        # Whoever builds a workflow fills in its steps, and asks us nothing.
        asked = view.get("type") != _WORKFLOW
        blocks = an_object(view.get("state")).get("values") if asked else None
        filled = [
            (name, label_of(element) or pressed_id(element))
            for block in an_object(blocks).values()
            for name, element in an_object(block).items()
            if isinstance(element, dict)
        ]
    else:
        return ""
    lines = [f"{name}: {value}" for name, value in filled if isinstance(value, str) and value]
    return "\n".join(lines[:_LINES_MAX])


def _rich(part: Json, depth: int = 4) -> str:
    """Return the words of a text that is formatted: lists of sections of pieces."""
    inner = [_rich(one, depth - 1) for one in objects(part.get("elements"))] if depth else []
    text = part.get("text")
    return "".join((text if isinstance(text, str) else "", *inner))


def _is_field(element: Json) -> bool:
    return str(element.get("type") or "").endswith(_INPUT)


def _options(element: Json) -> Iterator[Json]:
    """Yield the options that were chosen; menus of older messages give even one as a list."""
    one = an_object(element.get("selected_option"))
    if one:
        yield one
    yield from objects(element.get("selected_options"))


def _picked(element: Json) -> str:
    """Return a day, a time, a person or a place that was picked."""
    single = [element.get(name) for name in _PICKED]
    many = [
        one
        for name in _PICKED_MANY
        for one in (element[name] if isinstance(element.get(name), list) else ())
    ]
    return ", ".join(str(one) for one in (*single, *many) if isinstance(one, str | int) and one)
