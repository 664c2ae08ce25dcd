#include "refine/search_stages.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/dispatch.h"
#include "refine/bounds.h"

namespace swahr {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int kTilePixels = kTileWidth * kTileRows;

std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

// value[i] = heat - round(distance to `mean`) for each pixel of a tile; maps: heat, then T tags. Returns the largest.
SWAHR_DISPATCH
float tile_values(const float* maps, const float* mean, int channels, float* value) {
  for (int i = 0; i < kTilePixels; ++i) value[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* tags = maps + (t + 1) * kTilePixels;
    const float middle = mean[t];
    for (int i = 0; i < kTilePixels; ++i) {
      const float difference = tags[i] - middle;
      value[i] += difference * difference;
    }
  }
  float top[kTileWidth];
  for (int x = 0; x < kTileWidth; ++x) top[x] = -kInfinity;
  for (int i = 0; i < kTilePixels; i += kTileWidth) {
    for (int x = 0; x < kTileWidth; ++x) {
      const float here = maps[i + x] - rounded_distance(value[i + x]);
      value[i + x] = here;
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

}  // namespace

StageAxes::StageAxes(const StageMaps& stages) : heat(stages.heat) {
  for (int t = 0; t < stages.channels; ++t) tags.emplace_back(stages.tags[t]);
}

StageSearch::StageSearch(const StageMaps& stages, const StageAxes& axes, int joint, const float* tile_max)
    : stages_(stages),
      joint_(joint),
      grid_(stages.heat.outer),
      heat_(tile_max),
      low_(u(grid_.count()) * u(stages.channels)),
      high_(low_.size()),
      maps_(u(1 + stages.channels) * kTilePixels) {
  upsamplers_.emplace_back(stages.heat, axes.heat);
  for (int t = 0; t < stages.channels; ++t) {
    const std::size_t at = u(t) * u(grid_.count());
    bound_tags(stages.tags[t], axes.tags[u(t)], joint, grid_, low_.data() + at, high_.data() + at);
    upsamplers_.emplace_back(stages.tags[t], axes.tags[u(t)]);
  }
}

std::vector<std::ptrdiff_t> StageSearch::best_pixels(const std::vector<const float*>& means) {
  const int tiles = grid_.count();
  // Minus the rounded distance of the tags to each mean, at least, by tile: whole numbers, so adding heat rounds once.
  std::vector<float> nearness(means.size() * u(tiles)), bound(u(tiles));
  const std::vector<float> no_heat(u(tiles), 0.0f);
  std::vector<Best> best(means.size(), {-kInfinity, 0});
  // Each person's most promising tile first: what it gives lets most others be passed over.
  std::vector<std::pair<int, std::size_t>> first;
  for (std::size_t p = 0; p < means.size(); ++p) {
    float* near = nearness.data() + p * u(tiles);
    value_bounds(no_heat.data(), low_.data(), high_.data(), means[p], stages_.channels, tiles, near);
    for (int tile = 0; tile < tiles; ++tile) bound[u(tile)] = heat_[tile] + near[tile];
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
    const auto reaches = [&](std::size_t p, float heat) { return heat + nearness[p * u(tiles) + u(tile)] >= best[p].value; };
    reaching.clear();
    for (std::size_t p = 0; p < means.size(); ++p) {
      if (reaches(p, heat_[tile])) reaching.push_back(p);
    }
    if (reaching.empty()) continue;
    // Half way to its pixels, the tile tells a tighter bound.
    const float heat = prepare(tile);
    bool computed = false;
    for (const std::size_t p : reaching) {
      if (!reaches(p, heat)) continue;
      if (!computed) compute(tile);
      computed = true;
      look(tile, means[p], best[p]);
    }
  }
  std::vector<std::ptrdiff_t> pixels;
  for (const Best& found : best) pixels.push_back(found.pixel);
  return pixels;
}

float StageSearch::prepare(int tile) {
  return upsamplers_[0].prepare(joint_, grid_.tile(tile)) * (1.0f + kInterpolationSlack);
}

void StageSearch::compute(int tile) {
  const Rect rect = grid_.tile(tile);
  if (rect.width() < kTileWidth || rect.height() < kTileRows) {
    // What the tile has beyond the map is worth nothing.
    std::fill(maps_.begin(), maps_.end(), 0.0f);
    std::fill_n(maps_.begin(), kTilePixels, -kInfinity);
  }
  for (std::size_t map = 0; map < upsamplers_.size(); ++map) {
    if (map > 0) upsamplers_[map].prepare(joint_, rect);
    upsamplers_[map].finish(maps_.data() + map * kTilePixels, kTileWidth);
  }
}

void StageSearch::look(int tile, const float* mean, Best& best) const {
  float value[kTilePixels];
  const float largest = tile_values(maps_.data(), mean, stages_.channels, value);
  if (largest < best.value) return;
  const std::ptrdiff_t place = std::find(value, value + kTilePixels, largest) - value;
  const Rect rect = grid_.tile(tile);
  const std::ptrdiff_t pixel = (rect.y0 + place / kTileWidth) * static_cast<std::ptrdiff_t>(grid_.size.width) + rect.x0 +
                               place % kTileWidth;
  if (largest > best.value || pixel < best.pixel) best = {largest, pixel};
}

}  // namespace swahr
