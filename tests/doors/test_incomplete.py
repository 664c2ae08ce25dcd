"""What a door is given lacks a method of its base: the registration says which, and nothing is registered."""

from typing import Any

import pytest

from swahr.errors import SettingError
from swahr.formats import FORMATS, Format, register_format
from swahr.models.backbones.base import BACKBONES, BackboneSettings, register_backbone
from swahr.models.heads.base import HEADS, HeadSettings, register_head
from swahr.video.frame import FrameSource
from swahr.video.sources import SOURCES, register_source
from swahr_training.data.formats import LABEL_FORMATS, LabelFormat, register_label_format
from swahr_training.losses.base import LOSSES, LossSettings, register_loss


@pytest.mark.parametrize(
    ("base", "register", "known", "lacking"),
    [
        (Format, register_format, FORMATS, "open_writer, read, recognises"),
        (FrameSource, register_source("half:"), SOURCES, "__iter__"),
        (BackboneSettings, register_backbone("half"), BACKBONES, "build"),
        (HeadSettings, register_head("half"), HEADS, "build"),
        (LossSettings, register_loss("half"), LOSSES, "build"),
        (LabelFormat, register_label_format, LABEL_FORMATS, "read, recognises"),
    ],
)
def test_a_class_that_lacks_methods_is_refused_with_their_names(
    base: Any, register: Any, known: Any, lacking: str
) -> None:
    facts = {"name": "half", "endings": ("_half",)} if base in (Format, LabelFormat) else {}
    half = type(base)("Half", (base,), {**facts, "__module__": __name__})
    with pytest.raises(SettingError, match=rf"Half lacks {lacking}; define them"):
        register(half)
    assert not {"half", "half:"} & {*known.names()}
