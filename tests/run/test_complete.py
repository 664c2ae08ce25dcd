"""Outputs that are added to a finished run are made of those that are there, where they hold all that is needed."""

import pytest

from swahr.config import OutputSettings, OverlaySettings, PeopleSettings
from swahr.run import VideoJob
from swahr.run.complete import made_from


@pytest.mark.parametrize(
    ("hide", "keep_empty", "chosen", "enough"),
    [
        ("none", False, {}, True),
        ("faces", True, {}, True),
        ("faces", False, {}, False),  # who was not found in a dropped frame is hidden there too
        ("faces", True, {"min_frames": 3}, False),
    ],
)
def test_who_is_to_be_hidden_has_to_be_in_the_file(tmp_path, hide, keep_empty, chosen, enough):
    rows = tmp_path / "a.csv"
    rows.touch()
    job = VideoJob(
        "a.mp4",
        (("csv", rows),),
        overlay=tmp_path / "a_overlay.mp4",
        drawing=OverlaySettings(anonymise=hide),
        rows=OutputSettings(keep_empty=keep_empty),
        people=PeopleSettings(**chosen),
    )
    assert (made_from(job) == rows) is enough
