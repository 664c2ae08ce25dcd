"""The table of docs/reliability.md: what it says is shown by a test is a test that is there, or a target of make."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith("| ---")
]
FAULTS = [
    row for row in ROWS if len(row) == 3 and row[0] != "fault" and re.search(r"`(tests|make|csrc)", row[2])
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def test_every_fault_has_a_test():
    rows = [row for row in ROWS if len(row) == 3 and row[0] != "fault"]
    assert len(FAULTS) > 20
    table = PAGE.split("\n## ")[0]
    assert all(row in FAULTS for row in rows if f"| {row[0]} |" in table)


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row[0][:60])
def test_what_shows_a_promise_is_there(row):
    for shown in re.findall(r"`([^`]+)`", row[2]):
        if shown.startswith("make "):
            assert shown.split()[1] in TARGETS, shown
            continue
        name, _, inside = shown.partition("::")
        path = ROOT / name
        assert path.exists(), shown
        if path.suffix == ".py":
            tests = [
                node.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            ]
            assert tests, f"{shown} tests nothing"
            assert not inside or inside in tests, shown
