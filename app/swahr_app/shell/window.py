"""The main window: pages, menus, messages, and an orderly end."""

import logging
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEvent, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr._util.registry import defer_plugins
from swahr_app.batch.page import BatchPage
from swahr_app.live.controller import Controller, OpenSource, open_address
from swahr_app.live.page import LivePage
from swahr_app.live.sources import Sources
from swahr_app.live.workers.loading import Load, load
from swahr_app.review.files import is_result
from swahr_app.review.page import ReviewPage
from swahr_app.shell.actions import Actions, Deeds
from swahr_app.shell.dialogs.about import AboutDialog
from swahr_app.shell.dialogs.log import LogDialog
from swahr_app.shell.dialogs.shortcuts import ShortcutsDialog
from swahr_app.shell.drops import dropped, take_dropped
from swahr_app.shell.header import Header
from swahr_app.shell.input import InputRules, Ways
from swahr_app.shell.keeper import Keeper
from swahr_app.shell.log import Hooks
from swahr_app.shell.looks import Looks
from swahr_app.shell.place import Place
from swahr_app.shell.plugins import PluginLoader
from swahr_app.shell.status import StatusLine
from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.state.store import Store
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all
from swahr_app.training.page import TrainingPage
from swahr_app.widgets.banner import Banner
from swahr_app.widgets.icons import app_icon

log = logging.getLogger(__name__)

PLUGINS_JOIN_S = 10.0  # an import cannot be ended
PAGES = ("live", "batch", "training", "review")  # in the order of the header's


class Window(QMainWindow):
    """The app. data: folder of the log and the batch list. open_address, load: how sources and networks are opened.

    The threads start when the window was painted for the first time, as what they import takes long; closing ends
    them, and returns when they have ended.
    """

    _lost_exception = pyqtSignal(str)
    _plugins_loaded = pyqtSignal()
    _plugin_failed = pyqtSignal(str)

    def __init__(
        self,
        store: Store,
        data: Path,
        open_address: OpenSource = open_address,
        load: Load = load,
    ) -> None:
        super().__init__()
        defer_plugins()  # those that take long must not keep the window from being seen
        self.store, self.data = store, data
        self.state = AppState(store.load())
        self.looks = Looks(self.state, self._refresh)
        self.setWindowTitle("Swahr")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(860, 600)
        self.controller = Controller(self.state, open_address, load)
        self.sources = Sources(self.state, self)
        self.header = Header(self.state, self.sources)
        self.banner = Banner(self.state)
        self.live = LivePage(self.state, self.sources)
        self.batch = BatchPage(self.state, data / "batch.json")
        self.training = TrainingPage(self.state)
        self.review = ReviewPage(self.state)
        self.pages = QStackedWidget()
        for name in PAGES:
            self.pages.addWidget(getattr(self, name))
        self._lay_out()
        self.actions_ = Actions(self.state, self, self._deeds())
        self.actions_.name_keys()
        self.header.page_chosen.connect(self.show_page)
        self._connect()
        connect_queued(self._lost_exception, self._notify_exception)
        self.hooks = Hooks(self._lost_exception.emit)
        self._ended = False
        self.place.restore()
        self.rules = InputRules(self, self._ways())
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.rules)
        self.keeper = Keeper(self.state, store, self.place.save)
        self.home().setFocus()
        self._started = False
        connect_queued(self._plugins_loaded, self.state.plugins_loaded.emit)
        connect_queued(self._plugin_failed, lambda text: self.state.notify(Level.ERROR, text))
        self._plugins = PluginLoader(self._plugins_loaded.emit, self._plugin_failed.emit)
        for line in (*store.notes, *self.batch.list.notes):
            self.state.notify(Level.WARNING, line)

    def show_page(self, number: int) -> None:
        """Show a page by its number: live view, batch, training, review."""
        moved = number != self.pages.currentIndex()
        self.pages.setCurrentIndex(number)
        self.header.show_page(number)
        self.actions_.show_page(PAGES[number])
        self.place.follow()
        self._see()
        if moved:
            self.home().setFocus()

    def home(self) -> QWidget:
        """Return the widget that has the keyboard on the page that is seen, unless another one asks for it."""
        page = self.pages.currentWidget()
        assert page is not None
        found = getattr(page, "home", lambda: page)()
        assert isinstance(found, QWidget)
        return found

    def open_review(self, path: str, video: str = "") -> None:
        """Open a video or a result on the review page; video: of a result."""
        self.show_page(PAGES.index("review"))
        self.review.open(path, video)

    def open(self, address: str, beside: bool = False) -> None:
        """Open a source on the live page; a file of keypoints on the review page. beside: with what is open."""
        if Path(address).exists() and is_result(Path(address)):
            self.open_review(address)
            return
        self.show_page(0)
        self.sources.open(address, beside)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Start the threads once the window is there."""
        super().paintEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self._start)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Follow the desktop, which may minimise the window, or fill the screen with it."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.WindowStateChange and hasattr(self, "place"):
            self.place.follow()
            self._see()
            self.actions_.by_name["full_screen"].setChecked(self.isFullScreen())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        """Take files and folders."""
        if event is not None and dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        """Open what was dropped; several files, or any on the batch page, join the batch."""
        paths = [] if event is None else dropped(event)
        if paths and event is not None:
            event.acceptProposedAction()
            take_dropped(self, paths)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """End everything in order; a training may go on without the window."""
        if event is not None and not self._ended and not self.training.may_close():
            event.ignore()
            return
        self.end()
        super().closeEvent(event)

    def end(self) -> None:
        """Keep the settings and end all threads; a second call does nothing."""
        if self._ended:
            return
        self._ended = True
        self.keeper.close()
        self.hide()  # what follows may take a moment
        self.banner.stop()
        self.batch.close_worker()
        self.training.close_workers()
        self.review.end()
        self.controller.close()
        self._plugins.stop()
        join_all([self._plugins], PLUGINS_JOIN_S)
        self.hooks.remove()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self.rules)

    def _start(self) -> None:
        if not self._ended:
            self.controller.start()
            self._plugins.start()

    def _lay_out(self) -> None:
        status = StatusLine(self.state)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        layout.addWidget(status)
        self.setCentralWidget(content)
        pictures = {
            self.live: (self.live.stage,),
            self.batch: (self.batch.stack,),
            self.training: (self.training.parts,),
            self.review: (self.review.canvas, self.review.comparison.canvas),
        }
        self.banner.lie_over(self.pages, pictures)
        bar = self.menuBar()
        assert bar is not None
        self.place = Place(
            self, self.store, (bar, self.header, status), lambda: self.pages.currentWidget() or self
        )

    def _deeds(self) -> Deeds:
        def on_live(act: Callable[[], None]) -> Callable[[], None]:
            def deed() -> None:
                self.show_page(0)
                act()

            return deed

        return Deeds(
            open_file=lambda: (
                self.review.ask_file()
                if self.pages.currentWidget() is self.review
                else on_live(lambda: self.sources.ask_file())()
            ),
            open_folder=on_live(lambda: self.sources.ask_folder()),
            open_address=on_live(lambda: self.sources.ask_address()),
            fill_cameras=self.sources.fill,
            fill_beside=lambda menu: self.sources.fill(menu, beside=True),
            show_page=self.show_page,
            full_screen=self.place.full_screen,
            show_inspector=self.live.show_inspector,
            show_plot=self.live.show_plot,
            shortcuts=lambda: self._run(ShortcutsDialog(self.actions_.groups_here(), self)),
            log=lambda: self._run(LogDialog(self.data / "swahr.log", self)),
            about=lambda: self._run(AboutDialog(self)),
            quit=self._quit,
            review=self.review.commands,
            possible=self.review.possible,
        )

    def _ways(self) -> Ways:
        return Ways(
            self.home, self.actions_.plays, (self.review.leave, self.banner.close_message, self.place.leave)
        )

    def _see(self) -> None:
        """Note whether the picture is seen: what nobody sees is not drawn."""
        # A screen that is virtual asks for pictures of a minimised window, too.
        self.pages.setUpdatesEnabled(not self.isMinimized())
        self.state.seen_changed.emit(not self.isMinimized() and self.pages.currentWidget() is self.live)

    def _quit(self) -> None:
        self.close()

    def _run(self, dialog: QDialog) -> None:
        dialog.exec()
        dialog.deleteLater()

    def _connect(self) -> None:
        state = self.state
        state.notified.connect(lambda message: log.info("notified: %s", message.text))
        state.open_requested.connect(lambda _: self.show_page(0))
        state.add_requested.connect(lambda _: self.show_page(0))
        state.review_requested.connect(self.open_review)
        self.review.asked.connect(lambda: self.show_page(PAGES.index("review")))
        state.compare_requested.connect(self._compare)
        state.labels_written.connect(self.training.new_run.begin_from)

    def _compare(self, checkpoint: str, video: str) -> None:
        self.show_page(PAGES.index("review"))
        self.review.compare(checkpoint, video)

    def _refresh(self) -> None:
        for part in (self.header, self.banner, self.live, self.batch, self.training, self.review):
            part.refresh()

    def _notify_exception(self, text: str) -> None:
        self.state.notify(
            Level.ERROR,
            self.tr("Something went wrong inside the app ({}). Help › Open the log has the details.").format(
                text
            ),
        )
