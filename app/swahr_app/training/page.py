"""The training page: a run's curves and samples, its checkpoint on the live view, new runs."""

from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr.errors import SwahrError
from swahr_app.panels import PanelHost
from swahr_app.state.facts import Level
from swahr_app.state.models import use_model
from swahr_app.state.state import AppState
from swahr_app.state.texts import worded
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import Worker, join_all
from swahr_app.training.command import Training
from swahr_app.training.corrections import video_of
from swahr_app.training.label_check import LabelCheck
from swahr_app.training.new_run import NewRun
from swahr_app.training.run_card import RunCard
from swahr_app.training.run_folder import is_run
from swahr_app.training.run_view import RunView
from swahr_app.training.run_watcher import RunNews, RunWatcher
from swahr_app.training.samples import Sample
from swahr_app.widgets.theme import SPACE

SIDE_WIDTH = 340
POLL_MS = 1000
JOIN_S = 60.0


class TrainingPage(QWidget):
    """Opens runs and starts them."""

    _news = pyqtSignal(RunNews)
    _samples = pyqtSignal(object, list)
    _failed = pyqtSignal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.training: Training | None = None
        self._watcher: RunWatcher | None = None
        self._leaving: list[Worker] = []
        self._checkpoint: Path | None = None
        self._finished = self._start_is_best = False
        self._build()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look_after)
        connect_queued(self._news, self._on_news)
        connect_queued(self._samples, self._on_samples)
        connect_queued(self._failed, lambda text: self.state.notify(Level.ERROR, text, about="run"))
        if state.settings.run_folder and Path(state.settings.run_folder).is_dir():
            self.open_run(Path(state.settings.run_folder))
        self._enable()

    def open_run(self, folder: Path, awaited: bool = False) -> None:
        """Follow a run. awaited: it was just started, and its folder may still be empty."""
        self._leave()
        self.state.withdraw("run")
        self.state.change(run_folder=str(folder))
        self.run.open_run(folder)
        self.view.clear()
        self._checkpoint, self._finished, self._start_is_best = None, False, False
        self._watcher = RunWatcher(
            folder,
            self._news.emit,
            lambda samples: self._samples.emit(folder, samples),
            self._failed.emit,
            awaited,
        )
        self._watcher.start()
        self.show_part(0)
        self._enable()

    def start_run(self, arguments: list[str], folder: Path) -> None:
        """Start a training and follow it."""
        if self.training is not None and self.training.code is None:
            text = self.tr("A training runs already; stop it first.")
            self.state.notify(Level.WARNING, text, about="training")
            return
        try:
            self.training = Training(arguments, folder)
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error), about="training")
            return
        self.state.withdraw("training")
        self._poll.start()
        self.open_run(folder, awaited=True)

    def take_folder(self, path: str) -> None:
        """Take a folder that was dropped: a run is opened, a data set becomes that of the next run."""
        folder = Path(path)
        if is_run(folder):
            self.open_run(folder)
        else:
            self.new_run.set_data(folder)

    def may_close(self) -> bool:
        """Ask what becomes of a training that runs; False where the window shall stay."""
        if self.training is None or self.training.code is not None:
            return True
        question = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("A training runs"),
            self.tr("Shall the training in {} go on without the window?").format(self.training.folder.name),
            parent=self,
        )
        keep = question.addButton(self.tr("Let it run on"), QMessageBox.ButtonRole.AcceptRole)
        stop = question.addButton(self.tr("Stop it"), QMessageBox.ButtonRole.DestructiveRole)
        question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.exec()
        chosen = question.clickedButton()
        question.deleteLater()
        if chosen is stop:
            self.training.stop()
            self.training.join()
        return chosen in (keep, stop)

    def close_workers(self) -> None:
        """End what follows the run; the training itself goes on unless it was stopped."""
        self._poll.stop()
        self.check.close_worker()
        self._leave()
        join_all(self._leaving, JOIN_S)
        if self.training is not None:
            self.training.leave()

    def show_part(self, number: int) -> None:
        """Show the run, or the check of labels."""
        self.parts.setCurrentIndex(number)
        self.tabs[number].setChecked(True)

    def home(self) -> QWidget:
        """Return the widget that has the keyboard unless another one asks for it."""
        return self.run.folder

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.view.refresh()
        self.new_run.refresh()
        self.side.refresh()

    def _build(self) -> None:
        self.view = RunView()
        self.check = LabelCheck(self.state)
        self.new_run = NewRun(self.state)
        self.new_run.check_wanted.connect(self._check)
        self.new_run.start_wanted.connect(lambda arguments, folder: self.start_run(arguments, Path(folder)))
        self.side = PanelHost(self.state, "training", "side")
        self.run = RunCard()
        self.run.folder_wanted.connect(self._ask_run)
        self.run.try_wanted.connect(self._try)
        self.run.compare_wanted.connect(self._compare)
        self.run.resume_wanted.connect(self._resume)
        self.run.stop_wanted.connect(self._stop)
        self.tabs = [QPushButton(self.tr("Run")), QPushButton(self.tr("Labels"))]
        group = QButtonGroup(self)
        for number, tab in enumerate(self.tabs):
            tab.setObjectName("page")
            tab.setCheckable(True)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(tab, number)
        group.idClicked.connect(self.show_part)
        self.parts = QStackedWidget()
        self.parts.addWidget(self.view)
        self.parts.addWidget(self.check)
        self._lay_out()
        self.show_part(0)

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Training"))
        heading.setObjectName("heading")
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3 // 2, SPACE * 3)
        column.setSpacing(SPACE * 2)
        column.addWidget(heading)
        column.addWidget(self.run)
        column.addWidget(self.new_run)
        column.addWidget(self.side)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(side)
        scroll.setWidgetResizable(True)
        scroll.setMinimumWidth(SIDE_WIDTH + SPACE * 5)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tabs = QHBoxLayout()
        tabs.setSpacing(SPACE // 2)
        for tab in self.tabs:
            tabs.addWidget(tab)
        tabs.addStretch(1)
        pictures = QWidget()
        right = QVBoxLayout(pictures)
        right.setContentsMargins(SPACE * 3 // 2, SPACE * 3, SPACE * 3, SPACE * 3)
        right.setSpacing(SPACE * 3 // 2)
        right.addLayout(tabs)
        right.addWidget(self.parts, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("training splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(scroll)
        self.splitter.addWidget(pictures)
        self.splitter.setStretchFactor(1, 1)
        layout.addWidget(self.splitter)

    def _ask_run(self) -> None:
        start = self.state.settings.run_folder
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a run folder"), start)
        if chosen:
            self.open_run(Path(chosen))

    def _try(self) -> None:
        if self._checkpoint is not None:
            use_model(self.state, str(self._checkpoint.resolve()))
            self.state.notify(Level.INFO, self.tr("The live view runs this checkpoint now."))

    def _compare(self) -> None:
        if self._checkpoint is None:
            return
        video, checkpoint = video_of(Path(self.state.settings.run_folder)), self._checkpoint
        last = checkpoint.with_name("last.safetensors")
        self.state.compare_requested.emit(
            str((last if self._start_is_best and last.is_file() else checkpoint).resolve()), str(video or "")
        )
        if self._start_is_best and last.is_file():
            text = self.tr("No checkpoint of this run is better than its start: its last one is compared.")
            self.state.notify(Level.INFO, text, about="comparison")

    def _resume(self) -> None:
        folder = Path(self.state.settings.run_folder)
        self.start_run(["train", str(folder / "config.yaml"), "--run", str(folder), "--resume"], folder)

    def _stop(self) -> None:
        if self.training is not None:
            self.training.stop()
            self.run.stop.setEnabled(False)

    def _check(self, labels: str, images: str) -> None:
        self.show_part(1)
        self.check.look_at(labels, images)

    def _look_after(self) -> None:
        """See whether the training still runs."""
        code = None if self.training is None else self.training.code
        if self.training is not None and code is not None:
            self._poll.stop()
            if code > 0:
                self.state.notify(
                    Level.ERROR,
                    self.tr("The training ended: {}").format(self.training.said() or code),
                    self.training.output,
                    about="training",
                )
            elif code < 0:
                begun = (self.training.folder / "last.pt").exists()
                goes_on = self.tr("The training was stopped; Resume goes on from its last checkpoint.")
                lost = self.tr("The training was stopped before its first step.")
                self.state.notify(Level.INFO, goes_on if begun else lost, about="training")
            elif code == 0:
                text, folder = self.tr("The training is done."), self.training.folder
                self.state.notify(Level.SUCCESS, text, folder, about="training")
            self.training = None
        self._enable()

    def _leave(self) -> None:
        """Let go of the run without waiting: its watcher may be in the middle of a photo."""
        self._leaving = [watcher for watcher in self._leaving if watcher.is_alive()]
        if self._watcher is not None:
            self._watcher.stop()
            self._leaving.append(self._watcher)
            self._watcher = None

    def _on_news(self, news: RunNews) -> None:
        if self._watcher is None or news.folder != self._watcher.folder:
            return
        self._checkpoint = news.checkpoint
        self._finished = 0 < news.steps <= news.curves.last_step
        self._start_is_best = news.curves.start_is_best
        self.view.show_curves(news.curves)
        self.run.show_news(news, self.training is not None and self.training.folder == news.folder)
        self._enable()

    def _on_samples(self, folder: Path, samples: list[Sample]) -> None:
        if self._watcher is not None and folder == self._watcher.folder:
            self.view.show_samples(samples)

    def _enable(self) -> None:
        runs = self.training is not None and self.training.code is None
        folder = self.state.settings.run_folder
        for button in (self.run.try_it, self.run.compare):
            button.setEnabled(self._checkpoint is not None)
        self.run.resume.setEnabled(
            not runs and not self._finished and bool(folder) and (Path(folder) / "last.pt").exists()
        )
        self.run.stop.setEnabled(runs)
        self.new_run.start.setEnabled(not runs)
