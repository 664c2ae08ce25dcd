#include "refine/search_stages.h"

#include <algorithm>
#include <limits>

#include "common/dispatch.h"
#include "refine/bounds.h"

namespace swahr {
namespace {

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
  for (int x = 0; x < kTileWidth; ++x) top[x] = -std::numeric_limits<float>::infinity();
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

}  // namespace

StageAxes::StageAxes(const StageMaps& stages) : heat(stages.heat) {
  for (int t = 0; t < stages.channels; ++t) tags.emplace_back(stages.tags[t]);
}

StageSearch::StageSearch(const StageMaps& stages, const StageAxes& axes, int joint, const float* tile_max)
    : stages_(stages),
      axes_(axes),
      joint_(joint),
      grid_(stages.heat.outer),
      heat_(tile_max),
      low_(u(grid_.count()) * u(stages.channels)),
      high_(low_.size()),
      bound_(u(grid_.count())),
      tiles_(u(grid_.count())) {
  for (int t = 0; t < stages.channels; ++t) {
    const std::size_t at = u(t) * u(grid_.count());
    bound_tags(stages.tags[t], axes.tags[u(t)], joint, grid_, low_.data() + at, high_.data() + at);
  }
}

std::ptrdiff_t StageSearch::best_pixel(const float* mean) {
  value_bounds(heat_, low_.data(), high_.data(), mean, stages_.channels, grid_.count(), bound_.data());
  Best best{-std::numeric_limits<float>::infinity(), 0};
  // The most promising tile first: what it gives lets most others be passed over.
  look(static_cast<int>(std::max_element(bound_.begin(), bound_.end()) - bound_.begin()), mean, best);
  for (int tile = next_reaching(bound_.data(), 0, grid_.count(), best.value); tile < grid_.count();
       tile = next_reaching(bound_.data(), tile + 1, grid_.count(), best.value)) {
    look(tile, mean, best);
  }
  return best.pixel;
}

void StageSearch::look(int tile, const float* mean, Best& best) {
  float value[kTilePixels];
  const float largest = tile_values(values_of(tile), mean, stages_.channels, value);
  if (largest < best.value) return;
  const std::ptrdiff_t place = std::find(value, value + kTilePixels, largest) - value;
  const Rect rect = grid_.tile(tile);
  const std::ptrdiff_t pixel = (rect.y0 + place / kTileWidth) * static_cast<std::ptrdiff_t>(grid_.size.width) + rect.x0 +
                               place % kTileWidth;
  if (largest > best.value || pixel < best.pixel) best = {largest, pixel};
}

const float* StageSearch::values_of(int tile) {
  std::vector<float>& values = tiles_[u(tile)];
  if (values.empty()) {
    const Rect rect = grid_.tile(tile);
    // What the tile has beyond the map is worth nothing.
    values.assign(u(1 + stages_.channels) * kTilePixels, 0.0f);
    if (rect.width() < kTileWidth || rect.height() < kTileRows) {
      std::fill_n(values.begin(), kTilePixels, -std::numeric_limits<float>::infinity());
    }
    for (int map = 0; map <= stages_.channels; ++map) {
      Upsampler upsampler(map == 0 ? stages_.heat : stages_.tags[map - 1], map == 0 ? axes_.heat : axes_.tags[u(map - 1)]);
      upsampler.prepare(joint_, rect);
      upsampler.finish(values.data() + map * kTilePixels, kTileWidth);
    }
  }
  return values.data();
}

}  // namespace swahr
