"""What every page of the documentation keeps to."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The tables of docs/reference are made by code, and options of several commands stand in each.
PAGES = sorted([ROOT / "README.md", *set(ROOT.glob("docs/**/*.md")) - set(ROOT.glob("docs/reference/*.md"))])
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LONG = 60  # letters, from which on a line that stands twice is a part of the page that does


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_part_of_a_page_stands_there_twice(page):
    lines = [line.strip() for line in FENCED.sub("", page.read_text(encoding="utf-8")).splitlines()]
    heads = {
        lines[i - 1] for i, line in enumerate(lines) if line.startswith("| ---")
    }  # tables may be of one kind
    told = [line for line in lines if line.startswith("#") or len(line) >= LONG]
    told = [line for line in told if line not in heads and not line.startswith("| ---")]
    assert not [line for line, count in Counter(told).items() if count > 1]
