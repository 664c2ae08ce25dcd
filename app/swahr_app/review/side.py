"""The side of the review page: people and joints of the frame, and buttons for what can be corrected."""

from collections.abc import Mapping

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from swahr.document import CORRECTED, FILLED, HIDDEN
from swahr.overlay.colours import id_colour
from swahr.pose.poses import Poses
from swahr_app.review.commands import Command
from swahr_app.review.events import Events
from swahr_app.review.notes_side import EventList, MeasureList
from swahr_app.review.placing import by_distance
from swahr_app.review.session import Session
from swahr_app.review.tools import Tools
from swahr_app.widgets.section import Section
from swahr_app.widgets.theme import SPACE

MIN_WIDTH, PEOPLE_HEIGHT, JOINTS_HEIGHT = 296, 96, 168
HERE = ("add_person", "delete_person", "add_joint", "hide_joint", "delete_joint", "swap_sides", "interpolate")
EVENTS = ("add_event", "rename_event", "delete_event")
MEASURE = ("distance", "angle", "unread", "scale", "unscale", "values")
ON = ("swap_ids", "merge_ids", "rename_id", "cut_id", "swap_sides_on", "delete_on")


class Side(QScrollArea):
    """Shows and chooses people and joints. other: the id to exchange or join with; new_id: to rename to."""

    def __init__(self, session: Session, events: Events, tools: Tools) -> None:
        super().__init__()
        self.session = session
        self.events, self.measures = EventList(session, events), MeasureList(session, tools)
        self.people = self._list(self.tr("People in this frame"), PEOPLE_HEIGHT)
        self.joints = self._list(self.tr("Joints of the person"), JOINTS_HEIGHT)
        self.people.currentRowChanged.connect(self._person_chosen)
        self.joints.currentRowChanged.connect(self._joint_chosen)
        self.other = QComboBox()
        self.other.setAccessibleName(self.tr("Other id"))
        self.other.setToolTip(self.tr("The id that is swapped with the chosen one, or merged into it"))
        self.new_id = QSpinBox()
        self.new_id.setRange(0, 2**31 - 1)
        self.new_id.setAccessibleName(self.tr("New id"))
        self.new_id.setToolTip(self.tr("What the chosen person is called from here on, by Rename"))
        self._rows: list[int] = []  # of the frame's people, as they are listed
        self._typed_id = False
        self.new_id.valueChanged.connect(self._note_typed)
        self._picked: int | None = None  # of the other ids, by a person: it stays, wherever they are
        self.other.activated.connect(self._pick)
        self.buttons: dict[str, QPushButton] = {}
        self.sections: list[Section] = []
        self.setObjectName("inspector")
        self.setWidgetResizable(True)
        self.setMinimumWidth(MIN_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        session.selection_changed.connect(self.show_frame)
        session.tracks_changed.connect(self.show_ids)
        session.opened.connect(self.show_frame)

    def build(self, commands: Mapping[str, Command]) -> None:
        """Make the buttons of commands, by their names."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        who = QWidget()
        lists = QVBoxLayout(who)
        lists.setContentsMargins(0, 0, 0, 0)
        for label, widget in ((self.tr("People"), self.people), (self.tr("Joints"), self.joints)):
            text = QLabel(label)
            text.setObjectName("muted")
            lists.addWidget(text)
            lists.addWidget(widget)
        on = QGridLayout()
        for row, (label, field) in enumerate(
            ((self.tr("Other id"), self.other), (self.tr("New id"), self.new_id))
        ):
            text = QLabel(label)
            text.setObjectName("muted")
            on.addWidget(text, row, 0)
            on.addWidget(field, row, 1)
        self._add_buttons(on, ON, commands, 2)
        here = QGridLayout()
        self._add_buttons(here, HERE, commands, 0)
        self._section(column, self.tr("Here"), who)
        self._section(column, self.tr("Correct here"), here)
        self._from_here_on = self._section(column, self.tr("From here on"), on)
        named, measured = QGridLayout(), QGridLayout()
        named.addWidget(self.events, 0, 0, 1, 2)
        self._add_buttons(named, EVENTS, commands, 1)
        measured.addWidget(self.measures, 0, 0, 1, 2)
        self._add_buttons(measured, MEASURE, commands, 1)
        self._section(column, self.tr("Events"), named)
        self._section(column, self.tr("Measure"), measured)
        column.addStretch(1)
        self.setWidget(content)
        self.show_ids()

    def show_kind(self) -> None:
        """Leave out what photos have not: nobody is followed from one to the next."""
        opening = self.session.opening
        self._from_here_on.setVisible(opening is None or not opening.photos)

    def refresh(self) -> None:
        """Take up the theme's colours."""
        for section in self.sections:
            section.refresh()

    def show_frame(self) -> None:
        """Show the people of the frame and the joints of who is chosen."""
        session = self.session
        blockers = [QSignalBlocker(widget) for widget in (self.people, self.joints)]
        self.people.clear()
        poses, people, row = session.poses, session.people, session.row
        self._rows = [] if poses is None else _by_id(poses)
        if poses is not None:
            for number in self._rows:
                known = -1 if poses.ids is None else int(poses.ids[number])
                name = self.tr("Id {}").format(known) if known >= 0 else self.tr("No id")
                self.people.addItem(
                    QListWidgetItem(_spot(known), f"{name}   {float(poses.scores[number]):.2f}")
                )
            self.people.setCurrentRow(-1 if row is None else self._rows.index(row))
        self._show_joints()
        del blockers
        self._enable(people is not None)

    def show_ids(self) -> None:
        """Offer the ids that there are."""
        who, known = self.session.who(), self.session.person_id
        ids = [] if who is None else np.unique(who.ids[who.ids >= 0]).tolist()
        offered = [number for number in ids if number != known]
        chosen = self.other.currentData()
        if offered == [self.other.itemData(place) for place in range(self.other.count())]:
            self._prefer_neighbour(chosen)
            return
        blocker = QSignalBlocker(self.other)
        self.other.clear()
        for number in offered:
            self.other.addItem(_spot(number), str(number), number)
        self.other.setCurrentIndex(max(0, self.other.findData(chosen)))
        blocker.unblock()
        self._prefer_neighbour(chosen)

    def other_id(self) -> int | None:
        """Return the id to exchange or join with."""
        found = self.other.currentData()
        return None if found is None else int(found)

    def _pick(self, _: int) -> None:
        self._picked = self.other_id()

    def _prefer_neighbour(self, chosen: int | None) -> None:
        """Offer first who is nearest in the frame: ids are mostly confused with these."""
        poses, row = self.session.poses, self.session.row
        if poses is None or poses.ids is None or (chosen is not None and chosen == self._picked):
            return
        nearest = [int(poses.ids[other]) for other in by_distance(poses, row) if poses.ids[other] >= 0]
        if nearest and chosen != nearest[0]:
            self.other.setCurrentIndex(max(0, self.other.findData(nearest[0])))

    def _show_joints(self) -> None:
        session = self.session
        poses, people, row = session.poses, session.people, session.row
        self.joints.clear()
        if poses is None or people is None or row is None:
            return
        for joint, name in enumerate(poses.skeleton.joints):
            x, _, score = poses.keypoints[row, joint].tolist()
            mark = int(people.marks[row, joint])
            said = f"{score:.2f}" if np.isfinite(x) else self.tr("missing")
            if mark & CORRECTED:
                said = self.tr("corrected") if np.isfinite(x) else self.tr("deleted")
            elif mark & FILLED:
                said = self.tr("filled")
            if mark & HIDDEN:
                said += self.tr(", hidden")
            self.joints.addItem(f"{name.replace('_', ' ')}   {said}")
        self.joints.setCurrentRow(-1 if session.joint is None else session.joint)

    def _person_chosen(self, row: int) -> None:
        people = self.session.people
        if people is not None and 0 <= row < len(self._rows):
            self.session.choose(int(people.places[self._rows[row]]), self.session.joint)

    def _joint_chosen(self, joint: int) -> None:
        if joint >= 0:
            self.session.choose(self.session.place, joint)

    def _enable(self, there: bool) -> None:
        person, known = self.session.row is not None, self.session.person_id is not None
        joint = person and self.session.joint is not None
        needs = {
            "add_person": there,
            "add_joint": joint,
            "hide_joint": joint,
            "delete_joint": joint,
            "delete_person": person,
            "swap_sides": person,
            "add_event": there,
            "rename_event": self.events.currentRow() >= 0,
            "delete_event": self.events.currentRow() >= 0,
            "distance": there,
            "angle": there,
            "scale": there,
            "values": there,
            "unread": bool(self.session.annotations.readouts),
            "unscale": self.session.annotations.scale is not None,
        }
        for name, button in self.buttons.items():
            button.setEnabled(needs.get(name, known))
        self.show_ids()
        if known and self.session.document is not None:
            self._offer_new_id()

    def _offer_new_id(self) -> None:
        """Offer an id that nobody has; one that a person has typed stays until it is used."""
        who, value = self.session.who(), self.new_id.value()
        if self._typed_id and (who is None or value not in who.ids):
            return
        blocker = QSignalBlocker(self.new_id)
        self.new_id.setValue(self.session.free_id())
        blocker.unblock()
        self._typed_id = False

    def _note_typed(self, _: int) -> None:
        self._typed_id = True

    def _list(self, name: str, height: int) -> QListWidget:
        found = QListWidget()
        found.setAccessibleName(name)
        found.setFixedHeight(height)
        found.setTabKeyNavigation(False)
        return found

    def _section(self, column: QVBoxLayout, title: str, body: QWidget | QGridLayout) -> Section:
        if isinstance(body, QGridLayout):
            body.setContentsMargins(0, 0, 0, 0)
            body.setSpacing(SPACE // 2)
            holder = QWidget()
            holder.setLayout(body)
            body = holder
        section = Section(title, body)
        section.refresh()
        self.sections.append(section)
        column.addWidget(section)
        return section

    def _add_buttons(
        self, grid: QGridLayout, names: tuple[str, ...], commands: Mapping[str, Command], row: int
    ) -> None:
        for number, name in enumerate(names):
            command = commands[f"review_{name}"]
            button = QPushButton(command.text)
            button.setToolTip(command.tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, act=command.act: act())
            self.buttons[name] = button
            grid.addWidget(button, row + number, 0, 1, 2)


def _by_id(poses: Poses) -> list[int]:
    """Return the rows of people in an order that stays from frame to frame: by id, those without one last."""
    ids = [-1] * len(poses) if poses.ids is None else poses.ids.tolist()
    return sorted(range(len(poses)), key=lambda row: (ids[row] < 0, ids[row], row))


def _spot(person_id: int) -> QIcon:
    """Return a square in the colour of an id."""
    picture = QPixmap(12, 12)
    blue, green, red = id_colour(max(0, person_id))
    picture.fill(QColor(red, green, blue) if person_id >= 0 else QColor(0, 0, 0, 0))
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it
    return icon
