#include "peaks/peaks_stages.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "common/dispatch.h"
#include "common/parallel.h"
#include "peaks/best.h"

namespace swahr {
namespace {

// Heat is computed so far around a tile; a wider window is sampled beyond, pixel by pixel, which is slow and rare.
constexpr int kHalo = 2;
constexpr int kPitch = kTileWidth + 2 * kHalo;

// marks[x]: whether the pixel is above the threshold and no direct neighbour is hotter. Returns whether any is.
// The rows above and below are at -pitch and +pitch.
SWAHR_DISPATCH
int mark_peaks(const float* row, int width, float threshold, bool alone, std::int32_t* marks) {
  std::int32_t any = 0;
  if (alone) {
    for (int x = 0; x < width; ++x) any |= marks[x] = row[x] > threshold;
    return any;
  }
  for (int x = 0; x < width; ++x) {
    const float heat = row[x], beside = row[x - 1] > row[x + 1] ? row[x - 1] : row[x + 1];
    const float along = row[x - kPitch] > row[x + kPitch] ? row[x - kPitch] : row[x + kPitch];
    const float around = beside > along ? beside : along;
    const float least = around > threshold ? around : threshold;
    any |= marks[x] = static_cast<std::int32_t>(heat >= least) & static_cast<std::int32_t>(heat > threshold);
  }
  return any;
}

class JointPeaks {
 public:
  JointPeaks(const Stack& heat, const StackAxes& axes, int joint, const PeakParams& params)
      : heat_(heat), joint_(joint), threshold_(params.threshold), reach_(params.window / 2), near_(std::min(reach_, kHalo)),
        upsampler_(heat, axes) {}

  void look(const Rect& tile) {
    const MapSize size = heat_.outer;
    const Rect around{std::max(tile.x0 - near_, 0), std::max(tile.y0 - near_, 0), std::min(tile.x1 + near_, size.width),
                      std::min(tile.y1 + near_, size.height)};
    if (!(upsampler_.prepare(joint_, around) * (1.0f + kInterpolationSlack) > threshold_)) return;
    if (around.width() < tile.width() + 2 * near_ || around.height() < tile.height() + 2 * near_) {
      // Nothing is hotter beyond the border.
      std::fill(std::begin(values_), std::end(values_), -std::numeric_limits<float>::infinity());
    }
    origin_ = values_ + kHalo * kPitch + kHalo;
    upsampler_.finish(origin_ + (around.y0 - tile.y0) * kPitch + (around.x0 - tile.x0), kPitch);
    std::int32_t marks[kTileWidth];
    for (int y = tile.y0; y < tile.y1; ++y) {
      const float* row = origin_ + (y - tile.y0) * kPitch;
      if (!mark_peaks(row, tile.width(), threshold_, near_ == 0, marks)) continue;
      for (int x = tile.x0; x < tile.x1; ++x) {
        if (marks[x - tile.x0] && is_window_maximum(tile, x, y)) found.push_back({row[x - tile.x0], x, y});
      }
    }
  }

  std::vector<FoundPeak> found;

 private:
  bool is_window_maximum(const Rect& tile, int x, int y) const {
    const float* here = origin_ + (y - tile.y0) * kPitch + (x - tile.x0);
    for (int dy = -near_; dy <= near_; ++dy) {
      for (int dx = -near_; dx <= near_; ++dx) {
        if (here[dy * kPitch + dx] > *here) return false;
      }
    }
    if (reach_ <= kHalo) return true;
    // long: the widest window is as wide as an int is.
    const auto from = [&](int at) { return static_cast<int>(std::max(static_cast<long long>(at) - reach_, 0LL)); };
    const auto to = [&](int at, int end) {
      return static_cast<int>(std::min(static_cast<long long>(at) + reach_, static_cast<long long>(end) - 1));
    };
    for (int row = from(y); row <= to(y, heat_.outer.height); ++row) {
      for (int column = from(x); column <= to(x, heat_.outer.width); ++column) {
        if (heat_.at(joint_, column, row) > *here) return false;
      }
    }
    return true;
  }

  const Stack& heat_;
  const int joint_;
  const float threshold_;
  const int reach_, near_;
  Upsampler upsampler_;
  float values_[(kTileRows + 2 * kHalo) * kPitch];
  float* origin_ = nullptr;
};

}  // namespace

Peaks find_stage_peaks(const StageMaps& stages, const StackAxes& heat_axes, const PeakParams& params) {
  const TileGrid grid(stages.heat.outer);
  Peaks peaks;
  peaks.joints = stages.joints;
  peaks.best = params.best;
  peaks.height = grid.bands;
  peaks.segments = grid.columns;
  const auto joints = static_cast<std::size_t>(stages.joints), slots = joints * static_cast<std::size_t>(params.best);
  peaks.count.assign(joints, 0);
  peaks.heat.assign(slots, 0.0f);
  peaks.xy.assign(2 * slots, 0);
  peaks.segment_max.resize(joints * static_cast<std::size_t>(grid.count()));
  std::atomic<int> bad{stages.joints};
  parallel_for(stages.joints, params.threads, [&](int joint) {
    float* bounds = peaks.segment_max.data() + static_cast<std::ptrdiff_t>(joint) * grid.count();
    if (!bound_heat(stages.heat, heat_axes, joint, grid, bounds)) {
      int seen = bad.load();
      while (joint < seen && !bad.compare_exchange_weak(seen, joint)) {
      }
      return;
    }
    JointPeaks search(stages.heat, heat_axes, joint, params);
    for (int tile = 0; tile < grid.count(); ++tile) {
      if (bounds[tile] > params.threshold) search.look(grid.tile(tile));
    }
    keep_best(search.found, joint, peaks);
  });
  peaks.first_bad_joint = bad.load() < stages.joints ? bad.load() : -1;
  return peaks;
}

}  // namespace swahr
