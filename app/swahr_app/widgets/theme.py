"""Colours, spacing and the style sheet: a dark and a light theme of one design."""

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

ICONS = Path(__file__).parent / "icons"
SPACE = 8  # pixels: all distances are multiples of half of it
INSPECTOR_WIDTH, MIN_INSPECTOR_WIDTH = 328, 312


@dataclass(frozen=True)
class Theme:
    """The colours of a theme, as #rrggbb. border: between surfaces. edge: of what is typed or ticked in.

    Texts have a contrast of 4.5 on every ground they stand on, edges and what shows the keyboard 3 (WCAG 2.2, AA).
    """

    name: str
    window: str
    surface: str
    raised: str
    hover: str
    border: str
    edge: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    stage: str
    record: str
    success: str
    warning: str
    error: str


DARK = Theme(
    "dark", "#15171c", "#1c1f26", "#272b34", "#313642", "#30353f", "#7b8290", "#e9ebf0", "#a3aab8", "#5c8dff",
    "#7aa2ff", "#0b1020", "#0c0d10", "#ff5a5f", "#45c08a", "#e5a944", "#ff6b6b",
)  # fmt: skip
LIGHT = Theme(
    "light", "#f3f4f7", "#ffffff", "#eceff4", "#e2e6ed", "#d9dde5", "#7d8594", "#1c2029", "#5a6170", "#2f68e8",
    "#1f55cc", "#ffffff", "#14161a", "#c9302f", "#1a7a50", "#8a5a00", "#c92a2a",
)  # fmt: skip


def choose_theme(name: str) -> Theme:
    """Return the theme of a setting; "system" follows the desktop."""
    if name == "dark":
        return DARK
    if name == "light":
        return LIGHT
    hints = QGuiApplication.styleHints()
    dark = hints is None or hints.colorScheme() != Qt.ColorScheme.Light
    return DARK if dark else LIGHT


def current_theme() -> Theme:
    """Return the theme that the application shows."""
    application = QApplication.instance()
    found = application.property("swahr_theme") if application is not None else None
    return LIGHT if found == "light" else DARK


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Show a theme: palette and style sheet."""
    if application.property("swahr_theme") == theme.name:
        return  # all widgets would be polished once more
    application.setProperty("swahr_theme", theme.name)
    # Each time: where only the sheet is another, Qt goes through what it kept of widgets that are gone, and may crash.
    application.setStyle("Fusion")
    application.setPalette(_palette(theme))
    application.setStyleSheet(_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.error),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
    ):
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.muted))
    return palette


def _sheet(theme: Theme) -> str:
    icons = ICONS.as_posix()
    values = {name: getattr(theme, name) for name in Theme.__dataclass_fields__}
    values |= {"chevron": f"{icons}/chevron.svg", "up": f"{icons}/up.svg", "check": f"{icons}/check.svg"}
    sheet = (Path(__file__).parent / "theme.qss").read_text(encoding="utf-8")
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", str(values[name]))
    return sheet
