"""Each system finds people of a clip in the window; tests/training/systems trains the same networks."""

import pytest
import torch

from swahr.demo import clip as demo_clip
from swahr.models import Architecture, Checkpoint, save_checkpoint
from swahr.models.crop_contract import CropContract
from swahr.pose.skeleton import COCO_17
from tests.tiny_systems import SYSTEMS


@pytest.fixture
def untrained(tmp_path):
    """Make a checkpoint of a system, with weights as they are drawn."""

    def make(name):
        torch.manual_seed(0)
        architecture = Architecture(**SYSTEMS[name])
        model = architecture.build().eval()
        model.initialise()
        last = getattr(model.head, "final_layer", None)
        if hasattr(model.head, "refine_net"):
            last = model.head.refine_net.final_predict[-1]
        if last is not None:  # whose answers are next to nothing at the start
            last.bias.data.fill_(0.5)
        crop = CropContract(input_wh=(64, 64)) if architecture.kind == "top-down" else None
        path = tmp_path / f"{name}.safetensors"
        save_checkpoint(path, Checkpoint(model, architecture, COCO_17, 64, crop=crop))
        return path

    return make


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_clip_plays_with_the_network_of_a_system(app, clip, settings, untrained, tmp_path, name):
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("frame,x,y,w,h\n" + "".join(f"{index},10,8,30,36\n" for index in range(50)))
    closely = Architecture(**SYSTEMS[name]).kind == "top-down"
    network = settings.network.changed(model=str(untrained(name)), min_score=0.0)
    live = app(settings.changed(network=network.changed(box_file=boxes) if closely else network))
    live.open(clip)
    live.until(lambda: live.state.shown is not None and "people" in live.state.shown.stages)
    assert live.state.model.skeleton == COCO_17
    assert live.messages == []
    assert not closely or len(live.state.shown.poses) == 1


def test_a_network_for_crops_looks_at_the_people_of_the_bundled_model(
    app, settings, untrained, tmp_path, monkeypatch
):
    monkeypatch.setattr(demo_clip, "SECONDS", 10 / demo_clip.FRAME_RATE)
    demo_clip.write_clip(tmp_path / "people.mp4")
    live = app(
        settings.changed(network=settings.network.changed(model=str(untrained("hrnet")), min_score=0.0))
    )
    live.open(tmp_path / "people.mp4")
    assert len(live.people().poses) >= 3
    assert live.messages == []
