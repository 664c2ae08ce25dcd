"""What would help is said by the names of the window's controls, never by options of the command line."""

import ast
import re
from pathlib import Path

import pytest

import swahr
import swahr_app
from swahr.errors import ASK, Hint, OutputExistsError, ResumeError, Step, SwahrError
from swahr_app.state.texts import label_of_setting, word, worded

FLAG = re.compile(r"(?<![\w-])--?[a-z]")
LIBRARY, APP = Path(swahr.__file__).parent, Path(swahr_app.__file__).parent


def calls(folder):
    """Every call in the code of a folder, with its file and line."""
    for path in sorted(folder.rglob("*.py")):
        if "commands" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{path.relative_to(folder)}:{node.lineno}", node


def hints():
    """Every hint that the library gives, with its place; what is only known at run time is a word."""
    for place, call in calls(LIBRARY):
        if call.func.id in ("Hint", "Step") and "errors.py" not in place and call.args:
            values = [arg.value if isinstance(arg, ast.Constant) else "word" for arg in call.args]
            yield place, (Hint if call.func.id == "Hint" else Step)(*values)


def test_every_hint_of_the_library_is_worded_for_the_window():
    found = dict(hints())
    assert len(found) > 10, "the library has hints"
    for place, hint in found.items():
        for anew in (False, True):
            said = word(hint, anew)
            assert not FLAG.search(said), f"{place}: {said}"
            assert "=" not in said, f"{place}: {said}"


def test_no_text_of_the_window_names_an_option():
    texts = [
        (place, text.value)
        for place, call in calls_of_methods(APP)
        for text in call.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]
    assert len(texts) > 200
    assert not [(place, text) for place, text in texts if FLAG.search(text)]


def calls_of_methods(folder):
    """Every call of tr and translate."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
            if name in ("tr", "translate"):
                yield f"{path.relative_to(folder)}:{node.lineno}", node


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OutputExistsError("a.csv exists; choose another name", hints=[Hint("overwrite", True)]),
            "a.csv exists; choose another name, or turn on “Replace existing files”",
        ),
        (
            ResumeError("a.csv.part is damaged", hints=[Hint("overwrite", True)]),
            "a.csv.part is damaged; choose “Start anew”",
        ),
        (
            ResumeError("it was interrupted", hints=[Hint("resume", True), Hint("overwrite", True)]),
            "it was interrupted; choose “Resume” or choose “Start anew”",
        ),
        (SwahrError("no ids", hints=[Hint("track", True)]), "no ids; turn on “Ids”"),
        (SwahrError("too slow", hints=[Hint("flip_test", False)]), "too slow; turn off “Flip test”"),
        (SwahrError("no GPU", hints=[Hint("device", "cpu")]), "no GPU; set “Device” to cpu"),
        (SwahrError("it lags", hints=[Hint("layer", "none")]), "it lags; set “Layer” to None"),
        (SwahrError("which", hints=[Hint("threshold", ASK)]), "which; choose “Joint threshold”"),
        (SwahrError("gone", hints=[Hint("joint", None)]), "gone; leave “Joint” as it is"),
        (
            SwahrError("coco-w32 is not installed", hints=[Step("weights fetch", "coco-w32")]),
            "coco-w32 is not installed; run `swahr weights fetch coco-w32` in a terminal",
        ),
    ],
)
def test_errors_say_what_to_do_in_the_window(error, said):
    assert worded(error) == said


def test_settings_are_called_by_their_labels():
    assert label_of_setting("max_people") == "Most people"
    assert label_of_setting("skeleton") == "Skeleton"
    assert label_of_setting("nobody_knows") == "Nobody knows"
