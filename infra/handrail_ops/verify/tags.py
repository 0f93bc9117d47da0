"""What a Comment says of its state to the prover: tags like `@human` or `@after(Ask: yes)`.

A tag is a claim, never a proof. Each is checked against what the state is and does, and a word
that looks like a tag and is none is a violation: a misspelt promise must not pass for a kept one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENDINGS = ("offer", "person", "served", "reached", "swept")
"""What an ending may be: in `docs/verify.md`, the same words."""
OF_TASKS = ("human", "authority", "watch", "tell", "says")
OF_STATES = (*ENDINGS, *OF_TASKS, "after")
OF_WORKFLOWS = ("offer", "person", "failure", "caller", "step", "looks")

_BEGINS = re.compile(r"(?<!\S)@(?=[A-Za-z])")
_TAG = re.compile(r"@([A-Za-z]+)(?:\(([^()]*)\))?(?=[\s.,;:]|$)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag, and what stands in its brackets."""

    name: str
    given: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What stands in the brackets, at the commas."""
        return tuple(word.strip() for word in self.given.split(",") if word.strip())

    def __str__(self) -> str:
        """Return the tag as it is written."""
        return f"@{self.name}({self.given})" if self.given else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one Comment."""

    known: tuple[Tag, ...] = ()
    unknown: tuple[str, ...] = ()
    """What looks like a tag and cannot be read as one."""

    def has(self, *names: str) -> bool:
        """Tell whether one of some tags is here."""
        return any(tag.name in names for tag in self.known)

    def named(self, name: str) -> Iterator[Tag]:
        """Yield every tag of a name."""
        return (tag for tag in self.known if tag.name == name)

    def given(self, name: str) -> str:
        """Return what stands in the brackets of a tag; empty without the tag."""
        return next((tag.given.strip() for tag in self.named(name)), "")

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of all tags of a name."""
        return tuple(word for tag in self.named(name) for word in tag.words)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the words of a name, `field=value` each; one without its half is left out."""
        halves = (word.partition("=") for word in self.words(name))
        return tuple((a.strip(), b.strip()) for a, _, b in halves if a.strip() and b.strip())

    def after(self) -> tuple[tuple[str, str], ...]:
        """Return the states, and the word of each, after one of which a state is entered."""
        halves = (tag.given.rpartition(":") for tag in self.named("after"))
        return tuple((a.strip(), b.strip()) for a, _, b in halves)


def read_tags(comment: str, allowed: tuple[str, ...]) -> Tags:
    """Return the tags of a Comment."""
    known, unknown = [], []
    for begin in _BEGINS.finditer(comment):
        found = _TAG.match(comment, begin.start())
        if found is None or found[1] not in allowed:
            unknown.append(comment[begin.start() :].split(maxsplit=1)[0])
        else:
            known.append(Tag(found[1], found[2] or ""))
    return Tags(tuple(known), tuple(unknown))
