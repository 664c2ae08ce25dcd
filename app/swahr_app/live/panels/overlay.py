"""What is drawn over the picture."""

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QComboBox

from swahr.pose.skeleton import COCO_17
from swahr_app.state.settings import Settings
from swahr_app.state.state import AppState
from swahr_app.widgets.bound import bound_check, bound_choice, bound_number
from swahr_app.widgets.section import Section


class DrawingPanel(Section):
    """Skeleton, joints, boxes, ids, scores, trails, and the network's maps."""

    def __init__(self, state: AppState) -> None:
        super().__init__(self.tr("Drawing"))
        self.state = state
        texts = {
            "skeleton": (self.tr("Skeleton"), self.tr("Lines between joints (1)")),
            "joints": (self.tr("Joints"), self.tr("A dot at each joint (2)")),
            "boxes": (self.tr("Boxes"), self.tr("A box around each person (3)")),
            "ids": (self.tr("Id labels"), self.tr("Each person's number (4)")),
            "scores": (self.tr("Scores"), self.tr("How sure the network is of each person (5)")),
            "trails": (self.tr("Trails"), self.tr("Where people went in the last seconds; needs ids (6)")),
            "anonymise": (self.tr("Hide faces"), self.tr("Blur faces, in recordings too (7)")),
            "side_by_side": (self.tr("Side by side"), self.tr("The frame as it was on the left (8)")),
        }
        self.checks = {
            name: bound_check(state, "style", name, text, tip) for name, (text, tip) in texts.items()
        }
        names = list(self.checks)
        for left, right in zip(names[::2], names[1::2], strict=True):
            self.add_pair(self.checks[left], self.checks[right])
        self.layer = bound_choice(
            state,
            "style",
            "layer",
            [
                ("none", self.tr("None")),
                ("heatmaps", self.tr("Heatmap")),
                ("tags", self.tr("Tags")),
            ],
            self.tr("What the network itself says: heat of joints, or the tags that group them (H)"),
        )
        self.joint = QComboBox()
        self.joint.setToolTip(self.tr("Which joint's map is drawn"))
        self.joint.activated.connect(lambda index: state.change_in("style", joint=self.joint.itemData(index)))
        self.min_score = bound_number(
            state, "style", "draw_min_score", 0.0, 1.0, 0.05, self.tr("Joints of a lower score are not drawn")
        )
        self.add_row(self.tr("Layer"), self.layer)
        self.add_row(self.tr("Of joint"), self.joint)
        self.add_row(self.tr("Joint score"), self.min_score)
        state.settings_changed.connect(self._follow)
        state.model_changed.connect(lambda _: self._fill())
        self._fill()

    def _fill(self) -> None:
        blocker = QSignalBlocker(self.joint)
        skeleton = COCO_17 if self.state.model is None else self.state.model.skeleton
        self.joint.clear()
        self.joint.addItem(self.tr("All"), None)
        for joint in skeleton.joints:
            self.joint.addItem(joint_label(joint), joint)
        blocker.unblock()
        self._follow(self.state.settings)

    def _follow(self, now: Settings, _before: Settings | None = None) -> None:
        blocker = QSignalBlocker(self.joint)
        self.joint.setCurrentIndex(max(0, self.joint.findData(now.style.joint)))
        blocker.unblock()
        self.joint.setEnabled(now.style.layer != "none")
        for name in ("ids", "trails"):
            self.checks[name].setEnabled(now.people.track)


def joint_label(joint: str) -> str:
    """Return a joint's name for people: "Left wrist"."""
    return joint.replace("_", " ").capitalize()
