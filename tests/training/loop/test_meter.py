"""What a run tells: lines that people read, TensorBoard, and a log without what a resume does again."""

import json

import cv2
import pytest

from swahr_training.loop.files import write_atomically
from swahr_training.loop.meter import Meter, describe, duration
from swahr_training.loop.run_folder import RunFolder
from swahr_training.loop.train import train


def test_an_entry_reads_as_a_line():
    entry = {
        "step": 50,
        "steps": 3000,
        "rate": 0.001,
        "heatmap": 0.002,
        "scale": 0.0,
        "push": 0.001,
        "pull": 0.0005,
    }
    entry |= {"total": 0.0035, "photos_per_s": 21.5, "waiting": 0.02, "seconds_left": 7500}
    line = describe(entry)
    for part in ("step 50/3000", "push 0.001", "21.5 photos/s", "waiting for data 2 %", "2 h 05 min left"):
        assert part in line
    assert "loader_threads" not in line
    assert "more loader_threads" in describe({**entry, "waiting": 0.3})
    assert describe({"step": 3, "note": "step 3 left out"}) == "step 3 left out"
    assert "AP 0.250" in describe({"step": 3, "AP": 0.25, "AP50": 0.5})


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (720, "12 min"), (11100, "3 h 05 min")])
def test_times_are_said_as_people_do(seconds, text):
    assert duration(seconds) == text


def test_a_meter_without_any_finite_step_says_so():
    meter = Meter(10, 4)
    meter.add([])
    assert "nothing learnt" in describe(meter.entry(1, 0.1))


def test_the_log_keeps_what_is_not_done_again(tmp_path):
    folder = RunFolder(tmp_path, lambda _: None, active=True)
    lines = [json.dumps({"step": step}) for step in (1, 2, 3, 4)]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + '\n{"step": 5, "ra')
    folder.cut_log(2)
    assert [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [1, 2]
    folder.cut_log(0)
    assert (tmp_path / "log.jsonl").read_text() == ""


def test_what_is_no_line_of_a_log_goes(tmp_path):
    folder = RunFolder(tmp_path, lambda _: None, active=True)
    damaged = (
        b'{"step": 1}\n{"st\xe5ep": 1}\n[2]\n{"loss": 3}\n{"step": "2"}\n\xff\xfe\n{"step": 2}\n{"step": 3}\n'
    )
    (tmp_path / "log.jsonl").write_bytes(damaged)
    folder.cut_log(2)
    assert [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [1, 2]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    file = tmp_path / "file"
    write_atomically(file, b"old")
    (tmp_path / "file.part").mkdir()  # in the way of the temporary file
    with pytest.raises(IsADirectoryError):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"


def test_tensorboard_shows_losses_rates_and_pictures(tmp_path, tiny_config, figures):
    source = {"images": figures / "images", "labels": figures / "keypoints.json"}
    config = tiny_config(
        validation=source, rate_factors={"backbone": 0.5}, save_every=2, steps=3, evaluate_every=3
    )
    entries = []
    train(config, tmp_path / "run", report=entries.append)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tmp_path / "run" / "tensorboard")).Reload()
    scalars = set(events.Tags()["scalars"])
    assert {
        "loss/heatmap",
        "loss/push",
        "rate/0.5",
        "rate/1",
        "speed/photos_per_s",
        "validation/AP",
    } <= scalars
    assert [event.step for event in events.Scalars("loss/total")] == [1, 2, 3]
    assert [event.step for event in events.Scalars("validation/AP")] == [3]
    assert [entry["step"] for entry in entries if "AP" in entry] == [3]
    images = events.Images("photos/0")
    assert [image.step for image in images] == [2, 3]
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(images[-1].encoded_image_string, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (72, 3 * 96, 3)
