"""The recipe of docs/doors/label_format.md, followed from outside the package."""

import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from swahr_training.config import DataSource
from swahr_training.data.formats import LABEL_FORMATS
from swahr_training.data.sources import read_labels

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "label_format.md"
TABLE = "photo;person;joint;x;y\na.png;one;head;10;20\na.png;one;left_hand;30;40\na.png;two;head;50;8\n"


def code():
    return re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.fixture
def table(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((48, 64, 3), np.uint8))
    (tmp_path / "joints.txt").write_text(TABLE)
    return tmp_path / "joints.txt"


def test_labels_are_read_by_the_code_of_the_page(table):
    exec(code(), {"__name__": "table"})
    try:
        (photo,) = read_labels(DataSource(labels=table), "train").photos
        assert photo.size_wh == (64, 48)
        assert [person.joints.tolist() for person in photo.people] == [
            [[10, 20, 2], [30, 40, 2]],
            [[50, 8, 2], [0, 0, 0]],
        ]
    finally:
        LABEL_FORMATS.remove("table")


def test_the_installed_command_reads_it_and_names_it_among_the_formats(table, tmp_path):
    site = tmp_path / "site"
    about = site / "table_labels-1.dist-info"
    about.mkdir(parents=True)
    (site / "table_labels.py").write_text(code())
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: table-labels\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[swahr.plugins]\ntable = table_labels\n")

    def check(known):
        environment = {**os.environ, **({"PYTHONPATH": str(site)} if known else {})}
        command = [
            sys.executable,
            "-m",
            "swahr",
            "train",
            "--check",
            table,
            "--sheet",
            tmp_path / "sheet.png",
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    seen = check(known=True)
    said = " ".join(seen.stdout.split())  # the console breaks lines
    assert "1 photos" in said, seen.stderr
    assert "2 people" in said
    unknown = check(known=False)
    assert unknown.returncode == 2
    assert (
        "joints.txt: a file that ends in '.txt'; expected labels of one of the formats coco" in unknown.stderr
    )
