"""The stages after a finder, as settings and a checkpoint ask for them: the second look, and feet."""

from typing import TYPE_CHECKING

from swahr.config import NetworkSettings
from swahr.errors import Hint, SettingError
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.crop_network import THUNDER, make_crop_network
from swahr.inference.finders import Finder
from swahr.inference.refined import LIVE_SIDE, Refiner
from swahr.inference.second_stage import INPUT_SIDE, CropRule, SecondStage
from swahr.models.checkpoints import Checkpoint
from swahr.pose.skeleton import COCO_17

if TYPE_CHECKING:
    from swahr.inference.with_feet import FeetStage


def make_refiner(
    checkpoint: Checkpoint | ExportedNetwork, finder: Finder, settings: NetworkSettings
) -> Refiner | None:
    """Make the second stage; None where it is off, does not know these joints, or is not known to be better."""
    by_itself = settings.refine == "auto" and (settings.feet == "off" or finder.looks_closely)
    name = checkpoint.second_stage if by_itself else THUNDER
    if settings.refine == "off" or name is None or finder.skeleton.joints != COCO_17.joints:
        return None
    fitted = checkpoint.calibration
    own = checkpoint.second_look

    def stage(side: int) -> SecondStage:
        network = make_crop_network(own or name, settings, finder.device, side)
        return SecondStage(
            network,
            CropRule(side=side),
            flip_test=settings.flip_test,
            scorer=fitted.refined_scorer,
            uncertainty=fitted.refined_uncertainty,
            across_frames=network.across_frames,
        )

    if settings.refine == "live":
        return Refiner(stage(LIVE_SIDE), live=True)
    return Refiner(stage(INPUT_SIDE), make_live_stage=lambda: stage(LIVE_SIDE))


def make_feet_stage(finder: Finder, settings: NetworkSettings, after_crops: bool) -> "FeetStage | None":
    """Make the stage of feet, which trusts ankles of crops alone.

    Args:
        finder: of the people.
        settings: `feet` and `hands` are read.
        after_crops: whether a second stage has looked at the people.

    Raises:
        SettingError: there are no such ankles, or hands are wanted without feet.
    """
    if settings.feet == "off":
        if settings.hands:
            raise SettingError("hands come with feet, which are off", hints=[Hint("feet", "full")])
        return None
    if finder.skeleton.joints != COCO_17.joints:
        raise SettingError(
            f"feet are known of COCO's 17 joints alone, and this model has those of {finder.skeleton.name}",
            hints=[Hint("feet", "off")],
        )
    if not (after_crops or finder.looks_closely):
        raise SettingError(
            "feet need refined ankles, and refine is off",
            hints=[Hint("refine", "auto"), Hint("feet", "off")],
        )
    # Few want feet, and all would wait for what they are made of.
    from swahr.inference.feet import Feet
    from swahr.inference.feet_network import make_feet_network
    from swahr.inference.with_feet import FeetStage

    return FeetStage(Feet(make_feet_network(settings, finder.device), settings.hands))
