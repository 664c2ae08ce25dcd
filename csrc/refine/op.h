// The last steps of the parse: where in its pixel a joint lies, and joints that a person lacks.
#pragma once

#include <vector>

#include "common/stream.h"
#include "common/tiles.h"
#include "match/op.h"

namespace swahr {

struct TileSource;

// adjust: moves each found joint a quarter pixel towards its larger neighbour on each axis (ties go to the
// negative side), then by half a pixel, from pixel indices to positions. refine: gives a person each joint
// that it lacks, where heatmap value - round(|tag - the person's mean tag|) is largest (first in row order on
// ties), with the same quarter pixel, if the settings' two limits let it. subpixel, other than kQuarter, puts
// the top of a curve through the cells in the quarter pixel's place; spread: fills people.spread (peak.h).
//
// tile_max: [K, tiles], as from find_peaks. threads: 0 takes as many as the machine has.
void refine_people(const StageMaps& maps, const StageAxes& axes, const std::vector<float>& tile_max,
                   const KernelSettings& settings, int threads, People& people);

// The same for each image of a batch, on the device's memory.
void launch_refine(const TileSource& source, const ParseSizes& sizes, const KernelSettings& settings,
                   const ParseMemory& memory, CudaStream stream);

}  // namespace swahr
