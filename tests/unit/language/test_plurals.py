from collections.abc import Callable

import pytest
from babel import Locale

from handrail.domain.plurals import CATEGORIES, PLURAL_RULES
from handrail_ops.languages.compile import plural_rule

PLANNED = (  # noqa: SIM905 - a list of seventy-eight strings would be seventy-eight lines
    "en zh_Hans zh_Hant es ar hi pt_BR pt_PT fr ru de ja ko it tr vi th id ms fil nl pl uk ro cs "
    "sk hu sv nb da fi el he fa ur bn ta bg sr hr bs sl lt lv et ca sq mk ka hy az kk uz sw mn be "
    "gl af eu is ga cy mt te kn ml mr gu pa ne si my km lo am so ha zu"
).split()
NUMBERS = (*range(201), 999, 1_000, 1_001, 10_011, 100_000, 999_999, 1_000_000, 3_000_000)


@pytest.mark.parametrize("locale", PLANNED)
def test_a_rule_counts_as_cldr_does(locale: str) -> None:
    cldr = Locale.parse(locale)
    rule = PLURAL_RULES[plural_rule(cldr)]
    assert [rule(number) for number in NUMBERS] == [cldr.plural_form(n) for n in NUMBERS]


def test_every_rule_is_needed() -> None:
    assert {plural_rule(Locale.parse(locale)) for locale in PLANNED} == set(PLURAL_RULES)


@pytest.mark.parametrize("rule", PLURAL_RULES.values(), ids=list(PLURAL_RULES))
def test_rules_know_only_cldrs_categories(rule: Callable[[int], str]) -> None:
    assert {rule(number) for number in NUMBERS} <= set(CATEGORIES)
