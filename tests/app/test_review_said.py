"""What a correction did is said at the bottom of the window: of ids and of many frames, and of what is taken back."""

from typing import get_args

import pytest

from swahr.document import AnyEdit
from swahr.document.edits import DeleteId, MergeIds, RenameId, SwapIds, SwapSidesOf
from swahr_app.review import said

KINDS = [each.model_fields["kind"].default for each in get_args(AnyEdit)]


def test_every_kind_of_correction_has_its_words():
    assert set(KINDS) == {*said.EVERYWHERE, *said.HERE}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SwapIds(first=12, id=1, other=2), "From frame 12 on, ids 1 and 2 have changed places"),
        (MergeIds(first=12, id=1, other=2), "From frame 12 on, id 2 is id 1"),
        (RenameId(first=12, id=1, new=7), "From frame 12 on, id 1 is id 7"),
        (DeleteId(first=12, id=1), "From frame 12 on, id 1 is taken out"),
        (DeleteId(first=12, id=1, last=20), "In frames 12 to 20, id 1 is taken out"),
        (
            SwapSidesOf(first=3, id=1, last=9),
            "In frames 3 to 9, left and right of id 1 have changed places",
        ),
    ],
)
def test_what_changes_frames_that_are_not_seen_is_said(edit, words):
    assert said.done(edit) == f"{words}; Ctrl+Z takes it back."
    assert said.taken_back(edit) == f"Taken back: {words[0].lower()}{words[1:]}."


def test_the_line_says_what_was_done_taken_back_and_made_again(review):
    session = review.review.session
    notes = []
    session.state.note_changed.connect(notes.append)
    session.do(RenameId(first=10, id=1, new=7))
    session.undo()
    session.redo()
    assert notes == [
        "From frame 10 on, id 1 is id 7; Ctrl+Z takes it back.",
        "Taken back: from frame 10 on, id 1 is id 7.",
        "Made again: from frame 10 on, id 1 is id 7.",
    ]
