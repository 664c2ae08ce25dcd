"""Line icons, drawn in the colour of the theme."""

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PyQt6.QtSvg import QSvgRenderer

from swahr_app.widgets.theme import ICONS, current_theme

# On a grid of 24 x 24; strokes of 1.8.
LINES = {
    "camera": "M3 8.5A1.5 1.5 0 0 1 4.5 7h9A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 15.5z"
    "M15 11l6-3v8l-6-3",
    "file": "M6 3h8l5 5v12a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM14 3v5h5M10.5 12v5l4-2.5z",
    "folder": "M3 6.5A1.5 1.5 0 0 1 4.5 5H9l2 2.5h8.5A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1"
    " 3 17.5z",
    "stream": "M5 12a7 7 0 0 1 14 0M8.5 12a3.5 3.5 0 0 1 7 0M12 12v0.1M12 14v6",
    "recent": "M12 4a8 8 0 1 1-7.4 5M4 4v5h5M12 8v4.5l3 2",
    "play": "M8 5.5v13l10.5-6.5z",
    "pause": "M8.5 5.5v13M15.5 5.5v13",
    "back": "M17 6l-7 6 7 6zM7 6v12",
    "next": "M7 6l7 6-7 6zM17 6v12",
    "loop": "M5 12V10a3 3 0 0 1 3-3h9M14.5 4L17.5 7l-3 3M19 12v2a3 3 0 0 1-3 3H7M9.5 14l-3 3 3 3",
    "picture": "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5"
    " 1.5 0 0 1 4 17.5zM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "close": "M6 6l12 12M18 6L6 18",
    "undo": "M9 5L4.5 9.5 9 14M5 9.5h9a5 5 0 0 1 0 10h-3",
    "redo": "M15 5l4.5 4.5L15 14M19 9.5h-9a5 5 0 0 0 0 10h3",
    "plus": "M12 5v14M5 12h14",
    "open": "M9 5H5.5A1.5 1.5 0 0 0 4 6.5v12A1.5 1.5 0 0 0 5.5 20h12a1.5 1.5 0 0 0 1.5-1.5V15M13 4h7v7M20 4l-9 9",
    "down": "M6 9l6 6 6-6",
    "right": "M9 6l6 6-6 6",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.5v0.1",
    "success": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.3l2.8 2.8L16 9.5",
    "warning": "M12 4l9 16H3zM12 10v4.5M12 17.2v0.1",
    "error": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
    "people": "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19.5c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M15.5 5a3 3 0 0 1"
    " 0 5.8M17 14.3c2.4.5 4 2.5 4 5.2",
    "chart": "M4 4v16h16M7.5 15l4-5 3 3 5-7",
}
FILLED = {"record": "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12z", "stop": "M7 7h10v10H7z"}


def icon(name: str, colour: str | None = None) -> QIcon:
    """Return an icon by its name; colour: as #rrggbb, None is the theme's text."""
    found = QIcon()
    theme = current_theme()
    for side in (16, 20, 24, 32, 48, 64):
        found.addPixmap(_pixmap(name, colour or theme.text, side))
        found.addPixmap(_pixmap(name, theme.edge, side), QIcon.Mode.Disabled)
    return found


def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture. side: in pixels of the layout; ratio: pixels of the screen in one of these."""
    drawn = _pixmap(name, colour, round(side * ratio))
    drawn.setDevicePixelRatio(ratio)
    return drawn


def app_icon() -> QIcon:
    """Return the app's icon."""
    return QIcon(str(ICONS / "swahr.svg"))


def _pixmap(name: str, colour: str, side: int) -> QPixmap:
    key = f"icon {name} {colour} {side}"
    known = QPixmapCache.find(key)
    if known is not None and not known.isNull():
        return known
    filled = name in FILLED
    style = (
        f'fill="{colour}"'
        if filled
        else f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
    )
    path = FILLED[name] if filled else LINES[name]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}" {style}/></svg>'
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn
