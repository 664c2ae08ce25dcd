#include "common/cuda.h"
#include "peaks/kernel.h"
#include "peaks/op.h"

namespace swahr {
namespace {

constexpr int kThreads = 128;

// A block a tile: one pass over the heatmap. The last tile of a joint to be finished picks the best of all.
__global__ void __launch_bounds__(kThreads)
    peaks_kernel(const __grid_constant__ TileSource source, const __grid_constant__ ParseSizes sizes,
                 const __grid_constant__ KernelSettings settings,
                 const __grid_constant__ ParseMemory memory) {
  __shared__ PeakShared shared;
  const CudaBlock<kThreads> block;
  const int tile = static_cast<int>(blockIdx.x), joint = static_cast<int>(blockIdx.y),
            image = static_cast<int>(blockIdx.z);
  tile_peaks(block, source, sizes, settings, memory, image, joint, tile, shared);
  if (block.last_of(memory.done + offset(image, sizes.joints, joint), sizes.tiles())) {
    joint_peaks(block, source, sizes, memory, image, joint, shared);
  }
}

}  // namespace

void launch_peaks(const TileSource& source, const ParseSizes& sizes, const KernelSettings& settings,
                  const ParseMemory& memory, CudaStream stream) {
  const auto images = static_cast<std::size_t>(sizes.images),
             joints = images * static_cast<std::size_t>(sizes.joints);
  static_assert((kAllGood & 0xff) * 0x01010101 == kAllGood, "set byte by byte");
  cuda_check(cudaMemsetAsync(memory.bad, kAllGood & 0xff, 2 * images * sizeof(int), stream),
             "peaks: reset of the faults");
  cuda_check(cudaMemsetAsync(memory.done, 0, joints * sizeof(int), stream),
             "peaks: reset of the tile counts");
  const dim3 grid(static_cast<unsigned>(sizes.tiles()), static_cast<unsigned>(sizes.joints),
                  static_cast<unsigned>(sizes.images));
  peaks_kernel<<<grid, kThreads, 0, stream>>>(source, sizes, settings, memory);
  cuda_check_launch("peaks_kernel");
}

}  // namespace swahr
