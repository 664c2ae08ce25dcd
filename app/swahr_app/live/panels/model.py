"""Which network runs, and how."""

from pathlib import Path

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QFileDialog, QLabel

from swahr.config import AUTO
from swahr.models.bundled import bundled_names
from swahr.models.library import installed_names
from swahr_app.panels import Panel, register_panel
from swahr_app.state.facts import ModelInfo
from swahr_app.state.models import label_of, use_model
from swahr_app.state.settings import FILE_SETTINGS, PARSE_SETTINGS, AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import in_language, info_of
from swahr_app.widgets.bound import Choices, fill_choices
from swahr_app.widgets.picker import Picker

FROM_FILE = "\0file"
# What most people change; the rest is in the panel of details.
FIRST = ("model", "device", "input_size", "refine", "flip_test")


@register_panel("model", page="live", title="Network", order=10)
class ModelPanel(Panel):
    """Bundled and installed networks by name, others from files; device, input size, flip test."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        info = info_of(state.settings.network, "model")
        self._tip = in_language(info.help)
        self.model = Picker()
        self.model.setToolTip(self._tip)
        self.model.about_to_open.connect(self._fill)
        self.model.activated.connect(self._picked)
        self.add_row(in_language(info.label), self.model)
        self.add_field("network", "device", self._devices())
        for name in FIRST[2:]:
            self.add_field("network", name)
        self.state_line = QLabel()
        self.state_line.setObjectName("small")
        self.state_line.setWordWrap(True)
        self.add_wide(self.state_line)
        state.settings_changed.connect(self._settings_changed)
        state.loading_changed.connect(lambda _: self._show_state())
        state.model_changed.connect(lambda _: self._show_state())
        self._fill()
        self._show_state()

    def _devices(self) -> list[tuple[str, str]]:
        known = {"auto": self.tr("Automatic"), "cpu": self.tr("Processor"), "cuda": self.tr("NVIDIA GPU")}
        chosen = self.state.settings.network.device  # may be one of several GPUs
        return list({**known, chosen: known.get(chosen, chosen)}.items())

    def _settings_changed(self, now: AppSettings, before: AppSettings) -> None:
        if (now.network.model, now.own_models) != (before.network.model, before.own_models):
            self._fill()

    def _fill(self) -> None:
        blocker = QSignalBlocker(self.model)
        chosen = self.state.settings.network.model
        self.model.clear()
        for name in bundled_names():
            self.model.addItem(label_of(name), name)
        for name in installed_names():
            self.model.addItem(name, name)
        for path in self.state.settings.own_models:
            self.model.addItem(label_of(path), path)
        if self.model.findData(chosen) < 0:
            self.model.addItem(label_of(chosen), chosen)
        self.model.addItem(self.tr("From a file…"), FROM_FILE)
        self.model.setCurrentIndex(self.model.findData(chosen))
        self.model.setToolTip(chosen if Path(chosen).is_absolute() else self._tip)
        blocker.unblock()

    def _picked(self, index: int) -> None:
        value = self.model.itemData(index)
        if value == FROM_FILE:
            self._fill()
            value = self._ask_checkpoint()
        if value:
            use_model(self.state, value)

    def _ask_checkpoint(self) -> str:
        """Let a person choose a checkpoint; "" where that is cancelled."""
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a checkpoint"),
            "",
            self.tr("Checkpoints (*.safetensors *.pth *.pt *.tar *.caffemodel);;All files (*)"),
        )
        return chosen

    def _show_state(self) -> None:
        if self.state.loading:
            self.state_line.setText(self.tr("Loading {}…").format(label_of(self.state.loading)))
        elif self.state.model is None:
            self.state_line.setText(self.tr("No network is loaded; the picture is shown without people."))
        else:
            self.state_line.setText(self._describe(self.state.model))
        self.state_line.setToolTip("" if self.state.model is None else self._say_why(self.state.model))

    def _describe(self, model: ModelInfo) -> str:
        return self.tr("{} joints · {} px · runs on {} by {}").format(
            model.skeleton.num_joints, model.input_size, model.device, model.backend
        )

    def _say_why(self, model: ModelInfo) -> str:
        """Say why it runs by what it runs by."""
        if not model.ms:
            return self.tr("It was asked for, or is the only one that runs this network at once.")
        times = ", ".join(f"{name} {ms:.0f} ms" for name, ms in sorted(model.ms.items()))
        return self.tr("The fastest here of those that find the same people: {}").format(times)


@register_panel("model details", page="live", title="Network, in detail", order=15, opened=False)
class DetailsPanel(Panel):
    """How the network runs: all that the first panel and that of people leave."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._asked = False  # whether a load has ended
        self.add_field("network", "scales")
        self.add_field("network", "backend", self._backends())
        self.add_group("network", without=(*FIRST, *PARSE_SETTINGS, *FILE_SETTINGS))
        state.plugins_loaded.connect(self._fill)
        state.loading_changed.connect(self._loading_changed)

    def _backends(self) -> Choices:
        """Return the backends; before a network was loaded, which imports torch, the one that is chosen alone."""
        chosen = self.state.settings.network.backend
        names = [] if chosen == AUTO else [chosen]
        if self._asked:
            from swahr.inference.backends import BACKENDS

            names = [*BACKENDS.names()]
        return [(AUTO, self.tr("Automatic")), *((name, name) for name in names)]

    def _loading_changed(self, name: str) -> None:
        if not name and not self._asked:
            self._asked = True
            self._fill()

    def _fill(self) -> None:
        fill_choices(self.state, self.fields["network.backend"], self._backends())
