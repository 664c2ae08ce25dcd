#include "refine/search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/dispatch.h"
#include "peaks/peaks.h"
#include "refine/bounds.h"

namespace swahr {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Narrow, so that tags differ little within a block; high, so that there are few. The loops over a block's width
// are long enough that the compiler vectorises rather than unrolls them.
constexpr int kBlockWidth = 32, kBlockRows = 8;
static_assert(kSegment % kBlockWidth == 0, "a block lies within a segment");
std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

inline float least(float a, float b) { return a < b ? a : b; }  // where a is NaN: b
inline float most(float a, float b) { return a > b ? a : b; }

// The loads vectorise only if the stride is known when this is compiled; 0 stands for any other.
template <int kStride>
inline void add_squares(const float* tags, std::ptrdiff_t any_stride, float mean, int width, float* square) {
  const std::ptrdiff_t stride = kStride > 0 ? kStride : any_stride;
  for (int i = 0; i < width; ++i) {
    const float difference = tags[i * stride] - mean;
    square[i] += difference * difference;
  }
}

inline void row_values(const float* heat, const float* tags, const TagMaps& layout, const float* mean, int width,
                       float* value) {
  float square[kBlockWidth];
  for (int i = 0; i < width; ++i) square[i] = 0.0f;
  for (int t = 0; t < layout.channels; ++t) {
    const float* channel = tags + t * layout.channel_stride;
    if (layout.pixel_stride == 1) {
      add_squares<1>(channel, 1, mean[t], width, square);
    } else if (layout.pixel_stride == 2) {
      add_squares<2>(channel, 2, mean[t], width, square);
    } else {
      add_squares<0>(channel, layout.pixel_stride, mean[t], width, square);
    }
  }
  for (int i = 0; i < width; ++i) value[i] = heat[i] - rounded_distance(square[i]);
}

// The two tags of the flip test, side by side, in one loop.
inline void row_values_of_pairs(const float* heat, const float* tags, const float* mean, float* value) {
  for (int i = 0; i < kBlockWidth; ++i) {
    const float first = tags[2 * i] - mean[0], second = tags[2 * i + 1] - mean[1];
    value[i] = heat[i] - rounded_distance(first * first + second * second);
  }
}

// value[y * kBlockWidth + x] = heat - round(distance to `mean`) for each pixel of a block, -infinity beyond its
// width. Returns the largest.
SWAHR_DISPATCH
float block_values(const float* heat, const float* tags, const TagMaps& layout, std::ptrdiff_t map_width,
                   const float* mean, int rows, int width, float* value) {
  float top[kBlockWidth];
  for (int i = 0; i < kBlockWidth; ++i) top[i] = -kInfinity;
  const bool pairs = layout.channels == 2 && layout.pixel_stride == 2 && layout.channel_stride == 1;
  for (int y = 0; y < rows; ++y, value += kBlockWidth, heat += map_width, tags += map_width * layout.pixel_stride) {
    if (pairs && width == kBlockWidth) {
      row_values_of_pairs(heat, tags, mean, value);
    } else {
      row_values(heat, tags, layout, mean, width, value);
      for (int i = width; i < kBlockWidth; ++i) value[i] = -kInfinity;
    }
    for (int i = 0; i < kBlockWidth; ++i) top[i] = most(value[i], top[i]);
  }
  float largest = top[0];
  for (int i = 1; i < kBlockWidth; ++i) largest = most(top[i], largest);
  return largest;
}

// Ranges of a block's tags; channels that take turns keep to their lanes. Aligned, as they are stored again and again.
struct alignas(64) Range {
  float low[kBlockWidth], high[kBlockWidth];
};

// Widen each block's range by a row of `count` contiguous floats, `turns` times kBlockWidth of them a block.
SWAHR_DISPATCH
void widen(const float* row, int count, int turns, Range* ranges) {
  const int pitch = turns * kBlockWidth, whole = count / pitch;
  for (int b = 0; b < whole; ++b, row += pitch, ++ranges) {
    if (turns == 2) {
      for (int i = 0; i < kBlockWidth; ++i) {
        const float first = row[i], second = row[i + kBlockWidth];
        ranges->low[i] = least(second, least(first, ranges->low[i]));
        ranges->high[i] = most(second, most(first, ranges->high[i]));
      }
      continue;
    }
    for (int turn = 0; turn < turns; ++turn) {
      for (int i = 0; i < kBlockWidth; ++i) {
        ranges->low[i] = least(row[turn * kBlockWidth + i], ranges->low[i]);
        ranges->high[i] = most(row[turn * kBlockWidth + i], ranges->high[i]);
      }
    }
  }
  for (int i = 0; i < count - whole * pitch; ++i) {
    ranges->low[i % kBlockWidth] = least(row[i], ranges->low[i % kBlockWidth]);
    ranges->high[i % kBlockWidth] = most(row[i], ranges->high[i % kBlockWidth]);
  }
}

// Fold each block's range in halves until its `channels` are left, in low[0..channels) and high[0..channels).
SWAHR_DISPATCH
void fold(Range* ranges, int blocks, int channels) {
  for (Range* range = ranges; range < ranges + blocks; ++range) {
    for (int half = kBlockWidth / 2; half >= channels; half /= 2) {
      for (int i = 0; i < half; ++i) range->low[i] = least(range->low[i + half], range->low[i]);
      for (int i = 0; i < half; ++i) range->high[i] = most(range->high[i + half], range->high[i]);
    }
  }
}

}  // namespace

JointSearch::JointSearch(const HeatMaps& heat, const TagMaps& tags, int joint, const float* segment_max)
    : map_(heat.joint(joint)),
      tags_(tags),
      joint_(joint),
      width_(heat.width),
      height_(heat.height),
      columns_((heat.width + kBlockWidth - 1) / kBlockWidth),
      bands_((heat.height + kBlockRows - 1) / kBlockRows),
      blocks_(columns_ * bands_),
      heat_(u(blocks_), kInfinity),
      low_(u(blocks_) * u(tags.channels)),
      high_(low_.size()),
      bound_(u(blocks_)) {
  if (segment_max != nullptr) bound_heat(segment_max);
  bound_tags();
}

std::vector<std::ptrdiff_t> JointSearch::best_pixels(const std::vector<const float*>& means) {
  std::vector<std::ptrdiff_t> pixels;
  for (const float* mean : means) pixels.push_back(best_pixel(mean));
  return pixels;
}

std::ptrdiff_t JointSearch::best_pixel(const float* mean) {
  value_bounds(heat_.data(), low_.data(), high_.data(), mean, tags_.channels, blocks_, bound_.data());
  Best best{-kInfinity, 0};
  // The most promising block first: what it gives lets most others be passed over.
  look(static_cast<int>(std::max_element(bound_.begin(), bound_.end()) - bound_.begin()), mean, best);
  for (int block = next_reaching(bound_.data(), 0, blocks_, best.value); block < blocks_;
       block = next_reaching(bound_.data(), block + 1, blocks_, best.value)) {
    look(block, mean, best);
  }
  return best.pixel;
}

void JointSearch::bound_heat(const float* segment_max) {
  const int segments = (width_ + kSegment - 1) / kSegment;
  segment_max += static_cast<std::ptrdiff_t>(joint_) * height_ * segments;
  std::vector<float> band_max(u(segments));
  for (int band = 0; band < bands_; ++band) {
    const int top = band * kBlockRows, bottom = std::min(top + kBlockRows, height_);
    std::fill(band_max.begin(), band_max.end(), -kInfinity);
    for (int y = top; y < bottom; ++y) {
      const float* row = segment_max + static_cast<std::ptrdiff_t>(y) * segments;
      for (int i = 0; i < segments; ++i) band_max[u(i)] = std::max(band_max[u(i)], row[i]);
    }
    float* heat = heat_.data() + static_cast<std::ptrdiff_t>(band) * columns_;
    for (int i = 0; i < columns_; ++i) heat[i] = band_max[u(i / (kSegment / kBlockWidth))];
  }
}

void JointSearch::bound_tags() {
  const int channels = tags_.channels;
  // Channels that take turns in memory are bounded together if they keep to their lanes, others one after the other.
  const bool together = tags_.channel_stride == 1 && tags_.pixel_stride == channels && kBlockWidth % channels == 0;
  const int step = together ? channels : 1;
  std::vector<Range> ranges(u(columns_));
  std::vector<float> gathered(together || tags_.pixel_stride == 1 ? 0 : u(width_));
  for (int band = 0; band < bands_; ++band) {
    const int top = band * kBlockRows, bottom = std::min(top + kBlockRows, height_);
    for (int channel = 0; channel < channels; channel += step) {
      for (Range& range : ranges) {
        std::fill_n(range.low, kBlockWidth, kInfinity);
        std::fill_n(range.high, kBlockWidth, -kInfinity);
      }
      for (int y = top; y < bottom; ++y) {
        const float* row = tags_at(static_cast<std::ptrdiff_t>(y) * width_) + channel * tags_.channel_stride;
        if (!gathered.empty()) {
          for (int x = 0; x < width_; ++x) gathered[u(x)] = row[x * tags_.pixel_stride];
          row = gathered.data();
        }
        widen(row, width_ * step, step, ranges.data());
      }
      fold(ranges.data(), columns_, step);
      for (int i = 0; i < columns_; ++i) {
        for (int t = 0; t < step; ++t) {
          const std::size_t place = u(channel + t) * u(blocks_) + u(band * columns_ + i);
          low_[place] = ranges[u(i)].low[t];
          high_[place] = ranges[u(i)].high[t];
        }
      }
    }
  }
}

void JointSearch::look(int block, const float* mean, Best& best) const {
  const int x = block % columns_ * kBlockWidth, width = std::min(kBlockWidth, width_ - x);
  const int top = block / columns_ * kBlockRows, rows = std::min(kBlockRows, height_ - top);
  const std::ptrdiff_t corner = static_cast<std::ptrdiff_t>(top) * width_ + x;
  float value[kBlockRows * kBlockWidth];
  const float largest = block_values(map_ + corner, tags_at(corner), tags_, width_, mean, rows, width, value);
  if (largest < best.value) return;
  const std::ptrdiff_t place = std::find(value, value + rows * kBlockWidth, largest) - value;
  const std::ptrdiff_t pixel = corner + place / kBlockWidth * width_ + place % kBlockWidth;
  if (largest > best.value || pixel < best.pixel) best = {largest, pixel};
}

}  // namespace swahr
