#include <algorithm>
#include <limits>
#include <stdexcept>

#include "match/kernel.h"
#include "match/op.h"

namespace swahr {
namespace {

std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

}  // namespace

People match_by_tag(const Candidates& candidates, const ParseSettings& settings) {
  const int joints = candidates.joints, channels = candidates.channels;
  std::ptrdiff_t total = 0;  // each candidate may open a person
  for (int k = 0; k < joints; ++k) total += candidates.count[k];
  const auto grouped = std::min(static_cast<std::ptrdiff_t>(settings.max_people), total);
  const auto largest =
      std::max(candidates.capacity * std::max<std::ptrdiff_t>(grouped, joints), total * joints);
  if (largest > std::numeric_limits<int>::max()) {
    throw std::length_error(std::to_string(total) + " candidates of " + std::to_string(joints) +
                            " joints are too many to match; raise the threshold, or lower max_people");
  }
  const ParseSizes sizes{1, joints, channels, candidates.capacity, static_cast<int>(grouped), {1, 1}};
  People people{joints, channels, {}, {}, {}, {}};
  people.keypoints.resize(u(total) * u(joints) * u(sizes.keypoint()));
  people.scores.resize(u(total));
  people.means.resize(u(total) * u(channels));
  std::vector<Key> found(u(total) * u(joints));
  std::vector<double> tables(table_doubles(sizes));
  int bad[2] = {kAllGood, kAllGood}, count = 0;
  ParseMemory memory{};
  memory.people = &count;
  memory.bad = bad;
  memory.keypoints = people.keypoints.data();
  memory.scores = people.scores.data();
  // The body that writes these is another kernel's.
  memory.count = const_cast<int*>(candidates.count);
  memory.confidence = const_cast<float*>(candidates.confidence);
  memory.xy = const_cast<int*>(candidates.xy);
  memory.tags = const_cast<float*>(candidates.tags);
  memory.means = people.means.data();
  memory.found = found.data();
  const HostBlock block;
  Matcher<HostBlock>(block, sizes, settings, settings.order.data(), memory, 0, tables.data()).run();
  people.keypoints.resize(u(count) * u(joints) * u(sizes.keypoint()));
  people.scores.resize(u(count));
  people.means.resize(u(count) * u(channels));
  return people;
}

}  // namespace swahr
