"""The recipe of docs/doors/native_operation.md: a folder outside the repository, built into a module, and run."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "doors" / "native_operation.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def configured(source, build, *options):
    """Return what `cmake` said, and with which code it ended."""
    pybind11, ninja = pytest.importorskip("pybind11"), pytest.importorskip("ninja")
    pytest.importorskip("cmake")
    return subprocess.run(
        [
            *(sys.executable, "-m", "cmake", "-S", source, "-B", build, "-G", "Ninja", "-DSWAHR_CUDA=OFF"),
            *("-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0"),
            f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR) / 'ninja'}",
            f"-DPython_EXECUTABLE={sys.executable}",
            f"-Dpybind11_DIR={pybind11.get_cmake_dir()}",
            *options,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def native(tmp_path_factory):
    """The module with the page's operation in it, beside one of ours."""
    folder = tmp_path_factory.mktemp("operations")
    operation, build = folder / "count_above", folder / "build"
    operation.mkdir()
    for block in blocks("cpp"):
        name = re.match(r"// (\S+):", block)[1]
        (operation / name).write_text(block, encoding="utf-8")
    assert {path.name for path in operation.iterdir()} == {"op.h", "kernel.h", "cpu.cpp", "bind.cpp"}
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    made = configured(
        ROOT,
        build,
        f"-DSWAHR_EXTRA_OPERATIONS={operation}",
        "-DSWAHR_ONLY_OPERATIONS=nhwc_to_nchw",
        *launcher,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    built = subprocess.run(
        [sys.executable, "-m", "cmake", "--build", build], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (library,) = (path for path in build.glob("_native*") if path.suffix in {".so", ".pyd"})
    spec = importlib.util.spec_from_file_location("_native", library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_pages_own_tests_pass(native):
    made = {}
    for block in blocks("python"):
        exec(block, made)
    tests = [thing for name, thing in made.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test(native)


@pytest.mark.slow
def test_tensors_of_torch_are_read_where_they_lie_beside_our_own_operations(native):
    maps = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    assert native.count_above(maps, 10.5).tolist() == [1, 12]
    with pytest.raises(ValueError, match="C-contiguous"):
        native.count_above(maps.transpose(1, 2), 10.5)
    assert native.nhwc_to_nchw(maps[None].numpy()).shape == (1, 4, 2, 3)
    assert not hasattr(native, "parse_maps")
    np.testing.assert_array_equal(native.count_above(maps.numpy()[1:], 12.5), [11])


def test_a_folder_that_is_no_operation_is_refused_by_name(tmp_path):
    made = configured(ROOT, tmp_path / "build", f"-DSWAHR_EXTRA_OPERATIONS={tmp_path}")
    assert made.returncode != 0
    assert "is no operation: op.h or cpu.cpp is missing" in " ".join(made.stderr.split())


def test_a_second_operation_of_a_name_is_refused(tmp_path):
    folder = tmp_path / "peaks"
    folder.mkdir()
    for name in ("op.h", "cpu.cpp"):
        (folder / name).touch()
    made = configured(ROOT, tmp_path / "build", f"-DSWAHR_EXTRA_OPERATIONS={folder}")
    assert made.returncode != 0
    assert "there is an operation peaks already" in " ".join(made.stderr.split())
