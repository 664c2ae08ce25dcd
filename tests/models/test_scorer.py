"""People's scores: what they depend on, where they are kept, and what they decide."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from swahr.decode import ParsedPeople
from swahr.errors import SwahrError
from swahr.inference.backends.exported import FORMAT
from swahr.inference.defaults import MIN_SCORE, default_min_score
from swahr.inference.geometry import input_geometry
from swahr.inference.postprocess import Selection
from swahr.models import load_checkpoint, save_checkpoint
from swahr.models.checkpoints import describe, read_scorer
from swahr.models.scorer import PersonScorer, person_features
from swahr.pose.skeleton import COCO_17

JOINTS = 17


def scorer_of(heat=0.0, there=0.0, bias=0.0, min_score=0.3):
    weights = [heat / JOINTS] * JOINTS + [there / JOINTS] * JOINTS + [0.0] * 4
    return PersonScorer(tuple(weights), bias, min_score)


def person(joints, heat, corner=(20.0, 20.0)):
    keypoints = np.full((JOINTS, 3), np.nan, np.float32)
    keypoints[:, 2] = 0
    for joint in range(joints):
        keypoints[joint] = corner[0] + 5 * joint, corner[1] + 3 * joint, heat
    return keypoints


@given(
    heat=arrays(np.float32, (3, JOINTS), elements=st.floats(0, 1, width=32)),
    moved=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
)
def test_scores_are_in_0_to_1_and_do_not_depend_on_the_place(heat, moved):
    keypoints = np.zeros((3, JOINTS, 3), np.float32)
    keypoints[:, :, :2] = np.arange(3 * JOINTS * 2).reshape(3, JOINTS, 2)
    keypoints[:, :, 2] = heat
    keypoints[heat == 0, :2] = np.nan
    scorer = scorer_of(heat=5.0, there=3.0, bias=-2.0)
    scores = scorer(keypoints, (640, 480))
    assert ((scores >= 0) & (scores <= 1)).all()
    keypoints[:, :, :2] += np.asarray(moved, np.float32)
    np.testing.assert_allclose(scorer(keypoints, (640, 480)), scores, atol=1e-5)


def test_a_frame_without_people_has_no_scores():
    assert scorer_of()(np.empty((0, JOINTS, 3), np.float32), (64, 64)).shape == (0,)


def test_features_name_heat_presence_size_and_the_best():
    (row,) = person_features(person(6, 0.5)[None], (320, 240))
    np.testing.assert_allclose(row[:JOINTS], [0.5] * 6 + [0] * 11)
    np.testing.assert_allclose(row[JOINTS : 2 * JOINTS], [1] * 6 + [0] * 11)
    assert row[-4] == pytest.approx(np.log(25 / 240))
    np.testing.assert_allclose(row[-3:], [0.5, 0.3, 3 / 17])


def test_a_checkpoint_keeps_its_scorer_and_an_exported_file_gets_it(tiny, tmp_path):
    scorer = scorer_of(1.5, -0.25, 0.125)
    checkpoint = replace(tiny.checkpoint(), scorer=scorer)
    save_checkpoint(tmp_path / "a.safetensors", checkpoint)
    assert load_checkpoint(tmp_path / "a.safetensors").scorer == scorer
    assert read_scorer(describe(checkpoint, FORMAT), JOINTS) == scorer


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": [0.0]}, "has 1 weights; expected 38"),
        ({"bias": float("nan")}, "not finite"),
        ({"min_score": 2.0}, "outside"),
        ({"bias": "much"}, "damaged"),
    ],
)
def test_a_damaged_scorer_is_refused(change, said):
    with pytest.raises(SwahrError, match=said):
        PersonScorer.from_dict({**scorer_of().to_dict(), **change}, JOINTS)


def test_a_whole_person_comes_before_a_sure_fragment_and_the_limit_is_the_checkpoints():
    whole, fragment = person(17, 0.4, (100.0, 100.0)), person(2, 0.9)
    geometry = input_geometry((256, 256), 256)
    in_heatmap = np.zeros((2, JOINTS, 4), np.float32)
    in_heatmap[0, :, :3], in_heatmap[1, :, :3] = np.nan_to_num(fragment), np.nan_to_num(whole)
    people = ParsedPeople(in_heatmap, np.array([0.5, 0.4], np.float32))
    published = Selection(COCO_17, 30, 0.0, 1.0).poses(people, geometry)
    assert [int((one[:, 2] > 0).sum()) for one in published.keypoints] == [2, 17]
    scored = Selection(COCO_17, 30, 0.0, 1.0, scorer_of(there=6.0, bias=-3.0)).poses(people, geometry)
    assert [int((one[:, 2] > 0).sum()) for one in scored.keypoints] == [17, 2]
    limited = Selection(COCO_17, 30, 0.3, 1.0, scorer_of(there=6.0, bias=-3.0)).poses(people, geometry)
    assert len(limited) == 1
    assert default_min_score(None) == MIN_SCORE
    assert default_min_score(scorer_of(min_score=0.25)) == 0.25
