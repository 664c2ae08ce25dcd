"""Every setting acts at once on the picture that is shown or on the way it plays; the source is not opened again."""

from dataclasses import fields, replace

import pytest

from swahr.config import OverlaySettings
from swahr_app.state.facts import Playback
from swahr_app.state.settings import ModelSettings, PeopleSettings, PlaySettings, with_values

# Settings that are made first, and what is then changed.
ON_THE_PICTURE = [
    ({}, ("people", "threshold", 0.99)),
    ({}, ("people", "min_score", 1.0)),
    ({}, ("people", "max_people", 1)),
    ({}, ("people", "track", False)),
    ({"people": {"smooth": True}}, ("people", "smooth", False)),
    ({}, ("style", "skeleton", False)),
    ({}, ("style", "joints", False)),
    ({}, ("style", "boxes", True)),
    ({}, ("style", "ids", False)),
    ({}, ("style", "scores", True)),
    ({}, ("style", "trails", True)),
    ({}, ("style", "layer", "heatmaps")),
    ({}, ("style", "layer", "tags")),
    ({"style": {"layer": "heatmaps"}}, ("style", "joint", "nose")),
    ({}, ("style", "side_by_side", True)),
    ({}, ("style", "anonymise", True)),
    ({}, ("style", "draw_min_score", 1.0)),
    ({}, ("play", "mirror", True)),
    ({}, ("model", "input_size", 128)),
    ({}, ("model", "flip_test", True)),
]
OTHERWISE = {
    ("play", "speed"): "test_speed_acts_while_a_clip_plays",
    ("play", "loop"): "test_a_clip_that_has_ended_goes_on_when_it_shall_loop",
    ("play", "every_frame"): "test_every_frame_acts_while_a_clip_plays",
    ("model", "model"): "test_controller: test_another_network_acts_without_a_restart_of_the_source",
    ("model", "device"): "test_a_device_that_is_not_there_is_told_and_the_network_stays",
}


@pytest.fixture
def live(app):
    """The app with a count of the sources that were opened."""
    opened = []

    def make(settings):
        def counted(address, start_s, tell):
            from swahr_app.live.controller import open_address

            opened.append(address)
            return open_address(address, start_s, tell)

        made = app(settings, open_address=counted)
        made.opened = opened
        return made

    return make


def changed(settings, values):
    return replace(
        settings, **{group: with_values(getattr(settings, group), **some) for group, some in values.items()}
    )


def test_every_setting_of_the_live_view_is_tested():
    known = {(group, name) for _, (group, name, _) in ON_THE_PICTURE} | set(OTHERWISE)
    groups = {
        "people": PeopleSettings,
        "style": OverlaySettings,
        "play": PlaySettings,
        "model": ModelSettings,
    }
    assert known == {
        (group, name)
        for group, kind in groups.items()
        for name in (kind.model_fields if kind is OverlaySettings else [each.name for each in fields(kind)])
    }


@pytest.mark.parametrize(
    ("first", "change"), ON_THE_PICTURE, ids=[f"{group} {name}" for _, (group, name, _) in ON_THE_PICTURE]
)
def test_a_setting_acts_on_the_frame_that_is_shown(live, clip, settings, first, change):
    shown = live(changed(settings, first))
    shown.open(clip)
    shown.people()
    shown.state.play_requested.emit(False)
    shown.until(lambda: shown.state.playback is Playback.PAUSED)
    shown.state.seek_requested.emit(12 / 25)
    for index in (13, 14, 15):
        shown.state.step_requested.emit(1)
        shown.until(lambda index=index: shown.state.shown.frame_index == index)
    before, opened = shown.state.shown, len(shown.opened)
    group, name, value = change
    shown.state.change_in(group, **{name: value})
    shown.until(
        lambda: (
            shown.state.shown.image.shape != before.image.shape
            or (shown.state.shown.image != before.image).any()
        )
    )
    assert shown.state.shown.frame_index == before.frame_index
    assert len(shown.opened) == opened
    if name == "max_people":
        assert len(shown.state.shown.poses) <= 1


def test_speed_acts_while_a_clip_plays(live, clip, settings):
    shown = live(changed(settings, {"play": {"loop": True, "speed": 0.25}}))
    shown.open(clip)
    shown.people()
    shown.state.change_in("play", speed=4.0)
    shown.until(lambda: shown.state.shown.frame_index > 40)
    assert shown.state.playback is Playback.PLAYING


def test_a_clip_that_has_ended_goes_on_when_it_shall_loop(live, clip, settings):
    shown = live(changed(settings, {"play": {"speed": 4.0}}))
    shown.open(clip)
    shown.until(lambda: shown.state.playback is Playback.ENDED)
    shown.state.play_requested.emit(True)
    shown.state.change_in("play", loop=True)
    shown.until(lambda: shown.state.shown.frame_index > 45)
    shown.until(lambda: shown.state.shown.frame_index < 40)
    assert shown.state.playback is Playback.PLAYING


def test_every_frame_acts_while_a_clip_plays(live, clip, settings):
    shown = live(changed(settings, {"play": {"speed": 4.0, "loop": True}}))
    indices = []
    shown.state.shown_changed.connect(lambda frame: indices.append(frame.frame_index))
    shown.open(clip)
    shown.people()
    shown.state.change_in("play", every_frame=True)
    before = shown.state.shown.dropped
    indices.clear()
    shown.until(lambda: len(indices) > 60)
    assert shown.state.shown.dropped - before <= 1, "one may have been on its way"


def test_a_device_that_is_not_there_is_told_and_the_network_stays(live, clip, settings):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is an NVIDIA GPU here")
    shown = live(settings)
    shown.open(clip)
    shown.people()
    shown.state.change_in("model", device="cuda")
    shown.until(lambda: bool(shown.messages))
    shown.until(lambda: shown.state.settings.model.device == "auto")
    assert shown.state.playback is Playback.PLAYING
    shown.people()
