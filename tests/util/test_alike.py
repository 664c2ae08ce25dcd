"""What was meant by a name that is none of those known."""

import pytest

from swahr._util.alike import alike


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("frist", ["first", "second"], "first"),
        ("dlc", ["coco", "cvat", "deeplabcut", "labelme"], "deeplabcut"),
        ("DLC", ["deeplabcut"], "deeplabcut"),
        ("yp", ["yolo-pose", "coco"], "yolo-pose"),
        ("c", ["coco", "cvat"], None),
        ("co", ["contour", "corner"], None),
        ("xyz", ["first", "second"], None),
        ("", ["first"], None),
    ],
)
def test_the_nearest_name_is_found_and_no_far_one(name, known, meant):
    assert alike(name, known) == meant
