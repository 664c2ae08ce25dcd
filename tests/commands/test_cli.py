"""The command itself: help, errors, plugins, and what it does not load."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from swahr import __version__
from swahr.commands.main import _load
from swahr.errors import SwahrError


def test_help_lists_the_commands_and_loads_nothing_heavy():
    program = (
        "import sys; from swahr.commands.main import app; app(['--help'], standalone_mode=False);"
        "print('loaded:', {'torch', 'cv2', 'av', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    for command in ("video", "images", "doctor", "weights", "train", "eval"):
        assert command in output
    assert "loaded: set()" in output


def test_importing_the_package_loads_nothing_heavy_and_its_names_come_when_asked_for():
    program = (
        "import sys, swahr; assert not {'torch', 'cv2', 'av', 'numpy'} & set(sys.modules);"
        "print(swahr.Poses.__name__, swahr.SwahrError.__name__, swahr.PoseEstimator.__name__)"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert output.split() == ["Poses", "SwahrError", "PoseEstimator"]


def test_a_name_that_is_not_there_is_an_attribute_error():
    import swahr

    with pytest.raises(AttributeError, match="nonsense"):
        swahr.nonsense  # noqa: B018


def test_the_version_is_printed(call):
    result = call("--version")
    assert (result.code, result.output.strip()) == (0, __version__)


@pytest.mark.parametrize("arguments", [("-h",), ("video", "--help"), ("images", "-h"), ("weights", "-h")])
def test_help_ends_well(call, arguments):
    result = call(*arguments)
    assert result.code == 0
    assert "Usage: swahr" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("video",), "Missing argument"),
        (("video", "a.mp4", "--nonsense"), "No such option"),
        (("video", "a.mp4", "--batch", "0"), "--batch"),
        (("video", "a.mp4", "--threshold", "2"), "--threshold"),
        (("images",), "Missing argument"),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(call, arguments, message):
    result = call(*arguments)
    assert result.code == 2
    assert message in result.errors
    assert "Traceback" not in result.errors


def test_a_plugin_that_cannot_be_loaded_breaks_its_own_command_alone():
    command = _load(EntryPoint("broken", "no_such_module:command", "swahr.commands"))
    with pytest.raises(SwahrError, match=r"swahr broken.*no_such_module"):
        command()


def test_python_m_swahr_is_the_same_command(swahr):
    result = swahr("--version")
    assert (result.code, result.output.strip()) == (0, __version__)
