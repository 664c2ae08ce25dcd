"""Every block of commands or Python in the docs is run as it is written.

A page's blocks run in order, in one folder. A block that cannot run here has a comment before it that gives the reason,
`<!-- not run: it needs a camera -->`. Commands other than `swahr` are looked up, not run: a make target must be there,
a module importable.
"""

import importlib.util
import re
import shlex
import subprocess
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(
        page
        for page in (ROOT / "docs").rglob("*.md")
        if "doors" not in page.parts or page.stem in ("index", "option")
    ),
]
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```", re.M | re.S)
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>[^>]+) -->\s*\Z")
SHELL = ("", "sh")
# Wherever a block asks for one of these, a clip, a photo or a folder of them lies there.
OVERWRITES = ("demo", "video", "images", "convert", "move", "report", "export", "compare")
CLIPS = ("clip.mp4", "yours.mp4", "match/first.mp4", "match/second.mp4")
LONG_CLIP = "match.mp4"  # 100 seconds, ten frames
PHOTOS = ("photo.jpg", "photos/a.jpg", "photos/b.jpg", "holiday/a.jpg", "holiday/b.jpg")


def blocks(page):
    """Return the kind, the text and the excuse, if any, of each block of a page that could be run."""
    content = page.read_text(encoding="utf-8")
    return [
        (found["kind"], found["text"], NOT_RUN.search(content[: found.start()]))
        for found in FENCE.finditer(content)
        if found["kind"] in (*SHELL, "python")
    ]


@pytest.fixture(autouse=True)
def no_runtime_chosen():
    """Pages share which runtime was the fastest, as a user's commands do: to find out takes seconds."""


@pytest.fixture
def folder(tmp_path, monkeypatch, clips):
    """Change into a folder with the files that the docs speak of."""
    for name in CLIPS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        clips.make(tmp_path / name, frames=10)
    clips.make(tmp_path / LONG_CLIP, frames=10, rate=Fraction(1, 10))
    for name in PHOTOS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / name), np.full((48, 64, 3), 90, np.uint8))
    monkeypatch.setattr("swahr.demo.clip.SECONDS", 0.2)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(text):
    """Yield the commands of a block, continued lines joined, without comments."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield words


def look_up(words):
    """Assert that a command which is not run could be: that its make target or Python module is there."""
    program = Path(words[0]).name
    if program == "make":
        target = [word for word in words[1:] if "=" not in word][:1]
        done = subprocess.run(["make", "-n", *target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    elif program == "python" and words[1] == "-m":
        assert importlib.util.find_spec(words[2]) is not None, f"there is no module {words[2]}"
    elif program == "pip":
        extras = [found[1] for word in words if (found := re.fullmatch(r"(?:\.|swahr)\[(.+)\]", word))]
        known = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert all(f"\n{name} = [" in known for word in extras for name in word.split(",")), extras


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of_a_page_run_one_after_the_other_as_they_are_written(page, folder, call):
    run = [(kind, text) for kind, text, excused in blocks(page) if not excused]
    if not run:
        pytest.skip("it has no block that runs here")
    for kind, text in run:
        if kind == "python":
            exec(compile(text, f"a block of {page.name}", "exec"), {"__name__": "docs"})
            continue
        for words in lines(text):
            if words[0] != "swahr":
                look_up(words)
                continue
            # The lines of a block are alternatives, and some write the same file.
            again = ["--overwrite"] if words[1] in OVERWRITES and "--resume" not in words else []
            done = call(*words[1:], *again)
            assert done.code == 0, f"{' '.join(words)}\n{done.errors}"
