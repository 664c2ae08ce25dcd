"""What a mirrored photo would teach wrongly: joints whose left and right are not known."""

from collections.abc import Iterator

from swahr.errors import Hint
from swahr.pose.sides import sides_of
from swahr.pose.skeleton import Skeleton
from swahr_training.data.labels import Problem


def check_sides(skeleton: Skeleton, name: str) -> Iterator[Problem]:
    """Yield what is to be said of a skeleton's pairs of left and right. name: of the labels."""
    joints = skeleton.joints
    if not skeleton.flip_pairs and skeleton.num_joints > 1:
        kind = (
            "no flip pairs: a mirrored left hand stays a left hand; set augment.flip to 0, or name the pairs"
        )
        yield Problem(kind, name)
    paired = {joint for pair in skeleton.flip_pairs for joint in pair}
    for pair in sides_of(joints).unsure:
        if not paired & {*pair}:
            one, other = (joints[joint] for joint in pair)
            kind = (
                f"are {one} and {other} left and right? Not taken so; if they are, say it in the category's "
                f"flip_pairs, or in a skeleton file: a YAML with the line `flip_pairs: [[{one}, {other}]]`"
            )
            yield Problem(kind, name, hints=(Hint("skeleton"),))
