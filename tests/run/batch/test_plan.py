from pathlib import Path

import pytest

from swahr.errors import SwahrError
from swahr.run.batch.plan import list_videos, plan
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of


def like(*formats):
    return VideoJob(
        "videos",
        outputs_of("videos", None, formats),
    )


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "videos"
    for name in ("b.mp4", "a.MOV", "deep/er/c.mkv", ".hidden.mp4", ".cache/d.mp4", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("film")
    return folder


def test_outputs_may_lie_in_the_folder_that_holds_the_archive(folder, tmp_path):
    jobs, _ = plan(folder, tmp_path, like("csv"), tmp_path)
    assert [job.outputs[0][1] for job in jobs] == [
        tmp_path / name for name in ("a.csv", "b.csv", "deep/er/c.csv")
    ]
    with pytest.raises(SwahrError, match="among those that are read"):
        plan(folder, tmp_path, like("csv"), folder)


def test_videos_are_found_by_suffix_in_all_folders_sorted_without_hidden_ones(folder):
    found = [str(path.relative_to(folder)) for path in list_videos(folder)]
    assert found == ["a.MOV", "b.mp4", "deep/er/c.mkv"]


def test_outputs_mirror_the_folder(folder, tmp_path):
    jobs, _ = plan(folder, tmp_path / "out", like("csv", "coco"), tmp_path / "drawn")
    assert [job.source for job in jobs] == [str(path) for path in list_videos(folder)]
    assert [str(path.relative_to(tmp_path)) for path in jobs[2].paths] == [
        "out/deep/er/c.csv",
        "out/deep/er/c_coco.json",
        "drawn/deep/er/c.mp4",
    ]
    assert (tmp_path / "out" / "deep" / "er").is_dir()


def test_outputs_within_the_archive_are_no_videos_of_it(folder):
    assert len(plan(folder, folder / "out", like("csv"), folder / "out").jobs) == 3
    (folder / "out" / "b.mp4").write_text("drawn")
    assert len(plan(folder, folder / "out", like("csv"), folder / "out").jobs) == 3


def test_two_videos_of_one_name_are_named(folder, tmp_path):
    (folder / "a.mp4").write_text("film")
    jobs, refused = plan(folder, tmp_path / "out", like("csv"), None)
    assert [Path(job.source).name for job in jobs] == ["a.MOV", "b.mp4", "c.mkv"]
    (error,) = refused
    assert "a.MOV and " in str(error)
    assert "a.mp4: both would be" in str(error)


def test_a_folder_without_videos(tmp_path):
    with pytest.raises(SwahrError, match="holds no videos"):
        plan(tmp_path, tmp_path / "out", like("csv"), None)
    with pytest.raises(SwahrError, match="cannot be read"):
        list_videos(tmp_path / "none")


@pytest.mark.parametrize(
    ("source", "output", "formats", "expected"),
    [
        ("in/a.b.mp4", None, None, [("csv", "a.b.csv")]),
        ("a.mp4", "out.csv", None, [("csv", "out.csv")]),
        ("a.mp4", "out.txt", ("csv",), [("csv", "out.txt")]),
        ("a.mp4", "out.jsonl", None, [("jsonl", "out.jsonl")]),
        ("a.mp4", "x/out_dlc.csv", None, [("dlc", "x/out_dlc.csv")]),
        ("a.mp4", "odd", ("coco",), [("coco", "odd")]),
        ("a.mp4", "x/out.csv", ("csv", "coco"), [("csv", "x/out.csv"), ("coco", "x/out_coco.json")]),
        ("a.mp4", None, ("csv", "trc"), [("csv", "a.csv"), ("trc", "a_trc")]),
        ("frames/*.jpg", None, None, [("csv", "frames.csv")]),
        ("rtsp://me:pw@cam/1", None, None, [("csv", "rtsp_me_cam_1.csv")]),
    ],
)
def test_outputs_are_named_by_what_is_asked_for(source, output, formats, expected):
    found = outputs_of(source, None if output is None else Path(output), formats)
    assert [(name, str(path)) for name, path in found] == expected


@pytest.mark.parametrize(("formats", "message"), [(("csv", "csv"), "twice"), (("xls",), "format is 'xls'")])
def test_formats_that_cannot_be(formats, message):
    with pytest.raises(SwahrError, match=message):
        outputs_of("a.mp4", None, formats)
