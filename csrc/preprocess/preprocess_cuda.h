// Preprocessing on the GPU.
#pragma once

#include "parse/batch_cuda.h"
#include "preprocess/preprocess.h"

namespace swahr {

enum class ImageType { kFloat32, kFloat16, kBFloat16 };

// frames and images are the device's memory. Throws std::runtime_error where CUDA refuses the launch.
void prepare_on_cuda(const PrepareJob& job, void* images, ImageType type, CudaStream stream);

}  // namespace swahr
