"""The files that come with the package: their sums, their licences, and that they load."""

from safetensors import safe_open

from swahr.models import bundled, load_checkpoint
from swahr.models.blazepose_files import load_blazepose
from swahr.models.hashes import read_sums, sha256
from swahr.models.movenet_single import load_single

BUNDLED = bundled.FOLDER


def test_the_bundled_weights_are_as_recorded_and_load():
    recorded = read_sums(BUNDLED)
    files = sorted(path.name for path in BUNDLED.glob("*.safetensors"))
    assert "default.safetensors" in files
    assert files == sorted(recorded), "after a change of the weights: sha256sum *.safetensors > SHA256SUMS"
    for name in files:
        assert sha256(BUNDLED / name) == recorded[name]
        assert (BUNDLED / name).stat().st_size <= 20e6
        assert {"data", "licence"} <= load_checkpoint(BUNDLED / name).card.keys()


def test_weights_under_a_free_licence_hold_their_own_part_alone():
    coco = BUNDLED / "coco.safetensors"
    with safe_open(str(coco), "pt") as file:
        own = set(file.keys())
    assert not [name for name in own if name.startswith(("backbone.trunk", "backbone.heatmap_tower"))]
    assert [name for name in own if name.startswith("backbone.grouping_tower")]
    assert load_checkpoint(coco).card["licence"] == "Apache-2.0"
    notice = (BUNDLED / "NOTICE.md").read_text()
    assert "coco.safetensors" in notice
    assert "COCO Consortium" in notice
    assert "TERMS AND CONDITIONS" in (BUNDLED / "LICENSE-APACHE-2.0.txt").read_text()


def test_the_bundled_crop_networks_are_as_recorded_and_load():
    crops = BUNDLED / "crops"
    recorded = read_sums(crops)
    files = sorted(path.name for path in crops.glob("*.safetensors"))
    assert files == sorted(recorded) == ["blazepose-full.safetensors", "thunder.safetensors"]
    for name, load in zip(files, (load_blazepose, load_single), strict=True):
        assert sha256(crops / name) == recorded[name]
        load(crops / name)
        assert f"`{name}`" in (crops / "NOTICE.md").read_text()
