// Where a blurred map can be above a value at all: a bound that needs no blur.
//
// The map is cut into blocks. What is blurred is nowhere above the mean of the blocks' largest values, each
// weighted by as much of the Gaussian as can lie in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "paf_peaks/gaussian.h"
#include "paf_peaks/op.h"
#include "paf_peaks/rows.h"

namespace swahr {
namespace {

// Cells [first, end) of a row.
struct Run {
  int first, end;
  int count() const { return end - first; }
};

// Returns the shares of the rows of a block: of each row that it may be.
inline RowShares shares_of(int band, int height, const std::vector<double>& weights) {
  RowShares result{};
  const int radius = static_cast<int>(weights.size() / 2), taps = static_cast<int>(weights.size());
  int count = 0;  // on a low map the mirrored rows come to the same blocks again
  for (int y = band * kBlockRows; y < std::min((band + 1) * kBlockRows, height); ++y) {
    float share[RowShares::kMost] = {};
    for (int i = 0; i < taps; ++i) {
      const int block = mirrored(y + i - radius, height) / kBlockRows;
      const auto at = static_cast<int>(std::find(result.block, result.block + count, block) - result.block);
      if (at == count) result.block[count++] = block;
      share[at] += static_cast<float>(weights[static_cast<std::size_t>(i)]);
    }
    for (int k = 0; k < count; ++k) result.share[k] = std::max(result.share[k], share[k]);
  }
  return result;
}

static_assert((4 * kBlockColumns + kBlockRows) / kBlockRows + 1 <= RowShares::kMost,
              "as wide as a Gaussian is bounded");

class BlurBound {
 public:
  explicit BlurBound(const PafPeaks& peaks)
      : peaks_(peaks),
        columns_((peaks.width + kBlockColumns - 1) / kBlockColumns),
        beside_(beyond(0)),
        next_(beyond(kBlockColumns)),
        bounds_(static_cast<std::size_t>(columns_)) {}

  // Take up the map's values. Returns their largest magnitude, as bits.
  std::int32_t look(const float* map) {
    std::int32_t top = 0;
    std::vector<std::int32_t> column(bounds_.size() * kBlockColumns);
    std::vector<float> highest(bounds_.size() + 4);
    blocks_.resize(bounds_.size() * peaks_.shares.size());
    float* out = blocks_.data();
    for (int y = 0; y < peaks_.height; y += kBlockRows, out += columns_) {
      const float* rows[kBlockRows];
      for (int i = 0; i < kBlockRows; ++i)
        rows[i] = map + static_cast<std::ptrdiff_t>(std::min(y + i, peaks_.height - 1)) * peaks_.width;
      top = std::max(top, scan_rows(rows, peaks_.width, column.data()));
      std::fill(column.begin() + peaks_.width, column.end(), 0);
      for (int joined = 1, count = columns_ * kBlockColumns; joined < kBlockColumns; joined *= 2, count /= 2)
        halve(column.data(), count);
      for (std::size_t i = 0; i < bounds_.size(); ++i) highest[i + 2] = float_of(column[i]);
      mirror_ends(highest);
      bound_blocks(highest.data(), columns_, beside_, next_, out);
    }
    return top;
  }

  // The runs of whole blocks of a band of rows in which a blurred value may be above `value`; `wide`: of what
  // they are blurred from.
  void find_runs(int band, float value, std::vector<Run>& narrow, std::vector<Run>& wide) {
    narrow.clear();
    wide.clear();
    bound_band(band);
    const auto radius = static_cast<int>(peaks_.weights.size() / 2);
    const auto above = [&](int i) { return bounds_[static_cast<std::size_t>(i)] > value; };
    for (int i = 0; i < columns_; ++i) {
      if (!above(i)) continue;
      const int first = i * kBlockColumns;
      while (i + 1 < columns_ && above(i + 1)) ++i;
      const int end = std::min((i + 1) * kBlockColumns, peaks_.width);
      narrow.push_back({first, end});
      add({std::max(0, first - radius), std::min(peaks_.width, end + radius)}, wide);
    }
  }

 private:
  // How much of the Gaussian lies more than so many cells to one side of its middle.
  float beyond(int cells) const {
    double sum = 0;
    for (int away = cells + 1; away <= static_cast<int>(peaks_.weights.size() / 2); ++away)
      sum += peaks_.weights[peaks_.weights.size() / 2 + static_cast<std::size_t>(away)];
    return static_cast<float>(sum);
  }

  // Beyond an edge the map is mirrored, and its last block may be a part of one.
  static void mirror_ends(std::vector<float>& highest) {
    const std::size_t first = 2, last = highest.size() - 3;
    highest[0] = highest[1] = std::max(highest[first], highest[std::min(first + 1, last)]);
    highest[last + 1] = highest[last + 2] =
        std::max({highest[last], highest[std::max(last - 1, first)], highest[std::max(last, first + 2) - 2]});
  }

  void bound_band(int band) {
    static_assert(RowShares::kMost % kShares == 0, "in whole passes");
    const RowShares& shares = peaks_.shares[static_cast<std::size_t>(band)];
    std::fill(bounds_.begin(), bounds_.end(), 0.0f);
    for (int i = 0; i < RowShares::kMost; i += kShares) {
      const float* from[kShares];
      for (int k = 0; k < kShares; ++k)
        from[k] = blocks_.data() + static_cast<std::ptrdiff_t>(shares.block[i + k]) * columns_;
      mix_rows(from, shares.share + i, columns_, bounds_.data());
    }
  }

  static void add(const Run& run, std::vector<Run>& runs) {
    if (!runs.empty() && runs.back().end >= run.first) {
      runs.back().end = run.end;
    } else {
      runs.push_back(run);
    }
  }

  const PafPeaks& peaks_;
  int columns_;
  float beside_, next_;  // so much of the Gaussian lies to one side of its middle, and beyond a block there
  std::vector<float> blocks_, bounds_;
};

}  // namespace
}  // namespace swahr
