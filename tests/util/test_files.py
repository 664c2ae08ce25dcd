import os

import pytest

from swahr._util.files import check_output, partial_path
from swahr.errors import OutputError, SwahrError


def test_a_new_file_in_a_folder_is_fine(tmp_path):
    check_output(tmp_path / "out.csv", overwrite=False, taken=[tmp_path / "in.mp4"])


def test_the_partial_file_lies_beside_the_output(tmp_path):
    assert partial_path(tmp_path / "out.csv") == tmp_path / "out.csv.part"


def test_what_exists_is_replaced_on_request_alone(tmp_path):
    output = tmp_path / "out.csv"
    output.write_text("old")
    with pytest.raises(SwahrError, match="overwrite=True"):
        check_output(output, overwrite=False)
    check_output(output, overwrite=True)


@pytest.mark.parametrize("name", ["in.mp4", "sub/../in.mp4", "link.mp4", "hard.mp4"])
def test_an_input_is_never_an_output_by_whatever_name(tmp_path, name):
    source = tmp_path / "in.mp4"
    source.write_text("film")
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.mp4").symlink_to(source)
    os.link(source, tmp_path / "hard.mp4")
    with pytest.raises(SwahrError, match="would overwrite"):
        check_output(tmp_path / name, overwrite=True, taken=[source])


def test_the_partial_file_is_no_input_either(tmp_path):
    source = tmp_path / "out.csv.part"
    source.write_text("rows")
    with pytest.raises(SwahrError, match="would overwrite"):
        check_output(tmp_path / "out.csv", overwrite=True, taken=[source])


def test_two_outputs_that_are_not_there_yet_may_not_be_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SwahrError, match="would overwrite"):
        check_output(tmp_path / "out.mp4", overwrite=False, taken=[tmp_path / "." / "out.mp4"])


def test_a_folder_of_the_name_or_no_folder_at_all_is_refused(tmp_path):
    with pytest.raises(SwahrError, match="is a folder"):
        check_output(tmp_path, overwrite=True)
    with pytest.raises(SwahrError, match="there is no folder"):
        check_output(tmp_path / "none" / "out.csv", overwrite=True)


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs a device file")
def test_a_device_is_never_replaced(tmp_path):
    with pytest.raises(SwahrError, match="no regular file"):
        check_output(tmp_path.__class__("/dev/null"), overwrite=True)


def test_a_folder_is_an_output_where_one_is_made(tmp_path):
    folder = tmp_path / "out_openpose"
    check_output(folder, overwrite=False, folder=True)
    folder.mkdir()
    with pytest.raises(SwahrError, match="overwrite=True"):
        check_output(folder, overwrite=False, folder=True)
    check_output(folder, overwrite=True, folder=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SwahrError, match="is no folder"):
        check_output(tmp_path / "file", overwrite=True, folder=True)


@pytest.mark.parametrize(
    "name", ["out.csv", "out.csv.part", "out.csv.journal", "out.csv.journal.part", "out.csv.spool"]
)
@pytest.mark.parametrize("there", [True, False])
def test_an_output_that_is_a_link_is_refused(tmp_path, name, there):
    """It would be replaced, or what it names written through."""
    if there:
        (tmp_path / "mine.txt").write_text("mine")
    try:
        (tmp_path / name).symlink_to(tmp_path / "mine.txt")
    except OSError:
        pytest.skip("no right to make links")
    with pytest.raises(OutputError, match="is a link to"):
        check_output(tmp_path / "out.csv", overwrite=True)
