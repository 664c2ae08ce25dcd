// Candidates of any numbers: as many people as there can be, each joint of somebody a candidate's.
#include "fuzz/input.h"
#include "match/op.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  const int joints = input.within(1, 4), capacity = input.within(1, 8), channels = input.within(1, 3);
  const swahr::ParseSettings settings = input.settings(joints);
  const auto slots = static_cast<std::size_t>(joints) * static_cast<std::size_t>(capacity);
  std::vector<std::int32_t> count, xy(2 * slots);
  int total = 0;
  for (int k = 0; k < joints; ++k) {
    count.push_back(input.within(0, capacity));
    total += count.back();
  }
  for (std::int32_t& place : xy) place = input.byte();
  const std::vector<float> confidence = input.numbers(slots);
  const std::vector<float> tags = input.numbers(slots * static_cast<std::size_t>(channels));
  const swahr::People people = swahr::match_by_tag(
      {joints, capacity, channels, count.data(), confidence.data(), xy.data(), tags.data()}, settings);
  REQUIRE(people.count() <= total && (people.count() > 0) == (total > 0));
  REQUIRE(people.keypoints.size() ==
          static_cast<std::size_t>(people.count() * joints) * (3 + static_cast<std::size_t>(channels)));
  return 0;
}
