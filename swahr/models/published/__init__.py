"""Published weights: how their names and shapes become our networks."""

from typing import Any

from swahr.models.published import higher, part_fields, single_person
from swahr.models.published.contract import Published, bare_names, unwrap
from swahr.pose.skeleton import Skeleton

__all__ = ["Published", "recognise", "unwrap"]


def recognise(content: Any, file_name: str, skeleton: Skeleton | None = None) -> Published:
    """Recognise what a published file holds.

    Args:
        content: as read, a state dict or a dict around one.
        file_name: says input size and data set.
        skeleton: of the joints; None takes the data set's.

    Raises:
        UnreadableError: where it is another kind of file.
        SettingError: where the skeleton has to be given, or does not fit.
    """
    weights = unwrap(content)
    found = single_person.recognise(weights, file_name, skeleton)
    found = found or part_fields.recognise(bare_names(weights), file_name, skeleton)
    if found is not None:
        return found
    return higher.recognise(content, file_name, skeleton)
