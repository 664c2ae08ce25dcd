"""Plots to be looked at: no menu, no dragging, and the keyboard passes them by."""

from typing import Any

import pyqtgraph
from PyQt6.QtCore import Qt

LABELLED = (1, 2, 5, 10)  # of each decade of a logarithmic axis: all nine overlap in a small window


class LogAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A logarithmic axis with few labels."""

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:  # noqa: N802 - pyqtgraph's name
        """Return the ticks of each level, as logarithms."""
        return [
            (spacing, [value for value in values if round(10 ** (value % 1), 2) in LABELLED])
            for spacing, values in super().tickValues(low, high, size)
        ]


def make_plot(
    name: str, min_width: int = 0, min_height: int = 80, logarithmic: bool = False
) -> "pyqtgraph.PlotWidget":
    """Return an empty plot. name: for those who hear the window; sizes: in pixels; logarithmic: upwards."""
    axes = {"left": LogAxis("left")} if logarithmic else {}
    plot = pyqtgraph.PlotWidget(axisItems=axes, enableMenu=False)
    plot.setLogMode(y=logarithmic)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMinimumSize(min_width, min_height)
    plot.setAccessibleName(name)
    for widget in (plot, plot.viewport()):
        if widget is not None:
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return plot
