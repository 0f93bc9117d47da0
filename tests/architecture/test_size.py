"""Files and functions that one can hold in the head. An exception has its reason here."""

import ast

import pytest
from architecture.project import python_files, text_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

LONG_FILES = {
    "layers/core/handrail/domain/escalation.py": "the whole life of a request, read as one text",
    "tests/local/moto_faults.py": "a script for each fault of moto, each a process of its own",
    "tests/contract/test_agent.py": "one conversation at the terminal after the other",
    "tests/unit/protocol/test_invariants.py": "every invariant, in its order",
}

LONG_FUNCTIONS = {
    "tests/support/world.py:__post_init__": "puts every use case together, one after the other",
}


def test_no_file_is_too_long() -> None:
    long = {n for n in python_files() if len(text_of(n).splitlines()) > FILE_LINES_MAX}
    assert long <= set(LONG_FILES), long - set(LONG_FILES)


@pytest.mark.parametrize("folder", ["layers/", "functions/", "infra/", "tests/"])
def test_no_function_is_too_long(folder: str) -> None:
    long = set()
    for name in python_files(folder):
        for node in ast.walk(ast.parse(text_of(name))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.add(f"{name}:{node.name}")
    assert long <= set(LONG_FUNCTIONS), long - set(LONG_FUNCTIONS)


def test_an_exception_is_still_one() -> None:
    for name in LONG_FILES:
        assert len(text_of(name).splitlines()) > FILE_LINES_MAX, f"{name} is short again"
