// Views of the network's maps. Nothing is owned here.
#pragma once

#include <cstddef>

namespace swahr {

// K maps of H x W float32, row after row: heat of joint k at (x, y) is data[(k * height + y) * width + x].
struct HeatMaps {
  const float* data;
  int joints, height, width;

  const float* joint(int k) const {
    return data + static_cast<std::size_t>(k) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
};

// T tag channels of the same maps; strides count floats, so [K, H, W, T] and [T, K, H, W] both fit as they are.
struct TagMaps {
  const float* data;
  int channels;
  std::ptrdiff_t joint_stride, pixel_stride, channel_stride;

  const float* at(int k, std::ptrdiff_t pixel) const { return data + k * joint_stride + pixel * pixel_stride; }
};

}  // namespace swahr
