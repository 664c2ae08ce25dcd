"""swahr calibrate: scores fitted to photos, from the command to what the estimator says."""

import json

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.models import load_checkpoint
from swahr.models.refined_scorer import NAMES
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.evaluation.calibrate import LIKE_NOBODY, best_way, collect
from swahr_training.evaluation.scores import Sample, best_limit, fit, fit_refined, one_each, reliability

FEATURES = 2 * 17 + 4
FLIP = COCO_17.flip_permutation


def made_up(people, seed=0):
    """People whose similarity is a logistic function of the mean heat."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(people, FEATURES))
    features[:, :17] = random.uniform(size=(people, 17))
    worth = 12 * features[:, :17].mean(axis=1) - 6
    return Sample(features, 1 / (1 + np.exp(-worth)))


def test_the_fit_finds_what_similarity_depends_on():
    scorer = fit(made_up(4000), FLIP)
    other = made_up(1000, seed=1)
    assert np.abs(scorer.from_features(other.features) - other.similarity).max() < 0.05
    assert 0 < scorer.min_score < 1
    assert any("mean similarity" in line for line in reliability(scorer.from_features(other.features), other))


def test_left_and_right_weigh_the_same():
    weights = np.asarray(fit(made_up(500), FLIP).weights)
    np.testing.assert_allclose(weights[:17], weights[:17][list(FLIP)], atol=1e-9)
    np.testing.assert_allclose(weights[17:34], weights[17:34][list(FLIP)], atol=1e-9)


def test_too_few_people_are_refused():
    with pytest.raises(SwahrError, match="20 people were found; expected at least 100"):
        fit(made_up(20), FLIP)


def test_people_on_ignore_regions_who_are_like_nobody_do_not_count(figures, crowd_model, tmp_path):
    everybody = collect(crowd_model, [DataSource(labels=figures)], device="cpu", refine="off").people
    assert everybody.features.shape == (len(everybody.similarity), FEATURES)
    assert (everybody.similarity < LIKE_NOBODY).any()
    content = json.loads((figures / "keypoints.json").read_text())
    region = {"category_id": 1, "iscrowd": 1, "keypoints": [0] * 51, "num_keypoints": 0, "area": 6912.0}
    content["annotations"] += [
        {**region, "id": 100 + photo, "image_id": photo, "bbox": [0, 0, 96, 72]} for photo in range(6)
    ]
    (tmp_path / "crowds.json").write_text(json.dumps(content))
    source = DataSource(labels=tmp_path / "crowds.json", images=figures / "images")
    left = collect(crowd_model, [source], device="cpu", refine="off").people
    assert len(left.similarity) < len(everybody.similarity)


def test_a_labelled_person_counts_once_for_who_is_most_alike():
    similarities = np.array([[0.9, 0.8, 0.1], [0.3, 0.5, 0.0]])
    assert one_each(similarities).tolist() == [0.9, 0.5, 0.0]
    assert one_each(np.array([[0.6, 0.7]])).tolist() == [0.0, 0.7]
    assert one_each(np.zeros((0, 2))).tolist() == [0.0, 0.0]


def test_the_command_writes_a_checkpoint_whose_scores_are_the_fitted_ones(
    call, refuses, figures, crowd_model, tmp_path
):
    done = call("calibrate", crowd_model, figures, "-o", tmp_path / "out.safetensors")
    assert "wrote" in done.output
    assert "between pixels, joints lie by " in done.output
    assert load_checkpoint(tmp_path / "out.safetensors").scorer is not None
    refuses("calibrate", crowd_model, tmp_path / "nothing.json", "-o", tmp_path / "b.safetensors")


def test_another_way_between_pixels_is_taken_where_it_is_as_good():
    assert best_way({"quarter": 100.0, "gaussian": 99.9}) == "gaussian"
    assert best_way({"quarter": 100.0, "gaussian": 99.0}) == "quarter"


def test_of_limits_that_are_as_good_the_highest_has_the_fewest_ghosts():
    scores = np.asarray([0.9, 0.9, 0.32, 0.12])
    similarity = np.asarray([0.9, 0.8, 0.1, 0.0])
    assert best_limit(scores, similarity) == 0.35
    assert best_limit(scores, similarity, leeway=0.002) == 0.5


def test_the_refined_fit_finds_what_similarity_depends_on():
    random = np.random.default_rng(0)
    features = random.normal(size=(4000, len(NAMES)))
    similarity = 1 / (1 + np.exp(-(2 * features[:, 2] - features[:, 8])))
    scorer = fit_refined(Sample(features, similarity))
    assert np.abs(scorer.from_features(features) - similarity).max() < 0.03
    assert 0 < scorer.min_score < 1
