"""Takes pictures of the app's window: one for the docs, or each in every look that a person may have it in."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication, QWidget

    from swahr_app.shell.window import Window

QUALITY = 88
MOST_S = 20.0
SETTLE_S = 0.5  # until the threads have drawn at another size
THEMES = ("dark", "light")
SIZES = ((900, 600), (2560, 1440))


@dataclass(frozen=True)
class Look:
    """How the window is seen: theme, and its size in pixels that the scale multiplies."""

    theme: str
    size: tuple[int, int]

    @property
    def name(self) -> str:
        """For a picture's file."""
        return f"{self.theme}_{self.size[0]}x{self.size[1]}"


LOOKS = tuple(Look(theme, size) for size, theme in product(SIZES, THEMES))


@dataclass(frozen=True)
class Camera:
    """Takes pictures of the window. looks: all of them for each picture; without any, as the window is."""

    application: "QApplication"
    window: "Window"
    target: Path
    looks: tuple[Look, ...] = ()
    scale: str = "1"

    def wait(self, met: Callable[[], bool], seconds: float) -> None:
        """Let the app run until `met`, at most so long."""
        from benchmarks.app import wait

        wait(met, seconds)

    def rest(self, seconds: float) -> None:
        """Let the app run for so long."""
        self.wait(lambda: False, seconds)

    def save(self, name: str, widget: "QWidget | None" = None) -> None:
        """Save a picture of the window, or of another one that it has open."""
        if not self.looks:
            self._save(name, widget)
            return
        state, before = self.window.state, (self.window.state.settings.theme, self.window.size())
        for look in self.looks:
            if widget is not None and look.size != self.looks[0].size:
                continue  # it has a size of its own
            state.change(theme=look.theme)
            self.window.resize(*look.size)
            self._save(f"{name}_{look.name}_{self.scale}", widget)
        state.change(theme=before[0])
        self.window.resize(before[1])

    def _drawn(self) -> bool:
        """Whether the live view's picture has the size that is seen now: a busy machine takes a while."""
        view = self.window.live.view
        if view.image is None or not view.isVisible():
            return True
        ratio = view.devicePixelRatioF()
        rest = (view.width() * ratio - view.image.width(), view.height() * ratio - view.image.height())
        return -2 < min(rest) < 2

    def _save(self, name: str, widget: "QWidget | None") -> None:
        self.rest(SETTLE_S)
        self.wait(self._drawn, MOST_S)
        path = self.target / f"{name}.jpg"
        (self.window if widget is None else widget).grab().save(str(path), quality=QUALITY)
        print(path)
