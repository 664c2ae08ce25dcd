"""The line at the bottom of the window: what the source says of itself, and which network runs."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from swahr_app.state.models import label_of
from swahr_app.state.state import AppState
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.theme import SPACE


class StatusLine(QWidget):
    """Shows a note at the left and the network at the right."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.note, self.model = ElidedLabel(), QLabel()
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE * 3 // 2, SPACE // 2, SPACE * 3 // 2, SPACE // 2)
        row.addWidget(self.note, 1)
        row.addWidget(self.model)
        state.note_changed.connect(self.note.setText)
        state.model_changed.connect(lambda _: self._show_model())
        state.loading_changed.connect(lambda _: self._show_model())
        self._show_model()

    def _show_model(self) -> None:
        state = self.state
        if state.loading:
            self.model.setText(self.tr("Loading {}…").format(label_of(state.loading)))
        elif state.model is not None:
            self.model.setText(f"{label_of(state.model.name)} · {state.model.device}")
        else:
            self.model.setText(self.tr("No network"))
