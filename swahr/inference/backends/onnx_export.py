"""A checkpoint as an ONNX file, with any batch and size."""

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from swahr._util.files import made_whole
from swahr.errors import OutputError
from swahr.inference.backends.candidates import Candidates
from swahr.inference.backends.exported import CANDIDATES, FORMAT, INPUT, LOOK, missing, save_look
from swahr.inference.backends.graphs import architecture_key, find_graph
from swahr.models.checkpoints import Checkpoint, describe
from swahr.models.higher_hrnet import with_tags
from swahr.models.pose_network import to_inference_form

if TYPE_CHECKING:
    from onnx import ModelProto

OPSET = 18
# Sides that differ, a batch of more than one: nothing may be taken for a constant.
EXAMPLE = (2, 3, 128, 192)


def export_onnx(checkpoint: Checkpoint, path: Path, candidates: Candidates | None = None) -> None:
    """Write the network to `path`, by a temporary file and a rename; the checkpoint is left as it is.

    Input `images`: [batch, 3, height, width] float32, normalised, sides multiples of 32, those of the crop of a network
    for one person. Outputs are the head's
    answers: `stage0` and `stage1` as those of `HigherHRNet.forward` without scale heads, or `heatmaps` of crops of one
    person; with `candidates` also what `Candidates` says. A second look of the checkpoint's own is written beside it.

    Raises:
        SettingError: candidates are wanted of a network without tags.
        MissingError: onnx is not installed.
        OutputError: the file cannot be written.
    """
    if candidates is not None:
        with_tags(checkpoint.model)
    network = to_inference_form(copy.deepcopy(checkpoint.model)).cpu()
    module: nn.Module = network if candidates is None else _WithCandidates(network, candidates)
    outputs = (*checkpoint.answers, *(CANDIDATES if candidates is not None else ()))
    input_hw = None if checkpoint.crop is None else checkpoint.crop.input_wh[::-1]
    description = describe(checkpoint, FORMAT)
    if checkpoint.second_look is not None:
        save_look(checkpoint.second_look, path)
        description[LOOK] = "beside"
    weights = network.state_dict()
    graph = find_graph(architecture_key(checkpoint.architecture)) if candidates is None else None
    if graph is not None and graph.fits(weights):
        _need("onnx")
        _write(graph.filled(weights), path, description)
    else:
        export_module(module, path, outputs, description, input_hw)


def export_module(
    module: nn.Module,
    path: Path,
    outputs: Sequence[str],
    description: dict[str, str],
    input_hw: tuple[int, int] | None = None,
) -> None:
    """Write a module in eval mode, which maps `images` to `outputs`, by a temporary file and a rename.

    Args:
        module: As it is to run.
        path: Of the file.
        outputs: Names of what the module returns, in order.
        description: What the file says of itself.
        input_hw: Height and width of the images that it takes, pixels; None for sides that are open.

    Raises:
        MissingError: onnx is not installed.
        OutputError: the file cannot be written.
    """
    _need("onnx", "onnxscript")  # torch's own message would be long
    dynamic = torch.export.Dim.AUTO
    example = EXAMPLE if input_hw is None else (*EXAMPLE[:2], *input_hw)
    open_sizes = {0: dynamic} if input_hw is not None else {0: dynamic, 2: dynamic, 3: dynamic}
    with _quiet():
        program = torch.onnx.export(
            module,
            (torch.zeros(example),),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_shapes=(open_sizes,),
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    _name_sizes(model)
    _write(model, path, description)


def _need(*packages: str) -> None:
    for package in packages:
        if find_spec(package) is None:
            raise missing(package)


def _write(model: "ModelProto", path: Path, description: dict[str, str]) -> None:
    import onnx

    onnx.helper.set_model_props(model, description)
    model.producer_name = "swahr"
    onnx.checker.check_model(model)
    try:
        with made_whole(path) as partial:
            onnx.save(model, str(partial))
    except OSError as error:
        raise OutputError(f"{path}: the network could not be written ({error.strerror})") from error


class _WithCandidates(nn.Module):
    def __init__(self, network: nn.Module, candidates: Candidates) -> None:
        super().__init__()
        self.network, self.candidates = network, candidates

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(images)
        return (*outputs, *self.candidates(outputs))


def _name_sizes(model: "ModelProto") -> None:
    """Name the sizes that are open: batch, height and width of the input; those of outputs follow from them."""
    for value, names in ((model.graph.input[0], ("batch", "", "height", "width")),):
        for size, name in zip(value.type.tensor_type.shape.dim, names, strict=True):
            if name and not size.HasField("dim_value"):
                size.dim_param = name
    for value in model.graph.output:
        for axis, size in enumerate(value.type.tensor_type.shape.dim):
            if not size.HasField("dim_value"):
                size.dim_param = "batch" if axis == 0 else f"{value.name}_{axis}"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hold back what the exporter says to its own developers: operators of packages that are not used here."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
