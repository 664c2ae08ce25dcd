"""100 kills at random moments: nothing half-written under a final name, and what goes on ends as if undisturbed."""

import random

import pytest

from tests.slow.writers import WRITERS, none_is_half_there, same

KILLS = {
    "rows": 10, "all formats": 10, "overlay": 10, "second pass": 5, "many": 10, "cluster": 4, "images": 8,
    "training": 10, "export": 3, "convert": 5, "convert to hdf": 5, "convert to a document": 5, "movement": 4,
    "report": 3, "labels": 4,
}  # fmt: skip
CASES = [(name, number) for name, count in KILLS.items() for number in range(count)]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_killed_at_any_moment_it_goes_on_and_ends_as_if_undisturbed(
    name, number, whole, runner, inputs, tmp_path
):
    writer, undisturbed = WRITERS[name], whole(name)
    moment = random.Random(f"{name} {number}").uniform(0, undisturbed.ended.computed_s)
    runner.start_of(writer, inputs, tmp_path).kill_after(moment)
    none_is_half_there(writer, tmp_path, undisturbed.folder)
    begun = name != "training" or (tmp_path / "run" / "last.pt").exists()
    ended = runner.start_of(writer, inputs, tmp_path, again=begun).wait().check()
    if (
        name == "training" and not begun and ended.code == 2
    ):  # the folder is there, and nothing in it to go on from
        ended = runner.start_of(writer, inputs, tmp_path, again=True).wait().check()
    assert ended.code == 0, ended.errors
    same(writer, tmp_path, undisturbed.folder)
