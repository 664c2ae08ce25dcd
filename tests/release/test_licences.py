"""The table of licences names what users get, and nothing in it asks more than what is said of it."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from release.licences import CUDA_PARTS, brought_by, differences, licence, rows_of
from release.requirements import BASE, canonical, closure, extras
from release.sizes import BEGIN, BOUNDS_MB, END, costs, too_large

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
# Under the GPL, each with a word about it on the page and in the README.
COPYLEFT = {"pyqt6"}


@pytest.fixture(scope="module")
def installed():
    try:
        return brought_by()
    except PackageNotFoundError as error:
        pytest.skip(f"not all extras are installed: {error}")


def test_a_package_that_is_not_on_the_page_and_one_that_nothing_brings_are_named(installed):
    name = next(iter(installed))
    shorter = "".join(line for line in PAGE.splitlines(keepends=True) if not line.startswith(f"| [{name}]"))
    longer = "| [no-such-package](https://pypi.org) | MIT | swahr |\n"
    found = differences(shorter + longer)
    assert f"{name} is installed, and not on the page" in found
    assert "no-such-package is on the page, and nothing brings it" in found


def test_every_requirement_of_the_project_is_named():
    asked = {canonical(one.name) for requirements in extras().values() for one in requirements}
    assert asked <= set(rows_of(PAGE)), "run `make licences`"


def test_there_is_no_agpl_and_the_gpl_is_where_it_is_said_to_be(installed):
    found = {}
    for name, (package, _) in installed.items():
        try:
            found[name] = licence(package)
        except ValueError:  # what another release of a package brings new is for `make licences` to look at
            assert name not in rows_of(PAGE), name
    for text in (*found.values(), *rows_of(PAGE).values()):
        assert "AGPL" not in text
        assert "Affero" not in text
    assert {name for name, text in found.items() if "GPL" in text.replace("LGPL", "")} == COPYLEFT
    assert all(any(f"`{extra}`" in PAGE for extra in installed[name][1]) for name in COPYLEFT)


def test_a_package_whose_metadata_say_nothing_is_named(tmp_path):
    from importlib.metadata import Distribution

    (tmp_path / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1\n")
    with pytest.raises(ValueError, match="silent: its metadata name no licence"):
        licence(Distribution.at(tmp_path))


def test_no_extra_takes_more_than_its_bound(installed):
    assert too_large(costs()) == []


def test_what_has_grown_and_what_has_no_bound_is_said():
    small = {extra: {"x": 1.0} for extra in BOUNDS_MB}
    assert too_large(small) == []
    (grown,) = too_large({**small, "fast": {"x": 1e6}})
    assert grown.startswith("fast: takes 1000000 MB; expected at most")
    (unknown,) = too_large({**small, "new": {"x": 1.0}})
    assert unknown.startswith("new: ")


def test_the_table_of_sizes_has_a_row_for_each_extra():
    table = INSTALL.split(BEGIN)[1].split(END)[0]
    for extra in extras():
        assert (f"| `{BASE}` |" if extra == BASE else f"| `[{extra}]` |") in table, "run `make licences`"


def test_parts_of_cuda_are_left_out_on_every_machine():
    assert all(CUDA_PARTS.match(name) for name in ("nvidia-cublas", "triton", "cuda-bindings"))
    assert not any(CUDA_PARTS.match(name) for name in rows_of(PAGE))


def test_what_an_extra_of_a_package_asks_for_is_followed():
    names = closure(extras()[BASE])
    assert "pydantic-core" in names
    assert "pyqt6" not in names
