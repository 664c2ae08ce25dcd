"""`swahr export`: a network for other runtimes."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr.errors import SwahrError

FORMATS = ("onnx",)
# What rounding leaves between two runtimes; beyond it, the graph says something else.
MAX_DIFFERENCE = 1e-2


def export(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The file, such as model.onnx.")],
    model: Annotated[
        str, typer.Option(help="Bundled or installed weights by name, or a checkpoint file.")
    ] = "default",
    form: Annotated[str, typer.Option("--format", help="onnx.")] = "onnx",
    decoding: Annotated[
        bool, typer.Option("--decoding", help="Also find each joint's candidates in the graph (NMS, top-k).")
    ] = False,
    max_people: Annotated[int, typer.Option(min=1, help="With --decoding: candidates a joint.")] = 30,
    int8: Annotated[
        bool, typer.Option("--int8", help="8-bit whole numbers; needs --photos to calibrate with.")
    ] = False,
    photos: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(help="A folder of photos to calibrate with and to compare with torch on."),
    ] = None,
    max_photos: Annotated[int, typer.Option(min=1, help="Photos taken, spread over the folder.")] = 64,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUTPUT if it exists.")] = False,
) -> None:
    """Write a network as ONNX, for any batch and size, and compare what it says with torch.

    The file carries skeleton, input size and normalisation, so that `--model OUTPUT --backend onnxruntime` (or
    openvino) runs it in any command. docs/performance.md describes inputs and outputs.
    """
    if form not in FORMATS:
        raise SwahrError(f"--format {form}: expected {' or '.join(FORMATS)}")
    if output.suffix != ".onnx":
        raise SwahrError(f"{output}: expected a name that ends with .onnx")
    if int8 and (photos is None or decoding):
        raise SwahrError("--int8 needs --photos FOLDER, and does not go with --decoding")
    check_output(output, overwrite)

    from tempfile import TemporaryDirectory

    from swahr.inference.backends.candidates import Candidates
    from swahr.inference.backends.checking import compare
    from swahr.inference.backends.exported import open_exported
    from swahr.inference.backends.onnx_export import export_onnx
    from swahr.inference.backends.quantise import quantise
    from swahr.models.bundled import resolve
    from swahr.models.checkpoints import load_checkpoint
    from swahr.video.photos import list_photos

    chosen = _spread(list_photos([photos]), max_photos) if photos is not None else []
    checkpoint = load_checkpoint(resolve(model))
    candidates = Candidates(checkpoint.skeleton.num_joints, max_people) if decoding else None
    with TemporaryDirectory() as folder:
        exact = Path(folder) / "network.onnx" if int8 else output
        export_onnx(checkpoint, exact, candidates)
        if int8:
            quantise(open_exported(exact), chosen, output)
    size_mb = output.stat().st_size / 1e6
    print(f"{output}: {size_mb:.1f} MB")
    difference = compare(checkpoint, output, "onnxruntime", chosen)
    what = f"{len(chosen)} photos" if chosen else "made-up pictures"
    print(
        f"compared with torch on {what}: largest difference {difference.largest:.2g}, mean {difference.mean:.2g}"
    )
    if not int8 and difference.largest > MAX_DIFFERENCE:
        raise SwahrError(f"{output} says something else than torch: a difference of {difference.largest:.2g}")


def _spread(photos: list[Path], most: int) -> list[Path]:
    step = max(1, len(photos) // most)
    return photos[::step][:most]
