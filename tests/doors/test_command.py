"""The recipe of a command in docs/doors/command.md, followed from outside the package."""

import re
import sys
from pathlib import Path

import pytest

from swahr.commands import main

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "command.md"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package with the code of the page, as its entry point says."""
    content = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", content, re.DOTALL)
    (entry,) = re.findall(r"```toml\n(.*?)```", content, re.DOTALL)
    group, line = re.fullmatch(r'\[project\.entry-points\."(.+)"\]\n(.+)\n', entry).groups()
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "__init__.py").touch()
    (tmp_path / "my_package" / "commands.py").write_text(code)
    (tmp_path / "my_package-1.dist-info").mkdir()
    (tmp_path / "my_package-1.dist-info" / "METADATA").write_text("Name: my_package\nVersion: 1\n")
    (tmp_path / "my_package-1.dist-info" / "entry_points.txt").write_text(
        f"[{group}]\n{line.replace(chr(34), '')}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    main.others.cache_clear()
    yield
    main.others.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "my_package"]:
        del sys.modules[name]


@pytest.fixture
def people(tmp_path):
    table = tmp_path / "people.csv"
    rows = (f"{frame},{frame / 25},0,{score},1,2,{score}" for frame, score in enumerate((0.4, 0.6, 0.9)))
    table.write_text("\n".join(["frame,time_s,person_id,score,a_x,a_y,a_score", *rows]) + "\n")
    return table


@pytest.mark.usefixtures("package")
def test_a_command_from_outside_runs_with_its_options(call, people):
    assert call("count", people).output.split() == ["2"]
    assert call("count", people, "--min-score", 0.8).output.split() == ["1"]


@pytest.mark.usefixtures("package")
def test_it_is_in_the_list_and_its_help_is_like_that_of_ours(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert "Count the people of a keypoint file." in call("--help").output
    said = call("count", "--help").output
    assert "Counting" in said
    assert "0 <= X <= 1" in said
    assert "swahr count people.csv --min-score 0.8" in said[said.index("Examples:") :]


@pytest.mark.usefixtures("package")
def test_what_its_model_refuses_is_said_as_of_ours(call, people):
    result = call("count", people, "--min-score", 2)
    assert result.code == 2
    assert result.errors == "swahr: --min-score is 2.0; expected at most 1\n"
