"""Frames of a video picked for labelling, written with the people found in them as first labels."""

from pathlib import Path
from typing import Literal

from swahr.commands.network import described, make_estimator
from swahr.config import LabelsSettings, NetworkSettings, SourceSettings
from swahr.pose.poses import Poses
from swahr.run.data_set import DataSet
from swahr.video.images import Image
from swahr.video.sources import open_source
from swahr_training.data.picking import candidates, different, spread, unsure


def pick_frames(
    video: str,
    folder: Path,
    count: int,
    pick: Literal["spread", "unsure", "different"],
    source: SourceSettings,
    network: NetworkSettings,
) -> tuple[Path, list[int]]:
    """Write frames of a video and what was found in them as a COCO data set.

    Args:
        video: its address.
        folder: of the data set.
        count: how many frames.
        pick: which of them.
        source: which frames may be picked, and which way up.
        network: what finds people.

    Returns:
        The file of labels, and the indices of the frames.

    Raises:
        SwahrError: the video has fewer frames, or something cannot be read or written.
    """
    estimator = make_estimator(network)
    found: list[Poses] = []

    def look(image: Image) -> None:
        found.append(estimator(image))

    frames = candidates(video, source, count, look if pick == "unsure" else None)
    if pick == "unsure":
        picked = unsure(frames, found, count)
    else:
        picked = spread(frames, count) if pick == "spread" else different(frames, count)
    known = dict(zip((frame.index for frame in frames), found, strict=False))
    settings = LabelsSettings(labels=folder)
    info = {**described(estimator, network, settings), "picked": pick}
    data = DataSet(folder, estimator.skeleton, settings, info, overwrite=True)
    wanted = {*picked}
    with open_source(video, source) as opened:
        for frame in opened:
            if frame.index in wanted and frame.image is not None:
                data.add_frame(frame, video, known[frame.index] if found else estimator(frame.image))
    return data.close(), picked
