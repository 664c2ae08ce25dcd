"""`backend="auto"`: the fastest runtime that is installed and finds the same people, found out once on a machine.

Torch and each runtime look at a drawn picture; what was found is kept beside the installed weights, by the versions,
the processor, the arithmetic and the network, so that another of these is another choice. A file of it that is damaged
is made anew. Which runtime a run had is in `PoseEstimator.runtime` and, for one that can go on, in its journal.
"""

import hashlib
import json
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict, Field

from swahr import __version__
from swahr._util.files import made_whole
from swahr._util.reading import read_bytes
from swahr.config import AUTO, NetworkSettings
from swahr.errors import SwahrError, first_line
from swahr.inference.backends import Backend, make_backend
from swahr.inference.backends.cache import fingerprint, is_at_hand
from swahr.inference.backends.exported import ExportedNetwork, missing
from swahr.inference.backends.trial import TORCH, MakeSight, TagSight, Trial
from swahr.inference.hardware.cpu import cpu_name, is_busy
from swahr.models.checkpoints import Checkpoint
from swahr.models.library import library_folder

RUNTIMES = ("openvino", "onnxruntime")  # the faster one first, by the benchmarks
# Less of a gain is noise, and torch has no file to keep.
MIN_GAIN = 1.1


class Choice(BaseModel):
    """Which runtime a network runs by.

    backend: its name. reason: why, in one line without a full stop. ms: of one picture by each that was tried; empty
    where none was. busy: others computed beside, so that it is found out once more in a quieter moment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: str
    reason: str
    ms: dict[str, float] = Field(default_factory=dict)
    busy: bool = False

    def __str__(self) -> str:
        """Return one line for people, such as `openvino, the fastest here (openvino 23 ms, torch 60 ms)`."""
        ms = ", ".join(
            f"{name} {of:.0f} ms" for name, of in sorted(self.ms.items(), key=lambda pair: pair[1])
        )
        return f"{self.backend}: {self.reason}" + (f" ({ms} a picture)" if ms else "")


def make_chosen(
    network: Checkpoint | ExportedNetwork,
    settings: NetworkSettings,
    device: torch.device,
    measure: bool = True,
    make_sight: MakeSight = TagSight,
) -> tuple[Choice, Backend]:
    """Choose what runs a network, and make it; a runtime that was not asked for and fails is replaced by torch.

    Raises:
        SwahrError: See `choose_backend` and `make_backend`.
    """
    choice = choose_backend(network, settings, device, measure=measure, make_sight=make_sight)
    try:
        return choice, make_backend(network, settings.changed(backend=choice.backend), device)
    except SwahrError as error:
        if settings.backend != AUTO or choice.backend == TORCH or isinstance(network, ExportedNetwork):
            raise
        choice = _torch(f"{choice.backend} failed ({first_line(error)})")
    return choice, make_backend(network, settings.changed(backend=TORCH), device)


def choose_backend(
    network: Checkpoint | ExportedNetwork,
    settings: NetworkSettings,
    device: torch.device,
    *,
    measure: bool = True,
    make_sight: MakeSight = TagSight,
) -> Choice:
    """Choose what runs a network.

    Args:
        network: Which is left as it is.
        settings: A `backend` other than auto is taken as it is.
        device: Where the network will run.
        measure: Runtimes may be compared where they were not yet, which takes some seconds.
        make_sight: What networks of its kind see of the drawn picture.

    Raises:
        MissingError: It is an exported network, and no runtime is installed.
    """
    if settings.backend != AUTO:
        return Choice(backend=settings.backend, reason="it was asked for")
    there = [name for name in RUNTIMES if find_spec(name) is not None]
    if isinstance(network, ExportedNetwork):
        if not there:
            raise missing(RUNTIMES[0])
        return Choice(backend=there[0], reason="torch does not run exported networks")
    usable = there if settings.precision != "bfloat16" else [name for name in there if name != "onnxruntime"]
    if device.type != "cpu":
        return _torch(f"it is what runs on {device.type}")
    if settings.compile:
        return _torch("torch.compile is its own")
    if not there:
        return _torch(f"neither {' nor '.join(RUNTIMES)} is installed; pip install 'swahr[fast]' brings one")
    if not usable:
        return _torch(f"{' and '.join(there)} does not compute in {settings.precision}")
    path = _path(network, settings)
    found = _read(path)
    if found is not None and not (measure and found.busy and not is_busy()):
        return found
    if not measure:
        return _torch(
            "the runtimes were not compared for these weights on this machine yet; the first longer run does"
        )
    if not is_at_hand(network):
        return _torch(
            f"these weights were not exported yet; backend {usable[0]} does it once, in half a minute"
        )
    busy = is_busy()  # before the trial makes it so
    found = _measured(Trial(network, settings, make_sight), usable).model_copy(update={"busy": busy})
    _write(path, found)
    return found


def _measured(trial: Trial, names: list[str]) -> Choice:
    """Try runtimes and return the fastest of those that agree with torch."""
    ms = {name: round(1e3 * seconds, 1) for name, seconds in trial.times(names).items()}
    fastest = min(ms, key=lambda name: ms[name])
    if ms[TORCH] < MIN_GAIN * ms[fastest]:
        fastest = TORCH
    said = "the fastest here" if len(ms) > 1 else "no other finds the same people"
    return Choice(backend=fastest, reason="; ".join([said, *trial.refused]), ms=ms)


def _torch(reason: str) -> Choice:
    return Choice(backend=TORCH, reason=reason)


def _path(network: Checkpoint, settings: NetworkSettings) -> Path:
    """Return where a choice is kept: its name is a hash of all that it depends on."""
    depends = [
        __version__,
        torch.__version__,
        [_version(name) for name in RUNTIMES],
        cpu_name(),
        settings.precision,
        fingerprint(network.model, str(network.input_size)),
    ]
    digest = hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:32]
    return library_folder().with_name("runtimes") / f"{digest}.json"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _read(path: Path) -> Choice | None:
    """Return what was found before; None where there is nothing, or nothing of sense."""
    try:
        found = Choice.model_validate_json(read_bytes(path))
    except (OSError, ValueError):
        return None
    return found if found.backend in (TORCH, *RUNTIMES) else None


def _write(path: Path, found: Choice) -> None:
    """Keep what was found; where that is not possible it is found again another time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(path, shared=True) as partial:
            partial.write_text(found.model_dump_json(), encoding="utf-8")
