"""Left and right are found in the forms in which people name joints, and asked for where a name may mean more."""

import pytest

from swahr.pose.sides import Sides, side_of, sides_of


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("left_wrist", "right_wrist"),
        ("LWrist", "RWrist"),
        ("lWrist", "rWrist"),
        ("L.Wrist", "R.Wrist"),
        ("wrist_l", "wrist_r"),
        ("WristL", "WristR"),
        ("wrist.L", "wrist.R"),
        ("left-wrist", "right-wrist"),
        ("wristLeft", "wristRight"),
        ("leftwrist", "rightwrist"),
        ("LEFT WRIST", "RIGHT WRIST"),
        ("linker pols", "rechter pols"),
        ("linkerpols", "rechterpols"),
        ("Handgelenk links", "Handgelenk rechts"),
        ("muñeca_izquierda", "muñeca_derecha"),
        ("poignet gauche", "poignet droit"),
        ("polso sinistro", "polso destro"),
        ("vänster hand", "höger hand"),
        ("左手", "右手"),
        ("L", "R"),
    ],
)
def test_usual_forms_are_pairs(left, right):
    assert sides_of(["nose", right, left]).pairs == ((2, 1),)
    assert (side_of(left), side_of(right)) == ("left", "right")


@pytest.mark.parametrize(("one", "other"), [("paw_LF", "paw_RF"), ("lip", "rip"), ("lbow", "rbow")])
def test_one_letter_within_a_word_is_asked_for(one, other):
    sides = sides_of([one, other])
    assert sides.pairs == ()
    assert sides.unsure == ((0, 1),)


@pytest.mark.parametrize(("one", "other"), [("lwrist", "rwrist"), ("lhand_2", "rhand_2"), ("toel", "toer")])
def test_one_letter_beside_a_part_of_a_body_is_a_side(one, other):
    assert sides_of(["head", one, other]) == Sides(((1, 2),))


def test_words_that_hold_a_side_by_chance_are_none():
    assert sides_of(["shoulder", "head", "ear", "leg", "tail", "solder"]).pairs == ()


def test_a_side_without_its_other_side_is_no_pair():
    assert sides_of(["left_hand", "left_foot", "right_ear"]).pairs == ()
