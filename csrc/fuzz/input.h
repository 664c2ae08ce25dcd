// What libFuzzer gives, read as small numbers, maps and settings. An input that has ended reads as zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "common/maps.h"
#include "parse/settings.h"

// The process ends, and libFuzzer keeps the input.
#define REQUIRE(condition)                                                 \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)

namespace swahr {

class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  int byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  // In [from, to], at most 256 of them.
  int within(int from, int to) { return from + byte() % (to - from + 1); }
  bool flag() { return byte() % 2 == 1; }

  // Mostly numbers as networks give them, with many ties; now and then what arithmetic can hardly hold.
  float number() {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    constexpr float kExtremes[] = {3.4e38f, -3.4e38f, 3e38f, 1e-45f, -0.0f, 1e10f};
    constexpr float kBad[] = {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()};
    const int value = byte();
    if (value < 240) return static_cast<float>(value - 80) / 64.0f;
    return value < 252 ? kExtremes[value % 6] : kBad[value % 3];
  }
  std::vector<float> numbers(std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = number();
    return values;
  }

  ParseSettings settings(int joints) {
    ParseSettings settings{};
    settings.window = 2 * within(0, 4) + 1;
    settings.max_candidates = within(1, 12);
    settings.max_people = within(1, 12);
    settings.threshold = static_cast<float>(within(0, 64)) / 64.0f;
    settings.tag_threshold = within(0, 64) / 16.0;
    settings.use_detection_value = flag();
    settings.ignore_too_much = flag();
    settings.break_ties = flag();
    settings.min_confidence = static_cast<float>(within(0, 64)) / 64.0f;
    settings.max_tag_distance = static_cast<float>(within(0, 255));
    settings.adjust = flag();
    settings.refine = flag();
    settings.subpixel = within(0, 2);
    settings.spread = flag();
    for (int k = 0; k < joints; ++k) settings.order.push_back(static_cast<std::uint16_t>(k));
    for (int k = joints - 1; k > 0; --k)
      std::swap(settings.order[static_cast<std::size_t>(k)],
                settings.order[static_cast<std::size_t>(within(0, k))]);
    return settings;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

// The maps of some images, and what they are kept in.
struct FuzzMaps {
  int images, joints, channels;
  std::vector<std::vector<float>> kept;
  StageMaps maps{};

  // stages: of the heatmaps, each of a size of its own; the first image is in `maps`.
  FuzzMaps(FuzzInput& input, int images_, int stages) : images(images_) {
    joints = input.within(1, 3);
    channels = input.within(1, 3);
    maps.joints = joints;
    maps.heatmaps.count = stages;
    for (int stage = 0; stage < stages; ++stage) {
      const Plane plane = make_plane(input);
      maps.heatmaps.planes[stage] = plane;
      if (stage == 0 || plane.size.height > maps.heatmaps.middle.height) maps.heatmaps.middle = plane.size;
    }
    const MapSize finest = maps.heatmaps.middle;
    const MapSize outer =
        stages == 1 && input.flag() ? finest : MapSize{input.within(1, 40), input.within(1, 80)};
    maps.heatmaps.outer = outer;
    for (int t = 0; t < channels; ++t) maps.tags.push_back({{make_plane(input)}, 1, finest, outer});
  }

 private:
  Plane make_plane(FuzzInput& input) {
    const MapSize size{input.within(1, 24), input.within(1, 70)};
    const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(size.height) * size.width;
    // A few values, here and there: whole maps would ask for more bytes than a search can change.
    std::vector<float> values(static_cast<std::size_t>(images * joints * pixels), input.number());
    for (int count = input.within(0, 60); count > 0; --count) {
      const std::size_t place =
          static_cast<std::size_t>(input.byte()) * 256 + static_cast<std::size_t>(input.byte());
      values[place % values.size()] = input.number();
    }
    kept.push_back(std::move(values));
    return {kept.back().data(), joints * pixels, pixels, 1, size};
  }
};

}  // namespace swahr
