"""How well ids stay with people: HOTA, IDF1, MOTA and switches, counted by TrackEval."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from trackeval.metrics import CLEAR, HOTA, Identity

from benchmarks.walkers import Shot
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

Ids = list[npt.NDArray[np.int64]]
MIN_SIMILARITY = 0.5  # to be the person of the truth, where a metric has a threshold
QUIET = {"THRESHOLD": MIN_SIMILARITY, "PRINT_CONFIG": False}
METRICS = {"hota": HOTA(), "identity": Identity(QUIET), "clear": CLEAR(QUIET)}
Counts = dict[str, dict[str, Any]]


def count(shots: Sequence[Shot], ids: Ids) -> Counts:
    """Count what TrackEval counts in a film; an id below 0 is a person whom nobody followed: left out.

    Args:
        shots: The film.
        ids: Of the found people of each shot.
    """
    followed = [np.flatnonzero(given >= 0) for given in ids]
    given = [ids_of_shot[kept] for ids_of_shot, kept in zip(ids, followed, strict=True)]
    data = {
        "num_timesteps": len(shots),
        "similarity_scores": [
            similarity(shot, shot.found)[:, kept] for shot, kept in zip(shots, followed, strict=True)
        ],
        **_numbered("gt", [shot.ids for shot in shots]),
        **_numbered("tracker", given),
    }
    return {name: metric.eval_sequence(data) for name, metric in METRICS.items()}


def combine(counts: Iterable[Counts]) -> list[str]:
    """Return HOTA, IDF1, MOTA and switches of films together, as text."""
    films = list(counts)
    whole = {
        name: metric.combine_sequences({str(i): film[name] for i, film in enumerate(films)})
        for name, metric in METRICS.items()
    }
    return [
        f"{np.mean(whole['hota']['HOTA']):.3f}",
        f"{whole['identity']['IDF1']:.3f}",
        f"{whole['clear']['MOTA']:.3f}",
        f"{whole['clear']['IDSW']:.0f}",
    ]


def _numbered(name: str, ids: Ids) -> dict[str, Any]:
    """Return ids as TrackEval takes them: from 0 without gaps."""
    known, places = np.unique(np.concatenate([*ids, np.zeros(0, np.int64)]), return_inverse=True)
    parts = np.split(places, np.cumsum([len(one) for one in ids])[:-1]) if ids else []
    return {f"{name}_ids": parts, f"num_{name}_ids": len(known), f"num_{name}_dets": len(places)}


def similarity(shot: Shot, found: Poses) -> npt.NDArray[np.float64]:
    """Return COCO's object keypoint similarity [truth, found] over the joints that were found."""
    points = found.keypoints[None, :, :, :2].astype(np.float64)
    apart = ((shot.joints[:, None] - points) ** 2).sum(axis=3)
    sides = shot.joints.max(axis=1, initial=0) - shot.joints.min(axis=1, initial=1e9)
    area = 0.53 * sides.prod(axis=1)
    alike = np.exp(-apart / (2 * area[:, None, None] * (2 * np.asarray(COCO_17.sigmas)) ** 2))
    there = np.isfinite(apart)
    result: npt.NDArray[np.float64] = np.where(there, alike, 0).sum(axis=2) / np.maximum(there.sum(axis=2), 1)
    return result
