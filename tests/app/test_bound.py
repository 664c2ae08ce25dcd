"""Controls are made of what the settings models say: kind, range, step, unit, tool tip, and what None means."""

from typing import Literal

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from swahr.config import NetworkSettings, OverlaySettings, Settings, setting
from swahr.errors import SettingError
from swahr_app.panels import PanelHost
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import groups
from swahr_app.widgets.bound import bound_field, number_range


class Wider(OverlaySettings):
    """Overlay.

    As it may be one day: a field of each kind more.
    """

    halo: bool = setting(False, "A light around each person.")
    glow: float = setting(0.5, "How bright the light is.", unit="cd", step=0.25, ge=0, lt=2)
    rings: int | None = setting(
        None, "Rings of light.", unset="as many as fit", label="Light rings", ge=3, le=9
    )
    tint: Literal["warm", "ice_cold"] = setting("warm", "Colour of the light.", flag="colour")
    turn: Literal[0, 90] = setting(0, "Which way it shines.", unit="°")
    weights: tuple[float, ...] = setting((1.0,), "Of the rings.", min_length=1)
    note: str | None = setting(None, "Written beside it.", unset="nothing")


@pytest.fixture
def state(qapp):
    found = AppState(AppSettings(overlay=Wider()))
    found.messages = []
    found.notified.connect(lambda message: found.messages.append(message.text))
    return found


@pytest.fixture
def host(state):
    """The window's own panels of the live page, in which the overlay has fields that they have never heard of."""
    shown = PanelHost(state, "live", "side")
    yield shown
    shown.deleteLater()


@pytest.fixture
def panel(host):
    return host.panels["overlay"]


def test_a_new_field_is_a_control_of_the_panel_with_its_range_unit_and_tip(panel):
    kinds = {
        "halo": QCheckBox, "glow": QDoubleSpinBox, "rings": QSpinBox, "tint": QComboBox, "turn": QComboBox,
        "weights": QLineEdit, "note": QLineEdit,
    }  # fmt: skip
    controls = {name: panel.fields[f"overlay.{name}"] for name in kinds}
    assert {name: type(control) for name, control in controls.items()} == kinds
    for info in Wider.described():
        control = panel.fields[f"overlay.{info.name}"]
        assert control.toolTip() == info.help
        assert control.accessibleName() == info.label
    glow, rings = controls["glow"], controls["rings"]
    assert (glow.minimum(), glow.maximum(), glow.singleStep(), glow.suffix()) == (0, 1.99, 0.25, " cd")
    assert (rings.minimum(), rings.maximum(), rings.singleStep()) == (2, 9, 1)
    assert rings.text() == rings.specialValueText() == "As many as fit"
    assert [controls["tint"].itemText(i) for i in range(2)] == ["Warm", "Ice cold"]
    assert [controls["turn"].itemText(i) for i in range(2)] == ["0 °", "90 °"]
    assert controls["note"].placeholderText() == "nothing"


def test_controls_change_their_settings_and_follow_them(panel, state):
    fields = panel.fields
    fields["overlay.halo"].click()
    fields["overlay.rings"].stepUp()
    fields["overlay.glow"].setValue(1.25)
    fields["overlay.tint"].setCurrentIndex(1)
    fields["overlay.tint"].activated.emit(1)
    for name, text in (("weights", "0.5; 2"), ("note", " here ")):
        fields[f"overlay.{name}"].setText(text)
        QTest.keyClick(fields[f"overlay.{name}"], Qt.Key.Key_Return)
    assert state.settings.overlay.chosen() == {
        "halo": True, "rings": 3, "glow": 1.25, "tint": "ice_cold", "weights": (0.5, 2.0), "note": "here"
    }  # fmt: skip
    assert fields["overlay.weights"].text() == "0.5, 2"
    fields["overlay.rings"].stepDown()
    fields["overlay.note"].setText("")
    fields["overlay.note"].editingFinished.emit()
    assert state.settings.overlay.rings is None
    assert state.settings.overlay.note is None
    state.change(overlay=Wider(rings=7, turn=90, weights=(3.0, 4.0)))
    assert fields["overlay.rings"].value() == 7
    assert fields["overlay.turn"].currentText() == "90 °"
    assert fields["overlay.weights"].text() == "3, 4"
    assert not fields["overlay.halo"].isChecked()
    assert not state.messages


def test_what_makes_no_sense_is_notified_and_what_holds_is_shown_again(panel, state):
    line = panel.fields["overlay.weights"]
    line.setText("heavy")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "weights" in state.messages[-1]
    assert line.text() == "1"
    assert state.settings.overlay == Wider()


def test_none_is_a_step_below_the_range_so_that_every_value_can_be_chosen(state):
    for group, name, low in (("network", "input_size", 0), ("network", "threshold", -0.02)):
        box = bound_field(state, group, name)
        assert box.minimum() == pytest.approx(low)
        box.stepUp()
        assert getattr(state.settings.network, name) is not None
        box.setValue(box.minimum())
        assert getattr(state.settings.network, name) is None
    box = bound_field(state, "network", "threshold")
    box.setValue(0.0)
    assert state.settings.network.threshold == 0.0, "zero is a threshold, not the model's own"
    size = bound_field(state, "network", "input_size")
    size.setValue(20)
    assert "input_size is 20" in state.messages[-1]
    assert state.settings.network.input_size is None
    assert size.value() == size.minimum()


def test_what_is_no_setting_is_refused_with_those_that_there_are(state):
    with pytest.raises(SettingError, match=r"network have no field 'colour'; expected one of .*threshold"):
        bound_field(state, "network", "colour")
    with pytest.raises(
        SettingError, match=r"no group of settings 'parse'; expected one of network, tracking"
    ):
        bound_field(state, "parse", "threshold")
    with pytest.raises(SettingError, match="no group of settings 'theme'"):
        bound_field(state, "theme", "name")


def test_every_number_of_the_library_fits_into_its_box():
    """What a model takes by default, and at its limits, is in the range of its control."""
    for kind in groups():
        assert issubclass(kind, Settings)
        for info in kind.described():
            if info.base not in (int, float):
                continue
            low, high, step = number_range(info)
            assert step > 0
            for value in (info.default, info.low, info.high):
                if value is not None:
                    assert low - 0.011 <= value <= high + 0.011, f"{kind.__name__}.{info.name}"


def test_the_panels_hold_every_field_of_the_library_that_the_live_view_has(host):
    fields = {name for panel in host.panels.values() for name in getattr(panel, "fields", {})}
    network = {f"network.{name}" for name in NetworkSettings.model_fields} - {
        "network.model",
        "network.batch_size",
    }
    assert network <= fields
    assert {f"overlay.{name}" for name in OverlaySettings.model_fields} <= fields
