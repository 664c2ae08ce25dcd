"""Curves of training runs, from what the runs have written down."""

import json
from xml.etree import ElementTree

from benchmarks.curves import Curve, picture, table


def run_of(folder, *measured):
    entries = [
        {"step": 0, "note": "preset few"},
        *({"step": s, "AP": ap, **more} for s, ap, more in measured),
    ]
    folder.mkdir()
    (folder / "log.jsonl").write_text("\n".join(map(json.dumps, entries)))
    return folder


def test_the_last_measurement_of_a_step_counts_and_a_network_by_itself_is_its_own_second_look(tmp_path):
    run = run_of(tmp_path / "a", (0, 0.4, {"AP_alone": 0.3}), (25, 0.1, {}), (25, 0.5, {}))
    assert Curve.read("five", run).points == [(0, 0.4, 0.3), (25, 0.5, 0.5)]


def test_each_run_has_two_lines_and_its_rows(tmp_path):
    curves = [
        Curve.read(name, run_of(tmp_path / name, (0, 0.4, {"AP_alone": 0.3}), (9, 0.5, {"AP_alone": 0.35})))
        for name in ("5 photos", "20 <photos>")
    ]
    root = ElementTree.fromstring(picture(curves))
    lines = [each for each in root.iter() if each.get("class") in ("used", "alone")]
    assert len(lines) == 4
    assert "20 <photos>" in "".join(root.itertext())
    assert table(curves).splitlines()[2:4] == [
        "| 5 photos | 0 | 0.400 | 0.300 |",
        "| 5 photos | 9 | 0.500 | 0.350 |",
    ]
