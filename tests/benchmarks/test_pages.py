"""Pages hold the tables and charts that their results make."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from benchmarks.marked import put_between
from benchmarks.systems import page
from benchmarks.systems.pictures import PICTURES
from benchmarks.systems.runs import joined, multiply_adds
from benchmarks.systems.setups import BOXES_BY, SYSTEMS, Data, config_of
from swahr.errors import SwahrError
from swahr.models import read_architecture
from swahr.pose.skeleton import Skeleton
from swahr_training.config import DataSource
from swahr_training.loop.resolve import resolve_config

FIGURE = replace(Skeleton.from_joints(["head", "left_hand", "right_hand"]), limbs=((0, 1), (0, 2)))


@pytest.mark.parametrize("kind", [kind for kind in page.FILES if page.results_file(kind).is_file()])
def test_the_comparison_is_that_of_its_results(kind):
    results = json.loads(page.results_file(kind).read_text())
    assert page.text(results) in page.PAGE.read_text()
    chart = page.chart_file(kind).read_text()
    assert chart == page.chart(results["systems"])
    words = {each.text for each in ElementTree.fromstring(chart).iter()}
    assert set(results["systems"]) <= words
    assert set(results["systems"]) <= set(SYSTEMS)


@pytest.mark.parametrize("kind", [kind for kind in page.FILES if page.results_file(kind).is_file()])
def test_the_networks_of_the_results_can_be_made_and_timed_again(kind):
    systems = json.loads(page.results_file(kind).read_text())["systems"]
    for name, result in systems.items():
        architecture = read_architecture(result["architecture"])
        assert sum(each.numel() for each in architecture.build().parameters()) == result["parameters"], name
    result = systems["HRNet"]
    assert multiply_adds(read_architecture(result["architecture"])) == result["multiply_adds"]


def test_results_of_as_long_a_run_on_the_same_data_are_joined_and_others_replaced():
    before = {
        "run": {"steps": 2},
        "data": {"train": 9},
        "systems": {"CPN": 1, "HRNet": 2},
        "machine": "another",
    }
    now = {"run": {"steps": 2}, "data": {"train": 9}, "systems": {"HRNet": 3, "tags on ResNet": 4}}
    both = joined(before, now)
    assert list(both["systems"].items()) == [("tags on ResNet", 4), ("HRNet", 3), ("CPN", 1)]
    longer = {**now, "run": {"steps": 3}}
    assert joined(before, longer) == longer
    assert joined({}, now) == now


def test_what_was_trained_in_another_precision_is_named():
    systems = {"CPN": {}, "HRNet": {"precision": "bfloat16"}}
    assert page.precisions(systems) == "trained in bfloat16"
    systems["CPN + CSM"] = {"precision": "float32"}
    assert page.precisions(systems) == "trained in bfloat16, in float32: CPN + CSM"


def test_every_picture_is_there_and_shown():
    shown = (page.DOCS / "networks.md").read_text()
    for name in PICTURES:
        assert f"](systems/{name}.jpg)" in shown
        assert (page.FOLDER / f"{name}.jpg").stat().st_size > 1000


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_settings_of_every_system_make_a_network(name, tmp_path):
    source = DataSource(labels=tmp_path / "labels.json")
    data = Data("drawn", (source,), source, hardest=3, finder=BOXES_BY)
    config = resolve_config(config_of(name, data, steps=4, batch=2, seed=0), FIGURE)
    network = config.architecture.build()
    assert sum(each.numel() for each in network.parameters()) < 2e6


def test_what_is_between_the_marks_is_replaced_and_all_else_stays(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n")
    put_between(file, "x", "new")
    assert file.read_text() == "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"
    with pytest.raises(SwahrError, match="has no place for y"):
        put_between(file, "y", "new")
