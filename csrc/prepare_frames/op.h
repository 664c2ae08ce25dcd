// From frames as they are read to what the network takes: warp, channel order, normalisation, in one pass.
#pragma once

#include <cstdint>

#include "common/maps.h"
#include "common/stream.h"

namespace swahr {

enum class ImageType : std::uint8_t { kFloat32, kFloat16, kBFloat16 };

struct PrepareJob {
  const std::uint8_t* frames;  // [B, frame height, frame width, 3], BGR
  int count;
  MapSize frame, input;
  float frame_from_input[6];  // 2 x 3, pixel indices to pixel indices
  float factor[3], shift[3];  // RGB: grey * factor - shift
  bool channels_last;         // the images lie as [B, h, w, 3] rather than [B, 3, h, w]
};

// images: [B, 3, input height, input width], RGB. The first runs the kernel's body pixel by pixel, for tests;
// the second takes the device's memory, and throws std::runtime_error where CUDA refuses the launch.
void prepare_on_cpu(const PrepareJob& job, float* images);
void prepare_on_cuda(const PrepareJob& job, void* images, ImageType type, CudaStream stream);

}  // namespace swahr
