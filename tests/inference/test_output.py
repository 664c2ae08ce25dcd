"""What a network said, in each of its forms: the same people, the same maps, the same errors."""

import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import SettingError
from swahr.inference.aggregate import RunMaps, average_stages, stack_tags
from swahr.inference.geometry import input_geometry
from swahr.inference.output import Inferred, InputMaps, StageOutput
from swahr.inference.postprocess import Selection
from swahr.pose.skeleton import COCO_17

K = COCO_17.num_joints
GEOMETRY = input_geometry((256, 128), 64)  # no margin beside the frame
PARAMS = ParseParams(detection_threshold=0.2)
SELECTION = Selection(COCO_17, 30, 0.0, 1.0)


def stages(people):
    """Stage maps of frames with so many people each, side by side."""
    width, height = GEOMETRY.input_wh
    heatmaps = [torch.zeros(len(people), K, height // step, width // step) for step in (4, 2)]
    tags = torch.zeros_like(heatmaps[0])
    for frame, count in enumerate(people):
        for person in range(count):
            left = 2 + 7 * person
            for joint in range(K):
                x, y = left + joint % 4, 3 + joint // 4
                heatmaps[0][frame, joint, y, x] = 0.8 - 0.1 * person
                heatmaps[1][frame, joint, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2] = 0.8 - 0.1 * person
                tags[frame, joint, :, left - 2 : left + 6] = 3.0 * person
    return RunMaps(heatmaps, [tags])


def forms(people):
    """One thing said in two forms."""
    runs, input_hw = stages(people), GEOMETRY.input_wh[::-1]
    return [
        StageOutput(GEOMETRY, runs),
        InputMaps(GEOMETRY, average_stages(runs, input_hw), stack_tags(runs, input_hw)),
    ]


@pytest.mark.parametrize("output", forms((2, 0, 1)), ids=lambda output: type(output).__name__)
class TestEachForm:
    def test_people_are_found_in_each_frame(self, output):
        assert [len(poses) for poses in output.poses(PARAMS, SELECTION)] == [2, 0, 1]

    def test_other_settings_make_other_people_of_it(self, output):
        params = ParseParams(detection_threshold=0.55)  # the second person's peaks are lower
        assert [len(poses) for poses in output.poses(params, SELECTION)] == [1, 0, 1]
        one = Selection(COCO_17, 1, 0.0, 1.0)
        assert [len(poses) for poses in output.poses(PARAMS, one)] == [1, 0, 1]

    def test_the_maps_of_a_frame_lie_where_its_people_are(self, output):
        maps, person = output.maps(0), output.poses(PARAMS, SELECTION)[0].keypoints[0]
        assert output.has_maps
        for joint in (0, 7, 16):
            x, y = np.rint(maps.heatmap_from_frame @ [*person[joint, :2], 1]).astype(int)
            peak = np.unravel_index(maps.heatmaps[joint].argmax(), maps.heatmaps[joint].shape)
            assert np.abs(np.subtract(peak, (y, x))).max() <= 2
        assert output.maps(1).heatmaps.max() == 0

    @pytest.mark.parametrize("index", [-1, 3])
    def test_a_frame_that_it_did_not_see_is_refused(self, output, index):
        with pytest.raises(SettingError, match=f"frame {index} is not among the 3"):
            output.maps(index)


def test_batches_of_several_sizes_are_one_output_in_the_order_of_the_frames():
    first, second = forms((2, 0)), forms((1, 3))
    inferred = Inferred(4, [([3, 1], first[0]), ([0, 2], second[1])])
    assert len(inferred) == 4
    assert [len(poses) for poses in inferred.poses(PARAMS, SELECTION)] == [1, 0, 3, 2]
    np.testing.assert_array_equal(inferred.maps(3).heatmaps, first[0].maps(0).heatmaps)
    np.testing.assert_array_equal(inferred.maps(2).tags, second[1].maps(1).tags)
    with pytest.raises(SettingError, match="frame 4 is not among the 4"):
        inferred.maps(4)


@pytest.mark.parametrize("scales", [(1.0,), (1.0, 2.0)])
def test_an_estimator_says_of_each_frame_what_it_says_of_it_alone(crowd_model, scales):
    from swahr.inference.estimator import PoseEstimator

    settings = NetworkSettings(device="cpu", precision="float32", scales=scales, batch_size=2)
    estimator = PoseEstimator.from_pretrained(crowd_model, settings=settings)
    random = np.random.default_rng(0)
    frames = [random.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((64, 96), (96, 64), (64, 96))]
    output = estimator.infer(frames)
    assert len(output) == 3
    for index, frame in enumerate(frames):
        alone = estimator.infer([frame]).maps(0)
        np.testing.assert_allclose(output.maps(index).heatmaps, alone.heatmaps, atol=1e-5)
