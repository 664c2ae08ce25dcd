#include "common/cuda.h"
#include "paf/kernel.h"
#include "paf_blocks/op.h"
#include "paf_peaks/kernel.h"

namespace swahr {
namespace {

constexpr int kThreads = 128;
// People are put together pair by pair, among about as many as a warp is wide.
constexpr int kAssemblyThreads = 32;

// A block a chunk of a map.
__global__ void __launch_bounds__(kThreads)
    columns_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafBlur blur,
                   const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  blur_columns(block, maps, blur, memory, static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.x));
}

__global__ void __launch_bounds__(kThreads)
    rows_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafBlur blur,
                const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  blur_rows(block, maps, blur, memory, static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.x));
}

__global__ void __launch_bounds__(kThreads)
    cells_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafRule rule,
                 const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  find_cells(block, maps, rule, memory, static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.x));
}

__global__ void __launch_bounds__(kThreads)
    fields_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafLimbs limbs,
                  const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  const int channel = field_channel(limbs, static_cast<int>(blockIdx.y));
  check_field(block, maps, memory, channel, static_cast<int>(blockIdx.x));
}

// A block a joint.
__global__ void __launch_bounds__(kThreads)
    candidates_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafRule rule,
                      const __grid_constant__ PafSizes sizes, const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  PafCandidatesOfJoint<CudaBlock<kThreads>>(block, maps, rule, sizes, memory, static_cast<int>(blockIdx.x))
      .run();
}

// A block a limb.
__global__ void __launch_bounds__(kThreads)
    limbs_kernel(const __grid_constant__ PafMaps maps, const __grid_constant__ PafLimbs limbs,
                 const __grid_constant__ PafRule rule, const __grid_constant__ PafSizes sizes,
                 const __grid_constant__ PafMemory memory) {
  const CudaBlock<kThreads> block;
  pair_limb_of(block, maps, limbs, rule, sizes, memory, static_cast<int>(blockIdx.x));
}

// One block.
__global__ void __launch_bounds__(kAssemblyThreads)
    assembly_kernel(const __grid_constant__ PafLimbs limbs, const __grid_constant__ PafRule rule,
                    const __grid_constant__ PafSizes sizes, const __grid_constant__ PafMemory memory) {
  const CudaBlock<kAssemblyThreads> block;
  assemble_people(block, limbs, rule, sizes, memory);
}

}  // namespace

void launch_pafs(const PafMaps& maps, const PafLimbs& limbs, const PafRule& rule, const PafBlur& blur,
                 const PafSizes& sizes, const PafMemory& memory, CudaStream stream) {
  static_assert((kNoneBad & 0xff) * 0x01010101 == kNoneBad, "set byte by byte");
  cuda_check(cudaMemsetAsync(memory.bad, kNoneBad & 0xff, 2 * sizeof(int), stream),
             "fields: reset of the faults");
  const auto joints = static_cast<unsigned>(maps.joints);
  cuda_check(cudaMemsetAsync(memory.found, 0, joints * sizeof(int), stream), "fields: reset of the peaks");
  const dim3 of_joints(static_cast<unsigned>(paf_chunks(maps)), joints);
  if (memory.blurred != nullptr) {
    columns_kernel<<<of_joints, kThreads, 0, stream>>>(maps, blur, memory);
    cuda_check_launch("columns_kernel");
    rows_kernel<<<of_joints, kThreads, 0, stream>>>(maps, blur, memory);
    cuda_check_launch("rows_kernel");
  }
  cells_kernel<<<of_joints, kThreads, 0, stream>>>(maps, rule, memory);
  cuda_check_launch("cells_kernel");
  candidates_kernel<<<joints, kThreads, 0, stream>>>(maps, rule, sizes, memory);
  cuda_check_launch("candidates_kernel");
  if (limbs.count > 0) {
    const auto fields = static_cast<unsigned>(2 * limbs.count);
    fields_kernel<<<dim3(of_joints.x, fields), kThreads, 0, stream>>>(maps, limbs, memory);
    cuda_check_launch("fields_kernel");
    limbs_kernel<<<static_cast<unsigned>(limbs.count), kThreads, 0, stream>>>(maps, limbs, rule, sizes,
                                                                              memory);
    cuda_check_launch("limbs_kernel");
  }
  assembly_kernel<<<1, kAssemblyThreads, 0, stream>>>(limbs, rule, sizes, memory);
  cuda_check_launch("assembly_kernel");
}

}  // namespace swahr
