"""The network as a command's options ask; torch is imported here."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swahr.config import LabelsSettings, NetworkSettings
    from swahr.inference.estimator import PoseEstimator
    from swahr.run.data_set import DataSet


def make_estimator(settings: "NetworkSettings", measure: bool = True) -> "PoseEstimator":
    """Make the estimator; a process that a command has to itself computes with the threads that are asked for.

    measure: Runtimes may be compared, where they were not yet; it takes some seconds.
    """
    from swahr.inference.estimator import PoseEstimator
    from swahr.inference.threads import use_threads

    if settings.threads is not None:
        use_threads(settings.threads)
    return PoseEstimator.from_pretrained(settings=settings, measure=measure)


def described(
    estimator: "PoseEstimator", network: "NetworkSettings", labelling: "LabelsSettings"
) -> "dict[str, Any]":
    """Return what made labels: the model, and from which confidence and score joints and people count."""
    return {
        "model": network.model,
        "threshold": round(float(estimator.params.detection_threshold), 4),
        "min_score": round(float(estimator.selection.min_score), 4),
        "label_score": labelling.label_score,
    }


def open_data_set(
    estimator: "PoseEstimator", network: "NetworkSettings", labelling: "LabelsSettings", overwrite: bool
) -> "DataSet | None":
    """Open the data set that options ask for; None where they ask for none."""
    from swahr.run.data_set import DataSet

    if labelling.labels is None:
        return None
    info = described(estimator, network, labelling)
    return DataSet(labelling.labels, estimator.skeleton, labelling, info, overwrite)
