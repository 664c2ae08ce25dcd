#include <algorithm>
#include <cmath>
#include <limits>

#include "common/denormals.h"
#include "common/grid.h"
#include "paf_peaks/blur_bound.h"
#include "paf_peaks/cell.h"
#include "paf_peaks/gaussian.h"
#include "paf_peaks/op.h"
#include "paf_peaks/rows.h"

namespace swahr {
namespace {

// Half a unit of the last place, by which a rounding is wrong at most.
constexpr float kRounding = 0.5f * std::numeric_limits<float>::epsilon();
// Beyond so many cells whose order float32 does not tell, as on level ground, the whole map is blurred in
// double.
constexpr std::size_t kMaxUnsure = 256;
constexpr std::size_t kRing = 3;  // blurred rows that are kept

// The peaks of cells [first, end) of a row among those that have no higher one beside, above or below.
void look_along(const float* map, int height, int width, const PafRule& rule, int y, Run run,
                std::vector<std::int32_t>& marks, std::vector<Cell>& found) {
  const float* row = map + static_cast<std::ptrdiff_t>(y) * width;
  const auto look_at = [&](int x) {
    if (is_paf_peak(map, width, height, width, x, y, rule)) found.push_back({x, y});
  };
  const int first = std::max(run.first, 1), end = std::min(run.end, width - 1);
  if (run.first == 0) look_at(0);
  if (first < end) {
    // At the border a row takes the place of the one that is missing: it is as high as itself.
    const float *above = y > 0 ? row - width : row, *below = y + 1 < height ? row + width : row;
    // In float32 a value that is above may be as high as what it has to exceed.
    const auto least = static_cast<float>(rule.min_peak);
    if (mark_cells(above + first, row + first, below + first, end - first, least, 0.0f, marks.data())) {
      for (int x = first; x < end; ++x) {
        if (marks[static_cast<std::size_t>(x - first)]) look_at(x);
      }
    }
  }
  if (run.end == width && width > 1) look_at(width - 1);
}

bool sharp_peaks(const float* map, int height, int width, const PafRule& rule, std::vector<Cell>& found) {
  const auto least = static_cast<float>(rule.min_peak);
  std::vector<std::int32_t> above(static_cast<std::size_t>(width / kRun + 1)),
      marks(static_cast<std::size_t>(width));
  for (int y = 0; y < height; ++y) {
    const float* row = map + static_cast<std::ptrdiff_t>(y) * width;
    if (scan_row(row, width, least, above.data()) >= kInfiniteBits) return false;
    for (int start = 0; start < width;) {
      const int first = start;
      while (start < width && above[static_cast<std::size_t>(start / kRun)]) start += kRun;
      if (start > first)
        look_along(map, height, width, rule, y, {first, std::min(start, width)}, marks, found);
      start += kRun;
    }
  }
  return true;
}

// Blurs a map in float32, a few rows at a time and only where it may be high enough, and asks for the exact
// values of the cells whose neighbours are too nearly as high.
class BlurredPeaks {
 public:
  BlurredPeaks(const PafPeaks& peaks, const float* map)
      : map_(map),
        height_(peaks.height),
        width_(peaks.width),
        rule_(peaks.rule),
        exact_(peaks.weights),
        radius_(static_cast<int>(exact_.size() / 2)),
        bounded_(!peaks.shares.empty()),
        bound_(peaks) {
    for (int i = 1; i <= radius_; ++i) weights_.push_back(static_cast<float>(exact_[middle() + at(i)]));
    while (weights_.empty() || weights_.size() % kPairs != 0) weights_.push_back(0.0f);
    rows_.resize(1 + 2 * weights_.size());
    taps_.resize(rows_.size());
  }

  bool find(std::vector<Cell>& found) {
    if (!bounded_) return everywhere(found);
    const Denormals quick(Denormals::kZero);
    const std::int32_t top = bound_.look(map_);
    if (top >= kInfiniteBits) return false;
    // Two for each weight of the two passes and one for the weight; the bound's are far fewer. What is too
    // small for a full mantissa is lost.
    const auto roundings = static_cast<float>(6 * exact_.size() + 8);
    slack_ = roundings * (kRounding * float_of(top) + std::numeric_limits<float>::min());
    least_ = static_cast<float>(rule_.min_peak);
    make_room();
    std::size_t unsure = 0;
    for (int y = 0; y <= height_; ++y) {
      blur_row(y);
      if (y > 0 && !look(y - 1, unsure, found)) return everywhere(found);
    }
    return true;
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  std::size_t middle() const { return exact_.size() / 2; }

  // Blurred rows with a cell before and after them; below everything where nothing is blurred.
  void make_room() {
    pitch_ = at(width_) + 2;
    lowest_ = -std::numeric_limits<float>::infinity();
    ring_.assign(kRing * pitch_, lowest_);
    down_.resize(at(width_) + 2 * weights_.size());
    marks_.resize(at(width_));
  }

  float* blurred_row(int y) { return ring_.data() + at(y + 3) % kRing * pitch_ + 1; }

  // The row beyond the last one is below everything, too.
  void blur_row(int y) {
    std::vector<Run>& narrow = runs_[at(y) % kRing];
    float* out = blurred_row(y);
    for (const Run& run : narrow) std::fill(out + run.first, out + run.end, lowest_);
    narrow.clear();
    if (y == height_) return;
    if (y % kBlockRows == 0) {
      bound_.find_runs(y / kBlockRows, least_ - 4 * slack_, narrow, wide_);
    } else {
      narrow = runs_[at(y - 1) % kRing];
    }
    if (narrow.empty()) return;
    const auto pairs = static_cast<int>(weights_.size());
    const auto centre = static_cast<float>(exact_[middle()]);
    each_tap([&](std::size_t tap, int away) {
      rows_[tap] = map_ + static_cast<std::ptrdiff_t>(mirrored(y + away, height_)) * width_;
    });
    float* down = down_.data() + weights_.size();
    for (const Run& run : wide_) {
      for (std::size_t tap = 0; tap < taps_.size(); ++tap) taps_[tap] = rows_[tap] + run.first;
      weigh_rows(taps_.data(), centre, weights_.data(), pairs, run.count(), down + run.first);
    }
    if (narrow.front().first < radius_) {
      for (int i = 1; i <= radius_; ++i) down[-i] = down[mirrored(-i, width_)];
    }
    if (narrow.back().end > width_ - radius_) {
      for (int i = 0; i < radius_; ++i) down[width_ + i] = down[mirrored(width_ + i, width_)];
    }
    for (const Run& run : narrow)
      weigh_along(down + run.first, centre, weights_.data(), pairs, run.count(), out + run.first);
  }

  // Call f(tap, cells away from the middle); those without weight are at the reach's end again.
  template <class F>
  void each_tap(const F& f) const {
    f(0, 0);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const int away = std::min(static_cast<int>(i) + 1, radius_);
      f(1 + 2 * i, -away);
      f(2 + 2 * i, away);
    }
  }

  // Returns false where too many cells are unsure.
  bool look(int y, std::size_t& unsure, std::vector<Cell>& found) {
    const float *above = blurred_row(y - 1), *row = blurred_row(y), *below = blurred_row(y + 1);
    for (const Run& run : runs_[at(y) % kRing]) {
      const int x0 = run.first;
      if (!mark_cells(above + x0, row + x0, below + x0, run.count(), least_, 2 * slack_, marks_.data()))
        continue;
      for (int x = 0; x < run.count(); ++x) {
        const std::int32_t mark = marks_[at(x)];
        if (mark == 1 && ++unsure > kMaxUnsure) return false;
        if (mark == 2 || (mark == 1 && is_exact_peak(x0 + x, y))) found.push_back({x0 + x, y});
      }
    }
    return true;
  }

  bool is_exact_peak(int x, int y) const {
    const Denormals exact(Denormals::kNumbers);
    const Rect around{std::max(0, x - 1), std::max(0, y - 1), std::min(width_, x + 2),
                      std::min(height_, y + 2)};
    const std::vector<double> values = blurred(map_, height_, width_, around, exact_);
    return is_paf_peak(values.data(), around.width(), around.height(), around.width(), x - around.x0,
                       y - around.y0, rule_);
  }

  bool everywhere(std::vector<Cell>& found) const {
    const Denormals exact(Denormals::kNumbers);
    found.clear();
    const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(height_) * width_;
    if (!std::all_of(map_, map_ + pixels, [](float value) { return std::isfinite(value); })) return false;
    const std::vector<double> values = blurred(map_, height_, width_, {0, 0, width_, height_}, exact_);
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        if (is_paf_peak(values.data(), width_, height_, width_, x, y, rule_)) found.push_back({x, y});
      }
    }
    return true;
  }

  const float* map_;
  int height_, width_;
  const PafRule& rule_;
  const std::vector<double>& exact_;
  int radius_;
  bool bounded_;
  BlurBound bound_;
  std::vector<float> weights_;  // of one side, and zeros up to a multiple of kPairs
  float slack_ = 0, least_ = 0, lowest_ = 0;
  std::size_t pitch_ = 0;
  std::vector<float> ring_, down_;
  std::vector<Run> runs_[kRing], wide_;
  std::vector<const float*> rows_, taps_;
  std::vector<std::int32_t> marks_;
};

}  // namespace

PafPeaks::PafPeaks(int height_, int width_, const PafRule& rule_)
    : height(height_), width(width_), rule(rule_) {
  if (rule.blur > 0) weights = gaussian(rule.blur);
  // Cells beside a peak are looked at, and those across from it are not.
  const bool bounded = !weights.empty() && weights.size() / 2 <= 2 * kBlockColumns && !rule.diagonal;
  for (int band = 0; bounded && band * kBlockRows < height; ++band)
    shares.push_back(shares_of(band, height, weights));
}

bool PafPeaks::find(const float* map, std::vector<Cell>& found) const {
  found.clear();
  if (rule.blur > 0) return BlurredPeaks(*this, map).find(found);
  return sharp_peaks(map, height, width, rule, found);
}

}  // namespace swahr
