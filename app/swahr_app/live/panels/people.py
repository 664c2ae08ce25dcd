"""Who counts as a person, ids, smoothing, mirror."""

from swahr.tracking.tracker import TRACKERS
from swahr_app.panels import Panel, register_panel
from swahr_app.state.settings import PARSE_SETTINGS, AppSettings
from swahr_app.state.state import AppState
from swahr_app.widgets.bound import Choices, fill_choices

# They mean something with ids alone.
OF_IDS = ("tracker", "remember", "smooth")


@register_panel("people", page="live", title="People", order=20)
class PeoplePanel(Panel):
    """The network's thresholds, who is who, and mirror."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        for name in PARSE_SETTINGS:
            self.add_field("network", name)
        for name in ("track", "smooth"):
            self.add_field("tracking", name)
        self.add_field("tracking", "tracker", _trackers())
        self.add_group("tracking")
        self.add_field("play", "mirror")
        state.plugins_loaded.connect(
            lambda: fill_choices(state, self.fields["tracking.tracker"], _trackers())
        )
        state.settings_changed.connect(self._follow)
        self._follow(state.settings)

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        for name in OF_IDS:
            self.fields[f"tracking.{name}"].setEnabled(now.tracking.track)


def _trackers() -> Choices:
    return [(name, name) for name in TRACKERS.names()]
