// Peaks at input size, straight from the stage maps.
#pragma once

#include "common/stages.h"
#include "common/tiles.h"
#include "peaks/peaks.h"

namespace swahr {

// What find_peaks gives for the upsampled maps, up to rounding; segment_max is [K, tiles] here, a bound a tile of
// TileGrid(stages.heat.outer).
Peaks find_stage_peaks(const StageMaps& stages, const StackAxes& heat_axes, const PeakParams& params);

}  // namespace swahr
