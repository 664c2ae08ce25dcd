"""Pictures for docs/networks.md: what each system is taught, and what its network says in between and at the end.

Made of the networks that `python -m benchmarks.systems` has trained, on a photo that they were not trained on.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from benchmarks.systems.runs import run_of
from benchmarks.systems.setups import BOXES_BY, CROP_WH, FRAME
from swahr.config import NetworkSettings
from swahr.decode.crops import Crops, input_from_frame
from swahr.decode.paf_rules import layout_of
from swahr.inference.crops import CropCutter, contract_crops
from swahr.inference.estimator import PoseEstimator
from swahr.models.attention import SpatialGate
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.crop_contract import CropContract
from swahr.pose.poses import Poses
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Labels, Photo
from swahr_training.data.sheet import grid
from swahr_training.data.sources import read_labels
from swahr_training.samples.crop_targets import crop_heatmaps, in_cells
from swahr_training.samples.field_targets import STRIDE, joint_heatmaps, limb_fields
from swahr_training.samples.field_targets import in_cells as in_field_cells
from swahr_training.systems.fields import SIGMA
from swahr_training.systems.pictures import picture_of

Floats = npt.NDArray[np.float32]
TILE, CAPTION = 192, 18
COLOURS = np.asarray(
    [(60, 180, 255), (80, 220, 80), (60, 80, 255), (240, 200, 60), (230, 90, 230)], np.float32
)
PEOPLE = 3  # of the photo that is shown
CROP_SIGMA = 1.0


def draw_pictures(folder: Path, test: DataSource, into: Path, seed: int, names: Sequence[str]) -> None:
    """Draw pictures.

    Args:
        folder: of all runs.
        test: photos that were not trained on.
        into: where the pictures go.
        seed: of the runs.
        names: of `PICTURES`.
    """
    found = read_labels(test, "val", None)
    assert found is not None
    photo = next(each for each in found.photos if len(each.people) == PEOPLE)

    def network(name: str) -> Checkpoint:
        return load_checkpoint(run_of(folder, name, seed) / "last.safetensors")

    into.mkdir(parents=True, exist_ok=True)
    for name in names:
        picture = PICTURES[name](photo, found, network)
        cv2.imwrite(str(into / f"{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])


Network = Callable[[str], Checkpoint]


def targets(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw a crop, its targets, and what networks of one stage answer."""
    del labels
    crop, affine = _crop(photo)
    joints = photo.people[0].joints.copy()
    joints[:, :2] = joints[:, :2] @ affine[:, :2].T + affine[:, 2]
    cells = (CROP_WH[0] // 4, CROP_WH[1] // 4)
    taught, _ = crop_heatmaps(in_cells(joints, CROP_WH, cells), cells, CROP_SIGMA)
    tiles = [_tile(crop, "crop"), _tile(_over(crop, taught), "what is taught")]
    for name in ("Simple Baselines", "HRNet"):
        tiles.append(_tile(_over(crop, _answers(network(name), photo)[-1]), name))
    return grid(tiles)


def stacks(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw what each of an hourglass's stacks says."""
    del labels
    crop, _ = _crop(photo)
    said = _answers(network("Hourglass, 2 stacks"), photo)
    return grid(
        [
            _tile(crop, "crop"),
            *(_tile(_over(crop, maps), f"stack {i}") for i, maps in enumerate(said, 1)),
        ]
    )


def cascade(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw what each level of CPN's GlobalNet says, and RefineNet."""
    del labels
    crop, _ = _crop(photo)
    *levels, refined = _answers(network("CPN"), photo)
    tiles = [_tile(crop, "crop")]
    for maps, stride in zip(levels, (32, 16, 8, 4), strict=True):
        tiles.append(_tile(_over(crop, maps), f"GlobalNet, stride {stride}"))
    return grid([*tiles, _tile(_over(crop, refined), "RefineNet")])


def attention(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw where the spatial gates of RefineNet's last bottleneck and of the backbone's stages let values through."""
    del labels
    crop, _ = _crop(photo)
    checkpoint = network("CPN + CSM + SCARB")
    model = checkpoint.model
    gates: list[tuple[str, torch.Tensor]] = []
    hooks = []
    for label, name in (
        ("backbone, stride 4", "backbone.layer1.1"),
        ("stride 8", "backbone.layer2.1"),
        ("stride 16", "backbone.layer3.1"),
        ("RefineNet", "head.refine_net.final_predict.0"),
    ):
        gate = next(each for each in model.get_submodule(name).modules() if isinstance(each, SpatialGate))
        hooks.append(
            gate.conv.register_forward_hook(
                lambda _m, _x, y, label=label: gates.append((label, torch.sigmoid(y[0, 0])))
            )
        )
    maps = _answers(checkpoint, photo)[-1]
    for hook in hooks:
        hook.remove()
    tiles = [_tile(crop, "crop")]
    for label, gate_map in gates:
        tiles.append(_tile(_heat(_stretched(gate_map.numpy())), f"gate, {label}"))
    return grid([*tiles, _tile(_over(crop, maps), "heatmaps")])


def fields(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw heatmaps and fields as they are taught, and as a network answers."""
    image = read_image(photo.path)
    scale = FRAME / min(image.shape[:2])
    frame = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    layout = layout_of(labels.skeleton)
    joints = np.stack([person.joints for person in photo.people]).astype(np.float32)
    joints[..., :2] = (joints[..., :2] + 0.5) * scale - 0.5
    cells, size_hw = in_field_cells(joints), (frame.shape[0] // STRIDE, frame.shape[1] // STRIDE)
    checkpoint = network(BOXES_BY)
    answers = dict(zip(checkpoint.answers, _run(checkpoint, frame)[-2:], strict=True))
    tiles = []
    for what, heatmaps, pafs in (
        ("taught", joint_heatmaps(cells, size_hw, SIGMA), limb_fields(cells, size_hw, layout)),
        ("answered", answers["heatmaps"], answers["pafs"]),
    ):
        tiles.append(_captioned(_over(frame, heatmaps[:-1]), f"heatmaps, {what}"))
        tiles.append(_captioned(_directions(pafs, frame.shape[:2]), f"fields of all limbs, {what}"))
    return grid(tiles, columns=2)


def tags(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw people, heatmaps, and the tag of each place."""
    del labels
    estimator = PoseEstimator(
        network("tags on HRNet"), NetworkSettings(device="cpu", backend="torch"), measure=False
    )
    return np.asarray(
        cv2.resize(
            picture_of(estimator, read_image(photo.path)), None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC
        ),
        np.uint8,
    )


def variances(photo: Photo, labels: Labels, network: Network) -> Image:
    """Draw heatmaps, how sure the network is of a place at each cell, and what that means for the joints it found."""
    del labels
    crop, affine = _crop(photo)
    checkpoint = network("HRNet, KL")
    log_variances, maps = _answers(checkpoint, photo)[-2:]
    deviation = np.exp(log_variances / 2).mean(axis=0)  # cells
    estimator = PoseEstimator(
        checkpoint, NetworkSettings(device="cpu", backend="torch", min_score=0), measure=False
    )
    poses = estimator(read_image(photo.path), boxes=[photo.people[0].box])
    return grid(
        [
            _tile(crop, "crop"),
            _tile(_over(crop, maps), "heatmaps"),
            _tile(_heat(_stretched(deviation)), "deviation, bright: unsure"),
            _captioned(_ellipses(crop, affine, poses), "1 and 2 deviations"),
        ]
    )


PICTURES: dict[str, Callable[[Photo, Labels, Network], Image]] = {
    "targets": targets,
    "stacks": stacks,
    "cascade": cascade,
    "attention": attention,
    "fields": fields,
    "tags": tags,
    "variances": variances,
}


def _place(photo: Photo) -> Crops:
    box = np.asarray([photo.people[0].box], np.float64)
    return contract_crops(box, CropContract(input_wh=CROP_WH))


def _crop(photo: Photo) -> tuple[Image, npt.NDArray[np.float64]]:
    """Return the crop of the first person, and the affine transform to it."""
    affine = input_from_frame(_place(photo), CROP_WH)[0]
    return np.asarray(cv2.warpAffine(read_image(photo.path), affine, CROP_WH), np.uint8), affine


def _answers(checkpoint: Checkpoint, photo: Photo) -> list[Floats]:
    """Return all that a network for crops says of the first person, [K, h, w] each."""
    cutter = CropCutter(CropContract(input_wh=CROP_WH), (checkpoint.mean, checkpoint.std))
    images = torch.from_numpy(cutter(read_image(photo.path), _place(photo))).permute(0, 3, 1, 2)
    with torch.inference_mode():
        return [each[0].numpy() for each in checkpoint.model.eval()(images)]


def _run(checkpoint: Checkpoint, frame: Image) -> list[Floats]:
    """Return all that a network says of a frame that has the input's size."""
    pixels = torch.from_numpy(frame[..., ::-1].transpose(2, 0, 1).copy()) / 255
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (checkpoint.mean, checkpoint.std))
    with torch.inference_mode():
        return [each[0].numpy() for each in checkpoint.model.eval()(((pixels - mean) / std)[None])]


def _over(image: Image, heatmaps: Floats) -> Image:
    """Draw heatmaps [K, h, w] over a picture, each joint in a colour of its own."""
    size = (image.shape[1], image.shape[0])
    large = np.stack([cv2.resize(each.clip(0, 1), size, interpolation=cv2.INTER_LINEAR) for each in heatmaps])
    colours = np.einsum("khw,kc->hwc", large, COLOURS[: len(heatmaps)])
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray((0.45 * grey + colours).clip(0, 255), np.uint8)


def _ellipses(crop: Image, input_from_frame: npt.NDArray[np.float64], poses: Poses) -> Image:
    """Draw the first person's joints, each with its ellipses, over an enlarged crop."""
    scale = TILE / crop.shape[1]
    picture = np.asarray(cv2.resize(crop, (TILE, TILE), interpolation=cv2.INTER_NEAREST), np.uint8)
    assert poses.covariance is not None
    linear = scale * input_from_frame[:, :2]
    shift = scale * (input_from_frame[:, 2] + 0.5) - 0.5
    for joint, covariance, colour in zip(poses.keypoints[0], poses.covariance[0], COLOURS, strict=True):
        if not joint[2] > 0:
            continue
        x, y = linear @ joint[:2] + shift
        values, vectors = np.linalg.eigh(linear @ covariance @ linear.T)
        angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
        for times in (1, 2):
            axes = times * np.sqrt(values[::-1])
            cv2.ellipse(picture, ((x, y), tuple(2 * axes), angle), colour.tolist(), 1, cv2.LINE_AA)
    return picture


def _directions(pafs: Floats, size_hw: tuple[int, ...]) -> Image:
    """Draw fields [2 L, h, w]: the colour is the direction of the longest vector, its brightness the length."""
    lengths = np.hypot(pafs[::2], pafs[1::2])
    longest = lengths.argmax(axis=0)[None]
    x, y = (np.take_along_axis(part, longest, axis=0)[0] for part in (pafs[::2], pafs[1::2]))
    hue = (np.degrees(np.arctan2(y, x)) % 360 / 2).astype(np.uint8)
    bright = (255 * np.hypot(x, y).clip(0, 1)).astype(np.uint8)
    picture = cv2.cvtColor(np.dstack([hue, np.full_like(hue, 210), bright]), cv2.COLOR_HSV2BGR)
    return np.asarray(
        cv2.resize(picture, (size_hw[1], size_hw[0]), interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _stretched(values: Floats) -> Floats:
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), 1e-6), np.float32)


def _heat(values: Floats) -> Image:
    return np.asarray(cv2.applyColorMap((255 * values).astype(np.uint8), cv2.COLORMAP_INFERNO), np.uint8)


def _tile(picture: Image, text: str) -> Image:
    """Enlarge a square picture, cells as they are, and put a caption below."""
    return _captioned(
        np.asarray(cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_NEAREST), np.uint8), text
    )


def _captioned(picture: Image, text: str) -> Image:
    paper = np.full((picture.shape[0] + CAPTION, picture.shape[1], 3), 255, np.uint8)
    paper[: picture.shape[0]] = picture
    at = (2, paper.shape[0] - 5)
    cv2.putText(paper, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (60, 50, 40), 1, cv2.LINE_AA)
    return paper
