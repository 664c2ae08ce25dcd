#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "common/cuda.h"
#include "prepare_frames/kernel.h"

namespace swahr {
namespace {

constexpr int kColumns = 32, kRows = 8;

template <class T>
__global__ void __launch_bounds__(kColumns* kRows)
    prepare_kernel(const __grid_constant__ PrepareJob job, T* images) {
  const int x = static_cast<int>(blockIdx.x * kColumns + threadIdx.x),
            y = static_cast<int>(blockIdx.y * kRows + threadIdx.y);
  if (x < job.input.width && y < job.input.height)
    prepare_pixel(job, static_cast<int>(blockIdx.z), x, y, images);
}

template <class T>
void launch(const PrepareJob& job, void* images, CudaStream stream) {
  const auto parts = [](int size, int part) { return static_cast<unsigned>((size + part - 1) / part); };
  const dim3 grid(parts(job.input.width, kColumns), parts(job.input.height, kRows),
                  static_cast<unsigned>(job.count));
  prepare_kernel<<<grid, dim3(kColumns, kRows), 0, stream>>>(job, static_cast<T*>(images));
  cuda_check_launch("prepare_kernel");
}

}  // namespace

void prepare_on_cuda(const PrepareJob& job, void* images, ImageType type, CudaStream stream) {
  switch (type) {
    case ImageType::kFloat32: launch<float>(job, images, stream); break;
    case ImageType::kFloat16: launch<__half>(job, images, stream); break;
    case ImageType::kBFloat16: launch<__nv_bfloat16>(job, images, stream); break;
  }
}

}  // namespace swahr
