from typing import Annotated, Literal

import pytest
import typer
from typer.testing import CliRunner

from swahr._util.settings import Settings, setting
from swahr.commands.groups import flags_of, grouped
from swahr.errors import SettingError


class Colours(Settings):
    """Colours of things.

    And more about them.
    """

    red: int = setting(1, "How red.", ge=0, le=9)
    blue: bool = setting(False, "Whether blue.")
    shiny: bool = setting(True, "Whether shiny.")
    tone: Literal["warm", "cold"] = setting("warm", "Its tone.")
    turn: Literal[0, 90] = setting(0, "How far it is turned.")


class Sizes(Settings):
    """Sizes."""

    wide: float = setting(0.5, "How wide.", gt=0)
    high: float | None = setting(None, "How high.", unset="as wide", flag="height", ge=0)
    steps: tuple[float, ...] = setting((1.0, 2.0), "At which sizes.", min_length=1)


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
        result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"})
        return result, seen

    return run


def test_groups_are_filled_from_their_options(run):
    result, seen = run(
        "wall",
        "--red",
        "7",
        "--wide",
        "2",
        "--blue",
        "--no-shiny",
        "--tone",
        "cold",
        "--turn",
        "90",
        "--height",
        "1",
    )
    assert result.exit_code == 0, result.output
    assert seen == [
        (
            "wall",
            3,
            Colours(red=7, blue=True, shiny=False, tone="cold", turn=90),
            Sizes(wide=2.0, high=1.0),
        )
    ]


def test_what_is_not_given_has_the_groups_default(run):
    _, seen = run("wall", "--often", "1")
    assert seen == [("wall", 1, Colours(), Sizes())]


def test_several_values_have_commas_between_them(run):
    _, seen = run("wall", "--steps", "0.5, 1,3")
    assert seen[0][3].steps == (0.5, 1.0, 3.0)


def test_help_shows_each_group_under_its_heading(run):
    output = run("--help")[0].output
    assert "Colours of things" in output
    assert "How red." in output
    assert "And more" not in output
    assert "Paint a thing." in output


def test_an_unknown_option_is_refused(run):
    assert run("wall", "--green")[0].exit_code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--red", "10"], "--red is 10; expected a whole number of at most 9"),
        (["--wide", "0"], "--wide is 0.0; expected more than 0"),
        (["--height", "-1"], "--height is -1.0; expected at least 0"),
        (["--tone", "loud"], "--tone is 'loud'; expected warm or cold"),
        (["--turn", "45"], "--turn is 45; expected 0 or 90"),
        (["--steps", "1,tall"], "--steps.1 is 'tall'; "),
        (["--steps", ","], "--steps is (); "),
        (["--red", "10", "--tone", "loud"], "at most 9; --tone is"),
    ],
)
def test_what_the_model_refuses_names_the_option(run, options, message):
    result, seen = run("wall", *options)
    assert isinstance(result.exception, SettingError)
    assert message in str(result.exception)
    assert seen == []


def test_flags_are_what_was_chosen():
    assert flags_of(Colours(red=2, shiny=False)) == ["--red", "--no-shiny"]
    assert flags_of(Sizes(high=2)) == ["--height"]
    assert flags_of(Colours()) == []
