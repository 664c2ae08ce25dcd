"""The parse against the published code's people, at every step, ties included."""

from pathlib import Path

import numpy as np
import pytest

from swahr.decode import parse_heatmaps
from swahr.decode.reference import parse_heatmaps_reference

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "grouping.npz")


@pytest.mark.parametrize("parse", [parse_heatmaps, parse_heatmaps_reference])
@pytest.mark.parametrize(
    ("step", "options"),
    [
        ("match", {"adjust": False, "refine": False}),
        ("adjust", {"adjust": True, "refine": False}),
        ("full", {"adjust": True, "refine": True}),
    ],
)
@pytest.mark.parametrize("scene", range(int(GOLDEN["n"])))
def test_people_equal_the_published_codes(scene, step, options, parse):
    people = parse(GOLDEN[f"s{scene}_det"], GOLDEN[f"s{scene}_tag"], **options)
    np.testing.assert_allclose(people.keypoints, GOLDEN[f"s{scene}_{step}"], atol=1e-3)
    np.testing.assert_allclose(people.scores, GOLDEN[f"s{scene}_scores"], atol=1e-3)
