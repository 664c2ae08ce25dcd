import re

import pytest
from typer.testing import CliRunner

from swahr.commands.main import app
from swahr.formats import FORMATS


@pytest.mark.parametrize(
    ("command", "panels"),
    [
        (
            "video",
            [
                "A folder of videos",
                "Frames",
                "People",
                "People, at the end",
                "Keypoints",
                "Overlay",
                "Drawn video",
                "Whom to keep",
                "Network",
                "Labels",
            ],
        ),
        ("webcam", ["Frames", "People", "Keypoints", "Overlay", "Drawn video", "Network"]),
    ],
)
def test_options_are_in_panels_and_each_is_explained(call, monkeypatch, command, panels):
    monkeypatch.setenv("COLUMNS", "100")
    result = call(command, "--help")
    assert result.code == 0
    found = re.findall(r"╭─ (.+?) ─", result.output)
    assert found == ["Arguments", "Options", *panels]
    for line in result.output.splitlines():
        option = re.match(r"│ (--\S+)\s+.*?<.+?>(.*)│", line)
        if option:
            assert option[2].strip(" x<>=.0123456789[]range"), f"{option[1]} is not explained"
    assert max(map(len, result.output.splitlines())) <= 100


def test_what_needs_the_whole_video_is_not_offered_for_a_camera(call):
    assert "--zero-lag" in call("video", "--help").output
    assert "--zero-lag" not in call("webcam", "--help").output


@pytest.fixture
def toy_format():
    FORMATS.register("toy", FORMATS.find("csv"))
    yield
    FORMATS.remove("toy")


@pytest.mark.usefixtures("toy_format")
@pytest.mark.parametrize("command", ["video", "convert"])
def test_help_names_the_formats_that_there_are(command):
    output = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"}).output
    assert all(name in output for name in ("csv", "openpose", "toy"))
