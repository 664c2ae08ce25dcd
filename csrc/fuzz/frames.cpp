// Frames warped by any six numbers: greys stay between black and white.
#include <cmath>

#include "fuzz/input.h"
#include "prepare_frames/op.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  swahr::PrepareJob job{};
  job.count = input.within(1, 2);
  job.frame = {input.within(1, 20), input.within(1, 40)};
  job.input = {input.within(1, 12), input.within(1, 24)};
  job.channels_last = input.flag();
  for (float& number : job.frame_from_input) number = input.number() * (input.flag() ? 1.0f : 20.0f);
  for (int c = 0; c < 3; ++c) {
    job.factor[c] = 1.0f;
    job.shift[c] = 0.0f;
  }
  const auto values = [&](const swahr::MapSize& one) {
    const auto count = static_cast<std::size_t>(job.count), height = static_cast<std::size_t>(one.height);
    return count * height * static_cast<std::size_t>(one.width) * 3;
  };
  std::vector<std::uint8_t> frames(values(job.frame), static_cast<std::uint8_t>(input.byte()));
  for (std::uint8_t& value : frames) value = static_cast<std::uint8_t>(value + input.byte());
  job.frames = frames.data();
  std::vector<float> images(values(job.input), -1.0f);
  swahr::prepare_on_cpu(job, images.data());
  for (const float grey : images) REQUIRE(grey >= 0.0f && grey <= 255.0f);
  return 0;
}
