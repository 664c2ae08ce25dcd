"""What is drawn over the picture."""

from swahr.pose.skeleton import COCO_17
from swahr_app.panels import Panel, register_panel
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import info_of, unset_text
from swahr_app.widgets.bound import fill_choices

# They mean something with ids alone.
OF_IDS = ("ids", "trails")


@register_panel("overlay", page="live", title="Overlay", order=30)
class OverlayPanel(Panel):
    """All of the overlay's settings; the joints of the layer are those of the network's skeleton."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        infos = state.settings.overlay.described()
        for info in infos:
            if info.base is bool:
                self.add_field("overlay", info.name)
        for info in infos:
            if info.base is not bool:
                self.add_field("overlay", info.name, self._joints() if info.name == "joint" else None)
        state.settings_changed.connect(self._follow)
        state.model_changed.connect(
            lambda _: fill_choices(state, self.fields["overlay.joint"], self._joints())
        )
        self._follow(state.settings)

    def _joints(self) -> list[tuple[str | None, str]]:
        skeleton = COCO_17 if self.state.model is None else self.state.model.skeleton
        nothing = unset_text(info_of(self.state.settings.overlay, "joint"))
        return [(None, nothing), *((joint, joint_label(joint)) for joint in skeleton.joints)]

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        self.fields["overlay.joint"].setEnabled(now.overlay.layer != "none")
        for name in OF_IDS:
            self.fields[f"overlay.{name}"].setEnabled(now.tracking.track)


def joint_label(joint: str) -> str:
    """Return a joint's name for people: "Left wrist"."""
    return joint.replace("_", " ").capitalize()
