"""The door for panels: parts of the window's pages, ours and those of other packages.

A panel is a widget that is made with the state of the app. It registers with the page on which it stands; nothing
else has to know of it. Ours are the modules of `swahr_app.live.panels`; other packages name their modules in the
entry point group `swahr.plugins`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from swahr._util.registry import Modules, Registry
from swahr.errors import SettingError, first_line
from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.state.texts import in_language
from swahr_app.widgets.rows import Rows
from swahr_app.widgets.section import Section

__all__ = ["PANELS", "Panel", "PanelEntry", "PanelHost", "register_panel"]

log = logging.getLogger(__name__)

# The places of each page; the first is where a panel stands that names none.
PLACES = {"live": ("side", "below"), "batch": ("below",), "training": ("side",)}
# A part of the app whose modules are our panels.
OWN = ("swahr_app.live.panels",)

MakePanel = Callable[[AppState], QWidget]
M = TypeVar("M", bound=MakePanel)

Panel = Rows


@dataclass(frozen=True)
class PanelEntry:
    """A panel that can be made. See `register_panel`."""

    name: str
    make: MakePanel
    page: str
    place: str
    title: str
    order: float
    opened: bool


PANELS: Registry[PanelEntry] = Registry("panel", own=Modules(*OWN))


def register_panel(
    name: str, *, page: str, title: str = "", place: str = "", order: float = 100, opened: bool = True
) -> Callable[[M], M]:
    """Register a class of panels, or a function that makes one.

    Args:
        name: What it is known by, such as "overlay".
        page: "live", "batch" or "training".
        title: Of the heading under which it folds; without one it stands as it is.
        place: "side" or "below"; "": the first that the page has.
        order: Panels stand in this order, those of the same order by their names; ours have 0 to 50.
        opened: Whether it is unfolded at first.

    Raises:
        SettingError: For a name that is taken, and for a place that the page does not have.
    """
    places = PLACES.get(page, ())
    if not places or place not in ("", *places):
        known = "; ".join(f"{page}: {', '.join(found)}" for page, found in PLACES.items())
        raise SettingError(f"panel {name} stands on {page} {place}".rstrip() + f"; expected one of {known}")

    def register(make: M) -> M:
        PANELS.register(name, PanelEntry(name, make, page, place or places[0], title, order, opened))
        return make

    return register


class PanelHost(QWidget):
    """Holds the panels of one place of a page. panels, sections: by name, those without a heading in `panels` alone."""

    def __init__(self, state: AppState, page: str, place: str) -> None:
        super().__init__()
        self.state, self._page, self._place = state, page, place
        self.panels: dict[str, QWidget] = {}
        self.sections: dict[str, Section] = {}
        self._shown: list[PanelEntry] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        state.plugins_loaded.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Make the panels that were registered since the last time."""
        entries = sorted(
            (entry for entry in PANELS if (entry.page, entry.place) == (self._page, self._place)),
            key=lambda entry: entry.order,
        )
        for entry in entries:
            if entry.name not in self.panels:
                self._add(entry, [known for known in entries if known in self._shown or known is entry])

    def refresh(self) -> None:
        """Take up the theme's colours."""
        for part in (*self.sections.values(), *self.panels.values()):
            take_up = getattr(part, "refresh", None)
            if callable(take_up):
                take_up()

    def _add(self, entry: PanelEntry, order: list[PanelEntry]) -> None:
        try:
            panel = entry.make(self.state)
        except Exception as error:  # of another package: the window goes on without it
            log.exception("the panel %s cannot be made", entry.name)
            self.state.notify(
                Level.ERROR,
                QCoreApplication.translate("PanelHost", "The panel {} cannot be shown: {}").format(
                    entry.name, first_line(error)
                ),
            )
            return
        self.panels[entry.name] = part = panel
        if entry.title:
            part = self.sections[entry.name] = Section(in_language(entry.title), panel, entry.opened)
            part.refresh()
        self._shown.append(entry)
        self._column.insertWidget(order.index(entry), part, 0, Qt.AlignmentFlag(0))
