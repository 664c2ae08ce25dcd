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
#include "paf_peaks/op.h"

namespace swahr {
namespace {

constexpr std::int32_t kInfiniteExponent = 0x7f800000;
constexpr std::size_t kMaxCandidates = 512;  // of a joint: `swahr.decode.paf_rules.MAX_CANDIDATES`

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

// Keep the highest cells, in their order; of equal ones those that come first.
void keep_highest(const float* map, int width, std::vector<Cell>& cells) {
  if (cells.size() <= kMaxCandidates) return;
  const auto value = [&](std::size_t i) {
    return map[static_cast<std::ptrdiff_t>(cells[i].y) * width + cells[i].x];
  };
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t one, std::size_t other) { return value(one) > value(other); });
  order.resize(kMaxCandidates);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < kMaxCandidates; ++i) cells[i] = cells[order[i]];
  cells.resize(kMaxCandidates);
}

// Leave out peaks that are near one further left, or above it in the same column.
std::vector<Cell> apart(std::vector<Cell> cells, double min_distance) {
  std::stable_sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.x < b.x; });
  std::vector<Cell> kept;
  for (const Cell& cell : cells) {
    poll();
    const bool near = std::any_of(kept.begin(), kept.end(), [&](const Cell& other) {
      return std::hypot(cell.x - other.x, cell.y - other.y) < min_distance;
    });
    if (!near) kept.push_back(cell);
  }
  return kept;
}

// The mean of the cells around a peak, each by its value where that is above 0.
void centroid(const float* map, const PafMaps& maps, const Cell& cell, int radius, double* xy) {
  const Rect box{std::max(0, cell.x - radius), std::max(0, cell.y - radius),
                 std::min(maps.width, cell.x + radius + 1), std::min(maps.height, cell.y + radius + 1)};
  double total = 0, x_sum = 0, y_sum = 0;
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = box.x0; x < box.x1; ++x) {
      const double value = std::max(0.0f, map[static_cast<std::ptrdiff_t>(y) * maps.width + x]);
      total += value;
      x_sum += value * x;
      y_sum += value * y;
    }
  }
  xy[0] = x_sum / total + 0.5;
  xy[1] = y_sum / total + 0.5;
}

// bad: the first joint whose map holds NaN or infinity; what it was where there is none.
PafCandidates find_candidates(const PafMaps& maps, const PafRule& rule, int threads, int& bad) {
  const PafPeaks peaks(maps.height, maps.width, rule);
  std::vector<std::vector<Cell>> cells(static_cast<std::size_t>(maps.joints));
  std::vector<char> good(cells.size(), 0);
  parallel_for(maps.joints, threads, [&](int joint) {
    const auto number = static_cast<std::size_t>(joint);
    std::vector<Cell> found;
    const float* map = maps.heatmaps + joint * maps.pixels();
    good[number] = peaks.find(map, found);
    keep_highest(map, maps.width, found);
    if (rule.min_distance > 0) found = apart(std::move(found), rule.min_distance);
    cells[number] = std::move(found);
  });
  const auto first = std::find(good.begin(), good.end(), 0);
  if (first != good.end()) bad = static_cast<int>(first - good.begin());
  PafCandidates candidates;
  for (int joint = 0; joint < maps.joints; ++joint) {
    const float* map = maps.heatmaps + joint * maps.pixels();
    for (const Cell& cell : cells[static_cast<std::size_t>(joint)]) {
      double xy[2] = {static_cast<double>(cell.x), static_cast<double>(cell.y)};
      if (rule.centroid > 0) centroid(map, maps, cell, rule.centroid, xy);
      candidates.joint.push_back(joint);
      candidates.xy.insert(candidates.xy.end(), xy, xy + 2);
      candidates.score.push_back(map[static_cast<std::ptrdiff_t>(cell.y) * maps.width + cell.x]);
    }
  }
  return candidates;
}

struct PafPair {
  int first, second;  // candidates
  double score;
};

// The best pairs of a limb, each candidate once; equal ones by their numbers.
std::vector<PafPair> pair_limb(const PafMaps& maps, const PafCandidates& candidates, const PafLimb& limb,
                               const PafRule& rule) {
  const auto range = [&](int joint) {
    return std::equal_range(candidates.joint.begin(), candidates.joint.end(), joint);
  };
  const auto first = range(limb.first), second = range(limb.second);
  const auto number = [&](std::vector<std::int32_t>::const_iterator at) {
    return static_cast<int>(at - candidates.joint.begin());
  };
  std::vector<PafPair> pairs;
  for (auto a = first.first; a != first.second; ++a) {
    poll();
    for (auto b = second.first; b != second.second; ++b) {
      const double score =
          limb_score(maps.pafs + limb.x * maps.pixels(), maps.pafs + limb.y * maps.pixels(), maps.height,
                     maps.width, &candidates.xy[2 * static_cast<std::size_t>(number(a))],
                     &candidates.xy[2 * static_cast<std::size_t>(number(b))], rule);
      if (score > 0) pairs.push_back({number(a), number(b), score});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const PafPair& one, const PafPair& other) { return one.score > other.score; });
  std::vector<char> taken(candidates.joint.size(), 0);
  std::vector<PafPair> chosen;
  for (const PafPair& pair : pairs) {
    char &a = taken[static_cast<std::size_t>(pair.first)], &b = taken[static_cast<std::size_t>(pair.second)];
    if (a || b) continue;
    a = b = 1;
    chosen.push_back(pair);
  }
  return chosen;
}

struct Person {
  std::vector<std::int32_t> joints;
  double total;
  int count;
};

bool share_a_joint(const Person& one, const Person& other) {
  for (std::size_t k = 0; k < one.joints.size(); ++k) {
    if (one.joints[k] >= 0 && other.joints[k] >= 0) return true;
  }
  return false;
}

class Assembly {
 public:
  Assembly(const PafCandidates& candidates, int joints, const PafRule& rule)
      : candidates_(candidates), joints_(static_cast<std::size_t>(joints)), rule_(rule) {}

  void add(const PafPair& pair, const PafLimb& limb) {
    const auto a = static_cast<std::size_t>(limb.first), b = static_cast<std::size_t>(limb.second);
    if (rule_.fill_weak && limb.weak) {
      for (Person& person : people_) fill(person, a, b, pair);
      return;
    }
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < people_.size(); ++i) {
      const std::vector<std::int32_t>& joints = people_[i].joints;
      if (joints[a] == pair.first || (rule_.merge && joints[b] == pair.second)) found.push_back(i);
    }
    if (found.empty()) {
      if (!limb.weak) open(a, b, pair);
    } else if (rule_.merge && found.size() == 2 && !share_a_joint(people_[found[0]], people_[found[1]])) {
      join(found[0], found[1], pair.score);
    } else if (rule_.merge) {
      if (found.size() > 1 || people_[found[0]].joints[b] != pair.second) give(people_[found[0]], b, pair);
    } else {
      for (const std::size_t i : found) give(people_[i], b, pair);
    }
  }

  PafPeople kept() const {
    PafPeople people;
    for (const Person& person : people_) {
      if (person.count < rule_.min_joints || !(person.total / person.count >= rule_.min_mean)) continue;
      people.joints.insert(people.joints.end(), person.joints.begin(), person.joints.end());
      people.total.push_back(person.total);
      people.count.push_back(person.count);
    }
    return people;
  }

 private:
  double value(int candidate) const { return candidates_.score[static_cast<std::size_t>(candidate)]; }

  static void fill(Person& person, std::size_t a, std::size_t b, const PafPair& pair) {
    if (person.joints[a] == pair.first && person.joints[b] < 0) {
      person.joints[b] = pair.second;
    } else if (person.joints[b] == pair.second && person.joints[a] < 0) {
      person.joints[a] = pair.first;
    }
  }

  void open(std::size_t a, std::size_t b, const PafPair& pair) {
    Person person{std::vector<std::int32_t>(joints_, -1), value(pair.first) + value(pair.second) + pair.score,
                  2};
    person.joints[a] = pair.first;
    person.joints[b] = pair.second;
    people_.push_back(std::move(person));
  }

  void give(Person& person, std::size_t b, const PafPair& pair) const {
    person.joints[b] = pair.second;
    person.total += value(pair.second) + pair.score;
    ++person.count;
  }

  void join(std::size_t one, std::size_t other, double score) {
    Person &into = people_[one], &from = people_[other];
    for (std::size_t k = 0; k < joints_; ++k) into.joints[k] = std::max(into.joints[k], from.joints[k]);
    into.total += from.total + score;
    into.count += from.count;
    people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(other));
  }

  const PafCandidates& candidates_;
  std::size_t joints_;
  const PafRule& rule_;
  std::vector<Person> people_;
};

}  // namespace

PafResult group_pafs(const PafMaps& maps, const std::vector<PafLimb>& limbs, const PafRule& rule,
                     int threads) {
  PafResult result{{}, {}, -1, -1};
  result.candidates = find_candidates(maps, rule, threads, result.bad_heatmap);
  if (result.bad_heatmap >= 0) return result;
  // A limb's field is in the cache when it has just been looked through.
  std::vector<std::vector<PafPair>> pairs(limbs.size());
  std::vector<char> good(2 * limbs.size(), 0);
  const auto is_finite = [&](int channel) {
    return all_finite(maps.pafs + channel * maps.pixels(), maps.pixels());
  };
  parallel_for(static_cast<int>(limbs.size()), threads, [&](int limb) {
    const auto number = static_cast<std::size_t>(limb);
    good[2 * number] = is_finite(limbs[number].x);
    good[2 * number + 1] = is_finite(limbs[number].y);
    pairs[number] = pair_limb(maps, result.candidates, limbs[number], rule);
  });
  for (std::size_t i = 0; i < good.size(); ++i) {
    const int channel = i % 2 == 0 ? limbs[i / 2].x : limbs[i / 2].y;
    if (!good[i] && (result.bad_field < 0 || channel < result.bad_field)) result.bad_field = channel;
  }
  if (result.bad_field >= 0) return result;
  Assembly assembly(result.candidates, maps.joints, rule);
  for (std::size_t limb = 0; limb < limbs.size(); ++limb) {
    for (const PafPair& pair : pairs[limb]) assembly.add(pair, limbs[limb]);
  }
  result.people = assembly.kept();
  return result;
}

}  // namespace swahr
