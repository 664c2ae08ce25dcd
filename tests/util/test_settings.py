"""The settings language: models of typed fields, their errors in one line, and what front ends are told."""

import json
import pickle
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr._util.settings import Settings, setting
from swahr.errors import SettingError


class Inner(Settings):
    """Inner things."""

    depth: int = setting(1, "How deep.", ge=1)


class Toy(Settings):
    """Toys of a test.

    And what they are for.
    """

    name: str = setting("bear", "What it is called.")
    count: int = setting(3, "How many.", label="Toys", unit="pcs", step=2, ge=1, le=99)
    size: float = setting(0.5, "How large.", gt=0, lt=10)
    weight: float | None = setting(None, "How heavy.", unset="as usual", ge=0)
    soft: bool = setting(True, "Whether it is soft.")
    kind: Literal["animal", "car"] = setting("animal", "What it is.")
    turn: Literal[0, 90] = setting(0, "How far it is turned.")
    sizes: tuple[float, ...] = setting((1.0,), "Sizes.", min_length=1)
    inner: Inner = Inner()


class Owned(Toy):
    """Owned toys."""

    owner: str = setting(..., "Whose it is.")

    def model_post_init(self, _context: object) -> None:
        """Check what no single field can say."""
        if self.owner == self.name:
            raise ValueError(f"owner and name are both {self.owner}; choose another name")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 0}, "count is 0; expected a whole number of at least 1"),
        ({"count": 100}, "count is 100; expected a whole number of at most 99"),
        ({"count": "many"}, "count is 'many'; input should be a valid integer, unable to parse string"),
        ({"size": 0}, "size is 0; expected more than 0"),
        ({"size": 10.0}, "size is 10.0; expected less than 10"),
        ({"size": float("nan")}, "size is nan; expected a finite number"),
        ({"size": float("inf")}, "size is inf; expected a finite number"),
        ({"weight": -1.5}, "weight is -1.5; expected at least 0"),
        ({"kind": "plane"}, "kind is 'plane'; expected animal or car"),
        ({"turn": 45}, "turn is 45; expected 0 or 90"),
        ({"sizes": ()}, "sizes is (); tuple should have at least 1 item"),
        ({"sizes": (1.0, "big")}, "sizes.1 is 'big'; "),
        ({"coutn": 3}, "coutn: there is no such setting; did you mean count?"),
        ({"inner": {"depth": 0}}, "inner.depth is 0; expected a whole number of at least 1"),
        ({"count": 0, "turn": 45}, "count is 0; expected a whole number of at least 1; turn is 45; expected"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(values, message):
    with pytest.raises(SettingError) as caught:
        Toy(**values)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_what_has_to_be_given_is_asked_for():
    with pytest.raises(SettingError, match=r"^owner: is missing, and has to be given$"):
        Owned()


def test_fields_that_do_not_go_together_are_said_in_their_own_words():
    with pytest.raises(SettingError, match=r"^owner and name are both bear; choose another name$"):
        Owned(owner="bear")
    with pytest.raises(SettingError, match="choose another name"):
        Owned(owner="ada").changed(owner="bear")


def test_settings_are_values():
    assert Toy(count=5) == Toy(count=5) != Toy()
    assert len({Toy(count=5), Toy(count=5), Toy()}) == 2
    with pytest.raises(Exception, match="frozen"):
        Toy().count = 4


def test_a_change_is_checked_and_leaves_the_first_as_it_was():
    first = Toy(name="car", inner=Inner(depth=2))
    second = first.changed(count=7)
    assert (first.count, second.count, second.name, second.inner) == (3, 7, "car", Inner(depth=2))
    with pytest.raises(SettingError, match="count is 0"):
        first.changed(count=0)
    with pytest.raises(SettingError, match="no such setting"):
        first.changed(colour="red")


def test_chosen_and_repr_are_what_differs_from_the_defaults():
    assert Toy().chosen() == {}
    assert Toy(count=3, soft=False).chosen() == {"soft": False}
    assert repr(Toy()) == "Toy()"
    assert repr(Toy(soft=False, sizes=(0.5, 1))) == "Toy(soft=False, sizes=(0.5, 1.0))"
    assert repr(Owned(owner="ada")) == "Owned(owner='ada')"


toys = st.builds(
    Toy,
    name=st.text(max_size=9),
    count=st.integers(1, 99),
    size=st.floats(0, 10, exclude_min=True, exclude_max=True),
    weight=st.none() | st.floats(0, 1e300),
    soft=st.booleans(),
    kind=st.sampled_from(["animal", "car"]),
    turn=st.sampled_from([0, 90]),
    sizes=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4).map(tuple),
    inner=st.builds(Inner, depth=st.integers(1)),
)


@given(toys)
def test_settings_come_back_from_json_from_another_process_and_from_what_was_chosen(toy):
    assert Toy(**json.loads(json.dumps(toy.model_dump(mode="json")))) == toy
    again = pickle.loads(pickle.dumps(toy))
    assert again == toy
    assert hash(again) == hash(toy)
    assert Toy(**toy.chosen()) == toy
    assert Toy(**toy.values()) == toy
    assert Toy().changed(**toy.chosen()) == toy


def test_front_ends_are_told_all_that_they_need():
    infos = {info.name: info for info in Owned.described()}
    assert list(infos) == [
        *("name", "count", "size", "weight", "soft", "kind", "turn", "sizes", "inner", "owner")
    ]
    count, size, weight = infos["count"], infos["size"], infos["weight"]
    assert (count.help, count.label, count.unit, count.flag) == ("How many.", "Toys", "pcs", "--count")
    assert (count.kind, count.default, count.required, count.step) == (int, 3, False, 2)
    assert (count.low, count.high, count.low_open, count.high_open) == (1, 99, False, False)
    assert (size.low, size.high, size.low_open, size.high_open) == (0, 10, True, True)
    assert (weight.optional, weight.base, weight.unset, weight.default) == (True, float, "as usual", None)
    assert (infos["kind"].choices, infos["turn"].choices, count.choices) == (("animal", "car"), (0, 90), ())
    assert infos["owner"].required
    assert infos["soft"].label == "Soft"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("count", "1 <= x <= 99"),
        ("size", "0 < x < 10"),
        ("weight", "x >= 0"),
        ("inner", "x"),
        ("name", "x"),
    ],
)
def test_a_range_is_said_in_signs(name, words):
    assert next(info for info in Toy.described() if info.name == name).range() == words


def test_the_heading_is_the_first_line():
    assert Toy.heading() == "Toys of a test"
    assert Owned.heading() == "Owned toys"
