"""A setting is written once, as one field of a model, and is then everywhere: this adds one of each kind."""

from typing import Literal

import pytest
import typer
from typer.testing import CliRunner

from swahr import PoseEstimator
from swahr.commands.groups import grouped
from swahr.commands.help import as_command
from swahr.commands.reference import group_section
from swahr.config import NetworkSettings, setting
from swahr.errors import SettingError
from swahr_training.reading import read_yaml


class Larger(NetworkSettings):
    """Larger network.

    Settings as they are, and one more of each kind.
    """

    glow: bool = setting(False, "Whether it glows.")
    tint: int = setting(3, "How much it is tinted.", label="Tint of it", unit="px", step=2, ge=0, le=9)
    haze: float | None = setting(None, "How hazy it is.", unset="as the weather", gt=0, lt=1)
    mood: Literal["warm", "cold"] = setting("warm", "How it feels.")
    stops: tuple[float, ...] = setting((1.0, 2.5), "Where it stops.", flag="stop-at", min_length=1)


# The field, a value of it as each place writes it, and what Python has then.
NEW = [
    ("glow", ["--glow"], "true", True),
    ("tint", ["--tint", "7"], "7", 7),
    ("haze", ["--haze", "0.25"], "0.25", 0.25),
    ("mood", ["--mood", "cold"], "cold", "cold"),
    ("stops", ["--stop-at", "0.5,4"], "[0.5, 4]", (0.5, 4.0)),
]
# What is refused, and what each place says of it after the field's own name for it.
WRONG = [
    ("tint", ["--tint", "12"], "12", "is 12; expected a whole number of at most 9"),
    ("haze", ["--haze", "0"], "0.0", "is 0.0; expected more than 0"),
    ("haze", ["--haze", "1"], "1.0", "is 1.0; expected less than 1"),
    ("mood", ["--mood", "loud"], "loud", "is 'loud'; expected warm or cold"),
]


@pytest.fixture
def run():
    """Call a command that takes the model; return the group that it got, or its error."""
    seen: list[Larger] = []

    @grouped
    def paint(*, network: Larger) -> None:
        """Paint."""
        seen.append(network)

    app = typer.Typer()
    app.command("paint")(paint)

    def run(*arguments: str):
        seen.clear()
        result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
        return seen[0] if seen else result.exception

    return run


@pytest.mark.parametrize(("name", "options", "_written", "value"), NEW)
def test_it_is_an_option_of_the_command_line(run, name, options, _written, value):
    assert getattr(run(*options), name) == value
    assert run() == Larger()


@pytest.mark.parametrize(("_name", "options", "_written", "message"), WRONG)
def test_the_command_line_refuses_what_the_model_does_and_names_the_option(
    run, _name, options, _written, message
):
    error = run(*options)
    assert isinstance(error, SettingError)
    assert str(error) == f"{options[0]} {message}"


def test_help_has_it_with_range_default_and_meaning():
    @grouped
    def paint(*, network: Larger) -> None:
        """Paint."""

    command = as_command("paint", paint)
    context = command.make_context("paint", [], resilient_parsing=True)
    lines = {
        option.opts[0]: (
            option.metavar,
            option.help,
            option.rich_help_panel,
            option.get_help_record(context)[1],
        )
        for option in command.params
    }
    assert lines["--tint"][:3] == ("0 <= N <= 9", "How much it is tinted.", "Larger network")
    assert lines["--haze"][0] == "0 < X < 1"
    assert lines["--mood"][0] == "warm|cold"
    assert lines["--stop-at"][0] == "X,X,..."
    assert lines["--glow"][0] == ""
    for flag, default in (("--tint", "3"), ("--haze", "(as the weather)"), ("--stop-at", "1,2.5")):
        assert f"default: {default}]" in lines[flag][3]


def test_the_table_of_the_docs_has_it():
    rows = [line for line in group_section(Larger).splitlines() if line.startswith("| `")][-5:]
    assert rows == [
        "| `glow` | `--glow` | on or off | off | Whether it glows. |",
        "| `tint` | `--tint` | 0 <= N <= 9 px | 3 | How much it is tinted. |",
        "| `haze` | `--haze` | 0 < X < 1 | as the weather | How hazy it is. |",
        "| `mood` | `--mood` | warm\\|cold | warm | How it feels. |",
        "| `stops` | `--stop-at` | X,X,... | 1,2.5 | Where it stops. |",
    ]


@pytest.mark.parametrize(("name", "_options", "written", "value"), NEW)
def test_yaml_gives_it(tmp_path, name, _options, written, value):
    (tmp_path / "run.yaml").write_text(f"{name}: {written}\n")
    assert getattr(Larger(**read_yaml(tmp_path / "run.yaml")), name) == value


@pytest.mark.parametrize(("name", "_options", "written", "message"), WRONG)
def test_yaml_is_refused_as_the_model_says(tmp_path, name, _options, written, message):
    (tmp_path / "run.yaml").write_text(f"{name}: {written}\n")
    with pytest.raises(SettingError) as caught:
        Larger(**read_yaml(tmp_path / "run.yaml"))
    assert str(caught.value) == f"{name} {message}"


def test_the_window_has_a_control_of_it(tmp_path, monkeypatch):
    """Of its kind, with range, step, unit and meaning, in the panel that the window makes of these settings."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    widgets = pytest.importorskip("PyQt6.QtWidgets")
    from swahr_app.panels import PanelHost
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.state import AppState

    application = widgets.QApplication.instance() or widgets.QApplication([])
    state = AppState(AppSettings(network=Larger()))
    host = PanelHost(state, "live", "side")
    fields = {name: host.panels["model details"].fields[f"network.{name}"] for name, *_ in NEW}
    for info in Larger.described()[-len(NEW) :]:
        assert fields[info.name].toolTip() == info.help
        assert fields[info.name].accessibleName() == info.label
    tint, haze, mood = fields["tint"], fields["haze"], fields["mood"]
    assert (tint.minimum(), tint.maximum(), tint.singleStep(), tint.suffix()) == (0, 9, 2, " px")
    assert (haze.text(), haze.maximum()) == ("As the weather", 0.99)
    assert [mood.itemText(i) for i in range(mood.count())] == ["Warm", "Cold"]
    fields["glow"].click()
    tint.setValue(7)
    haze.setValue(0.25)
    mood.activated.emit(1)
    fields["stops"].setText("0.5, 4")
    fields["stops"].editingFinished.emit()
    assert state.settings.network == Larger(**{name: value for name, _, _, value in NEW})
    host.deleteLater()
    application.processEvents()


def test_python_gives_it():
    estimator = PoseEstimator.from_pretrained(device="cpu", settings=Larger(), tint=5)
    assert isinstance(estimator.settings, Larger)
    assert estimator.settings.tint == 5
    with pytest.raises(SettingError, match="tint is 12; expected a whole number of at most 9"):
        PoseEstimator.from_pretrained(device="cpu", settings=Larger(), tint=12)
