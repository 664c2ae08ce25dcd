"""The picture of the rooms is what the import contract says, and the contract names every room there is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "draw_architecture.py"


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
