"""The plot under the timeline, on its time axis: position, speed or angle of the person who is chosen."""

import numpy as np
import pyqtgraph
from PyQt6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from swahr_app.review.axis import NAMES, Axis
from swahr_app.review.series import ANGLE, KINDS, POSITION, SPEED, Series, angle_at, choices, series_of
from swahr_app.review.session import Session
from swahr_app.widgets.plots import make_plot
from swahr_app.widgets.theme import SPACE, current_theme

HEIGHT = 110


class TrackPlot(QWidget):
    """What is plotted is chosen in two lists; choosing a joint on the picture chooses it here too.

    A click or drag goes there, the wheel zooms.
    """

    def __init__(self, session: Session, axis: Axis) -> None:
        super().__init__()
        self.session, self.axis = session, axis
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._series: Series | None = None
        self._drawn: object = None
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("What is plotted"))
        self.kind.setToolTip(self.tr("What is plotted of the chosen person (P)"))
        self.kind.addItem(self.tr("No plot"), "")
        words = {POSITION: self.tr("Position"), SPEED: self.tr("Speed"), ANGLE: self.tr("Angle")}
        for kind in KINDS:
            self.kind.addItem(words[kind], kind)
        self.of = QComboBox()
        self.of.setAccessibleName(self.tr("Joint or angle that is plotted"))
        self.of.setToolTip(self.tr("Which joint or angle is plotted; the chosen joint is taken by itself"))
        self.of.setMinimumContentsLength(16)
        self.value = QLabel()
        self.plot = make_plot(self.tr("Plot over the time of the video"), min_height=HEIGHT)
        self.plot.setFixedHeight(HEIGHT)
        self.plot.hideAxis("bottom")
        self.plot.getAxis("left").setWidth(NAMES)
        item = self.plot.getPlotItem()
        assert item is not None
        item.layout.setContentsMargins(0, 4, 0, 4)
        item.layout.setSpacing(0)
        self.curves = [self.plot.plot([], [], connect="finite") for _ in range(2)]
        for curve in self.curves:
            curve.setDownsampling(auto=True, method="peak")
            curve.setClipToView(True)
        self.line = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self.plot.addItem(self.line)
        self._lay_out()
        self.kind.activated.connect(lambda _: self._kind_chosen())
        self.of.activated.connect(lambda _: self.draw())
        viewport = self.plot.viewport()
        assert viewport is not None
        viewport.installEventFilter(self)
        session.measured.connect(self._measured)
        session.selection_changed.connect(self._follow)
        session.frame_changed.connect(self._show_frame)
        session.opened.connect(self._measured)
        axis.changed.connect(self._show_range)
        self.refresh()
        self._kind_chosen()

    def next_kind(self) -> None:
        """Plot the next kind, or nothing after the last."""
        self.kind.setCurrentIndex((self.kind.currentIndex() + 1) % self.kind.count())
        self._kind_chosen()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        theme = current_theme()
        self.plot.setBackground(theme.surface)
        axis = self.plot.getAxis("left")
        axis.setPen(theme.border)
        axis.setTextPen(theme.muted)
        self.plot.showGrid(x=False, y=True, alpha=0.12)
        self.line.setPen(pyqtgraph.mkPen(theme.text, width=2))
        for curve, colour in zip(self.curves, (theme.accent, theme.warning), strict=True):
            curve.setPen(pyqtgraph.mkPen(colour, width=2))

    def draw(self) -> None:
        """Plot what is known now."""
        movement, person, kind = self.session.movement, self.session.person_id, self.kind.currentData()
        self._series = None
        if movement is not None and person is not None and kind:
            self._series = series_of(movement, person, kind, self.of.currentData() or "")
        lines = () if self._series is None else self._series.lines
        for number, curve in enumerate(self.curves):
            if self._series is not None and number < len(lines):
                curve.setData(self._series.frames, lines[number][1])
            else:
                curve.setData([], [])
        values = np.concatenate([np.zeros(0), *[values for _, values in lines]])
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        self.plot.setYRange(low, high if high > low else low + 1, padding=0.08)
        self._show_range()
        self._show_frame()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Go to the frame of a click or drag; zoom by the wheel."""
        if isinstance(event, QMouseEvent) and event.type() in (
            QEvent.Type.MouseButtonPress,
            QEvent.Type.MouseMove,
        ):
            if event.buttons() & Qt.MouseButton.LeftButton and event.position().x() >= NAMES:
                self.session.play(False)
                self.session.show_frame(int(self.axis.frame_at(event.position().x(), self.plot.width())))
            return True
        if isinstance(event, QWheelEvent):
            turned = event.angleDelta().y() or event.angleDelta().x()
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            pivot = self.axis.frame_at(event.position().x(), self.plot.width())
            self.axis.turn(turned, shift or not event.angleDelta().y(), pivot)
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE * 3 // 2, 0, SPACE * 3 // 2, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.kind)
        row.addWidget(self.of)
        row.addWidget(self.value, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.plot)

    def _kind_chosen(self) -> None:
        kind = self.kind.currentData()
        for widget in (self.plot, self.of):
            widget.setVisible(bool(kind))
        self._fill()
        self._follow_joint()
        self.draw()

    def _fill(self) -> None:
        """Offer the joints or angles that there are."""
        movement, kind = self.session.movement, self.kind.currentData()
        names = [] if movement is None or not kind else choices(movement, kind)
        if names == [self.of.itemData(place) for place in range(self.of.count())]:
            return
        blocker, chosen = QSignalBlocker(self.of), self.of.currentData()
        self.of.clear()
        for name in names:
            self.of.addItem(name.replace("_", " ").capitalize(), name)
        self.of.setCurrentIndex(max(0, self.of.findData(chosen)))
        blocker.unblock()

    def _measured(self) -> None:
        empty = self.of.count() == 0
        self._fill()
        if empty:  # what is chosen by hand later stays
            self._follow_joint()
        self.draw()

    def _follow(self) -> None:
        """Take up who is chosen, and which joint."""
        chosen = (self.session.person_id, self.session.joint)
        if chosen != self._drawn:
            self._drawn = chosen
            self._follow_joint()
            self.draw()

    def _follow_joint(self) -> None:
        movement, joint, kind = self.session.movement, self.session.joint, self.kind.currentData()
        if movement is None or joint is None or not kind:
            return
        name = angle_at(movement, joint) if kind == ANGLE else movement.skeleton.joints[joint]
        place = self.of.findData(name)
        if place >= 0:
            self.of.setCurrentIndex(place)

    def _show_range(self) -> None:
        self.plot.setXRange(self.axis.first, self.axis.first + self.axis.count, padding=0)

    def _show_frame(self) -> None:
        """Show where the frame is, and the values there."""
        self.line.setValue(self.session.index + 0.5)
        self.value.setText(self._said())

    def _said(self) -> str:
        session, series = self.session, self._series
        if not self.kind.currentData():
            return ""
        if session.movement is None:
            return session.unmeasured or self.tr("Being measured…")
        if series is None:
            return self.tr("Choose a person")
        unit = series.unit if series.unit == "°" else f" {series.unit}"
        digits = 3 if series.unit.startswith("m") else 1
        return "   ".join(
            (f"{name} " if len(series.lines) > 1 else "")
            + (f"{value:.{digits}f}{unit}" if np.isfinite(value) else self.tr("not known here"))
            for (name, _), value in zip(series.lines, series.at(session.index), strict=True)
        )
