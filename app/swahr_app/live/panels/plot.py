"""A small plot of a joint over the last seconds: its speed, or its path."""

from time import monotonic

import numpy as np
import pyqtgraph
from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QComboBox, QGraphicsItem, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from swahr.pose.skeleton import COCO_17
from swahr_app.live.panels.overlay import joint_label
from swahr_app.panels import register_panel
from swahr_app.state.facts import Shown
from swahr_app.state.motion import LENGTH_S, Floats
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.widgets.bound import bound_choice, fill_choices
from swahr_app.widgets.plots import make_plot
from swahr_app.widgets.theme import SPACE, current_theme

UPDATE_S = 0.1
HEIGHT = 168
AXIS_WIDTH = 56
MAX_PEOPLE = 12
SPANS_S = (2.0, 5.0, LENGTH_S)  # of the time axis: the first that holds what is known


@register_panel("plot", page="live", place="below", order=10)
class PlotPanel(QWidget):
    """Joint, person and kind can be chosen."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._next = 0.0
        self._people: list[int] = []
        self.joint = bound_choice(state, "plot", "joint", self._joints())
        self.joint.setMinimumContentsLength(9)  # "Right wrist"
        self.person = QComboBox()
        self.person.setToolTip(self.tr("Whose joint is plotted; the main person is the one seen most"))
        self.person.setAccessibleName(self.tr("Person"))
        self.person.addItem(self.tr("Main person"), None)
        self.person.activated.connect(lambda _: self.draw())
        self.kind = bound_choice(state, "plot", "kind")
        self.plot = make_plot(self.tr("Motion of a joint"))
        self.plot.setXRange(-LENGTH_S, 0, padding=0)
        self.plot.disableAutoRange()
        for name in ("left", "bottom"):
            # Painting an axis takes longer than the curves do, and it seldom changes.
            self.plot.getAxis(name).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.plot.getAxis("left").setWidth(AXIS_WIDTH)
        self._labelled = ""
        self._range = (0.0, 0.0)
        self._span_s = LENGTH_S
        self.curves = [self.plot.plot([], [], connect="finite") for _ in range(2)]
        self._lay_out()
        state.shown_changed.connect(self._shown)
        state.source_changed.connect(lambda _: self.draw())
        state.model_changed.connect(lambda _: self._fill())
        state.settings_changed.connect(self._follow)
        self.refresh()
        self._fill()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        theme = current_theme()
        self.plot.setBackground(theme.surface)
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(theme.border)
            axis.setTextPen(theme.muted)
        self.plot.showGrid(x=True, y=True, alpha=0.12)
        for curve, colour in zip(self.curves, (theme.accent, theme.warning), strict=True):
            curve.setPen(pyqtgraph.mkPen(colour, width=2))

    def draw(self) -> None:
        """Plot what is known now."""
        settings = self.state.settings.plot
        person = self.person.currentData()
        if settings.kind == "speed":
            times, values = self.state.motion.speed(settings.joint, person)
            series = [values, np.full(len(times), np.nan)]
            label = self.tr("px/s")
        else:
            times, places = self.state.motion.path(settings.joint, person)
            series = [places[:, 0], places[:, 1]]
            label = self.tr("x, y in px")
        if label != self._labelled:
            self._labelled = label
            self.plot.setLabel("left", label)
        newest = times[-1] if len(times) else 0.0
        span = next((span for span in SPANS_S if not len(times) or newest - times[0] <= span), LENGTH_S)
        if span != self._span_s:
            self._span_s = span
            self.plot.setXRange(-span, 0, padding=0)
        for curve, values in zip(self.curves, series, strict=True):
            curve.setData(times - newest, values)
        shown = nice_range(np.concatenate(series), from_zero=settings.kind == "speed")
        if shown != self._range:
            self._range = shown
            self.plot.setYRange(*shown, padding=0.04)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Motion"))
        title.setObjectName("title")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(title)
        row.addStretch(1)
        for widget in (self.joint, self.person, self.kind):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(row)
        layout.addWidget(self.plot)
        self.setFixedHeight(HEIGHT)

    def _joints(self) -> list[tuple[str, str]]:
        skeleton = COCO_17 if self.state.model is None else self.state.model.skeleton
        return [(joint, joint_label(joint)) for joint in skeleton.joints]

    def _fill(self) -> None:
        joints = self._joints()
        fill_choices(self.state, self.joint, joints)
        if self.state.settings.plot.joint not in dict(joints):
            self.state.change_in("plot", joint=joints[0][0])
        self.draw()

    def _follow(self, now: AppSettings, before: AppSettings) -> None:
        if now.plot != before.plot:
            self.draw()

    def _fill_people(self) -> None:
        people = self.state.motion.people()[:MAX_PEOPLE]
        chosen = self.person.currentData()
        if chosen is not None and chosen not in people:
            people.append(chosen)
        people.sort()
        if people == self._people or self.person.view() is None or self.person.view().isVisible():  # type: ignore[union-attr]
            return
        self._people = people
        blocker = QSignalBlocker(self.person)
        while self.person.count() > 1:
            self.person.removeItem(1)
        for person in people:
            self.person.addItem(self.tr("Person {}").format(person), person)
        self.person.setCurrentIndex(max(0, self.person.findData(chosen)))
        blocker.unblock()

    def _shown(self, shown: Shown) -> None:
        now = monotonic()
        if now >= self._next and self.isVisible() and shown.image is not None:
            self._next = now + UPDATE_S
            self._fill_people()
            self.draw()


def nice_range(values: Floats, from_zero: bool) -> tuple[float, float]:
    """Return round limits around values, of which NaN are left out; the same for values that differ little."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = 0.0 if from_zero else float(known.min()), float(known.max())
    step = 10 ** float(np.floor(np.log10(max(high - low, 1.0))))
    return float(np.floor(low / step) * step), float(
        max(np.ceil(high / step), np.floor(low / step) + 1) * step
    )
