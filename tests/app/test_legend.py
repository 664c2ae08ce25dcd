"""The legend of a run's curves: values where there is room, names alone where there is little."""

import re

import pytest

from swahr_app.training.legend import LINES, Legend
from swahr_app.training.run_view import COLOURS

VALUES = {"total": "0.0057", "heatmap": "0.0016", "scale": "2.8e-06", "push": "0.002", "pull": "0.00052"}


def words(legend):
    return re.sub(r"<[^>]+>", "", legend.text()).replace("&nbsp;", " ")


@pytest.mark.parametrize(("width", "valued"), [(700, True), (190, False)])
def test_it_takes_two_lines_at_most(qtbot, width, valued):
    legend = Legend(COLOURS)
    qtbot.addWidget(legend)
    legend.tell(VALUES)
    legend.resize(width, 40)
    legend.show()
    assert [value in words(legend) for value in VALUES.values()] == [valued] * 5
    assert all(name in words(legend) for name in VALUES)
    line = legend.fontMetrics().lineSpacing()
    assert legend.heightForWidth(width) <= (LINES + 0.5) * line
    assert "total 0.0057" in legend.toolTip()


def test_it_says_more_once_there_is_room(qtbot):
    legend = Legend(COLOURS)
    qtbot.addWidget(legend)
    legend.show()
    legend.resize(190, 40)
    legend.tell(VALUES)
    assert "0.0057" not in words(legend)
    legend.resize(700, 40)
    assert "0.0057" in words(legend)
