"""Plots to be looked at: no menu, no dragging, and the keyboard passes them by."""

import pyqtgraph
from PyQt6.QtCore import Qt


def make_plot(name: str, min_width: int = 0, min_height: int = 80) -> "pyqtgraph.PlotWidget":
    """Return an empty plot. name: for those who hear the window; sizes: in pixels."""
    plot = pyqtgraph.PlotWidget()
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMinimumSize(min_width, min_height)
    plot.setAccessibleName(name)
    for widget in (plot, plot.viewport()):
        if widget is not None:
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return plot
