# The commands that people type. Each target completes .venv with just what it needs.
#   make demo [VIDEO=yours.mp4]   people in a clip: a CSV and an overlay video in demo/
#   make test                     all tests
#   make lint                     ruff, mypy, import-linter
#   make bench                    speed tables
#   make install                  .venv with all extras

PYTHON ?= python3
PIP := .venv/bin/pip --disable-pip-version-check -q
BIN := .venv/bin
VIDEO ?=
# What the native module is built from: a change builds it anew.
NATIVE_SOURCES := CMakeLists.txt pyproject.toml $(shell find csrc -type f -not -path '*/tests/*')

.PHONY: demo test test-native lint bench install clean
.DELETE_ON_ERROR:

# ---- the environment, in layers; each stamp is newer than what it was made from --------------------

.venv/.made:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 10) or sys.exit(f"Python 3.10 or later is needed, this is {sys.version.split()[0]}: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	touch $@

# torch first and alone: the plain index gives builds with gigabytes of CUDA, which a CPU machine need not fetch.
.venv/.torch: constraints.txt .venv/.made
	$(PIP) install $(TORCH_OPTIONS) -c constraints.txt torch
	touch $@

.venv/.native: $(NATIVE_SOURCES) .venv/.torch
	$(PIP) install -c constraints.txt scikit-build-core pybind11 cmake ninja
	$(PIP) install --no-build-isolation -c constraints.txt -e .
	touch $@

.venv/.dev: .venv/.native
	$(PIP) install --no-build-isolation -c constraints.txt -e '.[app,train,export,cluster,dev]'
	touch $@

.venv/.demo: .venv/.native
	$(PIP) install -c constraints.txt scikit-image
	touch $@

install: .venv/.dev

# ---- what people came for --------------------------------------------------------------------------

demo: .venv/.demo
ifeq ($(VIDEO),)
	$(BIN)/python -m benchmarks.demo_clip demo/clip.mp4
	$(BIN)/swahr video demo/clip.mp4 -o demo/clip.csv --overlay demo/clip_overlay.mp4 --overwrite
else
	mkdir -p demo
	$(BIN)/swahr video "$(VIDEO)" -o "demo/$(basename $(notdir $(VIDEO))).csv" \
		--overlay "demo/$(basename $(notdir $(VIDEO)))_overlay.mp4" --overwrite
endif

test: .venv/.dev test-native
	OMP_NUM_THREADS=2 $(BIN)/python -m pytest

test-native: .venv/.native
	$(BIN)/cmake -S . -B build/tests -G Ninja -DSWAHR_BUILD_TESTS=ON -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) -DPython_EXECUTABLE=$(abspath $(BIN)/python)
	$(BIN)/cmake --build build/tests
	$(BIN)/ctest --test-dir build/tests --output-on-failure

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
