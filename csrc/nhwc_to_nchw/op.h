// From what convolutions leave, the channels of a pixel side by side, to one map a channel.
#pragma once

#include <cstddef>

namespace swahr {

// nhwc: [pixels, channels] of one image. nchw: [channels, pixels], elsewhere in memory.
void nhwc_to_nchw(const float* nhwc, std::ptrdiff_t pixels, std::ptrdiff_t channels, float* nchw);

}  // namespace swahr
