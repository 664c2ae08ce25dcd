"""Whom to keep, and ids put right."""

import numpy as np
import pytest

from swahr.config import IdSettings, PeopleSettings
from swahr.errors import MissingError, SettingError
from swahr.movement.people import choose, put_right
from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import Skeleton

NOSE = Skeleton.from_joints(["nose", "tail"])
IDS = [[1, 2], [1, 2], [2, 1, 7], [2], [1], [7, 2]]


@pytest.fixture
def recording():
    builder = RecordingBuilder(NOSE)
    for frame, ids in enumerate(IDS):
        builder.frame(frame, frame / 25)
        for person in ids:
            x = 100.0 * person
            builder.person(frame, [(x, 40, 0.9), (x + 20, 60, 0.9)], 0.5 + person / 100, person)
    return builder.build()


def ids_of(recording):
    return [frame.poses.ids.tolist() if len(frame.poses) else [] for frame in recording]


class TestChoose:
    def test_by_how_long_they_are_there(self, recording):
        assert ids_of(choose(recording, PeopleSettings(min_frames=3))) == [
            [1, 2],
            [1, 2],
            [2, 1],
            [2],
            [1],
            [2],
        ]
        assert ids_of(choose(recording, PeopleSettings(longest=1))) == [[2], [2], [2], [2], [], [2]]
        both = PeopleSettings(longest=2, min_frames=5)
        assert ids_of(choose(recording, both)) == [[2], [2], [2], [2], [], [2]]

    def test_by_id_and_by_place(self, recording):
        assert ids_of(choose(recording, PeopleSettings(person=7))) == [[], [], [7], [], [], [7]]
        left = PeopleSettings(roi=(0, 0, 150, 100))
        assert ids_of(choose(recording, left)) == [[1], [1], [1], [], [1], []]
        assert (
            ids_of(choose(recording, left.changed(roi=(0, 0, 110, 50)))) == [[]] * 6
        )  # (110, 50) is not inside

    def test_who_is_not_there_is_named(self, recording):
        with pytest.raises(MissingError, match="no person 5; the ids are 1 to 2, 7"):
            choose(recording, PeopleSettings(person=5))

    def test_a_region_without_an_area_is_refused(self):
        with pytest.raises(SettingError, match="width and height of more than 0"):
            PeopleSettings(roi=(0, 0, 0, 5))


class TestIds:
    def test_two_change_places_from_a_frame_on(self, recording):
        found = put_right(recording, IdSettings(swap_at="2:1,2"))
        assert ids_of(found) == [[1, 2], [1, 2], [1, 2, 7], [1], [2], [7, 1]]
        again = put_right(found, IdSettings(swap_at="2:1,2"))
        assert ids_of(again) == IDS
        twice = put_right(recording, IdSettings(swap_at="4:1,2;2:1,2"))
        assert ids_of(twice)[4:] == IDS[4:]

    def test_who_is_one_is_once_in_a_frame(self, recording):
        found = put_right(recording, IdSettings(merge="2,7"))
        assert ids_of(found) == [[1, 2], [1, 2], [1, 2], [2], [1], [2]]
        assert found[2].poses.scores.tolist() == pytest.approx([0.51, 0.57])  # 7 was surer

    def test_names_are_given_at_once(self, recording):
        found = put_right(recording, IdSettings(rename="1=2,2=1"))
        assert ids_of(found) == [[2, 1], [2, 1], [1, 2, 7], [1], [2], [7, 1]]
        with pytest.raises(SettingError, match="rename gives the id 2, which another person has"):
            put_right(recording, IdSettings(rename="1=2"))

    @pytest.mark.parametrize(("name", "text"), [
        ("swap_at", "1,2"), ("swap_at", ""), ("merge", "2"), ("rename", "3"), ("rename", "1=3,2=3"),
    ])  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, name, text):
        with pytest.raises(SettingError, match=name):
            IdSettings(**{name: text})

    def test_all_together_at_the_command_line(self, recording, tmp_path, call):
        recording.save(tmp_path / "a.csv")
        options = ("--swap-at", "2:1,2", "--merge", "2,7", "--rename", "2=5", "--min-frames", 4)
        assert call("convert", tmp_path / "a.csv", tmp_path / "b.csv", *options).code == 0
        table = np.genfromtxt(tmp_path / "b.csv", delimiter=",", skip_header=1)
        assert set(table[:, 2]) == {1, 5}
