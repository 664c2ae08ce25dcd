"""docs/training.md as written: its first commands take figures of five joints from labels to a video."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

DOCS = Path(__file__).parents[2] / "docs" / "training.md"
CLIP_FRAMES = 60


def documented_commands():
    """Return the lines of the first block of shell commands."""
    block = DOCS.read_text().partition("```sh\n")[2].partition("```")[0]
    return block.splitlines()


@pytest.mark.slow
def test_the_documented_commands_train_a_network_that_finds_figures_in_a_video(tmp_path):
    commands = documented_commands()
    assert [command.split()[:2] for command in commands[1:]] == [
        ["swahr", name] for name in ("train", "train", "eval", "video")
    ]
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    toy = tmp_path / "toy"
    assert (toy / "check.txt").read_text() == ""
    assert cv2.imread(str(toy / "check.png")) is not None
    results = json.loads((toy / "results" / "results.json").read_text())
    assert results["figures"]["AP"] > 0.3
    assert cv2.imread(str(toy / "results" / "worst.jpg")) is not None
    with (toy / "clip.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {int(row["frame"]) for row in rows} == set(range(CLIP_FRAMES))
    assert "left_hand_x" in rows[0]
    with_figures = {row["frame"] for row in rows if row["head_x"]}
    assert len(with_figures) > 0.9 * CLIP_FRAMES
    assert (toy / "clip_overlay.mp4").stat().st_size > 0
