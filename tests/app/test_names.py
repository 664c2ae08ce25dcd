"""What is called how in lists."""

from pathlib import Path

import pytest

from swahr_app.state.names import place_of


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/data/first/clip.mp4", "clip.mp4, in /data/first"),
        (str(Path.home() / "films" / "clip.mp4"), "clip.mp4, in ~/films"),
        (str(Path.home() / "clip.mp4"), f"clip.mp4, in {Path.home()}"),
        ("rtsp://user:secret@server/one", "rtsp://user:***@server/one"),
        ("0", "0"),
    ],
)
def test_files_of_one_name_are_told_apart_by_their_folders(address, said):
    assert place_of(address) == said
