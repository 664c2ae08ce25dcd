"""Options of `swahr train` beside the settings of a run: which labels, and which way of training."""

from pathlib import Path

from swahr._util.settings import Settings, setting


class LabelOptions(Settings):
    """Labels.

    What goes with labels that are named without settings.
    """

    images: Path | None = setting(None, "Folder of the photos.", unset="where the labels say")
    category: str | None = setting(
        None,
        "The class that is taken, where there are several; all: each with its joints.",
        unset="the only one",
    )
    skeleton: Path | None = setting(
        None, "A YAML or JSON that names the joints, where the labels do not.", unset="by the labels"
    )


class RunOptions(Settings):
    """Run.

    How it is trained.
    """

    preset: str | None = setting(
        None,
        "Settings that suit, in place of those that are left open.",
        unset="chosen by joints, photos and start",
        door="swahr_training.presets:PRESETS",
    )
    split: float | None = setting(
        None,
        "Part of the photos that validation takes, whole videos where they are frames.",
        unset="0.2 for labels without settings",
        ge=0,
        lt=1,
    )
    folds: int = setting(1, "Train so many runs, each validated on another part of the photos.", ge=1)
