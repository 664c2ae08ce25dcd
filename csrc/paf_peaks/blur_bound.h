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

// Returns the shares of row y.
inline RowShares shares_of(int y, int height, const std::vector<double>& weights) {
  RowShares result{};
  const int radius = static_cast<int>(weights.size() / 2), taps = static_cast<int>(weights.size());
  int count = 0;  // on a low map the mirrored rows come to the same blocks again
  for (int i = 0; i < taps; ++i) {
    const int block = mirrored(y + i - radius, height) / kBlockRows;
    const auto at = static_cast<int>(std::find(result.block, result.block + count, block) - result.block);
    if (at == count) result.block[count++] = block;
    result.share[at] += static_cast<float>(weights[static_cast<std::size_t>(i)]);
  }
  return result;
}

static_assert((2 * kBlockColumns + 1) / kBlockRows + 2 <= RowShares::kMost,
              "as wide as a Gaussian is bounded");

class BlurBound {
 public:
  explicit BlurBound(const PafPeaks& peaks)
      : peaks_(peaks),
        columns_((peaks.width + kBlockColumns - 1) / kBlockColumns),
        beside_(static_cast<float>((1 - peaks.weights[peaks.weights.size() / 2]) / 2)),
        bounds_(static_cast<std::size_t>(columns_)) {}

  // Take up the map's values. Returns their largest magnitude, as bits.
  std::int32_t look(const float* map) {
    std::int32_t top = 0;
    std::vector<std::int32_t> highest(bounds_.size()), column(bounds_.size() * kBlockColumns);
    blocks_.resize(bounds_.size() *
                   ((static_cast<std::size_t>(peaks_.height) + kBlockRows - 1) / kBlockRows));
    float* out = blocks_.data();
    for (int y = 0; y < peaks_.height; y += kBlockRows) {
      const float* rows[kBlockRows];
      for (int i = 0; i < kBlockRows; ++i)
        rows[i] = map + static_cast<std::ptrdiff_t>(std::min(y + i, peaks_.height - 1)) * peaks_.width;
      top = std::max(top, scan_blocks(rows, peaks_.width, columns_, column.data(), highest.data()));
      for (std::size_t i = 0; i < highest.size(); ++i) {
        // The last block is mirrored at the map's edge, beyond which the one before it may be seen again.
        const std::size_t left = i > 0 ? i - 1 : i, right = i + 1 < highest.size() ? i + 1 : left;
        const float here = float_of(highest[i]);
        *out++ = here + beside_ * std::max(float_of(highest[left]) - here, 0.0f) +
                 beside_ * std::max(float_of(highest[right]) - here, 0.0f);
      }
    }
    return top;
  }

  // The runs of whole blocks of row y in which a blurred value may be above `value`; `wide`: with a block
  // more to either side.
  void find_runs(int y, float value, std::vector<Run>& narrow, std::vector<Run>& wide) {
    narrow.clear();
    wide.clear();
    bound_row(y);
    for (int i = 0; i < columns_; ++i) {
      if (!(bounds_[static_cast<std::size_t>(i)] > value)) continue;
      add(i, i + 1, narrow);
      add(std::max(0, i - 1), std::min(columns_, i + 2), wide);
    }
  }

 private:
  void bound_row(int y) {
    static_assert(RowShares::kMost % kShares == 0, "in whole passes");
    const RowShares& shares = peaks_.shares[static_cast<std::size_t>(y)];
    std::fill(bounds_.begin(), bounds_.end(), 0.0f);
    for (int i = 0; i < RowShares::kMost; i += kShares) {
      const float* from[kShares];
      for (int k = 0; k < kShares; ++k)
        from[k] = blocks_.data() + static_cast<std::ptrdiff_t>(shares.block[i + k]) * columns_;
      mix_rows(from, shares.share + i, columns_, bounds_.data());
    }
  }

  void add(int first, int end, std::vector<Run>& runs) const {
    const Run run{first * kBlockColumns, std::min(end * kBlockColumns, peaks_.width)};
    if (!runs.empty() && runs.back().end >= run.first) {
      runs.back().end = run.end;
    } else {
      runs.push_back(run);
    }
  }

  const PafPeaks& peaks_;
  int columns_;
  float beside_;  // so much of the Gaussian lies to one side of its middle
  std::vector<float> blocks_, bounds_;
};

}  // namespace
}  // namespace swahr
