"""`swahr doctor`: what is installed, what works, and what to do about the rest."""

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec

from swahr import __version__
from swahr.commands.system_libraries import missing_for, missing_libraries, what_to_install
from swahr.errors import MissingError, SwahrError, first_line

PACKAGES = ("torch", "numpy", "opencv-python", "av", "safetensors", "PyQt6", "onnxruntime", "openvino", "ray")


def doctor() -> None:
    """Print versions, native module, CPU, GPU, video encoder, weights and plugins: what a bug report needs.

    Examples:
        swahr doctor
        swahr doctor > doctor.txt
    """
    for name, text in report():
        print(f"{name:<14} {text}")


def report() -> list[tuple[str, str]]:
    """Return the report as (name, text) lines."""
    lines = [("swahr", __version__), ("python", platform.python_version()), ("system", platform.platform())]
    for package in PACKAGES:
        try:
            lines.append((package, version(package)))
        except PackageNotFoundError:
            lines.append((package, "not installed"))
    told = [
        ("native", _native),
        ("cpu", _cpu),
        ("cuda", _cuda),
        ("gpu", _gpu),
        ("precision", _precision),
        ("opencv", _opencv),
        ("runtime", _runtime),
        ("window", _window),
        ("ffmpeg", _ffmpeg),
        ("h264 encoder", _encoder),
    ]
    return [*lines, *((name, _or_unknown(tell)) for name, tell in told), *_weights(), *_plugins()]


def _or_unknown(tell: Callable[[], str]) -> str:
    """Return what a line says, or what cannot be loaded for it: whoever asks here has something that is missing."""
    try:
        return tell()
    except ImportError as error:
        return f"unknown: {missing_for(error) or first_line(error)}"


def _opencv() -> str:
    import cv2

    gui = next(
        (line for line in cv2.getBuildInformation().splitlines() if line.strip().startswith("GUI:")), ""
    )
    return f"its windows, for --show: {gui.partition(':')[2].strip() or 'as OpenCV says'}"


def _native() -> str:
    try:
        from swahr import _native as native
    except ImportError as error:
        return f"cannot be loaded ({error}); install again with `pip install .`"
    if not native.has_cuda:
        return "CPU; this build has no CUDA kernels"
    return f"CPU, and CUDA kernels for compute capability {native.cuda_architectures.replace(',', ', ')}"


def _cuda() -> str:
    try:
        from swahr import _native as native
    except ImportError:
        return "unknown: the native module cannot be loaded"
    from swahr.inference.hardware.cuda_state import cuda_case, read_driver

    return cuda_case(read_driver(), native.cuda_version, native.cuda_architectures)[1]


def _cpu() -> str:
    import torch

    return (
        f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}, torch uses "
        f"{torch.get_num_threads()} threads"
    )


def _gpu() -> str:
    import torch

    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    if torch.version.cuda is None:
        return "none: this torch is built for the CPU; everything works, more slowly"
    try:
        torch.zeros(1, device="cuda")
    except RuntimeError as error:
        return f"none: {first_line(error)}"
    return "none found"


def _precision() -> str:
    from swahr.inference.hardware.device import choose_device
    from swahr.inference.hardware.precision import choose_precision

    device = choose_device("auto")
    chosen = str(choose_precision("auto", device)).removeprefix("torch.")
    return f"auto is {chosen} on {device}; unsure people may come or go with it"


def _runtime() -> str:
    from swahr.config import NetworkSettings
    from swahr.inference.backends.choice import choose_backend
    from swahr.inference.hardware.device import choose_device
    from swahr.models.bundled import DEFAULT, resolve
    from swahr.models.checkpoints import load_checkpoint

    try:
        network = load_checkpoint(resolve(DEFAULT))
    except SwahrError as error:
        return f"unknown: {error.message}"
    return f"auto is {choose_backend(network, NetworkSettings(), choose_device('auto'), measure=False)}"


def _window() -> str:
    if any(find_spec(name) is None for name in ("PyQt6", "pyqtgraph")):
        return "not installed: pip install 'swahr[app]' brings it"
    missing = missing_libraries()
    return (
        f"the system lacks {what_to_install(missing)}" if missing else "has all that Qt needs of the system"
    )


def _ffmpeg() -> str:
    import av

    return ", ".join(f"{name} {'.'.join(map(str, of))}" for name, of in sorted(av.library_versions.items()))


def _encoder() -> str:
    from swahr.video.encoders import choose_encoder

    try:
        return choose_encoder().codec
    except MissingError as error:
        return f"missing: --overlay cannot write; {error.message}"


def _weights() -> list[tuple[str, str]]:
    from swahr.models.bundled import CROPS, FOLDER, bundled_names
    from swahr.models.library import installed_names, library_folder

    bundled, installed = bundled_names(), installed_names()
    crops = sorted(path.stem for path in CROPS.glob("*.safetensors"))
    return [
        ("bundled", ", ".join(bundled) or f"none in {FOLDER}: install again"),
        ("second stage", ", ".join(crops) or f"none in {CROPS}: install again"),
        ("installed", f"{', '.join(installed) or 'none'} (in {library_folder()})"),
    ]


def _plugins() -> list[tuple[str, str]]:
    from swahr._util.registry import PLUGINS, load_plugins, package_of

    failures = load_plugins()
    found = [f"{plugin.value} of {package_of(plugin)}" for plugin in entry_points(group=PLUGINS)]
    return [("plugins", ", ".join(found) or "none"), *(("", failure.message) for failure in failures)]
