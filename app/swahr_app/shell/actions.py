"""Everything that has a place in the menus or a key: one table, from which menus and the help sheet are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QWidget

from swahr_app.review.commands import Command
from swahr_app.state.facts import Playback
from swahr_app.state.settings import SPEEDS, THEMES, AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import info_of

JUMP_S = 5.0
LIVE, REVIEW = "live", "review"  # pages that have actions of their own


@dataclass(frozen=True)
class Deeds:
    """What actions do that only the window can do."""

    open_file: Callable[[], None]
    open_folder: Callable[[], None]
    open_address: Callable[[], None]
    fill_cameras: Callable[[QMenu], None]
    fill_beside: Callable[[QMenu], None]
    show_page: Callable[[int], None]
    full_screen: Callable[[bool], None]
    show_inspector: Callable[[bool], None]
    show_plot: Callable[[bool], None]
    shortcuts: Callable[[], None]
    log: Callable[[], None]
    about: Callable[[], None]
    quit: Callable[[], None]
    review: Sequence[Command]
    possible: Callable[[], Mapping[str, bool]]


class Actions(QObject):
    """Makes actions and menus. groups: title and actions of each; by_name: every action by its name.

    An action of a page can be used while that page is seen, and its key belongs to it alone. pages: their names, in
    order.
    """

    def __init__(self, state: AppState, window: QMainWindow, deeds: Deeds) -> None:
        super().__init__(window)
        self.state, self.window, self.deeds = state, window, deeds
        self._page = LIVE
        self._of_page: dict[str, str] = {}  # pages of actions
        self._pages: dict[str, str] = {}  # of groups
        self.by_name: dict[str, QAction] = {}
        self.groups: dict[str, list[QAction]] = {}
        self._file()
        self._playback()
        self._record()
        self._draw()
        self._review()
        self._view()
        self._help()
        state.settings_changed.connect(self._follow)
        state.source_changed.connect(lambda _: self._enable())
        state.recording_changed.connect(lambda _: self._enable())
        self._follow(state.settings)
        self._enable()

    def show_page(self, page: str) -> None:
        """Let the actions of a page be used, and no other page's."""
        self._page = page
        self._enable()

    def page_of(self, name: str) -> str:
        """Return the page on which alone an action can be used; "" for one that can be used everywhere."""
        return self._of_page.get(name, "")

    def plays(self) -> bool:
        """Return whether Space plays on the page that is seen."""
        return self.by_name["play"].isEnabled() or self.by_name["review_play"].isEnabled()

    def _group(self, title: str, page: str = "") -> QMenu:
        bar = self.window.menuBar()
        assert bar is not None
        menu = bar.addMenu(title)
        assert menu is not None
        self.groups[title.replace("&", "")] = []
        self._menu, self._actions = menu, self.groups[title.replace("&", "")]
        self._group_page = self._pages[title.replace("&", "")] = page
        return menu

    def _add(
        self, name: str, text: str, key: str, act: Callable[..., object], checkable: bool = False
    ) -> QAction:
        action = QAction(text, self.window)
        action.setCheckable(checkable)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(act if checkable else lambda: act())
        self._menu.addAction(action)
        self.window.addAction(action)  # keys work without the menu, in full screen too
        self._actions.append(action)
        self.by_name[name] = action
        if self._group_page:
            self._of_page[name] = self._group_page
        return action

    def _file(self) -> None:
        menu = self._group(self.tr("&File"))
        cameras = menu.addMenu(self.tr("Open &camera or recent"))
        assert cameras is not None
        cameras.aboutToShow.connect(lambda: self.deeds.fill_cameras(cameras))
        beside = menu.addMenu(self.tr("Open &beside"))
        assert beside is not None
        beside.aboutToShow.connect(lambda: self.deeds.fill_beside(beside))
        self._add("open_file", self.tr("&Open video…"), "Ctrl+O", self.deeds.open_file)
        self._add("open_folder", self.tr("Open &folder of photos…"), "Ctrl+Shift+O", self.deeds.open_folder)
        self._add("open_address", self.tr("Open &stream address…"), "Ctrl+L", self.deeds.open_address)
        self._add("close", self.tr("&Close source"), "Ctrl+W", self.state.close_requested.emit)
        menu.addSeparator()
        self._add("quit", self.tr("&Quit"), "Ctrl+Q", self.deeds.quit)

    def _playback(self) -> None:
        menu = self._group(self.tr("&Playback"), LIVE)
        state = self.state
        self._add(
            "play",
            self.tr("&Play or pause"),
            "Space",
            lambda: state.play_requested.emit(state.playback is not Playback.PLAYING),
        )
        self._add("next", self.tr("One frame &on"), "Right", lambda: state.step_requested.emit(1))
        self._add("back", self.tr("One frame &back"), "Left", lambda: state.step_requested.emit(-1))
        self._add("jump_on", self.tr("5 seconds on"), "Shift+Right", lambda: self._jump(JUMP_S))
        self._add("jump_back", self.tr("5 seconds back"), "Shift+Left", lambda: self._jump(-JUMP_S))
        self._add("next_source", self.tr("Next so&urce"), "N", self._next_source)
        self._add("start", self.tr("To the &start"), "Home", lambda: self._jump(float("-inf")))
        menu.addSeparator()
        self._add("faster", self.tr("&Faster"), "]", lambda: self._speed(1))
        self._add("slower", self.tr("S&lower"), "[", lambda: self._speed(-1))
        self._toggle("loop", self.tr("L&oop"), "L", "play", "loop")
        self._toggle("every_frame", self.tr("&Every frame"), "E", "play", "every_frame")
        self._toggle("mirror", self.tr("&Mirror"), "M", "play", "mirror")

    def _record(self) -> None:
        self._group(self.tr("&Record"), LIVE)
        self._add(
            "record",
            self.tr("&Record or stop"),
            "R",
            lambda: self.state.record_requested.emit(self.state.recording is None),
        )
        self._add("picture", self.tr("Save a &picture"), "S", self.state.picture_requested.emit)

    def _draw(self) -> None:
        menu = self._group(self.tr("&Draw"), LIVE)
        for key, (name, text) in enumerate(
            (
                ("skeleton", self.tr("&Skeleton")),
                ("joints", self.tr("&Joints")),
                ("boxes", self.tr("&Boxes")),
                ("ids", self.tr("&Id labels")),
                ("scores", self.tr("S&cores")),
                ("trails", self.tr("&Trails")),
                ("anonymise", self.tr("Hide &faces")),
                ("side_by_side", self.tr("Side b&y side")),
                ("ellipses", self.tr("&Uncertainty")),
            ),
            start=1,
        ):
            self._toggle(name, text, str(key), "overlay", name)
        menu.addSeparator()
        self._add("layer", self.tr("Next &layer: heatmap, tags, none"), "H", self._next_layer)
        self._toggle("track", self.tr("Gi&ve ids"), "I", "tracking", "track")

    def _review(self) -> None:
        menu, group = self._group(self.tr("Re&view"), REVIEW), ""
        menu.aboutToShow.connect(self._show_possible)
        menu.aboutToHide.connect(self._enable)  # keys say themselves what is not possible
        titles = {
            "go": self.tr("&Go to"),
            "who": self.tr("&Choose"),
            "fix": self.tr("Correct &here"),
            "ids": self.tr("From here &on"),
            "events": self.tr("&Events"),
            "measure": self.tr("&Measure"),
            "view": self.tr("&Picture and timeline"),
        }
        for command in self.deeds.review:
            if command.group != group:
                group, title = command.group, titles.get(command.group)
                inner = menu.addMenu(title) if title else menu
                assert inner is not None
                self._menu = inner
                if not title:
                    menu.addSeparator()
            action = self._add(command.name, command.text, command.key, command.act)
            if command.also:
                action.setShortcuts([QKeySequence(command.key), QKeySequence(command.also)])
        del self._of_page["review_open"]  # there is nothing to be on the page for before

    def _show_possible(self) -> None:
        """Let the review's menu offer what can be done with what is chosen."""
        for name, possible in self.deeds.possible().items():
            action = self.by_name[name]
            action.setEnabled(action.isEnabled() and possible)

    def groups_here(self) -> dict[str, list[QAction]]:
        """Return the groups, those of the page that is seen first."""
        return dict(sorted(self.groups.items(), key=lambda group: self._pages[group[0]] != self._page))

    def _view(self) -> None:
        menu = self._group(self.tr("&View"))
        for number, text in enumerate(
            (self.tr("&Live"), self.tr("&Batch"), self.tr("&Training"), self.tr("Re&view"))
        ):
            self._add(
                f"page_{number}",
                text,
                f"Ctrl+{number + 1}",
                lambda number=number: self.deeds.show_page(number),
            )
        menu.addSeparator()
        self._add("full_screen", self.tr("&Full screen"), "F", self.deeds.full_screen, True)
        inspector = self._add("inspector", self.tr("&Controls"), "Ctrl+I", self.deeds.show_inspector, True)
        plot = self._add("plot", self.tr("&Motion plot"), "Ctrl+P", self.deeds.show_plot, True)
        inspector.setChecked(True)
        plot.setChecked(True)
        menu.addSeparator()
        self._add("theme", self.tr("Next t&heme: dark, light, the desktop's"), "Ctrl+T", self._next_theme)

    def _help(self) -> None:
        self._group(self.tr("&Help"))
        self._add("shortcuts", self.tr("&Keyboard shortcuts"), "F1", self.deeds.shortcuts)
        self._add("log", self.tr("Open the &log"), "Ctrl+Shift+L", self.deeds.log)
        self._add("about", self.tr("&About Swahr"), "Shift+F1", self.deeds.about)

    def _toggle(self, name: str, text: str, key: str, group: str, field: str) -> None:
        action = self._add(
            name, text, key, lambda on: self.state.change_in(group, **{field: on}), checkable=True
        )
        action.setData((group, field))

    def name_keys(self) -> None:
        """Add the keys of settings to the tool tips of their controls; once, when all controls are there."""
        keys = {
            ".".join(action.data()): action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for action in self.by_name.values()
            if isinstance(action.data(), tuple)
        }
        for widget in self.window.findChildren(QWidget):
            key = keys.get(str(widget.property("setting")))
            if key:
                widget.setToolTip(f"{widget.toolTip()} ({key})")

    def _jump(self, seconds: float) -> None:
        source, shown = self.state.source, self.state.shown
        if source is not None and shown is not None:
            end_s = source.start_s + (source.duration_s or 0.0) - 1 / source.frame_rate
            self.state.seek_requested.emit(min(max(source.start_s, shown.time_s + seconds), max(0.0, end_s)))

    def _next_source(self) -> None:
        feeds, chosen = self.state.feeds, self.state.chosen
        if chosen is not None:
            self.state.feed_requested.emit(feeds[(feeds.index(chosen) + 1) % len(feeds)].session)

    def _speed(self, by: int) -> None:
        speed = self.state.settings.play.speed
        place = SPEEDS.index(speed) if speed in SPEEDS else SPEEDS.index(1.0)
        self.state.change_in("play", speed=SPEEDS[min(max(place + by, 0), len(SPEEDS) - 1)])

    def _next_layer(self) -> None:
        now = self.state.settings.overlay
        layers = info_of(now, "layer").choices
        self.state.change_in("overlay", layer=layers[(layers.index(now.layer) + 1) % len(layers)])

    def _next_theme(self) -> None:
        order = (*THEMES[1:][::-1], THEMES[0])
        theme = self.state.settings.theme
        self.state.change(theme=order[(order.index(theme) + 1) % len(order)])

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        for action in self.by_name.values():
            data = action.data()
            if isinstance(data, tuple):
                action.setChecked(getattr(getattr(now, data[0]), data[1]) not in (False, "none"))

    def _enable(self) -> None:
        source = self.state.source
        of_file = source is not None and not source.live
        there = dict.fromkeys(("play", "record", "picture"), source is not None)
        there |= dict.fromkeys(("next", "back", "jump_on", "jump_back", "start"), of_file)
        for name, action in self.by_name.items():
            seen = self._of_page.get(name, self._page) == self._page
            action.setEnabled(seen and there.get(name, True))
