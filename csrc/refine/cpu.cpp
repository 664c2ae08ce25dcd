#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "common/dispatch.h"
#include "common/interrupt.h"
#include "common/parallel.h"
#include "refine/kernel.h"
#include "refine/op.h"

namespace swahr {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int kTilePixels = kTileWidth * kTileRows;

std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

// near[i] = -round(distance from `mean` to the box of tags [low, high] of tile i): no pixel of the tile is
// nearer, as each step is monotone in float arithmetic too. low, high: [T, tiles].
SWAHR_DISPATCH
void bound_nearness(const float* low, const float* high, const float* mean, int channels, int tiles,
                    float* near) {
  for (int i = 0; i < tiles; ++i) near[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* lows = low + static_cast<std::ptrdiff_t>(t) * tiles;
    const float* highs = high + static_cast<std::ptrdiff_t>(t) * tiles;
    for (int i = 0; i < tiles; ++i) near[i] += squared_distance_to_box(lows[i], highs[i], mean[t]);
  }
  for (int i = 0; i < tiles; ++i) near[i] = 0.0f - rounded_distance(near[i]);
}

// value[i] = heatmap value - round(distance to `mean`) for each pixel of a tile; maps: [1 + T]. Returns the
// largest.
SWAHR_DISPATCH
float tile_values(const TileView* maps, const float* mean, int channels, float* value) {
  float top[kTileWidth];
  for (int x = 0; x < kTileWidth; ++x) top[x] = -kInfinity;
  for (int y = 0; y < kTileRows; ++y, value += kTileWidth) {
    float square[kTileWidth];
    for (int x = 0; x < kTileWidth; ++x) square[x] = 0.0f;
    for (int t = 0; t < channels; ++t) {
      const float* tags = maps[t + 1].values + y * maps[t + 1].pitch;
      const float middle = mean[t];
      for (int x = 0; x < kTileWidth; ++x) {
        const float difference = tags[x] - middle;
        square[x] += difference * difference;
      }
    }
    const float* heatmap = maps[0].values + y * maps[0].pitch;
    for (int x = 0; x < kTileWidth; ++x) {
      const float here = heatmap[x] - rounded_distance(square[x]);
      value[x] = here;
      top[x] = here > top[x] ? here : top[x];
    }
  }
  float largest = top[0];
  for (int x = 1; x < kTileWidth; ++x) largest = top[x] > largest ? top[x] : largest;
  return largest;
}

// The index of the largest bound.
SWAHR_DISPATCH
int most_promising(const float* bound, int count) {
  constexpr int kLanes = 32;
  float top[kLanes];
  for (int i = 0; i < kLanes; ++i) top[i] = -kInfinity;
  int start = 0;
  for (; start + kLanes <= count; start += kLanes) {
    for (int i = 0; i < kLanes; ++i) top[i] = bound[start + i] > top[i] ? bound[start + i] : top[i];
  }
  for (int i = 0; start + i < count; ++i) top[i] = bound[start + i] > top[i] ? bound[start + i] : top[i];
  float largest = top[0];
  for (int i = 1; i < kLanes; ++i) largest = top[i] > largest ? top[i] : largest;
  return static_cast<int>(std::find(bound, bound + count, largest) - bound);
}

// Whether the channels take turns in memory, so that they are bounded in one go.
bool side_by_side(const std::vector<Stack>& tags) {
  const Plane& first = tags[0].planes[0];
  for (std::size_t t = 0; t < tags.size(); ++t) {
    const Plane& plane = tags[t].planes[0];
    const bool next = plane.data == first.data + t && plane.joint_stride == first.joint_stride;
    if (!tags[t].direct() || !next || u(plane.pixel_stride) != tags.size()) return false;
  }
  return true;
}

// The search in one joint's maps, for all the people who lack the joint: a tile is computed once, when it may
// hold the best pixel of somebody.
class JointSearch {
 public:
  // tile_max: [tiles] of this joint, as from find_peaks.
  JointSearch(const StageMaps& maps, const StageAxes& axes, int joint, const float* tile_max)
      : joint_(joint),
        grid_(maps.heatmaps.outer),
        tile_max_(tile_max),
        low_(maps.tags.size() * u(grid_.count())),
        high_(low_.size()),
        views_(1 + maps.tags.size()),
        padded_(views_.size() * kTilePixels) {
    const int together = side_by_side(maps.tags) ? maps.channels() : 1;
    readers_.emplace_back(maps.heatmaps, axes.heatmaps);
    for (std::size_t t = 0; t < maps.tags.size(); ++t) {
      const std::size_t at = t * u(grid_.count());
      if (t == 0 || together == 1) {
        bound_tags(maps.tags[t], axes.tags[t], joint, grid_, together, low_.data() + at, high_.data() + at);
      }
      readers_.emplace_back(maps.tags[t], axes.tags[t]);
    }
  }

  // For each mean tag [T] the key of the best pixel, first in row order on ties.
  std::vector<Key> best_pixels(const std::vector<const float*>& means);

 private:
  struct Best {
    float value;
    std::ptrdiff_t pixel;
  };

  // The heatmap of the tile before its last step. Returns at least its largest value.
  float prepare(int tile) {
    return readers_[0].prepare(joint_, grid_.tile(tile)) * (1.0f + kInterpolationSlack);
  }
  void compute(int tile);  // the rest, after prepare
  void look(int tile, const float* mean, Best& best) const;

  const int joint_;
  const TileGrid grid_;
  const float* tile_max_;
  std::vector<float> low_, high_;  // [T, tiles], the box of the tags
  std::vector<TileReader> readers_;
  std::vector<TileView> views_;  // [1 + T], of the computed tile
  std::vector<float> padded_;    // [1 + T, kTileRows, kTileWidth], of a tile at the border
};

std::vector<Key> JointSearch::best_pixels(const std::vector<const float*>& means) {
  const int tiles = grid_.count();
  // Minus the rounded distance of the tags to each mean, at least, by tile: whole numbers, so adding a
  // heatmap value rounds once.
  std::vector<float> nearness(means.size() * u(tiles)), bound(u(tiles));
  std::vector<Best> best(means.size(), {-kInfinity, 0});
  // Each person's most promising tile first: what it gives lets most others be passed over.
  std::vector<std::pair<int, std::size_t>> first;
  for (std::size_t p = 0; p < means.size(); ++p) {
    poll();
    float* near = nearness.data() + p * u(tiles);
    bound_nearness(low_.data(), high_.data(), means[p], static_cast<int>(views_.size()) - 1, tiles, near);
    for (int tile = 0; tile < tiles; ++tile) bound[u(tile)] = tile_max_[tile] + near[tile];
    first.emplace_back(most_promising(bound.data(), tiles), p);
  }
  std::sort(first.begin(), first.end());
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto [tile, p] = first[i];
    if (i == 0 || tile != first[i - 1].first) {
      prepare(tile);
      compute(tile);
    }
    look(tile, means[p], best[p]);
    nearness[p * u(tiles) + u(tile)] = -kInfinity;
  }
  std::vector<std::size_t> reaching;
  for (int tile = 0; tile < tiles; ++tile) {
    const auto reaches = [&](std::size_t p, float top) {
      return top + nearness[p * u(tiles) + u(tile)] >= best[p].value;
    };
    poll();
    reaching.clear();
    for (std::size_t p = 0; p < means.size(); ++p) {
      if (reaches(p, tile_max_[tile])) reaching.push_back(p);
    }
    if (reaching.empty()) continue;
    // Half way to its pixels, the tile has a tighter bound.
    const float top = prepare(tile);
    bool computed = false;
    for (const std::size_t p : reaching) {
      if (!reaches(p, top)) continue;
      if (!computed) compute(tile);
      computed = true;
      look(tile, means[p], best[p]);
    }
  }
  std::vector<Key> keys;
  keys.reserve(best.size());
  for (const Best& found : best) keys.push_back(key_of(found.value, static_cast<int>(found.pixel)));
  return keys;
}

void JointSearch::compute(int tile) {
  const Rect rect = grid_.tile(tile);
  const bool whole = rect.width() == kTileWidth && rect.height() == kTileRows;
  for (std::size_t map = 0; map < readers_.size(); ++map) {
    if (map > 0) readers_[map].prepare(joint_, rect);
    if (whole) {
      views_[map] = readers_[map].view();
      continue;
    }
    // Nobody finds a joint beyond the map.
    float* padded = padded_.data() + map * kTilePixels;
    std::fill_n(padded, kTilePixels, map == 0 ? -kInfinity : 0.0f);
    readers_[map].write(padded, kTileWidth);
    views_[map] = {padded, kTileWidth};
  }
}

void JointSearch::look(int tile, const float* mean, Best& best) const {
  float value[kTilePixels];
  const float largest = tile_values(views_.data(), mean, static_cast<int>(views_.size()) - 1, value);
  if (largest < best.value) return;
  const std::ptrdiff_t place = std::find(value, value + kTilePixels, largest) - value;
  const Rect rect = grid_.tile(tile);
  const std::ptrdiff_t pixel =
      (rect.y0 + place / kTileWidth) * static_cast<std::ptrdiff_t>(grid_.size.width) + rect.x0 +
      place % kTileWidth;
  if (largest > best.value || pixel < best.pixel) best = {largest, pixel};
}

}  // namespace

void refine_people(const StageMaps& maps, const StageAxes& axes, const std::vector<float>& tile_max,
                   const KernelSettings& settings, int threads, People& people) {
  const MapSize size = maps.heatmaps.outer;
  const int tiles = TileGrid(size).count(), count = people.count();
  std::vector<Key> found(u(count) * u(maps.joints));
  if (settings.refine) {
    parallel_for(maps.joints, threads, [&](int joint) {
      std::vector<int> lacking;
      std::vector<const float*> means;
      for (int p = 0; p < count; ++p) {
        if (people.keypoint(p, joint)[2] > 0.0f) continue;
        lacking.push_back(p);
        means.push_back(people.means.data() + static_cast<std::ptrdiff_t>(p) * maps.channels());
      }
      if (lacking.empty()) return;  // nobody lacks this joint: its maps need not be read
      JointSearch search(maps, axes, joint, tile_max.data() + static_cast<std::ptrdiff_t>(joint) * tiles);
      const std::vector<Key> best = search.best_pixels(means);
      for (std::size_t i = 0; i < lacking.size(); ++i)
        found[u(offset(lacking[i], maps.joints, joint))] = best[i];
    });
  }
  ParseMemory memory{};
  memory.keypoints = people.keypoints.data();
  memory.means = people.means.data();
  memory.found = found.data();
  if (settings.spread) {
    people.spread.assign(u(count) * u(maps.joints) * 3, 0.0f);
    memory.spread = people.spread.data();
  }
  const ParseSizes sizes{1, maps.joints, maps.channels(), 1, 1, size};
  for (int p = 0; p < count; ++p) {
    poll();
    for (int k = 0; k < maps.joints; ++k) finalize_keypoint(maps, sizes, settings, memory, 0, p, k);
  }
}

}  // namespace swahr
