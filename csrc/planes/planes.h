// From what convolutions leave, the channels of a pixel side by side, to one map a channel.
#pragma once

#include <cstddef>

namespace swahr {

// rows: [pixels, channels]. planes: [channels, pixels], elsewhere in memory.
void to_planes(const float* rows, std::ptrdiff_t pixels, std::ptrdiff_t channels, float* planes);

}  // namespace swahr
