"""The pages of settings and commands are those that the models and the functions give."""

import inspect
from pathlib import Path

import pytest
from typer.testing import CliRunner

from swahr.commands.help import as_command, split_help
from swahr.commands.main import COMMANDS, app, load_function, names
from swahr.commands.reference import commands_page, functions, groups, settings_page

PAGES = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize(("page", "make"), [("settings.md", settings_page), ("commands.md", commands_page)])
def test_the_pages_are_up_to_date(page, make):
    assert (PAGES / page).read_text(encoding="utf-8") == make(), "run `make reference`"


def test_every_setting_and_every_command_is_there():
    settings, commands = settings_page(), commands_page()
    for group in groups():
        for info in group.described():
            assert f"| `{info.name}` | `{info.flag}" in settings
    for name in names(own=True):
        assert f"## swahr {name}" in commands


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_what_a_command_says_of_itself(name):
    found = load_function(name)
    said = found.info.help if name == "weights" else split_help(found)[0].split("\n\n")[0].replace("\n", " ")
    assert COMMANDS[name] == said


def test_every_command_has_two_examples_that_are_calls_of_it():
    for name, function in functions():
        examples = split_help(function)[1]
        assert len(examples) >= 2, name
        assert all(example.startswith(f"swahr {name}") for example in examples), name


def test_examples_take_options_that_there_are():
    for name, function in functions():
        found = as_command(name, function)
        known = {flag for parameter in found.params for flag in [*parameter.opts, *parameter.secondary_opts]}
        for example in split_help(function)[1]:
            given = {word for word in example.split() if word.startswith("-")}
            assert given <= known, example


@pytest.mark.parametrize("name", ["video", "images", "convert", "export", "weights import", "train", "app"])
def test_help_names_no_types_and_ends_with_the_examples(name):
    output = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "100"}).output
    for noise in ("<bool>", "<str>", "<path>", "<int", "<float", "TEXT [default: None]"):
        assert noise not in output
    assert f"swahr {name} " in output[output.index("Examples:") :]


def test_no_command_is_a_long_function():
    for name, function in functions():
        lines = inspect.getsource(inspect.unwrap(function)).splitlines()
        assert len(lines) <= 80, name
