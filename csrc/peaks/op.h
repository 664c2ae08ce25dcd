// Local maxima of the heatmaps, and the best of them a joint.
#pragma once

#include <cstdint>
#include <vector>

#include "common/stream.h"
#include "common/tiles.h"
#include "parse/settings.h"

namespace swahr {

struct ParseMemory;
struct ParseSizes;
struct TileSource;

// K joints, M = capacity.
struct Peaks {
  int capacity;                     // the most peaks of a joint, at least 1
  std::vector<std::int32_t> count;  // [K]
  std::vector<float> confidence;    // [K, M], highest first; equal ones in row order
  std::vector<std::int32_t> xy;     // [K, M, 2], pixels of the input
  std::vector<float>
      tile_max;         // [K, tiles of TileGrid(heatmaps.outer)], at least the heatmap value and at least 0
  int first_bad_joint;  // -1, or the first joint whose maps hold NaN or infinity
};

// A pixel is a peak where it equals the maximum of the window around it (Newell et al. 2017, section 3.3; the
// window is cut off at the border) and is above the threshold. threads: 0 takes as many as the machine has.
Peaks find_peaks(const Stack& heatmaps, const StackAxes& axes, int joints, const KernelSettings& settings,
                 int threads);

// The same for each image of a batch, and the tags at the peaks, to the device's memory.
void launch_peaks(const TileSource& source, const ParseSizes& sizes, const KernelSettings& settings,
                  const ParseMemory& memory, CudaStream stream);

}  // namespace swahr
