"""`swahr export`: a network for other runtimes."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr._util.locks import locked
from swahr.commands.groups import grouped
from swahr.commands.outputs import given_output
from swahr.config import ExportSettings
from swahr.errors import SettingError, SwahrError

# What rounding leaves between two runtimes; beyond it, the graph says something else.
MAX_DIFFERENCE = 1e-2


@grouped
def export(
    out: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(metavar="OUTPUT", help="The same as --output.", show_default=False),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", help="The file, such as model.onnx.", show_default="has to be given"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUTPUT if it exists.")] = False,
    *,
    settings: ExportSettings,
) -> None:
    """Write a network as ONNX, for any batch and size, and compare what it says with torch.

    The file carries skeleton, input size and normalisation, so that `--model OUTPUT --backend onnxruntime` (or
    openvino) runs it in any command. docs/performance.md describes inputs and outputs.

    Examples:
        swahr export -o model.onnx
        swahr export -o small.onnx --int8 --photos photos
    """
    path = given_output(out, output)
    if path.suffix != ".onnx":
        raise SettingError(f"{path}: expected a name that ends with .onnx")
    check_output(path, overwrite)

    from tempfile import TemporaryDirectory

    from swahr.inference.backends.candidates import Candidates
    from swahr.inference.backends.checking import compare
    from swahr.inference.backends.exported import LOOK_SUFFIX, open_exported, save_look
    from swahr.inference.backends.onnx_export import export_onnx
    from swahr.inference.backends.quantise import quantise
    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import load_checkpoint
    from swahr.video.photos import list_photos

    chosen = _spread(list_photos([settings.photos]), settings.max_photos) if settings.photos else []
    checkpoint = load_checkpoint(resolve(settings.model))
    if checkpoint.second_look is not None:
        check_output(path.with_suffix(LOOK_SUFFIX), overwrite)
    candidates = (
        Candidates(checkpoint.skeleton.num_joints, settings.candidates) if settings.decoding else None
    )
    with TemporaryDirectory() as folder, locked(path):
        check_output(path, overwrite)  # which another run may have written meanwhile
        exact = Path(folder) / "network.onnx" if settings.int8 else path
        export_onnx(checkpoint, exact, candidates)
        if settings.int8:
            quantise(open_exported(exact), chosen, path)
            if checkpoint.second_look is not None:
                save_look(checkpoint.second_look, path)
    size_mb = path.stat().st_size / 1e6
    print(f"{path}: {size_mb:.1f} MB")
    if checkpoint.second_look is not None:
        print(f"{path.with_suffix(LOOK_SUFFIX)}: its second look, which has to stay beside it")
    difference = compare(checkpoint, path, "onnxruntime", chosen)
    what = f"{len(chosen)} photos" if chosen else "made-up pictures"
    print(
        f"compared with torch on {what}: largest difference {difference.largest:.2g}, mean {difference.mean:.2g}"
    )
    if not settings.int8 and difference.largest > MAX_DIFFERENCE:
        raise SwahrError(f"{path} says something else than torch: a difference of {difference.largest:.2g}")


def _spread(photos: list[Path], most: int) -> list[Path]:
    step = max(1, len(photos) // most)
    return photos[::step][:most]
