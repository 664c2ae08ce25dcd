"""What is measured of a network on labelled photos besides its scores, as a checkpoint keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from swahr._util.reading import parse_json
from swahr.config import Subpixel
from swahr.errors import UnreadableError
from swahr.models.refined_scorer import RefinedScorer
from swahr.models.uncertainty import JointUncertainty

KEY = "calibration"  # in the metadata of a file


@dataclass(frozen=True)
class Calibration:
    """What is known of a network's people; a part is None where it was not fitted.

    Attributes:
        subpixel: where in its pixel a joint lies, see `swahr.decode.ParseParams`.
        refined_scorer: of people whose joints the second stage found.
        uncertainty: of the first stage's joints.
        refined_uncertainty: of the second stage's joints.
    """

    subpixel: Subpixel = "quarter"
    refined_scorer: RefinedScorer | None = None
    uncertainty: JointUncertainty | None = None
    refined_uncertainty: JointUncertainty | None = None

    def to_text(self) -> str:
        """Return it as JSON, for a file."""
        plain: dict[str, Any] = {"subpixel": self.subpixel}
        for name in ("refined_scorer", "uncertainty", "refined_uncertainty"):
            part = getattr(self, name)
            if part is not None:
                plain[name] = part.to_dict()
        return json.dumps(plain)


NOTHING_FITTED = Calibration()


def read_calibration(metadata: Mapping[str, str], num_joints: int) -> Calibration:
    """Return what metadata hold; nothing is fitted where they hold nothing.

    Raises:
        UnreadableError: it is damaged, or of another number of joints.
    """
    if KEY not in metadata:
        return NOTHING_FITTED
    try:
        plain = dict(parse_json(metadata[KEY]))
        subpixel = plain.get("subpixel", "quarter")
    except (TypeError, ValueError) as error:
        raise UnreadableError(f"its calibration is damaged ({error})") from error
    if subpixel not in get_args(Subpixel):
        raise UnreadableError(
            f"its calibration has the subpixel {subpixel!r}; expected one of {', '.join(get_args(Subpixel))}"
        )

    def uncertainty(name: str) -> JointUncertainty | None:
        return JointUncertainty.from_dict(plain[name], num_joints) if name in plain else None

    scorer = plain.get("refined_scorer")
    return Calibration(
        subpixel,
        None if scorer is None else RefinedScorer.from_dict(scorer),
        uncertainty("uncertainty"),
        uncertainty("refined_uncertainty"),
    )
