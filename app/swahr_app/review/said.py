"""What a correction did, in words for the line at the bottom: some change frames that are not seen."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QCoreApplication

from swahr.document import AnyEdit

EVERYWHERE = {  # by kind, what it does in more frames than the one that is seen
    "swap_ids": lambda e: _tr("From frame {} on, ids {} and {} have changed places").format(
        e.first, e.id, e.other
    ),
    "merge_ids": lambda e: _tr("From frame {} on, id {} is id {}").format(e.first, e.other, e.id),
    "rename_id": lambda e: _tr("From frame {} on, id {} is id {}").format(e.first, e.id, e.new),
    "delete_id": lambda e: _ranged(
        e, _tr("From frame {} on, id {} is taken out"), _tr("In frames {} to {}, id {} is taken out")
    ),
    "swap_sides_of": lambda e: _ranged(
        e,
        _tr("From frame {} on, left and right of id {} have changed places"),
        _tr("In frames {} to {}, left and right of id {} have changed places"),
    ),
    "fill": lambda e: _tr("Id {} is filled in, in {} frames").format(e.id, len(e.frames)),
}
HERE: dict[str, Callable[[], str]] = {
    "place_joint": lambda: _tr("A joint is placed"),
    "hide_joint": lambda: _tr("Whether a joint is hidden is changed"),
    "delete_joint": lambda: _tr("A joint is taken away"),
    "add_person": lambda: _tr("A person is added"),
    "delete_person": lambda: _tr("A person is taken out of a frame"),
    "swap_sides": lambda: _tr("Left and right have changed places in a frame"),
    "set_id": lambda: _tr("A person has another id in a frame"),
    "add_event": lambda: _tr("An event is named"),
    "change_event": lambda: _tr("An event is changed"),
    "delete_event": lambda: _tr("An event is removed"),
    "set_scale": lambda: _tr("The scale is changed"),
    "set_readouts": lambda: _tr("The read-outs are changed"),
}


def done(edit: AnyEdit) -> str:
    """Return what to say of a correction that was made; "" of one whose frame is seen, which shows it."""
    said = EVERYWHERE.get(edit.kind)
    return "" if said is None else _tr("{}; Ctrl+Z takes it back.").format(said(edit))


def taken_back(edit: AnyEdit) -> str:
    """Return what to say of a correction that was taken back."""
    return _tr("Taken back: {}.").format(_first_small(_words(edit)))


def made_again(edit: AnyEdit) -> str:
    """Return what to say of a correction that was made again."""
    return _tr("Made again: {}.").format(_first_small(_words(edit)))


def _words(edit: AnyEdit) -> str:
    everywhere = EVERYWHERE.get(edit.kind)
    return HERE[edit.kind]() if everywhere is None else str(everywhere(edit))


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ranged(edit: Any, on: str, to: str) -> str:
    if edit.last is None:
        return on.format(edit.first, edit.id)
    return to.format(edit.first, edit.last, edit.id)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Said", text)
