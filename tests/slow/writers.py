"""Everything of ours that writes: what it is told, what it leaves, and how it is gone on with after a kill."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

import swahr
from swahr.formats import FORMATS

ALL_FORMATS = ",".join(sorted(known.name for known in FORMATS))
# Of a log entry, what depends on how fast the machine is.
TIMES = ("photos_per_s", "waiting", "seconds_left")


def files(folder: Path) -> set[str]:
    """Return what lies in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@dataclass(frozen=True)
class Writer:
    """A command that writes.

    command: run in a folder that holds `given`; {inputs} is a folder of things to read. results: files and folders that
    are there when it is done, and not before. again: what is added to go on after a kill. loads: it starts processes of
    its own, and cannot be forked. eager: its journal is written after each batch.
    """

    command: tuple[str, ...]
    results: tuple[str, ...]
    again: tuple[str, ...] = ("--overwrite",)
    loads: bool = False
    eager: bool = False

    def arguments(self, inputs: Path, again: bool = False) -> list[str]:
        """Return the command's words."""
        given = [word.replace("{inputs}", str(inputs)) for word in self.command]
        return given + (list(self.again) if again else [])


NETWORK = (
    "--model",
    "{inputs}/crowd.safetensors",
    "--backend",
    "torch",
    "--device",
    "cpu",
    "--max-people",
    "3",
)
VIDEO = ("video", "{inputs}/in.mp4", *NETWORK, "--batch", "2")
RESUME = ("--resume",)
WRITERS = {
    "rows": Writer((*VIDEO, "-o", "out.csv", "--smooth"), ("out.csv",), RESUME, eager=True),
    "all formats": Writer(
        (*VIDEO, "-o", "out", "--format", ALL_FORMATS),
        tuple(f"out{known.suffix}" for known in FORMATS),
        RESUME,
        eager=True,
    ),
    "overlay": Writer((*VIDEO, "-o", "out.csv", "--overlay", "out.mp4"), ("out.csv", "out.mp4"), RESUME, eager=True),
    "second pass": Writer(
        (*VIDEO, "-o", "out.csv", "--track-second-pass", "--zero-lag", "savgol"), ("out.csv",), RESUME, eager=True
    ),
    "many": Writer(
        ("video", "{inputs}/films", "--out", "found", "--format", "csv,jsonl", "--workers", "2", *NETWORK),
        tuple(f"found/{name}.{ending}" for name in "abc" for ending in ("csv", "jsonl")),
        (),
        loads=True,
    ),
    "cluster": Writer(
        ("video", "{inputs}/films", "--out", "found", "--cluster", "local", "--workers", "2", *NETWORK),
        tuple(f"found/{name}.csv" for name in "abc"),
        (),
        loads=True,
    ),
    "images": Writer(
        ("images", "{inputs}/photos", *NETWORK, "-o", "out.csv", "--overlay", "drawn"), ("out.csv",), loads=False
    ),
    "training": Writer(
        ("train", "{inputs}/run.yaml", "--run", "run", "--device", "cpu", "--threads", "1"),
        (),
        RESUME,
    ),
    "export": Writer(
        ("export", "out.onnx", "--model", "{inputs}/crowd.safetensors"), ("out.onnx",)
    ),
    "convert": Writer(("convert", "{inputs}/long.csv", "out.trc"), ("out.trc", "out_trc")),
    "convert to hdf": Writer(("convert", "{inputs}/long.csv", "out.nwb"), ("out.nwb",)),
    "convert to a document": Writer(("convert", "{inputs}/long.csv", "out.swahr"), ("out.swahr",)),
    "movement": Writer(
        ("move", "{inputs}/long.csv", "-o", "out.xlsx", "--report", "out.html"), ("out.xlsx", "out.html")
    ),
    "report": Writer(("report", "{inputs}/long.csv", "-o", "out.html"), ("out.html",)),
    "labels": Writer(("labels", "convert", "{inputs}/keypoints.json", "out", "--images", "{inputs}/images"), ("out",)),
}  # fmt: skip


def same(writer: Writer, found: Path, whole: Path) -> None:
    """Fail where what a command left differs from what it leaves undisturbed."""
    if writer is WRITERS["training"]:
        _same_run(found / "run", whole / "run")
        return
    for name in writer.results:
        same_result(found / name, whole / name)
    assert files(found) == files(whole)


def none_is_half_there(writer: Writer, found: Path, whole: Path) -> None:
    """Fail where a result has its name and is not what it should be. Folders grow, but not the files in them."""
    for name in writer.results:
        if (found / name).is_dir():
            for inner in files(found / name):
                if (found / name / inner).is_file() and not inner.endswith(".part"):
                    same_result(found / name / inner, whole / name / inner)
        elif (found / name).exists():
            same_result(found / name, whole / name)


def same_result(found: Path, whole: Path) -> None:
    """Fail where a result differs from a whole one: by its bytes, or by what is read where those hold a time."""
    if whole.is_dir():
        assert files(found) == files(whole)
        for name in files(whole):
            if (whole / name).is_file():
                same_result(found / name, whole / name)
        return
    if found.read_bytes() == whole.read_bytes():
        return
    if whole.suffix in (".xlsx", ".html", ".onnx"):  # they hold the time at which they were made
        assert abs(found.stat().st_size - whole.stat().st_size) < 200
        return
    assert whole.suffix in (".nwb", ".h5", ".swahr", ".slp"), f"{found} has other bytes"
    assert swahr.read(found) == swahr.read(whole)


def _same_run(found: Path, whole: Path) -> None:
    for name in ("last.safetensors",):
        weights, expected = load_file(found / name), load_file(whole / name)
        assert all(torch.equal(value, expected[key]) for key, value in weights.items())
    assert _curve(found) == _curve(whole)
    assert not list(found.glob("*.part"))


def _curve(folder: Path) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [
        {key: value for key, value in entry.items() if key not in TIMES}
        for entry in entries
        if "total" in entry
    ]
