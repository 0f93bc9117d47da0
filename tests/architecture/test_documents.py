"""What can be set, called or alarmed about is written down, and what is written down is there."""

import dataclasses
import re

import pytest
from architecture.project import FUNCTIONS, ROOT, files, text_of

import handrail.settings
from handrail.settings import Settings
from handrail_ops.template.requirements import RequirementsError, out_of_step
from handrail_ops.template.source import Source, read

GUIDE = "docs/operating.md"
SOURCE: Source = read(ROOT)
PARAMETERS = sorted(SOURCE.document["Parameters"])
ALARMS = sorted(name for name, _ in SOURCE.of_type("AWS::CloudWatch::Alarm"))
ROUTES = sorted(
    f"{event['Properties']['Method']} {event['Properties']['Path']}"
    for _, properties in SOURCE.of_type("AWS::Serverless::Function")
    for event in properties.get("Events", {}).values()
    if event["Type"] == "HttpApi"
)
SETTINGS = sorted(
    {
        field.name.upper()
        for kind in vars(handrail.settings).values()
        if isinstance(kind, type) and issubclass(kind, Settings)
        for field in dataclasses.fields(kind)
    }
)


@pytest.mark.parametrize(
    "word", [f"`{one}`" for one in (*PARAMETERS, *ALARMS, *ROUTES, *SETTINGS, *FUNCTIONS)]
)
def test_the_guide_names(word: str) -> None:
    assert word in text_of(GUIDE)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_guide_has_a_parameters_default(name: str) -> None:
    default = str(SOURCE.document["Parameters"][name].get("Default", ""))
    (line,) = [one for one in text_of(GUIDE).splitlines() if one.startswith(f"| `{name}` |")]
    told = line.split("|")[2].strip()
    assert told == (f"`{default}`" if default else "")


def test_the_guide_names_no_parameter_that_is_not() -> None:
    section = text_of(GUIDE).partition("## Parameters")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(rows) == PARAMETERS


@pytest.mark.parametrize("name", [one for one in files() if one.endswith(".md")])
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", text_of(name)))
    named |= set(re.findall(r"^\$ make ([a-z-]+)", text_of(name), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("name", [one for one in files() if one.endswith(".md")])
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(name)):
        if "://" not in link and not link.startswith(("mailto:", "/")):
            assert ((ROOT / name).parent / link).exists(), link


def test_requirements_are_in_step_with_the_lock() -> None:
    try:
        assert out_of_step(ROOT) == []
    except RequirementsError as error:
        pytest.fail(f"{error} (the tests ask uv what uv.lock says)")


def test_what_the_sam_command_is_told_is_there() -> None:
    config = text_of("samconfig.toml")
    for name in re.findall(r'parameter_overrides\s*=\s*"(\w+)=', config):
        assert name in PARAMETERS
    assert 'capabilities = "CAPABILITY_IAM"' in config
