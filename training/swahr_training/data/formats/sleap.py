"""SLEAP projects (.slp) and packages (.pkg.slp), read by sleap-io; frames of videos are kept as photos beside them."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import MissingError, OutputError, UnreadableError, first_line
from swahr.formats.hdf_trial import try_hdf5
from swahr.video.images import as_bgr8
from swahr_training.data.embedded import folder_of, keep_frame
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Person, Problem
from swahr_training.data.marks import VISIBLE, Described, MarkedPhoto, Marks, assemble
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none
from swahr_training.data.writing import PHOTOS, copy_photos

# More than a project takes, bytes: by itself, for each photo, and for each joint.
ROOM, ROOM_OF_A_PHOTO, ROOM_OF_A_JOINT = 300_000, 4_000, 200


@register_label_format
class SleapFormat(LabelFormat):
    """One file, of which the labels of people count; what SLEAP predicted counts where nobody labelled anything."""

    name = "sleap"
    description = "SLEAP's .slp and .pkg.slp"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the ending."""
        return file.suffix == ".slp"

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read the labelled frames; each is written as a photo once, where it is not one already."""
        project = _load(file.path)
        problems: list[Problem] = []
        predicted = not any(frame.user_instances for frame in project.labeled_frames)
        if predicted and project.labeled_frames:
            problems.append(Problem("no labels by hand: what SLEAP predicted is taken", str(file.path)))
        find = PhotoFinder(file.path, wanted.images)
        photos: list[MarkedPhoto] = []
        for frame in project.labeled_frames:
            instances = frame.instances if predicted else frame.user_instances
            path = _photo(file.path, project.videos, frame, find)
            people = [_person(number, each) for number, each in enumerate(instances, start=1)]
            photos.append(MarkedPhoto(path, size_or_none(path), people))
        if len({tuple(skeleton.node_names) for skeleton in project.skeletons}) > 1:
            raise UnreadableError(f"{file.path}: its skeletons have different joints; expected one skeleton")
        skeleton = project.skeletons[0] if project.skeletons else None
        described = Described() if skeleton is None else _described(skeleton)
        return assemble(str(file.path), photos, wanted, described, problems, find.folders)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write labels.slp beside the folder of its photos."""
        sleap = import_sleap_io(target)
        names = copy_photos(labels, target / PHOTOS)
        joints = labels.skeleton.joints
        skeleton = sleap.Skeleton(
            list(joints),
            [(joints[a], joints[b]) for a, b in labels.skeleton.limbs],
            [(joints[a], joints[b]) for a, b in labels.skeleton.flip_pairs],
            name=labels.skeleton.name,
        )
        frames = []
        for photo, name in zip(labels.photos, names, strict=True):
            # A video each, because photos may differ in size.
            video = sleap.Video.from_filename([str((target / PHOTOS / name).resolve())])
            people = [_instance(sleap, person, skeleton) for person in photo.people if not person.ignored]
            frames.append(sleap.LabeledFrame(video=video, frame_idx=0, instances=people))
        project = sleap.Labels(frames, [frame.video for frame in frames], skeletons=[skeleton])
        _check_room(target, len(frames), sum(len(frame.instances) for frame in frames) * len(joints))
        project.save(str(target / "labels.slp"), verbose=False)
        return target / "labels.slp"


def _check_room(folder: Path, photos: int, joints: int) -> None:
    """Fail where a project might not fit onto the disk: HDF5 ends the process where that becomes full."""
    if shutil.disk_usage(folder).free < ROOM + photos * ROOM_OF_A_PHOTO + joints * ROOM_OF_A_JOINT:
        raise OutputError(f"{folder}: the labels could not be written ({os.strerror(errno.ENOSPC)})")


def _instance(sleap: Any, person: Person, skeleton: Any) -> Any:
    points = person.joints[:, :2].astype(float)
    points[person.joints[:, 2] <= 0] = np.nan
    return sleap.Instance.from_numpy(points, skeleton=skeleton)


def _load(path: Path) -> Any:
    sleap = import_sleap_io(path)
    try_hdf5(path)
    try:
        return sleap.load_slp(str(path))
    except Exception as error:  # sleap-io, h5py and json each raise their own
        raise UnreadableError(
            f"{path}: sleap-io cannot read it ({type(error).__name__}: {first_line(error)})"
        ) from error


def import_sleap_io(path: Path) -> Any:
    """Return sleap-io. Raises MissingError where it is not installed."""
    try:
        import sleap_io
    except ImportError as error:
        raise MissingError(f"{path}: SLEAP's files need {error.name}: pip install 'swahr[labels]'") from error
    return sleap_io


def _photo(path: Path, videos: list[Any], frame: Any, find: PhotoFinder) -> Path:
    """Return the photo of a frame: an image file that the project names, or one kept beside it."""
    names, index = frame.video.filename, frame.frame_idx
    if isinstance(names, list):  # a video of image files, which a package holds too
        if not 0 <= index < len(names):
            raise UnreadableError(
                f"{path}: frame {index} is labelled of a video of {len(names)} photos; the project is damaged"
            )
        photo = find(str(names[index]))
        if photo.is_file():
            return photo
    name = f"video{videos.index(frame.video)}_frame{index:06d}.png"
    kept = folder_of(path) / name
    if kept.is_file():
        return kept
    if not isinstance(names, list) and not Path(str(names)).is_file():
        frame.video.replace_filename(str(find(str(names))))
    try:
        image = np.asarray(frame.image)
    except Exception as error:  # of whatever reads the video
        raise MissingError(
            f"{path}: frame {index} of {names} cannot be read ({first_line(error)}); put the video beside the project"
        ) from error
    bgr = image[..., ::-1] if image.ndim == 3 and image.shape[2] == 3 else image
    return keep_frame(path, name, as_bgr8(np.ascontiguousarray(bgr), name))


def _person(number: int, instance: Any) -> Marks:
    person = Marks(f"instance {number}")
    for node, (x, y) in zip(instance.skeleton.node_names, instance.numpy(), strict=True):
        if np.isfinite((x, y)).all():
            person.joints[node] = (float(x), float(y), VISIBLE)
    return person


def _described(skeleton: Any) -> Described:
    edges = [(edge.source.name, edge.destination.name) for edge in skeleton.edges]
    pairs = [tuple(sorted(node.name for node in symmetry.nodes)) for symmetry in skeleton.symmetries]
    return Described(skeleton.node_names, edges, [(a, b) for a, b in pairs], skeleton.name or "animal")
