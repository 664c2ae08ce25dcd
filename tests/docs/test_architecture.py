"""The picture of the rooms is what the import contract says, and the contract names every room there is."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "draw_architecture.py"
MAX_FILE, MAX_FUNCTION = 400, 80  # lines


def test_the_picture_is_drawn_from_the_contract_as_it_stands():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_contract_names_every_room_of_the_library():
    listed = subprocess.run(
        [sys.executable, "-c", "import draw_architecture as d; print(*d.rooms())"],
        cwd=SCRIPT.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    there = {
        path.stem
        for path in (ROOT / "swahr").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(listed) == sorted(there - {"__init__", "__main__"})


def test_few_modules_stand_at_the_top_of_the_library():
    assert len(list((ROOT / "swahr").glob("*.py"))) <= 4


def files(*endings):
    """Return the files of the repository that git knows, or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git repository")
    there = [ROOT / name for name in done.stdout.splitlines() if name.endswith(endings)]
    return [path for path in there if path.is_file()]


def python_functions(path):
    """Yield name and length of each function, its decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def native_functions(path):
    """Yield first line and length of each function as clang-format lays it out; namespaces and types are none."""
    begun = {0: (0, ""), 2: (0, "")}  # by its indent, the line that a block may have begun with
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent not in begun or line.startswith("#"):
            continue
        if line.strip() != "}":
            begun[indent] = number, line.strip()
        elif not re.search(r"\b(namespace|class|struct|enum|union)\b[^()]*$", begun[indent][1]):
            yield begun[indent][1], number - begun[indent][0] + 1


def test_no_file_is_too_long_to_be_read_in_one_go():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(".py", ".pyi", ".h", ".cpp", ".cu", ".cuh")
    }
    assert len(lengths) > 300
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}


@pytest.mark.parametrize(
    ("functions", "endings", "fewest"),
    [(python_functions, (".py",), 2000), (native_functions, (".h", ".cpp", ".cu"), 100)],
    ids=["python", "native"],
)
def test_no_function_is_too_long_to_be_read_in_one_go(functions, endings, fewest):
    lengths = [(path.name, *found) for path in files(*endings) for found in functions(path)]
    assert len(lengths) > fewest
    assert [each for each in lengths if each[2] > MAX_FUNCTION] == []
