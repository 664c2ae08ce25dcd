#include "peaks/peaks.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "common/dispatch.h"
#include "common/parallel.h"
#include "peaks/best.h"

namespace swahr {
namespace {

constexpr std::uint32_t kAbsBits = 0x7fffffffu;
constexpr std::uint32_t kInfinityBits = 0x7f800000u;

// The maximum of each segment of a row, or 0 if that is greater. Returns whether all values are finite.
// Heats are compared as integers: for values from 0 on the order is that of the floats, negative values
// sort below them, and integer maxima vectorise without any licence to treat NaN loosely.
SWAHR_DISPATCH
bool row_maxima(const float* row, int width, float* segment_max) {
  std::uint32_t largest_abs = 0;
  for (int start = 0, segment = 0; start < width; start += kSegment, ++segment) {
    const int end = std::min(start + kSegment, width);
    std::int32_t top = 0;
    for (int x = start; x < end; ++x) {
      std::int32_t bits;
      std::memcpy(&bits, row + x, sizeof bits);
      top = std::max(top, bits);
      largest_abs = std::max(largest_abs, static_cast<std::uint32_t>(bits) & kAbsBits);
    }
    std::memcpy(segment_max + segment, &top, sizeof top);
  }
  return largest_abs < kInfinityBits;
}

bool is_window_maximum(const float* map, int width, int height, int x, int y, int reach) {
  const float heat = map[static_cast<std::ptrdiff_t>(y) * width + x];
  const int x0 = std::max(x - reach, 0), x1 = std::min(x + reach, width - 1);
  const int y0 = std::max(y - reach, 0), y1 = std::min(y + reach, height - 1);
  for (int row = y0; row <= y1; ++row) {
    const float* line = map + static_cast<std::ptrdiff_t>(row) * width;
    for (int column = x0; column <= x1; ++column) {
      if (line[column] > heat) return false;
    }
  }
  return true;
}

// Returns whether the map is finite; fills the joint's rows of `peaks`.
bool find_in_joint(const HeatMaps& maps, int joint, const PeakParams& params, Peaks& peaks) {
  const int width = maps.width, height = maps.height, reach = params.window / 2;
  const float* map = maps.joint(joint);
  float* joint_max = peaks.segment_max.data() +
                     static_cast<std::ptrdiff_t>(joint) * height * peaks.segments;
  for (int y = 0; y < height; ++y) {
    const float* row = map + static_cast<std::ptrdiff_t>(y) * width;
    if (!row_maxima(row, width, joint_max + static_cast<std::ptrdiff_t>(y) * peaks.segments)) return false;
  }
  std::vector<FoundPeak> found;
  for (int y = 0; y < height; ++y) {
    const float* row = map + static_cast<std::ptrdiff_t>(y) * width;
    for (int segment = 0; segment < peaks.segments; ++segment) {
      if (!(joint_max[static_cast<std::ptrdiff_t>(y) * peaks.segments + segment] > params.threshold)) continue;
      const int start = segment * kSegment, end = std::min(start + kSegment, width);
      for (int x = start; x < end; ++x) {
        const float heat = row[x];
        if (!(heat > params.threshold)) continue;
        // The next pixels settle most cases, on the slopes of a person's blob.
        if (x + 1 < width && reach > 0 && row[x + 1] > heat) continue;
        if (x > 0 && reach > 0 && row[x - 1] > heat) continue;
        if (is_window_maximum(map, width, height, x, y, reach)) found.push_back({heat, x, y});
      }
    }
  }
  keep_best(found, joint, peaks);
  return true;
}

}  // namespace

Peaks find_peaks(const HeatMaps& maps, const PeakParams& params) {
  Peaks peaks;
  peaks.joints = maps.joints;
  peaks.best = params.best;
  peaks.height = maps.height;
  peaks.segments = (maps.width + kSegment - 1) / kSegment;
  const auto joints = static_cast<std::size_t>(maps.joints);
  const auto slots = joints * static_cast<std::size_t>(params.best);
  peaks.count.assign(joints, 0);
  peaks.heat.assign(slots, 0.0f);
  peaks.xy.assign(2 * slots, 0);
  peaks.segment_max.resize(joints * static_cast<std::size_t>(maps.height) * static_cast<std::size_t>(peaks.segments));
  std::atomic<int> bad{maps.joints};
  parallel_for(maps.joints, params.threads, [&](int joint) {
    if (find_in_joint(maps, joint, params, peaks)) return;
    int seen = bad.load();
    while (joint < seen && !bad.compare_exchange_weak(seen, joint)) {
    }
  });
  peaks.first_bad_joint = bad.load() < maps.joints ? bad.load() : -1;
  return peaks;
}

}  // namespace swahr
