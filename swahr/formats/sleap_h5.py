"""SLEAP's analysis HDF5: tracks [T, 2, K, F], with names, scores and which track is there; read by SLEAP and movement.

T tracks, K joints, F frames from 0 on. Missing joints are NaN. Layout: SLEAP, "Analysis HDF5".
"""

from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.hdf_image import hdf5_file
from swahr.formats.hdf_trial import hdf5_names, try_hdf5
from swahr.formats.libraries import load_library
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.tracks import Tracks, add_tracks
from swahr.formats.two_pass_writer import TwoPassWriter
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton


class SleapH5Writer(TwoPassWriter):
    """Writes the file at the end."""

    def __init__(self, target: Target) -> None:
        load_library("h5py", "sleap_h5")
        self._skeleton = target.skeleton
        super().__init__(target.path, target.skeleton, target.resume, target.digits)

    def write_final(self, path: Path) -> None:
        """Write the arrays."""
        tracks = Tracks.of(self.lines(), len(self.joints), from_zero=True)
        count, frames, joints = len(tracks.joints), len(tracks.frames), len(self.joints)
        stacked = np.stack([*tracks.joints.values()]) if count else np.zeros((0, frames, joints, 3))
        instance = np.stack([*tracks.scores.values()]) if count else np.zeros((0, frames))
        with hdf5_file(path, "sleap_h5") as file:
            file["tracks"] = np.transpose(stacked[..., :2], (0, 3, 2, 1))  # [T, 2, K, F]
            file["track_occupancy"] = np.isfinite(stacked[..., 0]).any(axis=2).T.astype(np.uint8)  # [F, T]
            file["point_scores"] = np.transpose(stacked[..., 2], (0, 2, 1))  # [T, K, F]
            file["instance_scores"] = instance
            file["tracking_scores"] = np.full_like(instance, np.nan)
            file["track_names"] = _texts([track_name(label) for label in tracks.joints])
            file["node_names"] = _texts(self.joints)
            limbs = np.asarray(self._skeleton.limbs, np.int64).reshape(-1, 2)
            file["edge_inds"] = limbs
            file["edge_names"] = _texts([self.joints[end] for limb in limbs for end in limb]).reshape(-1, 2)
            for name, value in (("labels_path", ""), ("video_path", ""), ("provenance", "{}")):
                file[name] = value
            file["video_ind"] = 0


def _texts(names: Any) -> Any:
    return np.asarray([name.encode() for name in names], "S")


@register_format
class SleapH5Format(Format):
    """SLEAP's analysis arrays."""

    name = "sleap_h5"
    description = "SLEAP's analysis HDF5"
    endings = (".analysis.h5",)
    two_pass = True
    lacks = ("times", "file names", "units", "corrections", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the arrays at the end."""
        return SleapH5Writer(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the names of the arrays."""
        return {"tracks", "track_names", "node_names"} <= hdf5_names(path)

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read the arrays. skeleton: None goes by the names of the nodes."""
        h5py = load_library("h5py", "sleap_h5")
        try_hdf5(path)
        with h5py.File(path, "r") as file:
            try:
                places = np.asarray(file["tracks"], np.float64)
                nodes = [name.decode() for name in np.asarray(file["node_names"]).tolist()]
                names = [name.decode() for name in np.asarray(file["track_names"]).tolist()]
                count, _, joints, frames = places.shape
                point = _or_nan(file, "point_scores", (count, joints, frames))
                instance = _or_nan(file, "instance_scores", (count, frames))
            except (KeyError, ValueError) as error:
                raise UnreadableError(f"{path}: not an analysis file of SLEAP ({error})") from error
        ids = list(track_ids(names or [track_name(at) for at in range(count)]).values())
        builder = RecordingBuilder(skeleton or Skeleton.from_joints(nodes), frame_rate)
        stacked = np.concatenate([places, point[:, None]], axis=1).transpose(0, 3, 2, 1)  # [T, F, K, 3]
        add_tracks(
            builder,
            range(frames),
            dict(zip(ids, stacked, strict=True)),
            dict(zip(ids, instance, strict=True)),
        )
        return builder.build()


def _or_nan(file: Any, name: str, shape: tuple[int, ...]) -> Any:
    return np.asarray(file[name], np.float64) if name in file else np.full(shape, np.nan)
