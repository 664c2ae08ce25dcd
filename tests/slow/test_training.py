"""What trainings learn that take minutes: the documented one whole, and five joints of one's own on twenty photos."""

import json
import subprocess
import sys

from tests.training.test_toy import CLIP_FRAMES, frames_with_figures, run_documented


def test_the_documented_run_finds_figures_in_a_video(tmp_path):
    run_documented(tmp_path)
    results = json.loads((tmp_path / "toy" / "results" / "results.json").read_text())
    assert results["figures"]["AP"] > 0.3
    assert len(frames_with_figures(tmp_path / "toy" / "clip.csv")) > 0.9 * CLIP_FRAMES


def test_five_joints_on_twenty_photos_are_learnt_without_an_option(tmp_path):
    (tmp_path / "run.yaml").write_text(
        "train: toy/train.json\nvalidation: toy/val.json\nstart_from: default\n", encoding="utf-8"
    )
    for command in (
        ("swahr_training.toy", "toy", "--train", "20"),
        ("swahr", "train", "run.yaml", "--run", "run"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    entries = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert max(entry["AP"] for entry in entries if "AP" in entry) >= 0.6
