# swahr on processors: docker build -t swahr . && docker run --rm -v "$PWD":/data swahr video clip.mp4 -o clip.csv
# hadolint global ignore=DL3008,DL3066
FROM python:3.13-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt LICENSE README.md pyproject.toml ./
COPY cmake cmake
COPY csrc csrc
COPY swahr swahr
COPY app app
COPY training training
RUN pip wheel --no-cache-dir --no-deps -w /wheels -C cmake.define.SWAHR_CUDA=OFF .

FROM python:3.13-slim-bookworm
# What OpenCV links with; `swahr doctor` names it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 libice6 libsm6 libx11-6 libxcb1 libxext6 \
    && rm -rf /var/lib/apt/lists/*
COPY constraints.txt /tmp/
# torch's own index has builds without gigabytes of CUDA.
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir -c /tmp/constraints.txt --index-url https://download.pytorch.org/whl/cpu torch \
    && pip install --no-cache-dir -c /tmp/constraints.txt "swahr[fast] @ file://$(ls /wheels/*.whl)" \
    && useradd --create-home swahr
USER swahr
WORKDIR /data
ENTRYPOINT ["swahr"]
CMD ["--help"]
