"""docs/training.md as written, but for the length of the run: from labels of five joints to a video.

What the whole run learns is tested by tests/slow/test_training.py.
"""

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
SHORT = ("--set", "steps=20", "--set", "save_every=20", "--set", "warmup_steps=5", "--set", "log_every=5")


def documented_commands():
    """Return the lines of the first block of shell commands."""
    block = DOCS.read_text().partition("```sh\n")[2].partition("```")[0]
    return block.splitlines()


def run_documented(folder, *of_training):
    """Run the documented commands in a folder; `of_training` is added to that which trains."""
    commands = documented_commands()
    assert [command.split()[:2] for command in commands[1:]] == [
        ["swahr", name] for name in ("train", "train", "eval", "video")
    ]
    commands[2] = " ".join([commands[2], *of_training])
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def losses(run):
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [entry["heatmap"] for entry in entries if "heatmap" in entry]


def frames_with_figures(clip):
    with clip.open() as file:
        rows = list(csv.DictReader(file))
    assert {int(row["frame"]) for row in rows} == set(range(CLIP_FRAMES))
    assert "left_hand_x" in rows[0]
    return {row["frame"] for row in rows if row["head_x"]}


@pytest.mark.slow
def test_the_documented_commands_lead_from_labels_to_a_video(tmp_path):
    run_documented(tmp_path, *SHORT)
    toy = tmp_path / "toy"
    assert (toy / "check.txt").read_text() == ""
    assert cv2.imread(str(toy / "check.png")) is not None
    first, *_, last = losses(toy / "run")
    assert last < 0.75 * first
    assert 0 <= json.loads((toy / "results" / "results.json").read_text())["figures"]["AP"] <= 1
    assert cv2.imread(str(toy / "results" / "worst.jpg")) is not None
    frames_with_figures(toy / "clip.csv")
    assert (toy / "clip_overlay.mp4").stat().st_size > 0
