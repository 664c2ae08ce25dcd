"""What is measured on the picture: joints that are read out, and a line of known length."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal

from swahr.document import SetReadouts, SetScale
from swahr.errors import SwahrError
from swahr.movement.readouts import Readout
from swahr_app.review.session import Session

DISTANCE, ANGLE, SCALE = "distance", "angle", "scale"
JOINTS = {DISTANCE: 2, ANGLE: 3}
Point = tuple[float, float]


@dataclass(frozen=True)
class Reading:
    """What is read out of somebody. value: NaN where a joint is missing. unit: deg, px or m."""

    readout: Readout
    value: float
    unit: str

    @property
    def text(self) -> str:
        """Value and unit, as they are shown."""
        if not np.isfinite(self.value):
            return "–"
        digits = {"deg": 1, "px": 1, "m": 3}[self.unit]
        return f"{self.value:.{digits}f}" + ("°" if self.unit == "deg" else f" {self.unit}")


class Tools(QObject):
    """Measures on a session's picture.

    mode: what is being chosen: joints of a distance or an angle, the line of a scale, or "". picked: joints so far.
    line: ends of the scale's line while it is drawn, in the video. end: which of them keys move.
    ask_length: lets a person type metres; is given what is known, returns None for none.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session, ask_length: Callable[[float | None], float | None]) -> None:
        super().__init__()
        self.session, self._ask_length = session, ask_length
        self.mode = ""
        self.picked: tuple[int, ...] = ()
        self.line: list[Point] | None = None
        self.end = 1
        session.opened.connect(self.leave)

    # ---- joints ------------------------------------------------------------------------------------------------

    def read_out(self, mode: str) -> None:
        """Begin to choose joints, and take the one that is chosen; or take it, where that has begun."""
        if self.session.document is None:
            return
        if self.mode != mode:
            self.mode, self.picked, self.line = mode, (), None
        if self.session.joint is not None and self.session.row is not None:
            self.pick(self.session.joint)
        self.changed.emit()

    def pick(self, joint: int) -> None:
        """Take a joint; the last one makes the read-out."""
        if self.mode not in JOINTS or joint in self.picked:
            return
        self.picked += (joint,)
        if len(self.picked) == JOINTS[self.mode]:
            known = [each for each in self.session.annotations.readouts if each != self.picked]
            readouts = (*known, self.picked)
            self.mode, self.picked = "", ()
            self.session.do(SetReadouts(readouts=readouts))
        self.changed.emit()

    def remove_readout(self) -> None:
        """Take the last read-out away."""
        known = self.session.annotations.readouts
        if known:
            self.session.do(SetReadouts(readouts=known[:-1]))

    def readings(self, keypoints: npt.NDArray[np.float32]) -> list[Reading]:
        """Return what is read out of a person: keypoints [K, 3], frame pixels."""
        notes = self.session.annotations
        found = []
        for joints in notes.readouts:
            readout = Readout(joints)
            value, unit = float(readout.of(keypoints[:, :2].astype(np.float64))), "deg"
            if not readout.is_angle:
                unit = "px" if notes.scale is None else "m"
                value *= 1.0 if notes.scale is None else notes.scale.metres_per_pixel
            found.append(Reading(readout, value, unit))
        return found

    # ---- scale -------------------------------------------------------------------------------------------------

    def draw_scale(self) -> None:
        """Begin to draw a line of known length, in the middle; where one is drawn, ask how long it is."""
        if self.session.document is None or self.session.info is None:
            return
        if self.mode == SCALE:
            self.finish_scale()
            return
        wide, high = self.session.info.stored_wh
        known = self.session.annotations.scale
        self.mode, self.picked, self.end = SCALE, (), 1
        self.line = [(wide * 0.3, high / 2), (wide * 0.7, high / 2)]
        if known is not None:
            self.line = [known.line[:2], known.line[2:]]
        self.session.play(False)
        self.changed.emit()

    def move_end(self, x: float, y: float) -> bool:
        """Move the end that keys move by pixels of the video; return whether a line is drawn."""
        if self.line is None:
            return False
        before = self.line[self.end]
        self.line[self.end] = (before[0] + x, before[1] + y)
        self.changed.emit()
        return True

    def switch_end(self) -> bool:
        """Let keys move the other end; return whether a line is drawn."""
        if self.line is None:
            return False
        self.end = 1 - self.end
        self.changed.emit()
        return True

    def draw(self, start: Point, end: Point) -> None:
        """Put the line between two places of the video."""
        self.line, self.end = [start, end], 1
        self.changed.emit()

    def finish_scale(self) -> None:
        """Ask how long the line is, and keep the scale."""
        known, line = self.session.annotations.scale, self.line
        if line is None:
            return
        length = self._ask_length(None if known is None else known.length)
        if length is None:
            return
        ends = [round(value, 2) for point in line for value in point]
        try:
            edit = SetScale(line=(ends[0], ends[1], ends[2], ends[3]), length=length)
        except SwahrError as error:
            self.session.notify_error(error)
            return
        self.leave()
        self.session.do(edit)

    def remove_scale(self) -> None:
        """Take the scale away."""
        if self.session.annotations.scale is not None:
            self.session.do(SetScale())

    # ---- mode --------------------------------------------------------------------------------------------------

    def leave(self) -> bool:
        """Choose nothing any more; return whether something was being chosen."""
        was = bool(self.mode)
        self.mode, self.picked, self.line = "", (), None
        self.changed.emit()
        return was

    def hint(self) -> str:
        """Return what to do now, in a line."""

        def tr(text: str) -> str:
            return QCoreApplication.translate("Review", text)

        if self.mode == SCALE:
            return tr(
                "Draw a line of known length, or move its end with Alt and the arrows; Y takes it, Escape leaves"
            )
        if self.mode:
            word = tr("Distance") if self.mode == DISTANCE else tr("Angle")
            key = "V" if self.mode == DISTANCE else "Shift+V"
            text = tr("{}: click joint {} of {}, or choose it and press {}; Escape leaves")
            return text.format(word, len(self.picked) + 1, JOINTS[self.mode], key)
        return ""
