#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "common/dispatch.h"
#include "common/grid.h"
#include "common/interrupt.h"
#include "common/parallel.h"
#include "paf/kernel.h"
#include "paf/op.h"
#include "paf_peaks/cell.h"
#include "paf_peaks/op.h"

namespace swahr {
namespace {

constexpr std::int32_t kInfiniteExponent = 0x7f800000;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

SWAHR_DISPATCH
bool all_finite(const float* values, std::ptrdiff_t count) {
  std::int32_t bad = 0;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    std::int32_t bits;
    std::memcpy(&bits, values + i, sizeof(bits));
    bad |= static_cast<std::int32_t>((bits & kInfiniteExponent) == kInfiniteExponent);
  }
  return bad == 0;
}

constexpr std::size_t kMost = kMaxCandidates;

// Keep the highest cells, in their order; of equal ones those that come first.
void keep_highest(const float* map, int width, std::vector<Cell>& cells) {
  if (cells.size() <= kMost) return;
  const auto value = [&](std::size_t i) {
    return map[static_cast<std::ptrdiff_t>(cells[i].y) * width + cells[i].x];
  };
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t one, std::size_t other) { return value(one) > value(other); });
  order.resize(kMost);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < kMost; ++i) cells[i] = cells[order[i]];
  cells.resize(kMost);
}

// Leave out peaks that are near one further left, or above it in the same column.
std::vector<Cell> apart(std::vector<Cell> cells, double min_distance) {
  std::stable_sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.x < b.x; });
  std::vector<Cell> kept;
  for (const Cell& cell : cells) {
    poll();
    const bool near = std::any_of(kept.begin(), kept.end(), [&](const Cell& other) {
      return is_near(cell.x - other.x, cell.y - other.y, min_distance);
    });
    if (!near) kept.push_back(cell);
  }
  return kept;
}

// Candidates by joint, as the bodies take them. K joints, M = capacity.
struct Slots {
  int capacity;              // the most candidates of a joint
  std::vector<int> count;    // [K]
  std::vector<double> xy;    // [K, M, 2]
  std::vector<float> score;  // [K, M]
};

// bad: the first joint whose map holds NaN or infinity; what it was where there is none.
Slots find_candidates(const PafMaps& maps, const PafRule& rule, int threads, int& bad) {
  const PafPeaks peaks(maps.height, maps.width, rule);
  std::vector<std::vector<Cell>> cells(at(maps.joints));
  std::vector<char> good(cells.size(), 0);
  parallel_for(maps.joints, threads, [&](int joint) {
    std::vector<Cell> found;
    const float* map = maps.heatmaps + joint * maps.pixels();
    good[at(joint)] = peaks.find(map, found);
    keep_highest(map, maps.width, found);
    if (rule.min_distance > 0) found = apart(std::move(found), rule.min_distance);
    cells[at(joint)] = std::move(found);
  });
  const auto first = std::find(good.begin(), good.end(), 0);
  if (first != good.end()) bad = static_cast<int>(first - good.begin());
  Slots slots{0, {}, {}, {}};
  for (const auto& of_joint : cells) {
    slots.count.push_back(static_cast<int>(of_joint.size()));
    slots.capacity = std::max(slots.capacity, slots.count.back());
  }
  slots.xy.resize(2 * cells.size() * at(slots.capacity));
  slots.score.resize(cells.size() * at(slots.capacity));
  for (std::size_t joint = 0; joint < cells.size(); ++joint) {
    const float* map = maps.heatmaps + static_cast<std::ptrdiff_t>(joint) * maps.pixels();
    std::size_t slot = joint * at(slots.capacity);
    for (const Cell& cell : cells[joint]) {
      place_of_peak(map, maps, rule, cell.x, cell.y, &slots.xy[2 * slot]);
      slots.score[slot++] = map[static_cast<std::ptrdiff_t>(cell.y) * maps.width + cell.x];
    }
  }
  return slots;
}

// Number all candidates through, and people's joints by that.
void number_candidates(const Slots& slots, PafResult& result) {
  const std::size_t joints = slots.count.size();
  std::vector<std::int32_t> before(joints);
  std::int32_t total = 0;
  for (std::size_t joint = 0; joint < joints; ++joint) {
    before[joint] = total;
    total += slots.count[joint];
    for (std::size_t i = 0; i < at(slots.count[joint]); ++i) {
      const std::size_t slot = joint * at(slots.capacity) + i;
      result.candidates.joint.push_back(static_cast<std::int32_t>(joint));
      result.candidates.xy.insert(result.candidates.xy.end(), {slots.xy[2 * slot], slots.xy[2 * slot + 1]});
      result.candidates.score.push_back(slots.score[slot]);
    }
  }
  for (std::size_t i = 0; i < result.people.joints.size(); ++i) {
    std::int32_t& candidate = result.people.joints[i];
    if (candidate >= 0) candidate += before[i % joints];
  }
}

// The pairs of all limbs, each limb's best first. good: [2 L], whether the fields' x and y are finite.
std::vector<std::vector<PafPair>> find_pairs(const PafMaps& maps, const std::vector<PafLimb>& limbs,
                                             const PafRule& rule, const PafSizes& sizes,
                                             const PafMemory& memory, int threads, std::vector<char>& good) {
  std::vector<std::vector<PafPair>> pairs(limbs.size());
  const auto is_finite = [&](int channel) {
    return all_finite(maps.pafs + channel * maps.pixels(), maps.pixels());
  };
  // A limb's field is in the cache when it has just been looked through.
  parallel_for(static_cast<int>(limbs.size()), threads, [&](int number) {
    const PafLimb& limb = limbs[at(number)];
    good[2 * at(number)] = is_finite(limb.x);
    good[2 * at(number) + 1] = is_finite(limb.y);
    const std::size_t rows = at(memory.count[limb.first]), columns = at(memory.count[limb.second]);
    std::vector<double> supports(rows * columns);
    std::vector<int> best(rows);
    std::vector<PafPair>& found = pairs[at(number)];
    found.resize(std::min(rows, columns) + 1);
    const HostBlock block;
    found.resize(
        at(pair_limb(block, maps, rule, sizes, memory, limb, supports.data(), best.data(), found.data())));
  });
  return pairs;
}

PafPeople assemble(const std::vector<PafLimb>& limbs, const std::vector<std::vector<PafPair>>& pairs,
                   const PafRule& rule, const PafSizes& sizes, PafMemory& memory) {
  std::size_t most = 0;  // each pair may open a person
  for (const auto& of_limb : pairs) most += of_limb.size();
  PafPeople people;
  people.joints.resize(most * at(sizes.joints));
  people.total.resize(most);
  people.count.resize(most);
  int count = 0;
  memory.people = &count;
  memory.joints = people.joints.data();
  memory.total = people.total.data();
  memory.size = people.count.data();
  const HostBlock block;
  PafAssembly<HostBlock> assembly(block, sizes, rule, memory);
  for (std::size_t limb = 0; limb < limbs.size(); ++limb) {
    for (const PafPair& pair : pairs[limb]) assembly.add(limbs[limb], pair);
  }
  assembly.finish();
  people.joints.resize(at(count) * at(sizes.joints));
  people.total.resize(at(count));
  people.count.resize(at(count));
  return people;
}

}  // namespace

PafResult group_pafs(const PafMaps& maps, const std::vector<PafLimb>& limbs, const PafRule& rule,
                     int threads) {
  PafResult result{{}, {}, -1, -1};
  Slots slots = find_candidates(maps, rule, threads, result.bad_heatmap);
  if (result.bad_heatmap >= 0) return result;
  const PafSizes sizes{maps.joints, static_cast<int>(limbs.size()), slots.capacity};
  PafMemory memory{};
  memory.count = slots.count.data();
  memory.xy = slots.xy.data();
  memory.score = slots.score.data();
  std::vector<char> good(2 * limbs.size(), 0);
  const auto pairs = find_pairs(maps, limbs, rule, sizes, memory, threads, good);
  for (std::size_t i = 0; i < good.size(); ++i) {
    const int channel = i % 2 == 0 ? limbs[i / 2].x : limbs[i / 2].y;
    if (!good[i] && (result.bad_field < 0 || channel < result.bad_field)) result.bad_field = channel;
  }
  if (result.bad_field >= 0) return result;
  result.people = assemble(limbs, pairs, rule, sizes, memory);
  number_candidates(slots, result);
  return result;
}

}  // namespace swahr
