"""What the app measures while it runs."""

from time import monotonic

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from swahr_app.panels import register_panel
from swahr_app.state.facts import Shown
from swahr_app.state.state import AppState
from swahr_app.widgets.theme import SPACE, current_theme

UPDATE_S = 0.2  # figures that change faster cannot be read
COLOURS = {
    "read": "#8b93a3",
    "wait": "#7b8290",
    "network": "#5c8dff",
    "people": "#45c08a",
    "ids": "#e5a944",
    "draw": "#c678dd",
}


class Tile(QWidget):
    """A figure and what it is."""

    def __init__(self, label: str, tip: str) -> None:
        super().__init__()
        self.figure = QLabel("–")
        self.figure.setObjectName("figure")
        caption = QLabel(label)
        caption.setObjectName("small")
        self.setToolTip(tip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.figure)
        layout.addWidget(caption)


class StageBar(QWidget):
    """The stages of a frame as parts of a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: dict[str, float] = {}
        self.setFixedHeight(8)

    def show_stages(self, stages: dict[str, float]) -> None:
        """Take new figures, milliseconds by stage."""
        self.stages = stages
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the parts."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(self.rect(), QColor(current_theme().raised))
        total = sum(self.stages.values())
        left = 0.0
        for name, ms in self.stages.items():
            width = self.width() * ms / total if total else 0.0
            painter.fillRect(QRectF(left, 0, max(0.0, width - 1), 8), QColor(COLOURS.get(name, "#888888")))
            left += width
        painter.end()


@register_panel("readouts", page="live", order=0)
class Readouts(QWidget):
    """Frames per second, latency, people, frames left out; the latency by stage."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._next = 0.0
        self.rate = Tile(self.tr("frames/s"), self.tr("Frames that were analysed per second"))
        self.latency = Tile(
            self.tr("ms latency"), self.tr("From the moment a frame was read until it was drawn")
        )
        self.people = Tile(self.tr("people"), self.tr("People in the frame that is shown"))
        self.dropped = Tile(
            self.tr("left out"), self.tr("Frames that were passed over, as newer ones had come")
        )
        tiles = QGridLayout()
        tiles.setContentsMargins(0, 0, 0, 0)
        tiles.setHorizontalSpacing(SPACE)
        for column, tile in enumerate((self.rate, self.latency, self.people, self.dropped)):
            tiles.addWidget(tile, 0, column)
            tiles.setColumnStretch(column, 1)
        self.bar = StageBar()
        self.stages = QLabel()
        self.stages.setObjectName("small")
        self.stages.setTextFormat(Qt.TextFormat.RichText)
        self.stages.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(tiles)
        layout.addWidget(self.bar)
        layout.addWidget(self.stages)
        state.shown_changed.connect(self._show)
        state.source_changed.connect(self._source_changed)
        self._clear()

    def _show(self, shown: Shown) -> None:
        now = monotonic()
        if now < self._next:
            return
        self._next = now + UPDATE_S
        self.rate.figure.setText(f"{shown.frame_rate:.1f}")
        self.latency.figure.setText(f"{sum(shown.stages.values()):.0f}")
        self.people.figure.setText("–" if shown.poses is None else str(len(shown.poses)))
        self.dropped.figure.setText(short(shown.dropped))
        self.bar.show_stages(shown.stages)
        words = {
            "read": self.tr("read"),
            "wait": self.tr("wait"),
            "network": self.tr("network"),
            "people": self.tr("people"),
            "ids": self.tr("ids"),
            "draw": self.tr("draw"),
        }
        self.stages.setText(
            " ".join(
                f'<font color="{COLOURS[name]}">●</font>&nbsp;{words[name]}&nbsp;{ms:.0f}'
                for name, ms in shown.stages.items()
            )
        )

    def _source_changed(self, source: object) -> None:
        if source is None:
            self._clear()

    def _clear(self) -> None:
        self._next = 0.0
        for tile in (self.rate, self.latency, self.people, self.dropped):
            tile.figure.setText("–")
        self.bar.show_stages({})
        self.stages.setText(self.tr("Latency of each stage, in ms"))


def short(number: int) -> str:
    """Return a count in few characters: 12.3k."""
    return str(number) if number < 10_000 else f"{number / 1000:.1f}k"
