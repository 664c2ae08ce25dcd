"""Outputs that are added to a finished run are made of those that are there, where they hold all that is needed."""

import pytest

from swahr.config import OverlaySettings
from swahr.run import VideoJob
from swahr.run.complete import made_from


@pytest.mark.parametrize(
    ("hide", "drawn", "enough"),
    [
        ("none", False, True),
        ("faces", False, False),  # who was too unsure to be written is to be hidden too
        ("faces", True, True),
    ],
)
def test_a_file_does_not_tell_everyone_who_is_to_be_hidden(tmp_path, hide, drawn, enough):
    rows = tmp_path / "a.csv"
    rows.touch()
    job = VideoJob(
        "a.mp4",
        (("csv", rows),),
        overlay=tmp_path / "a_overlay.mp4",
        drawing=OverlaySettings(anonymise=hide),
    )
    if drawn:
        job.overlay.touch()
    assert (made_from(job) == rows) is enough
