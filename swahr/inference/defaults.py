"""What suits users where settings say nothing."""

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.inference.backends.exported import ExportedNetwork
from swahr.models.checkpoints import Checkpoint
from swahr.models.scorer import PersonScorer

# A person of less is a stray joint or two: 17 joints, two of them sure.
MIN_SCORE = 0.1
# The published refine takes any confidence above 0 and so glues far-away and guessed joints onto people.
REFINE_MIN_CONFIDENCE = 0.03
REFINE_MAX_TAG_DISTANCE = 1.0


def make_params(
    checkpoint: Checkpoint | ExportedNetwork,
    settings: NetworkSettings = NetworkSettings(),  # noqa: B008 - frozen
) -> ParseParams:
    """Return the parse that suits users: as suits the checkpoint, and lost joints only where they are sure."""
    threshold = settings.threshold
    return ParseParams(
        detection_threshold=checkpoint.detection_threshold if threshold is None else threshold,
        max_people=settings.max_people,
        refine_min_confidence=REFINE_MIN_CONFIDENCE,
        refine_max_tag_distance=REFINE_MAX_TAG_DISTANCE,
        matching_order=checkpoint.skeleton.matching_order,
        subpixel=checkpoint.calibration.subpixel if settings.subpixel == "auto" else settings.subpixel,
        spread=checkpoint.calibration.uncertainty is not None,
    )


def default_min_score(scorer: PersonScorer | None) -> float:
    """Return the least score of a person that suits users."""
    return MIN_SCORE if scorer is None else scorer.min_score
