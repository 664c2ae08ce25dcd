#include "peaks/op.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "common/dispatch.h"
#include "common/interrupt.h"
#include "common/parallel.h"

namespace swahr {
namespace {

// Values are computed so far around a tile; a wider window is sampled beyond, pixel by pixel, which is slow
// and rare.
constexpr int kHalo = 2;
constexpr int kPitch = kTileWidth + 2 * kHalo;

// marks[x]: whether the pixel is above the threshold and no direct neighbour is higher. Returns whether any
// is. The rows above and below are at -pitch and +pitch.
SWAHR_DISPATCH
int mark_peaks(const float* row, std::ptrdiff_t pitch, int width, float threshold, bool alone,
               std::int32_t* marks) {
  std::int32_t any = 0;
  if (alone) {
    for (int x = 0; x < width; ++x) any |= marks[x] = row[x] > threshold;
    return any;
  }
  for (int x = 0; x < width; ++x) {
    const float here = row[x], beside = row[x - 1] > row[x + 1] ? row[x - 1] : row[x + 1];
    const float along = row[x - pitch] > row[x + pitch] ? row[x - pitch] : row[x + pitch];
    const float around = beside > along ? beside : along;
    const float least = around > threshold ? around : threshold;
    any |= marks[x] = static_cast<std::int32_t>(here >= least) & static_cast<std::int32_t>(here > threshold);
  }
  return any;
}

struct FoundPeak {
  float confidence;
  std::int32_t x, y;
};

// Higher first, equal ones in row order.
bool comes_first(const FoundPeak& a, const FoundPeak& b) {
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  return a.y != b.y ? a.y < b.y : a.x < b.x;
}

class JointPeaks {
 public:
  JointPeaks(const Stack& heatmaps, const StackAxes& axes, int joint, const KernelSettings& settings)
      : heatmaps_(heatmaps),
        joint_(joint),
        threshold_(settings.threshold),
        reach_(settings.window / 2),
        near_(std::min(reach_, kHalo)),
        reader_(heatmaps, axes) {}

  void look(const Rect& tile) {
    const MapSize size = heatmaps_.outer;
    const Rect around{std::max(tile.x0 - near_, 0), std::max(tile.y0 - near_, 0),
                      std::min(tile.x1 + near_, size.width), std::min(tile.y1 + near_, size.height)};
    if (!(reader_.prepare(joint_, around) * (1.0f + kInterpolationSlack) > threshold_)) return;
    if (around.width() == tile.width() + 2 * near_ && around.height() == tile.height() + 2 * near_) {
      const TileView view = reader_.view();
      pitch_ = view.pitch;
      origin_ = view.values + near_ * pitch_ + near_;
    } else {  // nothing is higher beyond the border
      std::fill(std::begin(values_), std::end(values_), -std::numeric_limits<float>::infinity());
      pitch_ = kPitch;
      float* origin = values_ + kHalo * kPitch + kHalo;
      reader_.write(origin + (around.y0 - tile.y0) * kPitch + (around.x0 - tile.x0), kPitch);
      origin_ = origin;
    }
    std::int32_t marks[kTileWidth];
    for (int y = tile.y0; y < tile.y1; ++y) {
      const float* row = origin_ + (y - tile.y0) * pitch_;
      if (!mark_peaks(row, pitch_, tile.width(), threshold_, near_ == 0, marks)) continue;
      for (int x = tile.x0; x < tile.x1; ++x) {
        if (marks[x - tile.x0] && is_window_maximum(tile, x, y)) found.push_back({row[x - tile.x0], x, y});
      }
    }
  }

  std::vector<FoundPeak> found;

 private:
  bool is_window_maximum(const Rect& tile, int x, int y) const {
    const float* here = origin_ + (y - tile.y0) * pitch_ + (x - tile.x0);
    for (int dy = -near_; dy <= near_; ++dy) {
      for (int dx = -near_; dx <= near_; ++dx) {
        if (here[dy * pitch_ + dx] > *here) return false;
      }
    }
    if (reach_ <= kHalo) return true;
    // long: the widest window is as wide as an int is.
    const auto from = [&](int at) {
      return static_cast<int>(std::max(static_cast<long long>(at) - reach_, 0LL));
    };
    const auto to = [&](int at, int end) {
      return static_cast<int>(std::min(static_cast<long long>(at) + reach_, static_cast<long long>(end) - 1));
    };
    for (int row = from(y); row <= to(y, heatmaps_.outer.height); ++row) {
      poll();
      for (int column = from(x); column <= to(x, heatmaps_.outer.width); ++column) {
        if (heatmaps_.at(joint_, column, row) > *here) return false;
      }
    }
    return true;
  }

  const Stack& heatmaps_;
  const int joint_;
  const float threshold_;
  const int reach_, near_;
  TileReader reader_;
  float values_[(kTileRows + 2 * kHalo) * kPitch];
  const float* origin_ = nullptr;  // the tile's first pixel, with its neighbours around it
  std::ptrdiff_t pitch_ = kPitch;
};

}  // namespace

Peaks find_peaks(const Stack& heatmaps, const StackAxes& axes, int joints, const KernelSettings& settings,
                 int threads) {
  const TileGrid grid(heatmaps.outer);
  const auto count = static_cast<std::size_t>(joints);
  Peaks peaks{1, std::vector<std::int32_t>(count), {}, {}, {}, -1};
  peaks.tile_max.resize(count * static_cast<std::size_t>(grid.count()));
  std::vector<std::vector<FoundPeak>> found(count);
  std::atomic<int> bad{joints};
  parallel_for(joints, threads, [&](int joint) {
    float* bounds = peaks.tile_max.data() + static_cast<std::ptrdiff_t>(joint) * grid.count();
    if (!bound_heatmap(heatmaps, axes, joint, grid, bounds)) {
      int seen = bad.load();
      while (joint < seen && !bad.compare_exchange_weak(seen, joint)) {
      }
      return;
    }
    JointPeaks search(heatmaps, axes, joint, settings);
    for (int tile = 0; tile < grid.count(); ++tile) {
      poll();
      if (bounds[tile] > settings.threshold) search.look(grid.tile(tile));
    }
    std::vector<FoundPeak>& best = found[static_cast<std::size_t>(joint)];
    best = std::move(search.found);
    const auto kept = std::min(best.size(), static_cast<std::size_t>(settings.max_candidates));
    std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(kept), best.end(),
                      comes_first);
    best.resize(kept);
  });
  if (bad.load() < joints) peaks.first_bad_joint = bad.load();
  for (const auto& best : found) peaks.capacity = std::max(peaks.capacity, static_cast<int>(best.size()));
  const auto capacity = static_cast<std::size_t>(peaks.capacity);
  peaks.confidence.resize(count * capacity);
  peaks.xy.resize(2 * count * capacity);
  for (std::size_t joint = 0; joint < count; ++joint) {
    peaks.count[joint] = static_cast<std::int32_t>(found[joint].size());
    std::size_t slot = joint * capacity;
    for (const FoundPeak& peak : found[joint]) {
      peaks.confidence[slot] = peak.confidence;
      peaks.xy[2 * slot] = peak.x;
      peaks.xy[2 * slot + 1] = peak.y;
      ++slot;
    }
  }
  return peaks;
}

}  // namespace swahr
