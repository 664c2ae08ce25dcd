"""A form for a new run: data set, start, preset, length."""

import json
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from swahr._util.files import make_folder, write_text
from swahr.errors import OutputError
from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.training.corrections import has_predictions
from swahr_app.widgets.folder import FolderButton
from swahr_app.widgets.theme import SPACE

SCRATCH, LIVE = "scratch", "live"
FIRST = "runs/first"
BY_PRESET = 0  # of a number that the preset chooses


class NewRun(QWidget):
    """Writes the settings of a run and asks for its start.

    check_wanted: labels, and folder of the photos or "". start_wanted: arguments of `swahr`, folder of the run.
    """

    check_wanted = pyqtSignal(str, str)
    start_wanted = pyqtSignal(list, str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.data: Path | None = None
        self.validation: Path | None = None
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.choose = FolderButton(self.tr("Labels to learn from: a folder of labels, or one file"))
        self.choose.clicked.connect(self._ask_folder)
        self.choose_file = QPushButton(self.tr("File…"))
        self.choose_file.setToolTip(
            self.tr("Choose one file of labels: COCO JSON, YOLO's data.yaml and others")
        )
        self.choose_file.clicked.connect(self._ask_file)
        self.choose_validation = FolderButton(self.tr("Labels that the run is measured on"))
        self.choose_validation.clicked.connect(self._ask_validation)
        self.start_from = QComboBox()
        self.start_from.addItem(self.tr("Bundled network"), "default")
        self.start_from.addItem(self.tr("Live view's network"), LIVE)
        self.start_from.addItem(self.tr("Nothing"), SCRATCH)
        self.start_from.setToolTip(self.tr("Which weights the run starts from"))
        self.split = QDoubleSpinBox()
        self.split.setRange(0, 0.9)
        self.split.setSingleStep(0.05)
        self.split.setValue(0.2)
        self.split.setSpecialValueText(self.tr("None"))
        self.split.setToolTip(
            self.tr(
                "Part of the photos that the run is measured on, where no other labels are chosen for that"
            )
        )
        self.preset = QComboBox()
        for name, text in (
            (None, self.tr("Automatic")),
            ("few", self.tr("Few photos")),
            ("many", self.tr("Many photos")),
            ("new_joints", self.tr("Other joints")),
            ("scratch", self.tr("From scratch")),
            ("overfit", self.tr("By heart, as a test")),
        ):
            self.preset.addItem(text, name)
        self.preset.setToolTip(self.tr("Settings that suit; the run's output says what was chosen, and why"))
        self.steps = _whole(BY_PRESET, 1_000_000, BY_PRESET, 100, self.tr("Length of the run"))
        self.batch = _whole(BY_PRESET, 256, BY_PRESET, 1, self.tr("Photos of a step: fewer need less memory"))
        for number in (self.steps, self.batch):
            number.setSpecialValueText(self.tr("By the preset"))
        self.name = QLineEdit(FIRST)
        self._offered = FIRST  # a name that nobody typed gives way to one that is free
        self.name.setToolTip(self.tr("Folder of the run, beside the data set unless it is a whole path"))
        self.check = QPushButton(self.tr("Check labels"))
        self.check.clicked.connect(self._check)
        self.start = QPushButton(self.tr("Start training"))
        self.start.setObjectName("primary")
        self.start.clicked.connect(self._start)
        self._lay_out()
        self._take_up()
        for chosen in (self.start_from, self.preset):
            chosen.currentIndexChanged.connect(self._keep)
        self.split.valueChanged.connect(self._keep)
        for number in (self.steps, self.batch):
            number.valueChanged.connect(self._keep)
        self.refresh()

    def set_data(self, path: Path) -> None:
        """Take a data set: a folder of labels, or a file."""
        self.data = path
        self.state.withdraw("labels")
        if self.name.text().strip() == self._offered:
            self._offer(FIRST)
        self._keep()
        self.refresh()

    def _take_up(self) -> None:
        """Fill the form as it was; what is no longer there is chosen anew."""
        kept = self.state.settings.new_run
        self.split.setValue(kept.split)
        self.start_from.setCurrentIndex(max(0, self.start_from.findData(kept.start_from)))
        self.preset.setCurrentIndex(max(0, self.preset.findData(kept.preset or None)))
        self.steps.setValue(kept.steps)
        self.batch.setValue(kept.batch_size)
        if kept.validation and Path(kept.validation).exists():
            self.validation = Path(kept.validation)
        if kept.labels and Path(kept.labels).exists():
            self.set_data(Path(kept.labels))

    def _keep(self, *_: object) -> None:
        self.state.change_in(
            "new_run",
            labels="" if self.data is None else str(self.data),
            validation="" if self.validation is None else str(self.validation),
            split=round(self.split.value(), 2),
            start_from=self.start_from.currentData(),
            preset=self.preset.currentData() or "",
            steps=self.steps.value(),
            batch_size=self.batch.value(),
        )

    def begin_from(self, path: Path) -> None:
        """Take a data set of corrections: what they teach is added to the network that was corrected.

        The preset stays automatic: it goes by how many photos and which joints there are.
        """
        self.set_data(path)
        model = self.state.settings.network.model
        self.start_from.setCurrentIndex(
            max(0, self.start_from.findData("default" if model == "default" else LIVE))
        )
        self.preset.setCurrentIndex(0)
        self._offer("runs/corrections-1")

    def refresh(self) -> None:
        """Show what is chosen."""
        self.choose.show_folder(self.data, self.tr("Choose…"))
        self.choose_validation.show_folder(self.validation, self.tr("None"))

    def run_folder(self) -> Path:
        """Return the folder of the run that the form describes."""
        base = Path.home() if self.data is None else self.data if self.data.is_dir() else self.data.parent
        return base / Path(self.name.text().strip() or FIRST).expanduser()

    def _offer(self, name: str) -> None:
        """Offer a name for the run's folder, with a number where that is taken already."""
        stem, _, number = name.rpartition("-")
        stem, count = (stem, int(number)) if number.isdecimal() and stem else (name, 1)
        self.name.setText(name)
        while self.run_folder().exists():
            count += 1
            self.name.setText(f"{stem}-{count}")
        self._offered = self.name.text()

    def settings(self) -> dict[str, object]:
        """Return the settings of the run."""
        chosen = self.start_from.currentData()
        model = self.state.settings.network.model if chosen == LIVE else chosen
        train: dict[str, object] = {"labels": str(self.data)}
        if self.data is not None and has_predictions(self.data):
            train["unknown_origins"] = ["prediction"]  # what a network missed is not known to be missing
        values: dict[str, object] = {"train": [train]}
        if self.validation is not None:
            values["validation"] = {"labels": str(self.validation)}
        elif self.split.value():
            values["split"] = round(self.split.value(), 2)
        if chosen != SCRATCH:
            values["start_from"] = model
        if self.preset.currentData() is not None:
            values["preset"] = self.preset.currentData()
        steps = self.steps.value()
        if steps != BY_PRESET:
            values |= {
                "steps": steps,
                "log_every": max(1, min(50, steps // 20)),
                "save_every": max(10, min(500, steps // 4)),
            }
        if self.batch.value() != BY_PRESET:
            values["batch_size"] = self.batch.value()
        return values

    def _lay_out(self) -> None:
        title = QLabel(self.tr("New run"))
        title.setObjectName("title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        rows: list[tuple[str, QWidget]] = [
            (self.tr("Data set"), self.choose),
            (self.tr("Validation"), self.choose_validation),
            (self.tr("Or split off"), self.split),
            (self.tr("Start from"), self.start_from),
            (self.tr("Preset"), self.preset),
            (self.tr("Steps"), self.steps),
            (self.tr("Batch size"), self.batch),
            (self.tr("Run folder"), self.name),
        ]
        for row, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setObjectName("muted")
            label.setBuddy(widget)
            label.setToolTip(widget.toolTip())
            widget.setAccessibleName(text)
            grid.addWidget(label, row, 0)
            if widget is self.choose:
                both = QHBoxLayout()
                both.addWidget(self.choose, 1)
                both.addWidget(self.choose_file)
                grid.addLayout(both, row, 1)
            else:
                grid.addWidget(widget, row, 1)
        for button in (self.check, self.start, self.choose_file):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE * 3 // 2)
        layout.addWidget(title)
        layout.addLayout(grid)
        layout.addWidget(self.check)
        layout.addWidget(self.start)

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of a data set"))
        if chosen:
            self.set_data(Path(chosen))

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a file of labels"),
            "",
            self.tr("Labels (*.json *.yaml *.yml *.csv *.xml *.h5 *.slp)"),
        )
        if chosen:
            self.set_data(Path(chosen))

    def _ask_validation(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose labels to measure on"), "", self.tr("Labels (*.json *.yaml *.yml)")
        )
        self.validation = Path(chosen) if chosen else None
        self._keep()
        self.refresh()

    def _check(self) -> None:
        if self._has_data():
            self.check_wanted.emit(str(self.data), "")

    def _start(self) -> None:
        if not self._has_data():
            return
        folder = self.run_folder()
        if (folder / "last.pt").exists():
            self._offer(self.name.text().strip() or FIRST)
            self.state.notify(
                Level.ERROR,
                self.tr("{} holds a run already: open it to resume it, or start this one as {}.").format(
                    folder, self.name.text()
                ),
                about="training",
            )
            return
        path = folder / "settings.yaml"
        try:
            make_folder(folder)
            write_text(path, json.dumps(self.settings(), indent=2))  # every JSON is YAML
        except OutputError as error:
            text = self.tr("{}; choose another run folder").format(error)
            self.state.notify(Level.ERROR, text, about="training")
            return
        self.start_wanted.emit(["train", str(path), "--run", str(folder)], str(folder))

    def _has_data(self) -> bool:
        if self.data is None:
            self.state.notify(Level.WARNING, self.tr("Choose a data set first."), about="labels")
        return self.data is not None


def _whole(low: int, high: int, value: int, step: int, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setValue(value)
    box.setToolTip(tip)
    return box
