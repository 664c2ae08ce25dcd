#include "common/cuda_check.h"
#include "parse/batch_cuda.h"
#include "refine/refine_block.h"

namespace swahr {
namespace {

constexpr int kThreads = 128;
constexpr int kSettleBlocks = 8;  // an image

// A block a tile: one pass over heat and tags for all people of the image.
template <class Source>
__global__ void __launch_bounds__(kThreads)
    search_kernel(const __grid_constant__ Source source, const __grid_constant__ BatchSizes sizes,
                  const __grid_constant__ BatchMemory memory) {
  __shared__ RefineShared shared;
  extern __shared__ TileValues tags[];
  const CudaBlock<kThreads> block;
  search_tile(block, source, sizes, memory, static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y),
              static_cast<int>(blockIdx.x), shared, tags);
}

// A thread a keypoint.
template <class Source>
__global__ void __launch_bounds__(kThreads)
    settle_kernel(const __grid_constant__ Source source, const __grid_constant__ BatchSizes sizes,
                  const __grid_constant__ BatchSettings settings, const __grid_constant__ BatchMemory memory) {
  const int image = static_cast<int>(blockIdx.y), keypoints = memory.people[image] * sizes.joints;
  const int threads = kThreads * static_cast<int>(gridDim.x);
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < keypoints; i += threads) {
    settle_keypoint(source, sizes, settings, memory, image, i / sizes.joints, i % sizes.joints);
  }
}

}  // namespace

template <class Source>
void launch_refine(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory,
                   CudaStream stream) {
  if (settings.refine) {
    const std::size_t bytes = static_cast<std::size_t>(sizes.channels) * sizeof(TileValues);
    // Many tag channels need more than a block gets unasked.
    cuda_check(cudaFuncSetAttribute(search_kernel<Source>, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
               "search_kernel: shared memory");
    const dim3 grid(static_cast<unsigned>(sizes.tiles()), static_cast<unsigned>(sizes.joints), static_cast<unsigned>(sizes.images));
    search_kernel<<<grid, kThreads, bytes, stream>>>(source, sizes, memory);
    cuda_check_launch("search_kernel");
  }
  if (settings.refine || settings.adjust) {
    settle_kernel<<<dim3(kSettleBlocks, static_cast<unsigned>(sizes.images)), kThreads, 0, stream>>>(source, sizes, settings, memory);
    cuda_check_launch("settle_kernel");
  }
}

template void launch_refine(const StoredSource&, const BatchSizes&, const BatchSettings&, const BatchMemory&, CudaStream);
template void launch_refine(const StageSource&, const BatchSizes&, const BatchSettings&, const BatchMemory&, CudaStream);

}  // namespace swahr
