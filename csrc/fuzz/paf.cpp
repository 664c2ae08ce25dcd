// Heatmaps and fields: candidates lie on the map, and people are made of them.
#include <cmath>

#include "fuzz/input.h"
#include "paf/op.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  const int joints = input.within(1, 4), channels = input.within(1, 4);
  const int height = input.within(1, 20), width = input.within(1, 40);
  swahr::PafRule rule{};
  rule.min_peak = input.within(0, 64) / 64.0;
  rule.strict = input.flag();
  rule.diagonal = input.flag();
  rule.blur = input.within(0, 24) / 8.0;
  rule.min_distance = input.within(0, 8);
  rule.centroid = input.within(0, 4);
  rule.samples = input.within(0, 12);
  if (rule.samples == 1) rule.samples = 2;
  rule.both_ends = input.flag();
  rule.min_field = input.within(0, 64) / 64.0;
  rule.min_share = input.within(0, 64) / 64.0;
  rule.mean_of_enough = input.flag();
  rule.length_prior = input.within(0, 64) / 64.0;
  rule.min_length = input.within(0, 64) / 64.0;
  rule.near_part = input.within(0, 64) / 640.0;
  rule.merge = input.flag();
  rule.fill_weak = input.flag();
  rule.min_joints = input.within(0, 4);
  rule.min_mean = input.within(0, 64) / 64.0;
  rule.feet = input.within(0, joints);
  std::vector<swahr::PafLimb> limbs;
  for (int count = input.within(0, 5); count > 0; --count) {
    limbs.push_back({input.within(0, joints - 1), input.within(0, joints - 1), input.within(0, channels - 1),
                     input.within(0, channels - 1), input.flag()});
  }
  const auto pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  const auto map = [&](int count) {
    std::vector<float> values(pixels * static_cast<std::size_t>(count), input.number());
    for (int places = input.within(0, 80); places > 0; --places) {
      const std::size_t place =
          static_cast<std::size_t>(input.byte()) * 256 + static_cast<std::size_t>(input.byte());
      values[place % values.size()] = input.number();
    }
    return values;
  };
  const std::vector<float> heatmaps = map(joints), fields = map(channels);
  const swahr::PafResult found =
      swahr::group_pafs({heatmaps.data(), fields.data(), joints, channels, height, width}, limbs, rule, 1);
  const auto candidates = static_cast<std::int32_t>(found.candidates.joint.size());
  for (std::int32_t i = 0; i < candidates; ++i) {
    const double x = found.candidates.xy[2 * static_cast<std::size_t>(i)];
    const double y = found.candidates.xy[2 * static_cast<std::size_t>(i) + 1];
    REQUIRE(std::isfinite(x) && std::isfinite(y) && x >= 0 && y >= 0 && x <= width && y <= height);
  }
  for (const std::int32_t joint : found.people.joints) REQUIRE(joint >= -1 && joint < candidates);
  for (const double total : found.people.total) REQUIRE(!std::isnan(total));
  return 0;
}
