#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "common/dispatch.h"
#include "common/parallel.h"
#include "paf/kernel.h"
#include "paf/op.h"

namespace swahr {
namespace {

constexpr double kGaussianReach = 4.0;  // standard deviations
constexpr std::int32_t kInfiniteExponent = 0x7f800000;

constexpr int kRun = 32;  // cells of a row that are looked at together

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

// above[i]: whether any cell of the row's i-th run is at least that high. Returns whether any run has one.
SWAHR_DISPATCH
bool runs_above(const float* row, int width, float least, std::int32_t* above) {
  std::int32_t any = 0;
  const int whole = width / kRun;
  for (int run = 0; run < whole; ++run) {
    std::int32_t here = 0;
    for (int x = 0; x < kRun; ++x) here |= static_cast<std::int32_t>(row[run * kRun + x] >= least);
    any |= above[run] = here;
  }
  std::int32_t last = 0;
  for (int x = whole * kRun; x < width; ++x) last |= static_cast<std::int32_t>(row[x] >= least);
  above[whole] = last;
  return (any | last) != 0;
}

// Cells [x0, x1) x [y0, y1).
struct Box {
  int x0, y0, x1, y1;
  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
};

Box widened(const Box& box, int margin, const PafMaps& maps) {
  return {std::max(0, box.x0 - margin), std::max(0, box.y0 - margin), std::min(maps.width, box.x1 + margin),
          std::min(maps.height, box.y1 + margin)};
}

// The box of all cells from a value on: what is blurred is nowhere higher than what is near.
Box box_above(const float* map, const PafMaps& maps, float value) {
  Box box{maps.width, maps.height, 0, 0};
  std::vector<std::int32_t> above(static_cast<std::size_t>(maps.width / kRun + 1));
  for (int y = 0; y < maps.height; ++y) {
    const float* row = map + static_cast<std::ptrdiff_t>(y) * maps.width;
    if (!runs_above(row, maps.width, value, above.data())) continue;
    box.y0 = std::min(box.y0, y);
    box.y1 = y + 1;
    for (int x = 0; x < box.x0; ++x) {
      if (row[x] >= value) box.x0 = x;
    }
    for (int x = maps.width - 1; x >= box.x1; --x) {
      if (row[x] >= value) box.x1 = x + 1;
    }
  }
  return box;
}

// Edges are mirrored, the edge cell twice.
int mirrored(int place, int size) {
  const int period = 2 * size;
  place = ((place % period) + period) % period;
  return place < size ? place : period - 1 - place;
}

std::vector<double> gaussian(double sigma) {
  const int radius = static_cast<int>(std::floor(kGaussianReach * sigma + 0.5));
  std::vector<double> weights(2 * static_cast<std::size_t>(radius) + 1);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double away = (static_cast<double>(i) - radius) / sigma;
    weights[i] = std::exp(-0.5 * away * away);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The blurred values of a box: first along columns, then along rows.
std::vector<double> blurred(const float* map, const PafMaps& maps, const Box& box,
                            const std::vector<double>& weights) {
  const int radius = static_cast<int>(weights.size() / 2), wide = box.width() + 2 * radius;
  std::vector<int> column(static_cast<std::size_t>(wide));
  for (int x = 0; x < wide; ++x)
    column[static_cast<std::size_t>(x)] = mirrored(box.x0 - radius + x, maps.width);
  std::vector<double> down(static_cast<std::size_t>(wide));
  std::vector<double> result(static_cast<std::size_t>(box.height()) * static_cast<std::size_t>(box.width()));
  for (int y = 0; y < box.height(); ++y) {
    std::fill(down.begin(), down.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const int from = mirrored(box.y0 + y + static_cast<int>(i) - radius, maps.height);
      const float* row = map + static_cast<std::ptrdiff_t>(from) * maps.width;
      for (std::size_t x = 0; x < column.size(); ++x) down[x] += weights[i] * row[column[x]];
    }
    double* out = result.data() + static_cast<std::ptrdiff_t>(y) * box.width();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double* from = down.data() + i;
      for (int x = 0; x < box.width(); ++x) out[x] += weights[i] * from[x];
    }
  }
  return result;
}

struct Cell {
  int x, y;
};

std::vector<Cell> peaks_of(const float* map, const PafMaps& maps, const PafRule& rule) {
  std::vector<Cell> found;
  if (rule.blur > 0) {
    // Where nothing within the Gaussian's reach is above, neither is what is blurred.
    const std::vector<double> weights = gaussian(rule.blur);
    const int radius = static_cast<int>(weights.size() / 2);
    const Box near = box_above(map, maps, static_cast<float>(rule.min_peak));
    if (near.width() <= 0) return found;
    const Box searched = widened(near, radius, maps), box = widened(searched, 1, maps);
    const std::vector<double> values = blurred(map, maps, box, weights);
    for (int y = searched.y0; y < searched.y1; ++y) {
      for (int x = searched.x0; x < searched.x1; ++x) {
        if (is_paf_peak(values.data(), box.width(), box.height(), box.width(), x - box.x0, y - box.y0, rule))
          found.push_back({x, y});
      }
    }
    return found;
  }
  // In float32 a value that is above may be as high as what it has to exceed.
  const auto least = static_cast<float>(rule.min_peak);
  std::vector<std::int32_t> above(static_cast<std::size_t>(maps.width / kRun + 1));
  for (int y = 0; y < maps.height; ++y) {
    const float* row = map + static_cast<std::ptrdiff_t>(y) * maps.width;
    if (!runs_above(row, maps.width, least, above.data())) continue;
    for (int start = 0; start < maps.width; start += kRun) {
      if (!above[static_cast<std::size_t>(start / kRun)]) continue;
      const int end = std::min(maps.width, start + kRun);
      for (int x = start; x < end; ++x) {
        // Most cells have a higher one beside them.
        const float beside = std::max(x > 0 ? row[x - 1] : 0.0f, x + 1 < maps.width ? row[x + 1] : 0.0f);
        if (row[x] >= least && row[x] >= beside &&
            is_paf_peak(map, maps.width, maps.height, maps.width, x, y, rule))
          found.push_back({x, y});
      }
    }
  }
  return found;
}

// Leave out peaks that are near one further left, or above it in the same column.
std::vector<Cell> apart(std::vector<Cell> cells, double min_distance) {
  std::stable_sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.x < b.x; });
  std::vector<Cell> kept;
  for (const Cell& cell : cells) {
    const bool near = std::any_of(kept.begin(), kept.end(), [&](const Cell& other) {
      return std::hypot(cell.x - other.x, cell.y - other.y) < min_distance;
    });
    if (!near) kept.push_back(cell);
  }
  return kept;
}

// The mean of the cells around a peak, each by its value where that is above 0.
void centroid(const float* map, const PafMaps& maps, const Cell& cell, int radius, double* xy) {
  const Box box = widened({cell.x, cell.y, cell.x + 1, cell.y + 1}, radius, maps);
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

PafCandidates find_candidates(const PafMaps& maps, const PafRule& rule, int threads) {
  std::vector<std::vector<Cell>> cells(static_cast<std::size_t>(maps.joints));
  parallel_for(maps.joints, threads, [&](int joint) {
    std::vector<Cell> found = peaks_of(maps.heatmaps + joint * maps.pixels(), maps, rule);
    if (rule.min_distance > 0) found = apart(std::move(found), rule.min_distance);
    cells[static_cast<std::size_t>(joint)] = std::move(found);
  });
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

int first_bad(const float* maps, int count, std::ptrdiff_t pixels) {
  for (int map = 0; map < count; ++map) {
    if (!all_finite(maps + map * pixels, pixels)) return map;
  }
  return -1;
}

}  // namespace

PafResult group_pafs(const PafMaps& maps, const std::vector<PafLimb>& limbs, const PafRule& rule,
                     int threads) {
  PafResult result{{},
                   {},
                   first_bad(maps.heatmaps, maps.joints, maps.pixels()),
                   first_bad(maps.pafs, maps.channels, maps.pixels())};
  if (result.bad_heatmap >= 0 || result.bad_field >= 0) return result;
  result.candidates = find_candidates(maps, rule, threads);
  std::vector<std::vector<PafPair>> pairs(limbs.size());
  parallel_for(static_cast<int>(limbs.size()), threads, [&](int limb) {
    const auto number = static_cast<std::size_t>(limb);
    pairs[number] = pair_limb(maps, result.candidates, limbs[number], rule);
  });
  Assembly assembly(result.candidates, maps.joints, rule);
  for (std::size_t limb = 0; limb < limbs.size(); ++limb) {
    for (const PafPair& pair : pairs[limb]) assembly.add(pair, limbs[limb]);
  }
  result.people = assembly.kept();
  return result;
}

}  // namespace swahr
