"""Who counts as a person, ids, smoothing, mirror."""

from swahr_app.state.settings import Settings
from swahr_app.state.state import AppState
from swahr_app.widgets.bound import bound_check, bound_number, bound_whole
from swahr_app.widgets.section import Section


class PeoplePanel(Section):
    """Thresholds, most people, ids, smoothing, mirror."""

    def __init__(self, state: AppState) -> None:
        super().__init__(self.tr("People"))
        self.threshold = bound_number(
            state,
            "people",
            "threshold",
            0.0,
            1.0,
            0.02,
            self.tr("Least heat of a joint: lower finds more, and more that is not there"),
            self.tr("Model's own"),
        )
        self.min_score = bound_number(
            state,
            "people",
            "min_score",
            0.0,
            1.0,
            0.05,
            self.tr("Least score of a person: higher leaves out doubtful people"),
            self.tr("Model's own"),
        )
        self.max_people = bound_whole(
            state, "people", "max_people", 1, 200, 1, self.tr("Most people in a frame")
        )
        self.track = bound_check(
            state, "people", "track", self.tr("Ids"), self.tr("Give each person a number that stays theirs")
        )
        self.smooth = bound_check(
            state, "people", "smooth", self.tr("Smooth"), self.tr("Take the jitter out of joints; needs ids")
        )
        self.mirror = bound_check(
            state, "play", "mirror", self.tr("Mirror"), self.tr("Show the picture as a mirror does (M)")
        )
        self.add_row(self.tr("Joint threshold"), self.threshold)
        self.add_row(self.tr("Person score"), self.min_score)
        self.add_row(self.tr("Most people"), self.max_people)
        self.add_pair(self.track, self.smooth)
        self.add_wide(self.mirror)
        state.settings_changed.connect(self._follow)
        self._follow(state.settings)

    def _follow(self, now: Settings, _before: Settings | None = None) -> None:
        self.smooth.setEnabled(now.people.track)
