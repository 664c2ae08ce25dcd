"""Files that no program of good will wrote: every reader ends in one line, none waits, none fails in its own way."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from swahr._util.reading import MAX_LEVELS, CsvRows, parse_json, parse_numbers, parse_yaml
from swahr.errors import ResumeError, SwahrError
from swahr.formats import FORMATS, read
from swahr.models.checkpoints import load_checkpoint
from swahr.movement.definitions import read_definitions
from swahr.pose.skeleton import Skeleton
from swahr.run.journal import Journal, journal_path
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.sources import read_labels as read_source
from swahr_training.reading import load_settings

DEEP = "[" * 10_000 + "]" * 10_000
BOMB = "a: &a [1, 1]\n" + "\n".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
COCO_PERSON = {"category_id": 1, "keypoints": [1.0, 2.0, 0.5] * 17, "score": 0.5}


class TestPlainValues:
    @pytest.mark.parametrize("text", [DEEP, '{"a":' * 300 + "1" + "}" * 300, "9" * 30, "-" + "9" * 5000])
    def test_json_beyond_all_files_is_damaged(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"levels deep|64 bits"):
            parse_json(text)

    @pytest.mark.parametrize(
        "text", [DEEP, "&a [*a]", "&a {b: *a}", BOMB, "2020-99-99", "9" * 5000, "? [a]\n: 1", "!!python/none"]
    )
    def test_yaml_beyond_all_files_is_damaged(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            parse_yaml(text)

    @pytest.mark.parametrize("text", [r'["\ud800"]', r'{"a\uDFFF": 1}', r'"\udc80 \ud83d"'])
    def test_half_a_character_is_damaged_and_a_whole_one_is_read(self, text: str) -> None:
        for parse in (parse_json, parse_yaml):
            with pytest.raises(ValueError, match="half of a character"):
                parse(text)
        assert parse_json(r'["\ud83d\ude00"]') == ["\U0001f600"]

    @pytest.mark.parametrize("text", [r'2020-01-01: "\ud800"', r'!!set {a, "\udc00"}', r'[{"\udfff": 1}]'])
    def test_half_a_character_is_found_wherever_yaml_keeps_it(self, text: str) -> None:
        with pytest.raises(ValueError, match="half of a character"):
            parse_yaml(text)

    @pytest.mark.parametrize("text", ["[[1, 2], [3]]", '[["a", 2]]', "[[1], [2]]", DEEP, "[", "[[{}, 1]]"])
    def test_other_things_than_numbers_of_a_shape_are_damaged(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            parse_numbers(text, (1, 2))
        assert np.isinf(parse_numbers(f"[[1e300, {'9' * 5000}]]", (1, 2))).all()

    def test_what_true_files_hold_is_read(self) -> None:
        deep = "[" * MAX_LEVELS + "]" * MAX_LEVELS
        assert parse_json(deep) == json.loads(deep)
        assert parse_json(f"[{2**63 - 1}, {-(2**63)}, NaN]")[:2] == [2**63 - 1, -(2**63)]
        assert parse_yaml("a: &a [1]\nb: *a\nday: 2020-02-29\nn: 1_000")["n"] == 1000

    def test_a_field_that_no_table_has_is_damaged(self) -> None:
        with pytest.raises(ValueError, match="field larger"):
            list(CsvRows(["a" * 200_000]))


def read_labels(path: Path) -> Any:
    return read_source(DataSource(images=path.parent, labels=path), "train")


# A reader of each kind of file, and the name that its files have.
READERS: dict[str, Callable[[Path], Any]] = {
    "people.csv": read,
    "people.json": read,
    "people.jsonl": read,
    "angles.yaml": read_definitions,
    "skeleton.json": Skeleton.from_json,
    "weights.safetensors": load_checkpoint,
    "weights.pth": load_checkpoint,
    "labels.json": read_labels,
    "data.yaml": read_labels,
    "labels.csv": read_labels,
    "training.yaml": lambda path: load_settings(TrainConfig, path),
}


@pytest.mark.parametrize("name", READERS)
class TestEveryReader:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\0" * 5000, b"\xff" * 5000, DEEP.encode(), b"{" * 9000, BOMB.encode(), b"a," * 3 + b"b" * 200_000,
         b"9" * 5000, b'{"a": ' + b"9" * 400 + b"}", b"frame,time_s,person_id,score\n1e9999,0,0,0\n", b"2020-99-99"],
        ids=range(11),
    )  # fmt: skip
    def test_refuses_what_cannot_be(self, name: str, content: bytes, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SwahrError) as refused:
            READERS[name](tmp_path / name)
        assert len(str(refused.value)) < 3000

    @pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among files")
    def test_does_not_wait_for_a_pipe_or_read_a_device(self, name: str, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / name)
        with pytest.raises(SwahrError):
            READERS[name](tmp_path / name)
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to("/dev/zero")
        with pytest.raises(SwahrError):
            READERS[name](tmp_path / name)


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, -1, 1e300, "x", None, [1]])
def test_a_frame_that_no_video_has_is_refused(number: object, tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([{"image_id": number, **COCO_PERSON}]))
    with pytest.raises(SwahrError):
        read(path)


def test_every_format_refuses_noise(tmp_path: Path) -> None:
    for known in FORMATS:
        for content in (b"", os.urandom(300), DEEP.encode(), b"a" * 200_000):
            path = tmp_path / f"noise{known.suffix}"
            path.write_bytes(content)
            with pytest.raises(SwahrError):
                read(path, known.name)


def test_a_state_dict_that_holds_itself_is_refused(tmp_path: Path) -> None:
    content: dict[str, Any] = {}
    content["state_dict"] = content
    torch.save(content, tmp_path / "self.pth")
    with pytest.raises(SwahrError, match="no weights"):
        load_checkpoint(tmp_path / "self.pth")


@pytest.mark.parametrize(
    "text", [DEEP, '{"identity": {}, "progress": {"last_index": 9' + "9" * 400 + "}}", "null"]
)
def test_a_journal_that_no_run_wrote_is_no_run(text: str, tmp_path: Path) -> None:
    journal_path(tmp_path / "out.csv").write_text(text)
    with pytest.raises(ResumeError, match="damaged"):
        Journal(tmp_path / "out.csv", {}).read()


def test_a_hostile_name_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    name = "a\x1b[2J\x1b]0;title\x07\nfailed: all\u202egpj.csv"
    (tmp_path / name).write_text("frame\n" * 3)
    done = subprocess.run(
        [sys.executable, "-m", "swahr", "report", name], cwd=tmp_path, capture_output=True, check=False
    )
    said = done.stderr.decode()
    assert done.returncode == 2
    assert len(said.splitlines()) == 1
    assert not set(said[:-1]) & {*map(chr, range(32)), "\u202e"}
    assert "\\x1b[2J" in said
