"""Every setting acts at once on the picture that is shown or on the way it plays; the source is not opened again."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swahr.config import NetworkSettings, OverlaySettings, TrackSettings
from swahr.models import load_checkpoint, save_checkpoint
from swahr.models.calibration import Calibration
from swahr.models.uncertainty import NUM_FEATURES, JointUncertainty
from swahr_app.live.workers.loading import load
from swahr_app.state.facts import Playback
from swahr_app.state.settings import PlaySettings

# Settings that are made first, and what is then changed.
ON_THE_PICTURE = [
    ({}, ("network", "threshold", 0.99)),
    ({}, ("network", "min_score", 1.0)),
    ({}, ("network", "max_people", 1)),
    ({"network": {"max_similarity": 1.0}}, ("network", "max_similarity", 0.0)),
    ({}, ("tracking", "track", False)),
    ({"tracking": {"smooth": True}}, ("tracking", "smooth", False)),
    ({}, ("overlay", "skeleton", False)),
    ({}, ("overlay", "joints", False)),
    ({}, ("overlay", "boxes", True)),
    ({}, ("overlay", "ids", False)),
    ({}, ("overlay", "scores", True)),
    ({}, ("overlay", "trails", True)),
    ({"network": {"model": "calibrated"}}, ("overlay", "ellipses", True)),
    ({}, ("overlay", "layer", "heatmaps")),
    ({}, ("overlay", "layer", "tags")),
    ({"overlay": {"layer": "heatmaps"}}, ("overlay", "joint", "nose")),
    ({}, ("overlay", "side_by_side", True)),
    ({}, ("overlay", "anonymise", "all")),
    ({}, ("overlay", "draw_min_score", 1.0)),
    ({}, ("play", "mirror", True)),
    ({}, ("network", "input_size", 128)),
    ({}, ("network", "flip_test", True)),
]
# What changes how the network runs, and not what is seen.
LOADED = {
    "scales": (0.5, 1.0),
    "backend": "onnxruntime",
    "precision": "float32",
    "refine": "best",
    "tiles": "2",
    "feet": "full",
    "hands": True,
    "subpixel": "gaussian",
    "box_file": Path("boxes.csv"),
    "box_model": "coco",
    "rescore": False,
    "suppress": "soft",
    "compile": True,
    "threads": 2,
}
OTHERWISE = {
    ("play", "speed"): "test_speed_acts_while_a_clip_plays",
    ("play", "loop"): "test_a_clip_that_has_ended_goes_on_when_it_shall_loop",
    ("play", "every_frame"): "test_every_frame_acts_while_a_clip_plays",
    ("network", "model"): "test_controller: test_another_network_acts_without_a_restart_of_the_source",
    ("network", "device"): "test_a_device_that_is_not_there_is_told_and_the_network_stays",
    **{("network", name): "test_what_the_network_runs_with_loads_it_anew" for name in LOADED},
    ("network", "batch_size"): "test_batch: test_a_file_is_processed_with_the_settings_of_the_live_view",
    ("tracking", "tracker"): "test_who_is_who_is_asked_of_the_tracker_that_is_chosen",
    ("tracking", "remember"): "test_how_long_someone_is_remembered_acts_at_once",
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


@pytest.fixture
def nobody_tracker():
    """A tracker that knows nobody."""
    from swahr.tracking import register_tracker
    from swahr.tracking.tracker import TRACKERS

    @register_tracker("nobody")
    class Nobody:
        def __init__(self, settings, skeleton):
            self.settings = settings

        def __call__(self, poses, time_s, image=None):
            return replace(poses, ids=np.full(len(poses), -1, np.int32))

    yield Nobody
    TRACKERS.remove("nobody")


@pytest.fixture(scope="session")
def calibrated(crowd_model, tmp_path_factory):
    """The network that finds people everywhere, which knows how sure a joint's place is."""
    checkpoint = load_checkpoint(crowd_model)
    sure = Calibration(uncertainty=JointUncertainty((0.0,) * NUM_FEATURES, (0.0,) * 17))
    path = tmp_path_factory.mktemp("calibrated") / "crowd.safetensors"
    save_checkpoint(path, replace(checkpoint, calibration=sure))
    return str(path)


def changed(settings, values):
    return settings.changed(
        **{group: getattr(settings, group).changed(**some) for group, some in values.items()}
    )


def test_every_setting_of_the_live_view_is_tested():
    known = {(group, name) for _, (group, name, _) in ON_THE_PICTURE} | set(OTHERWISE)
    groups = {
        "network": NetworkSettings,
        "tracking": TrackSettings,
        "overlay": OverlaySettings,
        "play": PlaySettings,
    }
    assert known == {(group, name) for group, kind in groups.items() for name in kind.model_fields}


@pytest.mark.parametrize(
    ("first", "change"), ON_THE_PICTURE, ids=[f"{group} {name}" for _, (group, name, _) in ON_THE_PICTURE]
)
def test_a_setting_acts_on_the_frame_that_is_shown(live, clip, settings, calibrated, first, change):
    if first.get("network", {}).get("model") == "calibrated":
        first = {"network": {"model": calibrated}}
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
    indices.clear()
    shown.until(lambda: len(indices) > 3)  # what was left out before is counted by then
    before = shown.state.shown.dropped
    indices.clear()
    shown.until(lambda: len(indices) > 40)
    assert shown.state.shown.dropped == before


def test_every_frame_of_a_file_waits_for_a_network_that_is_still_loaded(app, clip, settings):
    go, seen = threading.Event(), []

    def late(network):
        go.wait(20)
        loaded = load(network)
        infer = loaded.estimator.infer

        def look(frames, **options):
            seen.append(len(frames))
            return infer(frames, **options)

        loaded.estimator.infer = look
        return loaded

    live = app(settings.changed(play=settings.play.changed(every_frame=True, speed=4.0)), load=late)
    live.open(clip)
    live.until(lambda: bool(live.state.loading))
    assert live.state.playback is Playback.PLAYING
    go.set()
    live.until(lambda: live.state.playback is Playback.ENDED)
    live.until(lambda: live.state.shown is not None and live.state.shown.frame_index == 49)
    assert sum(seen) == 50


def test_a_device_that_is_not_there_is_told_and_the_network_stays(live, clip, settings):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is an NVIDIA GPU here")
    shown = live(settings)
    shown.open(clip)
    shown.people()
    shown.state.change_in("network", device="cuda")
    shown.until(lambda: bool(shown.messages))
    shown.until(lambda: shown.state.settings.network.device == "auto")
    assert shown.state.playback is Playback.PLAYING
    shown.people()


@pytest.mark.parametrize("name", LOADED)
def test_what_the_network_runs_with_loads_it_anew(app, settings, name):
    asked = []

    def noted(network):
        asked.append(network)
        return load(settings.network)

    shown = app(settings, load=noted)
    shown.until(lambda: shown.state.model is not None)
    shown.state.change_in("network", **{name: LOADED[name]})
    shown.until(lambda: len(asked) == 2)
    assert asked[1] == asked[0].changed(**{name: LOADED[name]})


def test_how_long_someone_is_remembered_acts_at_once(live, clip, settings):
    shown = live(changed(settings, {"play": {"loop": True}}))
    shown.open(clip)
    shown.people()
    following = shown.controller.analyser.lane(shown.state.chosen.session).following
    assert following.tracker.params.max_absence_s == settings.tracking.remember
    shown.state.change_in("tracking", remember=5.0)
    shown.until(lambda: following.tracker.params.max_absence_s == 5.0)


def test_who_is_who_is_asked_of_the_tracker_that_is_chosen(live, clip, settings, nobody_tracker):
    shown = live(changed(settings, {"play": {"loop": True}}))
    shown.open(clip)
    shown.people()
    shown.state.change_in("tracking", tracker="nobody")
    following = shown.controller.analyser.lane(shown.state.chosen.session).following
    shown.until(lambda: isinstance(following.tracker, nobody_tracker))
    shown.state.change_in("tracking", tracker="gone")
    shown.until(lambda: any("tracker is 'gone'" in message.text for message in shown.messages))
    index = shown.state.shown.frame_index
    shown.until(lambda: shown.state.shown.frame_index != index)
