"""What an agent's terminal says of a channel: until when, whether at all, and what came along."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail_ops.agent.client import DeskClient, DeskUnavailableError
from handrail_ops.agent.command import describe
from handrail_ops.agent.reach import Reach
from handrail_ops.agent.saving import plain_name, save
from handrail_ops.replay.http import Answer

NOW = 1_800_000_000.0
HOUR = 3_600.0


class TestReach:
    def test_a_channel_without_a_window_is_not_spoken_of(self) -> None:
        assert Reach().heard({"reply_until": None, "stopped": False}, NOW) is None

    def test_the_end_is_said_at_first_then_as_it_comes_near_then_when_it_is_there(self) -> None:
        reach, answer = Reach(), {"reply_until": NOW + 24 * HOUR, "stopped": False}
        said = []
        for minutes in range(0, 24 * 60 + 30, 5):
            told = reach.heard(answer, NOW + minutes * 60)
            if told is not None:
                said.append((minutes, told))
        assert [minutes for minutes, _ in said] == [0, 23 * 60, 24 * 60 - 10, 24 * 60]
        assert said[0][1].endswith("for 24 h.")
        assert said[1][1].endswith("for 60 min.")
        assert said[3][1].startswith("This channel's window has closed")

    def test_a_new_message_of_the_customers_is_news_only_after_a_warning(self) -> None:
        reach = Reach()
        assert reach.heard({"reply_until": NOW + 24 * HOUR}, NOW)
        assert reach.heard({"reply_until": NOW + 25 * HOUR}, NOW + HOUR) is None
        assert reach.heard({"reply_until": NOW + 25 * HOUR}, NOW + 24.5 * HOUR)
        told = reach.heard({"reply_until": NOW + 48 * HOUR}, NOW + 24.6 * HOUR)
        assert told is not None
        assert "for 23 h" in told

    def test_a_window_that_is_closed_when_the_agent_comes_is_said_so_once(self) -> None:
        reach = Reach()
        told = reach.heard({"reply_until": NOW - HOUR}, NOW)
        assert told is not None
        assert "has closed" in told
        assert reach.heard({"reply_until": NOW - HOUR}, NOW + HOUR) is None

    def test_who_told_us_to_stop_is_spoken_of_until_they_resume(self) -> None:
        reach = Reach()
        stopped = reach.heard({"stopped": True}, NOW)
        assert stopped is not None
        assert "does not arrive" in stopped
        assert reach.heard({"stopped": True}, NOW) is None
        assert reach.heard({"stopped": False}, NOW) == "The customer lets us write again."


def test_the_queues_message_says_both() -> None:
    said = describe({"reference": "7K2", "reply_until": NOW, "stopped": True})
    assert "2027-01-" in said
    assert "told us to stop" in said
    assert "Stopped" not in describe({"reference": "7K2"})


class TestSaving:
    def test_pieces_become_a_file_that_is_its_owners_alone(self, tmp_path: Path) -> None:
        path = save([("photo.jpg", b"ab"), ("photo.jpg", b"cd")], tmp_path / "new")
        assert path.read_bytes() == b"abcd"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_nothing_is_written_over(self, tmp_path: Path) -> None:
        paths = [save([("photo.jpg", bytes([n]))], tmp_path) for n in range(3)]
        assert [path.name for path in paths] == ["photo.jpg", "photo (2).jpg", "photo (3).jpg"]
        (tmp_path / "link.jpg").symlink_to("/nowhere")
        assert save([("link.jpg", b"a")], tmp_path).name == "link (2).jpg"

    def test_half_a_file_is_not_left_behind(self, tmp_path: Path) -> None:
        def pieces() -> Iterator[tuple[str, bytes]]:
            yield "photo.jpg", b"ab"
            raise DeskUnavailableError

        with pytest.raises(DeskUnavailableError):
            save(pieces(), tmp_path)
        assert not list(tmp_path.iterdir())
        with pytest.raises(OSError, match="no piece"):
            save([], tmp_path)

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("../../.bashrc", "bashrc"),
            ("C:\\Windows\\a.txt", "a.txt"),
            ("..", "file"),
            ("/", "file"),
            ("a/b", "b"),
        ],
    )
    def test_no_name_leads_out_of_the_folder(self, name: str, plain: str) -> None:
        assert plain_name(name) == plain


class Scripted:
    """A desk that gives what a test wants."""

    def __init__(self, *answers: dict[str, object]) -> None:
        self.answers = list(answers)
        self.starts: list[int] = []

    def post(self, _path: str, fields: dict[str, int]) -> Answer:
        self.starts.append(fields["start"])
        return Answer(200, self.answers.pop(0))

    def get(self, _path: str) -> Answer:
        raise AssertionError


def test_a_file_is_asked_for_until_there_is_no_more() -> None:
    first = {"name": "a.jpg", "data": "YWI=", "more": True}
    desk = Scripted(first, {"name": "a.jpg", "data": "", "more": True})
    pieces = list(DeskClient(desk, "ana").file("e-1", 1, "m-1", 1))  # type: ignore[arg-type]
    assert pieces == [("a.jpg", b"ab"), ("a.jpg", b"")]
    assert desk.starts == [0, 2]


def test_an_answer_without_a_piece_is_no_file() -> None:
    for answer in ({}, {"data": "not base64!"}):
        client = DeskClient(Scripted(answer), "ana")  # type: ignore[arg-type]
        with pytest.raises(DeskUnavailableError):
            list(client.file("e-1", 1, "m-1", 1))
