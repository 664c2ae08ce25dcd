// One pixel of the input: the body that the processor and the CUDA kernel share.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "common/host_device.h"
#include "prepare_frames/op.h"

namespace swahr {

// The frame's grey values at pixel (x, y) of the input: bilinear, black beyond the frame, rounded as a warped
// picture is. grey: BGR.
SWAHR_HD inline void warp_pixel(const PrepareJob& job, int image, int x, int y, float* grey) {
  const float* m = job.frame_from_input;
  const float column = m[0] * static_cast<float>(x) + m[1] * static_cast<float>(y) + m[2];
  const float row = m[3] * static_cast<float>(x) + m[4] * static_cast<float>(y) + m[5];
  grey[0] = grey[1] = grey[2] = 0.0f;
  // Beyond by a pixel and more; this also keeps what follows in the range of whole numbers.
  if (!(column > -1.0f && row > -1.0f && column < static_cast<float>(job.frame.width) &&
        row < static_cast<float>(job.frame.height)))
    return;
  const float left = floorf(column), top = floorf(row);
  const float right_share = column - left, bottom_share = row - top;
  const std::uint8_t* frame =
      job.frames + static_cast<std::ptrdiff_t>(image) * job.frame.height * job.frame.width * 3;
  for (int dy = 0; dy < 2; ++dy) {
    for (int dx = 0; dx < 2; ++dx) {
      const int from_x = static_cast<int>(left) + dx, from_y = static_cast<int>(top) + dy;
      if (from_x < 0 || from_y < 0 || from_x >= job.frame.width || from_y >= job.frame.height) continue;
      const float share = (dx ? right_share : 1.0f - right_share) * (dy ? bottom_share : 1.0f - bottom_share);
      const std::uint8_t* pixel =
          frame + (static_cast<std::ptrdiff_t>(from_y) * job.frame.width + from_x) * 3;
      for (int c = 0; c < 3; ++c) grey[c] += share * static_cast<float>(pixel[c]);
    }
  }
  for (int c = 0; c < 3; ++c) grey[c] = rintf(grey[c]);
}

// Writes the three values of one pixel of the input; T: what the network takes.
template <class T>
SWAHR_HD void prepare_pixel(const PrepareJob& job, int image, int x, int y, T* images) {
  float grey[3];
  warp_pixel(job, image, x, y, grey);
  const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(job.input.height) * job.input.width;
  const std::ptrdiff_t pixel = static_cast<std::ptrdiff_t>(y) * job.input.width + x;
  T* to = images + image * pixels * 3;
  for (int c = 0; c < 3; ++c) {
    const float value = grey[2 - c] * job.factor[c] - job.shift[c];
    to[job.channels_last ? pixel * 3 + c : c * pixels + pixel] = T(value);
  }
}

}  // namespace swahr
