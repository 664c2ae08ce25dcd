"""The examples of docstrings are run, each with its own names and folder.

They are found by their text, so that no module is imported while tests are collected.
"""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"swahr": ROOT, "swahr_app": ROOT / "app", "swahr_training": ROOT / "training"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(autouse=True)
def no_runtime_chosen():
    """Examples share which runtime was the fastest, as a user's programs do: to find out takes seconds."""


def modules_with_examples():
    return [
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for package, root in PACKAGES.items()
        for file in sorted((root / package).rglob("*.py"))
        if ">>>" in file.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of(name, example_names, monkeypatch):
    monkeypatch.setattr("swahr.commands.wording.running", [])  # no command of another test
    runner, said = doctest.DocTestRunner(optionflags=FLAGS), []
    for test in doctest.DocTestFinder().find(importlib.import_module(name), name):
        if test.examples:
            test.globs = {**example_names(), **test.globs}
            runner.run(test, out=said.append)
    assert runner.tries > 0
    assert not runner.failures, "".join(said)


def test_the_public_names_have_examples():
    import swahr

    for name in (
        "Person",
        "Poses",
        "Recording",
        "PoseEstimator",
        "read",
        "draw",
        "process_video",
        "process_folder",
        "SwahrError",
    ):
        assert ">>>" in (getattr(swahr, name).__doc__ or ""), name
