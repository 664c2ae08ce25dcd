from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from swahr.commands.groups import grouped


@dataclass(frozen=True)
class Colours:
    """Colours of things.

    And more about them.
    """

    red: Annotated[int, typer.Option(help="How red.")] = 1
    blue: Annotated[bool, typer.Option("--blue", help="Whether blue.")] = False


@dataclass(frozen=True)
class Sizes:
    """Sizes."""

    wide: Annotated[float, typer.Option(help="How wide.")] = 0.5


@pytest.fixture
def run():
    seen = []

    @grouped
    def paint(
        thing: Annotated[str, typer.Argument(metavar="THING")],
        often: Annotated[int, typer.Option(help="How often.")] = 3,
        *,
        colours: Colours,
        sizes: Sizes,
    ) -> None:
        """Paint a thing."""
        seen.append((thing, often, colours, sizes))

    app = typer.Typer()
    app.command()(paint)

    def run(*arguments):
        result = CliRunner().invoke(app, list(arguments))
        return result, seen

    return run


def test_groups_are_filled_from_their_options(run):
    result, seen = run("wall", "--red", "7", "--wide", "2", "--blue")
    assert result.exit_code == 0, result.output
    assert seen == [("wall", 3, Colours(7, True), Sizes(2.0))]


def test_what_is_not_given_has_the_groups_default(run):
    _, seen = run("wall", "--often", "1")
    assert seen == [("wall", 1, Colours(), Sizes())]


def test_help_shows_each_group_under_its_heading(run):
    output = run("--help")[0].output
    assert "Colours of things" in output
    assert "How red." in output
    assert "And more" not in output
    assert "Paint a thing." in output


def test_an_unknown_option_is_refused(run):
    assert run("wall", "--green")[0].exit_code == 2


def test_a_group_may_be_shared_by_several_commands_without_leaving_its_mark(run):
    options = Colours.__annotations__["red"].__metadata__[0]
    assert options.rich_help_panel is None
