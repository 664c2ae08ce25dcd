"""Text from elsewhere is shown in one line of a bearable length, without passwords, and rules no terminal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from swahr._util.text import MAX_SHOWN, printable, without_secrets
from swahr.commands.console import SafeConsole
from swahr.errors import Note, SwahrError, first_line, unexpected
from swahr.video.addresses import without_password


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_that_rules_a_terminal_is_left(text: str) -> None:
    for said in (printable(text), SwahrError(text).message, Note(text).message, first_line(ValueError(text))):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in said)
        said.encode()


def test_a_message_has_a_bearable_length_and_ends_with_what_to_do() -> None:
    error = SwahrError(f"{'x' * 889_000} is no number; give one")
    assert len(error.message) < MAX_SHOWN + 50
    assert error.message.endswith("give one")
    assert len(unexpected(ValueError("y" * 889_000), "a")) < MAX_SHOWN + 50


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:secret@10.0.0.7/a.mp4", "http://me:***@10.0.0.7/a.mp4"),
        ("http://me:s@cr:et@10.0.0.7/a@b", "http://me:***@10.0.0.7/a@b"),
        ("rtsp://token@10.0.0.7/", "rtsp://***@10.0.0.7/"),
        (
            "https://10.0.0.7/a.mp4?x=1&access_token=secret&y=2",
            "https://10.0.0.7/a.mp4?x=1&access_token=***&y=2",
        ),
        ("http://[::1/x", "http://[::1/x"),
        ("http://me:secret@[::1/x", "http://me:***@[::1/x"),
        ("http:/me:secret@10.0.0.7/a.mp4", "http:/me:***@10.0.0.7/a.mp4"),
        ("C:/me@home/a.mp4", "C:/me@home/a.mp4"),
        ("/home/me@work/a:b.mp4", "/home/me@work/a:b.mp4"),
    ],
)
def test_passwords_are_hidden_wherever_they_stand(address: str, shown: str) -> None:
    assert without_secrets(f"no answer from {address}") == f"no answer from {shown}"
    assert without_password(address) == shown
    assert SwahrError(f"{address}: no answer").message == f"{shown}: no answer"


def test_a_console_spells_out_what_stands_in_lines_and_tables() -> None:
    into = io.StringIO()
    console = SafeConsole(file=into, width=60, force_terminal=True, color_system=None)
    table = Table("name\x1b[2J")
    table.add_row("evil\x1b]0;title\x07")
    console.print(table)
    console.print("\x1b[31mred", markup=False)
    assert "\x1b]" not in into.getvalue()
    assert "\x1b[2J" not in into.getvalue()
    assert "\x1b[31m" not in into.getvalue()
    assert "evil\\x1b]0;title\\x07" in into.getvalue()
