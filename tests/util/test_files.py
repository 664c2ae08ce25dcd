import os

import pytest

from swahr._util.files import check_output, copy_file, made_whole, partial_path, write_text
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


def test_a_file_that_fails_half_way_leaves_the_old_one_and_nothing_else(tmp_path):
    output = tmp_path / "out.txt"
    write_text(output, "old")

    def cut_off():
        with made_whole(output) as partial:
            partial.write_text("ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert output.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("lasting", [False, True])
def test_a_file_that_is_made_whole_has_all_that_was_written(tmp_path, lasting):
    with made_whole(tmp_path / "out.txt", lasting=lasting) as partial:
        partial.write_text("new")
        assert not (tmp_path / "out.txt").exists()
    assert (tmp_path / "out.txt").read_text() == "new"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_two_who_share_a_file_write_beside_each_other(tmp_path):
    with made_whole(tmp_path / "out.txt", shared=True) as partial:
        assert str(os.getpid()) in partial.name
        partial.write_text("new")
    assert os.listdir(tmp_path) == ["out.txt"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_copy_that_finds_no_room_is_refused_and_leaves_nothing(tmp_path):
    source = tmp_path / "photo.png"
    source.write_bytes(bytes(100))
    (tmp_path / "copy.png.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"photo.png could not be copied to .*No space left"):
        copy_file(source, tmp_path / "copy.png")
    assert os.listdir(tmp_path) == ["photo.png"]


def test_a_file_copied_onto_itself_stays(tmp_path):
    source = tmp_path / "photo.png"
    source.write_bytes(b"photo")
    copy_file(source, tmp_path / "." / "photo.png")
    assert source.read_bytes() == b"photo"


def test_a_text_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputError, match="could not be written"):
        write_text(tmp_path / "none" / "out.txt", "text")
