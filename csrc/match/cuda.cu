#include <algorithm>

#include "common/cuda.h"
#include "match/kernel.h"
#include "match/op.h"

namespace swahr {
namespace {

// One warp an image: the assignment walks from row to row, and what it has to compare is about as wide as a
// warp.
constexpr int kThreads = 32;
// What every GPU gives a block without being asked for more.
constexpr std::size_t kSharedBytes = 48 * 1024;

struct JointOrder {
  std::uint16_t joints[kMaxJoints];
};

template <bool kTablesInShared>
__global__ void __launch_bounds__(kThreads)
    match_kernel(const __grid_constant__ ParseSizes sizes, const __grid_constant__ KernelSettings settings,
                 const __grid_constant__ JointOrder order, const __grid_constant__ ParseMemory memory) {
  extern __shared__ double tables_here[];
  const CudaBlock<kThreads> block;
  const int image = static_cast<int>(blockIdx.x);
  double* tables = kTablesInShared
                       ? tables_here
                       : memory.tables + image * static_cast<std::ptrdiff_t>(table_doubles(sizes));
  Matcher<CudaBlock<kThreads>>(block, sizes, settings, order.joints, memory, image, tables).run();
}

}  // namespace

void launch_match(const ParseSizes& sizes, const ParseSettings& settings, const ParseMemory& memory,
                  CudaStream stream) {
  const auto blocks = static_cast<unsigned>(sizes.images);
  const std::size_t bytes = table_doubles(sizes) * sizeof(double);
  JointOrder order{};
  std::copy(settings.order.begin(), settings.order.end(), order.joints);
  if (bytes <= kSharedBytes) {
    match_kernel<true><<<blocks, kThreads, bytes, stream>>>(sizes, settings, order, memory);
  } else {
    match_kernel<false><<<blocks, kThreads, 0, stream>>>(sizes, settings, order, memory);
  }
  cuda_check_launch("match_kernel");
}

}  // namespace swahr
