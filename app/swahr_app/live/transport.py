"""Below the picture: play, pause, step, seek, speed, loop."""

from collections.abc import Callable

from PyQt6.QtCore import QSignalBlocker, QSize, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from swahr_app.live.strip import Strip
from swahr_app.state.facts import Playback, Shown, SourceInfo
from swahr_app.state.settings import SPEEDS
from swahr_app.state.state import AppState
from swahr_app.state.texts import choice_text, in_language, info_of
from swahr_app.widgets.bound import bound_check, bound_choice
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE

STEPS = 10_000  # of the seek bar


class SeekBar(QSlider):
    """A slider that jumps to where it is clicked."""

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Go to the place of a click, and be dragged from there."""
        style = self.style()
        if event is not None and style is not None and event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            handle = style.subControlRect(
                QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
            )
            span = self.width() - handle.width()
            place = round(event.position().x() - handle.width() / 2)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, span))
            self.sliderMoved.emit(self.value())
        super().mousePressEvent(event)


class Transport(QWidget):
    """Steers the source."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back = self._button(
            "back", self.tr("One frame back (Left)"), lambda: state.step_requested.emit(-1)
        )
        self.play = self._button("play", self.tr("Play or pause (Space)"), self._play_or_pause)
        self.play.setIconSize(QSize(24, 24))
        self.next = self._button(
            "next", self.tr("One frame on (Right)"), lambda: state.step_requested.emit(1)
        )
        self.time = QLabel(clock(0.0))
        self.time.setToolTip(self.tr("Time of the frame that is shown, minutes : seconds . milliseconds"))
        self.frame = ElidedLabel()
        self.frame.setObjectName("muted")
        self.frame.setToolTip(self.tr("Number of the frame that is shown; the first is 0"))
        self.seek = SeekBar(Qt.Orientation.Horizontal)
        self.seek.setRange(0, STEPS)
        self.seek.setToolTip(self.tr("Drag to another moment of the file"))
        self.seek.setAccessibleName(self.tr("Position"))
        self.seek.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.seek.sliderMoved.connect(self._seek)
        self.length = QLabel(clock(0.0))
        self.length.setObjectName("muted")
        self.strip = Strip(state)
        speed = info_of(state.settings.play, "speed")
        self.speed = bound_choice(
            state, "play", "speed", [(value, choice_text(speed, value)) for value in SPEEDS]
        )
        self.speed.setMinimumContentsLength(3)
        self.loop = QToolButton()
        self.loop.setCheckable(True)
        loop = info_of(state.settings.play, "loop")
        self.loop.setToolTip(in_language(loop.help))
        self.loop.setAccessibleName(in_language(loop.label))
        self.loop.setProperty("setting", "play.loop")
        self.loop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.loop.toggled.connect(lambda on: state.change_in("play", loop=on))
        self.every = bound_check(state, "play", "every_frame")
        self._lay_out()
        state.source_changed.connect(self._source_changed)
        state.playback_changed.connect(self._playback_changed)
        state.shown_changed.connect(self._shown_changed)
        state.settings_changed.connect(lambda now, _: self._show_loop(now.play.loop))
        self._show_loop(state.settings.play.loop)
        self.refresh()
        self._source_changed(None)

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.back.setIcon(icon("back"))
        self.next.setIcon(icon("next"))
        self.loop.setIcon(icon("loop"))
        self._playback_changed(self.state.playback)

    def _button(self, name: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("icon_name", name)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        for widget in (self.back, self.play, self.next):
            row.addWidget(widget)
        row.addSpacing(SPACE)
        row.addWidget(self.time)
        row.addWidget(QLabel("/"))
        row.addWidget(self.length)
        row.addSpacing(SPACE)
        row.addWidget(self.frame, 1)
        row.addWidget(self.every)
        row.addSpacing(SPACE)
        row.addWidget(self.speed)
        row.addWidget(self.loop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE)
        layout.setSpacing(2)
        layout.addWidget(self.seek)
        layout.addWidget(self.strip)
        layout.addSpacing(SPACE // 2)
        layout.addLayout(row)

    def _play_or_pause(self) -> None:
        self.state.play_requested.emit(self.state.playback is not Playback.PLAYING)

    def _seek(self, value: int) -> None:
        source = self.state.source
        if source is not None and source.duration_s:
            self.state.seek_requested.emit(source.start_s + value / STEPS * source.duration_s)

    def _source_changed(self, source: SourceInfo | None) -> None:
        file = source is not None and not source.live
        seekable = file and source is not None and bool(source.duration_s)
        self.play.setEnabled(source is not None)
        for widget in (self.back, self.next, self.speed, self.loop, self.every):
            widget.setEnabled(file)
        self.seek.setEnabled(seekable)
        self.strip.setVisible(seekable or source is None)
        self.seek.setVisible(source is None or not source.live)
        self.length.setText(
            self.tr("live")
            if source is not None and source.live
            else clock(source.duration_s if source is not None and source.duration_s else 0.0)
        )
        if source is None:
            self.time.setText(clock(0.0))
            self.frame.setText("")
            self.seek.setValue(0)

    def _playback_changed(self, playback: Playback) -> None:
        self.play.setIcon(icon("pause" if playback is Playback.PLAYING else "play"))

    def _shown_changed(self, shown: Shown) -> None:
        source = self.state.source
        start_s = 0.0 if source is None else source.start_s
        self.time.setText(clock(shown.time_s - start_s))
        self.frame.short = f"#{shown.frame_index}"
        self.frame.setText(self.tr("frame {}").format(shown.frame_index))
        if source is not None and source.duration_s and not self.seek.isSliderDown():
            blocker = QSignalBlocker(self.seek)
            self.seek.setValue(round((shown.time_s - start_s) / source.duration_s * STEPS))
            blocker.unblock()

    def _show_loop(self, on: bool) -> None:
        blocker = QSignalBlocker(self.loop)
        self.loop.setChecked(on)
        blocker.unblock()


def clock(seconds: float, digits: int = 3) -> str:
    """Return a time as 1:02:03.400; digits: of the second's parts."""
    parts = max(0, round(10**digits * seconds))
    minutes, rest = divmod(parts, 60 * 10**digits)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 10**digits:02d}.{rest % 10**digits:0{digits}d}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"
