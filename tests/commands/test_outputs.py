"""Where a command writes is given in one way by all: `-o`; the older way is taken too."""

import inspect
from typing import Annotated, get_args, get_origin

import pytest
from typer.models import ArgumentInfo

from swahr.commands.reference import functions
from swahr.formats.contract import example

ONLY_ARGUMENTS = {"OUT", "OUTPUT", "FOLDER"}  # names of arguments that say where to


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example().save("a.csv")
    return tmp_path


def test_an_output_that_stands_behind_the_inputs_may_stand_behind_an_option_everywhere():
    found = 0
    for name, function in functions():
        for parameter in inspect.signature(function).parameters.values():
            if get_origin(parameter.annotation) is not Annotated:
                continue
            info = get_args(parameter.annotation)[1]
            if isinstance(info, ArgumentInfo) and info.metavar in ONLY_ARGUMENTS:
                found += 1
                option = inspect.signature(function).parameters["output"]
                assert "-o" in get_args(option.annotation)[1].param_decls, name
    assert found == 3


@pytest.mark.parametrize(
    "arguments", [("a.csv", "b.jsonl"), ("a.csv", "-o", "b.jsonl"), ("-o", "b.jsonl", "a.csv")]
)
def test_both_ways_write_the_same(call, table, arguments):
    assert call("convert", *arguments).code == 0
    written = (table / "b.jsonl").read_bytes()
    assert call("convert", "a.csv", "-o", "again.jsonl").code == 0
    assert (table / "again.jsonl").read_bytes() == written


@pytest.mark.parametrize("command", [("convert", "a.csv"), ("export",), ("labels", "convert", "a.json")])
def test_no_output_and_two_are_said_in_one_line(refuses, table, command):
    assert "no output" in (said := refuses(*command))
    assert "give --output" in said
    assert "two outputs, x.csv and y.csv; expected one" in refuses(*command, "x.csv", "-o", "y.csv")
