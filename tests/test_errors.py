import multiprocessing
import pickle
import re
import tokenize
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import swahr
from swahr._util.files import check_output
from swahr.commands.wording import as_option
from swahr.errors import (
    BusyError,
    Hint,
    MissingError,
    Note,
    OutputError,
    OutputExistsError,
    ResumeError,
    SettingError,
    SwahrError,
    UnreadableError,
)
from swahr.models import load_checkpoint
from swahr.pose.skeleton import Skeleton

KINDS = [
    *(SwahrError, SettingError, MissingError, UnreadableError),
    *(OutputError, OutputExistsError, BusyError, ResumeError),
]
LIBRARY = Path(swahr.__file__).parent
COMMANDS = "video|images|webcam|app|convert|report|compare|train|eval|calibrate|export|weights|bench|doctor"
FLAG = re.compile(rf"(?:^|[^-\w(])--[a-z]|\bswahr (?:{COMMANDS})\b")
ELSEWHERE = ("commands/", "report/style.py")  # a style sheet's variables begin with two dashes


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_a_process_with_its_class_and_hints(kind):
    there = pickle.loads(pickle.dumps(kind("no", hints=[Hint("device", "cpu")]).at("x")))
    assert type(there) is kind
    assert (there.message, there.hints) == ("x: no", (Hint("device", "cpu"),))
    assert there.code == kind.code


def test_an_error_of_another_process_arrives_whole(tmp_path):
    taken = tmp_path / "a.csv"
    taken.touch()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(check_output, taken, False).exception()
    assert type(error) is OutputExistsError
    assert error.code == "exists"
    assert error.hints == (Hint("overwrite", True),)
    assert error.worded(as_option).endswith("exists; choose another name, or add --overwrite")


def test_each_class_has_a_code_of_its_own():
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_an_error_said_of_a_place_stays_what_it_is(tmp_path):
    place = tmp_path / "s.json"
    place.write_text("{}")
    with pytest.raises(SwahrError) as raised:
        Skeleton.from_json(place)
    assert raised.value.message.startswith(f"{place}: ")
    with pytest.raises(MissingError, match="a: b: it is gone") as raised:
        raise MissingError("it is gone", hints=[Hint("model")]).at("b").at("a")
    assert raised.value.hints == (Hint("model"),)


def test_a_checkpoint_that_cannot_be_read_keeps_the_hint(tmp_path):
    import torch

    torch.save({"optimiser": {}, "x": torch.zeros(1)}, tmp_path / "last.pt")
    with pytest.raises(UnreadableError, match=r"last\.pt: it is the state of a training run"):
        load_checkpoint(tmp_path / "last.pt")


def test_each_front_end_words_a_hint():
    error = OutputExistsError("out.csv exists; choose another name", hints=[Hint("overwrite", True)])
    assert str(error) == "out.csv exists; choose another name, or overwrite=True"
    assert error.worded(as_option) == "out.csv exists; choose another name, or add --overwrite"
    note = Note("nothing changed", (Hint("batch_size", 2), Hint("smooth", False), Hint("model")))
    assert note.worded(as_option) == "nothing changed; use --batch 2 or leave --smooth out or give --model"
    assert str(Note("nothing changed")) == "nothing changed"


def test_the_library_speaks_of_no_flag():
    """A user of the window, or of Python, has no command line: words of it stand in commands/ alone."""
    said = []
    for file in sorted(LIBRARY.rglob("*.py")):
        name = file.relative_to(LIBRARY).as_posix()
        if name.startswith(ELSEWHERE):
            continue
        with file.open("rb") as content:
            for token in tokenize.tokenize(content.readline):
                if token.type not in (tokenize.COMMENT, tokenize.NAME, tokenize.OP) and FLAG.search(
                    token.string
                ):
                    said.append(f"{name}:{token.start[0]}: {token.string}")
    assert not said
