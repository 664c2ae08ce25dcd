"""Which network runs, and how."""

from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QSignalBlocker
from PyQt6.QtWidgets import QFileDialog, QLabel, QWidget

from swahr.models.bundled import bundled_names
from swahr.models.library import installed_names
from swahr_app.state.facts import ModelInfo
from swahr_app.state.state import AppState
from swahr_app.widgets.bound import bound_check, bound_choice, bound_whole
from swahr_app.widgets.picker import Picker
from swahr_app.widgets.section import Section

FROM_FILE = "\0file"
MAX_INPUT_SIZE = 2048


class ModelPanel(Section):
    """Bundled and installed networks by name, others from files; device, input size, flip test."""

    def __init__(self, state: AppState) -> None:
        super().__init__(self.tr("Model"))
        self.state = state
        self.model = Picker()
        self.model.setToolTip(self.tr("Bundled or imported weights, or a checkpoint file"))
        self.model.about_to_open.connect(self._fill)
        self.model.activated.connect(self._picked)
        self.device = bound_choice(
            state,
            "model",
            "device",
            [("auto", self.tr("Automatic")), ("cpu", self.tr("Processor")), ("cuda", self.tr("NVIDIA GPU"))],
            self.tr("What the network runs on"),
        )
        self.input_size = bound_whole(
            state,
            "model",
            "input_size",
            0,
            MAX_INPUT_SIZE,
            32,
            self.tr("Short side of the network's input in pixels: larger finds smaller people and is slower"),
            self.tr("Model's own"),
        )
        self.flip_test = bound_check(
            state,
            "model",
            "flip_test",
            self.tr("Flip test"),
            self.tr("Look at the mirrored frame too: better, half as fast"),
        )
        self.state_line = QLabel()
        self.state_line.setObjectName("small")
        self.state_line.setWordWrap(True)
        self.add_row(self.tr("Network"), self.model)
        self.add_row(self.tr("Device"), self.device)
        self.add_row(self.tr("Input size"), self.input_size)
        self.add_wide(self.flip_test)
        self.add_wide(self.state_line)
        state.settings_changed.connect(lambda *_: self._fill())
        state.loading_changed.connect(lambda _: self._tell())
        state.model_changed.connect(lambda _: self._tell())
        self._fill()
        self._tell()

    def _fill(self) -> None:
        blocker = QSignalBlocker(self.model)
        chosen = self.state.settings.model.model
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
        self.model.setToolTip(
            chosen if Path(chosen).is_absolute() else self.tr("Bundled or imported weights")
        )
        blocker.unblock()

    def _picked(self, index: int) -> None:
        value = self.model.itemData(index)
        if value == FROM_FILE:
            self._fill()
            value = ask_checkpoint(self)
        if value:
            use_model(self.state, value)

    def _tell(self) -> None:
        if self.state.loading:
            self.state_line.setText(self.tr("Loading {}…").format(label_of(self.state.loading)))
        elif self.state.model is None:
            self.state_line.setText(self.tr("No network is loaded; the picture is shown without people."))
        else:
            self.state_line.setText(self._describe(self.state.model))

    def _describe(self, model: ModelInfo) -> str:
        return self.tr("{} joints · {} px · runs on {}").format(
            model.skeleton.num_joints, model.input_size, model.device
        )


def ask_checkpoint(parent: QWidget) -> str:
    """Let a person choose a checkpoint; "" where that is cancelled."""
    chosen, _ = QFileDialog.getOpenFileName(
        parent,
        QCoreApplication.translate("ModelPanel", "Choose a checkpoint"),
        "",
        QCoreApplication.translate(
            "ModelPanel", "Checkpoints (*.safetensors *.pth *.pt *.tar);;All files (*)"
        ),
    )
    return chosen


def use_model(state: AppState, model: str) -> None:
    """Run a network; a file is remembered in the list."""
    own = state.settings.own_models
    if Path(model).is_absolute() and model not in own:
        state.change(own_models=(model, *own)[:10])
    state.change_in("model", model=model)


def label_of(model: str) -> str:
    """Return how a network is called in a list: a run's checkpoint by its run."""
    path = Path(model)
    if model == "default":
        return QCoreApplication.translate("ModelPanel", "Bundled")
    if not path.is_absolute():
        return model
    generic = path.stem in ("best", "last")
    return f"{path.parent.name} ({path.stem})" if generic else path.stem
