"""The comparison's table, its chart, and the page that takes them."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from benchmarks.peers.comparison import Row
from benchmarks.peers.report import chart, markdown, write_page
from swahr.errors import SwahrError

ROWS = [
    *(
        Row(f"model {i}", i % 2 == 0, 20.0 + i, 1.0, 25.0, 500.0, 0.33 + i / 1000, 0.5, 0.31)
        for i in range(14)
    ),
    Row("lowest <&>", False, 40.0, 1.0, 25.0, 500.0, 0.25, 0.4),
    Row("the clip alone", True, None, None, 50.0, 500.0),
]


def test_what_was_not_measured_is_left_blank():
    lines = markdown(ROWS).splitlines()
    assert lines[2] == "| model 0 | .330 | .500 | .310 | 20.0 | 1.0 | 40.0 | 500 |"
    assert lines[-1] == "| the clip alone |  |  |  |  |  | 20.0 | 500 |"


def test_labels_of_the_chart_do_not_touch():
    drawing = ET.fromstring(chart(ROWS))
    labels = [
        text for text in drawing.iter() if text.tag.endswith("text") and re.match("model|lowest", text.text)
    ]
    heights = sorted(float(text.get("y")) for text in labels)
    assert len(heights) == len(ROWS) - 1
    assert all(after - before >= 14 for before, after in itertools.pairwise(heights))
    assert 0 < heights[0] < heights[-1] < 420


def test_the_rest_of_the_page_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- table: begin -->\nold\n<!-- table: end -->\nafter\n")
    write_page(page, ROWS, "a machine")
    written = page.read_text()
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "old" not in written
    assert "| lowest <&> |" in written
    page.write_text("no marks")
    with pytest.raises(SwahrError, match="no place for table"):
        write_page(page, ROWS, "a machine")
