import pytest

from swahr.commands.wording import as_option
from swahr.config import ConvertSettings
from swahr.errors import ASK, Hint, Step, SwahrError


@pytest.fixture(autouse=True)
def _no_command_runs(monkeypatch):
    monkeypatch.setattr("swahr.commands.wording.running", [])


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Hint("overwrite", True), "add --overwrite"),
        (Hint("resume", True), "add --resume"),  # an option of one command, in no group
        (Hint("track", True), "leave --no-track out"),
        (Hint("track", False), "add --no-track"),
        (Hint("smooth", False), "leave --smooth out"),
        (Hint("stop", None), "leave --stop out"),
        (Hint("skeleton", ASK), "give --skeleton"),
        (Hint("frame_rate"), "give --fps"),
        (Hint("device", "cpu"), "use --device cpu"),
        (Hint("batch_size", 1), "use --batch 1"),  # whose option is called otherwise
        (Hint("zero_lag", "none"), "leave --zero-lag out"),  # its default
        (Step("weights fetch", "w48"), "use `swahr weights fetch w48`"),
        (Step("images", ("my photos", "-o", "a.csv")), "use `swahr images 'my photos' -o a.csv`"),
        (Step("convert"), "use `swahr convert`"),
        (Hint("scales", (0.5, 1.0)), "use --scales 0.5,1.0"),
    ],
    ids=str,
)
def test_a_hint_is_what_to_do_with_an_option(hint, words):
    assert as_option(hint) == words


def test_settings_are_called_as_the_options_of_the_command_that_runs(monkeypatch):
    monkeypatch.setattr("swahr.commands.wording.running", [ConvertSettings])
    assert as_option(Hint("track", True)) == "add --track"  # which videos have without asking


def test_several_hints_are_a_choice():
    error = SwahrError("no ids", hints=[Hint("track", True), Hint("smooth", False)])
    assert error.worded(as_option) == "no ids; leave --no-track out or leave --smooth out"
