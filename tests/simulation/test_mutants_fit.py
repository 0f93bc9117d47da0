"""Every mistake that the simulation has to notice can still be made."""

import pytest

from handrail_ops.mutate import protocol
from handrail_ops.mutate.protocol import StaleMutantError, changes


def test_every_mutant_changes_what_stands_in_the_source() -> None:
    found = changes()
    assert len(found) >= 40
    assert len({one.name for one in found}) == len(found)
    assert all(one.old != one.new for one in found)


def test_one_whose_text_is_gone_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stale = tmp_path_factory.mktemp("mutants") / "protocol.toml"
    stale.write_text(
        '[[mutant]]\nname = "gone"\nfile = "layers/core/handrail/domain/turn.py"\n'
        'old = "stands nowhere"\nnew = ""\n'
    )
    monkeypatch.setattr(protocol, "MUTANTS", stale)
    with pytest.raises(StaleMutantError, match="'gone' changes what stands 0 times"):
        changes()
