"""A run in pictures: losses, average precision, and what its checkpoint makes of some photos."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr_app.training.legend import Legend
from swahr_app.training.run_folder import LOSSES, Curves
from swahr_app.training.run_watcher import SAMPLES
from swahr_app.training.sample_view import SampleView
from swahr_app.training.samples import Sample
from swahr_app.widgets.plots import make_plot
from swahr_app.widgets.theme import SPACE, current_theme

COLUMNS = 3
PLOT_SIZE = (160, 120)  # at least, pixels
MIN_SCALE = 0.1  # of the axis of average precision
COLOURS = {"total": "#5c8dff", "heatmap": "#45c08a", "scale": "#e5a944", "push": "#c678dd", "pull": "#ff7a7a"}


class RunView(QWidget):
    """Two plots above, samples below."""

    def __init__(self) -> None:
        super().__init__()
        self.losses = make_plot(self.tr("Loss"), *PLOT_SIZE, logarithmic=True)
        self.scores = make_plot(self.tr("Average precision"), *PLOT_SIZE)
        for plot in (self.losses, self.scores):  # whose own size would leave the samples little room
            plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.curves = {name: self.losses.plot([], [], name=name) for name in LOSSES}
        self.ap = self.scores.plot([], [], symbol="o", symbolSize=6)
        # What the run started from: AP before, and after, in one picture.
        self.before = pyqtgraph.InfiniteLine(
            angle=0,
            label=self.tr("before: {value:.3f}"),
            labelOpts={"position": 0.98, "anchors": [(1, 0), (1, 1)]},
        )
        self.scores.addItem(self.before)
        self.legend = Legend(COLOURS)
        self.samples = [SampleView() for _ in range(SAMPLES)]
        self.large = SampleView()  # one of them, by itself
        self.large.pressed.connect(lambda: self._show_large(None))
        for view in self.samples:
            view.pressed.connect(lambda view=view: self._show_large(view.sample))
        self.empty = QLabel(
            self.tr("Samples appear with the first checkpoint, where the run's photos are there.")
        )
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        plots = QHBoxLayout()
        plots.setSpacing(SPACE * 3 // 2)
        plots.addWidget(_card(self.tr("Loss"), self.losses, self.legend), 3)
        plots.addWidget(_card(self.tr("Average precision"), self.scores), 2)
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACE)
        for place, sample in enumerate(self.samples):
            self._grid.addWidget(sample, place // COLUMNS, place % COLUMNS)
        holder = QWidget()
        holder.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.shelf = QStackedWidget()
        self.shelf.addWidget(self.empty)
        self.shelf.addWidget(holder)
        self.shelf.addWidget(self.large)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3 // 2)
        column.addLayout(plots, 2)
        column.addWidget(_card(self.tr("Samples"), self.shelf), 3)
        self.stack = QStackedWidget()
        self.stack.addWidget(_hint(self.tr("Open a run folder, or start a run: its curves appear here.")))
        self.stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.refresh()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.show_curves(Curves())
        self.show_samples([])
        self.stack.setCurrentIndex(0)

    def show_curves(self, curves: Curves) -> None:
        """Show what the log says."""
        self.stack.setCurrentIndex(1)
        for name, curve in self.curves.items():
            steps, values = _positive(curves, name)
            curve.setData(steps, values, symbol="o" if len(steps) == 1 else None)  # one is no line
        steps, values = curves.steps.get("AP", []), curves.values.get("AP", [])
        self.ap.setData(steps, values)
        fit_axes(
            self.losses, [curve.getOriginalDataset() for curve in self.curves.values()], logarithmic=True
        )
        fit_axes(self.scores, [(steps, values)])
        measured = bool(steps) and steps[0] == 0
        self.before.setVisible(measured)
        if measured:
            self.before.setValue(values[0])
        known = [name for name in LOSSES if curves.values.get(name)]
        self.legend.tell({name: f"{curves.values[name][-1]:.2g}" for name in known})

    def show_samples(self, samples: list[Sample]) -> None:
        """Show photos with people."""
        for place, view in enumerate(self.samples):
            view.show_sample(samples[place] if place < len(samples) else None)
        seen = self.large.sample
        same = next((sample for sample in samples if seen is not None and sample.name == seen.name), None)
        self.large.show_sample(same)  # by the newest checkpoint
        self.shelf.setCurrentIndex((2 if same is not None else 1) if samples else 0)

    def _show_large(self, sample: Sample | None) -> None:
        """Show a sample by itself, or all again."""
        before = self.large.sample
        self.large.show_sample(sample)
        self.shelf.setCurrentIndex(1 if sample is None else 2)
        if sample is not None:
            self.large.setFocus()
        elif before is not None:
            next((view for view in self.samples if view.sample is not None), self).setFocus()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        theme = current_theme()
        for plot in (self.losses, self.scores):
            plot.setBackground(theme.surface)
            for name in ("left", "bottom"):
                plot.getAxis(name).setPen(theme.border)
                plot.getAxis(name).setTextPen(theme.muted)
            plot.showGrid(x=True, y=True, alpha=0.12)
        for name, curve in self.curves.items():
            curve.setPen(pyqtgraph.mkPen(COLOURS[name], width=2))
            curve.setSymbolBrush(COLOURS[name])
            curve.setSymbolPen(COLOURS[name])
            curve.setSymbolSize(6)
        self.ap.setPen(pyqtgraph.mkPen(theme.accent, width=2))
        self.ap.setSymbolBrush(theme.accent)
        self.ap.setSymbolPen(theme.accent)
        self.before.setPen(pyqtgraph.mkPen(theme.muted, width=1, style=Qt.PenStyle.DashLine))
        self.before.label.setColor(theme.muted)


def fit_axes(
    plot: "pyqtgraph.PlotWidget",
    curves: Sequence[tuple[Sequence[float] | None, Sequence[float] | None]],
    logarithmic: bool = False,
) -> None:
    """Give a plot axes that hold curves, few points as well as many.

    The steps begin at 0. A logarithmic axis has at least the decade around its values, another begins at 0 and is at
    least a tenth long.
    """
    steps = [step for found, _ in curves for step in (() if found is None else found)]
    values = [value for _, found in curves for value in (() if found is None else found)]
    plot.setXRange(0, max([1, *steps]), padding=0.03)
    if not values:
        plot.setYRange(0, 1, padding=0.03)
    elif logarithmic:
        low, high = np.log10(min(values)), np.log10(max(values))
        missing = max(0.0, 1 - (high - low)) / 2
        plot.setYRange(low - missing, high + missing, padding=0.06)
    else:
        plot.setYRange(0, max(MIN_SCALE, *values), padding=0.08)


def _card(title: str, content: QWidget, beside: QWidget | None = None) -> QWidget:
    card = QWidget()
    card.setObjectName("panel")
    card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    name = QLabel(title)
    name.setObjectName("title")
    head = QHBoxLayout()
    head.addWidget(name)
    if beside is None:
        head.addStretch(1)
    else:
        head.addWidget(beside, 1)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2)
    layout.setSpacing(SPACE)
    layout.addLayout(head)
    layout.addWidget(content, 1)
    return card


def _hint(text: str) -> QWidget:
    card = QWidget()
    card.setObjectName("panel")
    card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    label = QLabel(text)
    label.setObjectName("muted")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    QVBoxLayout(card).addWidget(label)
    return card


def _positive(curves: Curves, name: str) -> tuple[list[int], list[float]]:
    """Return a loss without what a logarithm does not know."""
    steps, values = curves.steps.get(name, []), curves.values.get(name, [])
    kept = [
        (step, value) for step, value in zip(steps, values, strict=True) if value > 0 and np.isfinite(value)
    ]
    return [step for step, _ in kept], [value for _, value in kept]
