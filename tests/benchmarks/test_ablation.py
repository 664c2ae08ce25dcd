"""The table of losses, out of the logs of runs."""

import json

from benchmarks.ablation import figures


def test_what_was_measured_at_a_step_is_found_before_notes_that_follow_it(tmp_path):
    entries = [
        {"step": 20, "AP": 0.1},
        {"step": 40, "loss": 1.0},
        {"step": 40, "AP": 0.2},
        {"step": 40, "note": "best"},
    ]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert figures(tmp_path, 40) == {"step": 40, "AP": 0.2}
    assert figures(tmp_path, 60) is None


def test_a_run_that_is_not_there_has_measured_nothing(tmp_path):
    assert figures(tmp_path / "none", 40) is None
