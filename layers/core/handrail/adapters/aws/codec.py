"""Domain objects as DynamoDB attributes, by the types their fields declare.

boto3's own serialiser knows nothing of types, needs Decimal and is slow. Here each dataclass is
compiled once into a writer and a reader. A field that has its default is not written: items stay
small, and an item of an older release, which lacks a newer field, reads as if the field had its
default.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

Attribute = dict[str, Any]
"""A value as DynamoDB has it, such as `{"S": "text"}`."""
Item = dict[str, Attribute]

_Write = Callable[[Any], Attribute]
_Read = Callable[[Attribute], Any]


def text(value: str) -> Attribute:
    """Return a string attribute. Half a surrogate pair, which no store takes, becomes U+FFFD."""
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return {"S": value}


def number(value: float) -> Attribute:
    """Return a number attribute; `repr` keeps a float exactly, within DynamoDB's 38 digits."""
    return {"N": repr(value)}


class Codec(Generic[T]):
    """Writes and reads the objects of one dataclass."""

    def __init__(self, kind: type[T], *, but: frozenset[str] = frozenset()) -> None:
        """Compile a dataclass; the fields of `but` are kept elsewhere, and given when reading."""
        if not is_dataclass(kind):
            message = f"{kind} is not a dataclass"
            raise TypeError(message)
        hints = get_type_hints(kind)
        self._kind = kind
        self._fields = [
            (field.name, _default(field), *_compiled(hints[field.name]))
            for field in fields(kind)
            if field.name not in but
        ]

    def write(self, value: T) -> Item:
        """Return the attributes of an object, without those that have their default."""
        item: Item = {}
        for name, default, write, _ in self._fields:
            content = getattr(value, name)
            if content != default:
                item[name] = write(content)
        return item

    def read(self, item: Mapping[str, Attribute], **given: Any) -> T:
        """Return the object of these attributes; what else the item has is not looked at."""
        for name, _, _, read in self._fields:
            if name in item:
                given[name] = read(item[name])
        return self._kind(**given)


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return MISSING


def _compiled(hint: Any) -> tuple[_Write, _Read]:
    """Return how a type is written and read. None is never written: it is always a default."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (option for option in get_args(hint) if option is not types.NoneType)
    if hint is bool:
        return (lambda value: {"BOOL": value}), (lambda attribute: attribute["BOOL"])
    if hint is int:
        return number, (lambda attribute: int(attribute["N"]))
    if hint is float:
        return number, (lambda attribute: float(attribute["N"]))
    if hint is str:
        return text, (lambda attribute: attribute["S"])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return (lambda value: {"S": value.value}), (lambda attribute: hint(attribute["S"]))
    if is_dataclass(hint):
        codec: Codec[Any] = Codec(hint)  # type: ignore[arg-type]
        return (
            lambda value: {"M": codec.write(value)},
            lambda attribute: codec.read(attribute["M"]),
        )
    return _compiled_many(hint)


def _compiled_many(hint: Any) -> tuple[_Write, _Read]:
    arguments = get_args(hint)
    if get_origin(hint) is tuple and len(arguments) > 1 and arguments[1] is ...:
        write, read = _compiled(arguments[0])
        return (
            lambda value: {"L": [write(one) for one in value]},
            lambda attribute: tuple(read(one) for one in attribute["L"]),
        )
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        write, read = _compiled(arguments[1])
        return (
            lambda value: {"M": {str(name): write(one) for name, one in value.items()}},
            lambda attribute: {name: read(one) for name, one in attribute["M"].items()},
        )
    message = f"no way is known to store a field of type {hint}"
    raise TypeError(message)
