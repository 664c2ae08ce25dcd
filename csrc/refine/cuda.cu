#include "common/cuda.h"
#include "refine/kernel.h"
#include "refine/op.h"

namespace swahr {
namespace {

constexpr int kThreads = 128;
constexpr int kFinalizeBlocks = 8;  // an image

// A block a tile: one pass over heatmap and tags for all people of the image.
__global__ void __launch_bounds__(kThreads)
    search_kernel(const __grid_constant__ TileSource source, const __grid_constant__ ParseSizes sizes,
                  const __grid_constant__ ParseMemory memory) {
  __shared__ RefineShared shared;
  extern __shared__ TileValues tags[];
  const CudaBlock<kThreads> block;
  search_tile(block, source, sizes, memory, static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y),
              static_cast<int>(blockIdx.x), shared, tags);
}

// A thread a keypoint.
__global__ void __launch_bounds__(kThreads)
    finalize_kernel(const __grid_constant__ TileSource source, const __grid_constant__ ParseSizes sizes,
                    const __grid_constant__ KernelSettings settings,
                    const __grid_constant__ ParseMemory memory) {
  const int image = static_cast<int>(blockIdx.y), keypoints = memory.people[image] * sizes.joints;
  const int threads = kThreads * static_cast<int>(gridDim.x);
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < keypoints; i += threads) {
    finalize_keypoint(source, sizes, settings, memory, image, i / sizes.joints, i % sizes.joints);
  }
}

}  // namespace

void launch_refine(const TileSource& source, const ParseSizes& sizes, const KernelSettings& settings,
                   const ParseMemory& memory, CudaStream stream) {
  if (settings.refine) {
    const std::size_t bytes = static_cast<std::size_t>(sizes.channels) * sizeof(TileValues);
    // Many tag channels need more than a block gets unasked.
    cuda_check(cudaFuncSetAttribute(search_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "search_kernel: shared memory");
    const dim3 grid(static_cast<unsigned>(sizes.tiles()), static_cast<unsigned>(sizes.joints),
                    static_cast<unsigned>(sizes.images));
    search_kernel<<<grid, kThreads, bytes, stream>>>(source, sizes, memory);
    cuda_check_launch("search_kernel");
  }
  if (settings.refine || settings.adjust || memory.spread != nullptr) {
    finalize_kernel<<<dim3(kFinalizeBlocks, static_cast<unsigned>(sizes.images)), kThreads, 0, stream>>>(
        source, sizes, settings, memory);
    cuda_check_launch("finalize_kernel");
  }
}

}  // namespace swahr
