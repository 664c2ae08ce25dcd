#include "parse/batch_host.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "match/match_block.h"
#include "peaks/peaks_block.h"
#include "refine/refine_block.h"

namespace swahr {
namespace {

template <class Source>
void run(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory) {
  const HostBlock block;
  std::fill_n(memory.bad, 2 * sizes.images, kAllGood);
  std::fill_n(memory.done, sizes.images * sizes.joints, 0);
  const auto peaks = std::make_unique<PeakShared>();
  const auto shared = std::make_unique<RefineShared>();
  std::vector<TileValues> tags(static_cast<std::size_t>(sizes.channels));
  for (int image = 0; image < sizes.images; ++image) {
    for (int joint = 0; joint < sizes.joints; ++joint) {
      int* done = memory.done + offset(image, sizes.joints, joint);
      for (int tile = 0; tile < sizes.tiles(); ++tile) {
        tile_peaks(block, source, sizes, settings, memory, image, joint, tile, *peaks);
        if (block.last_of(done, sizes.tiles())) joint_peaks(block, source, sizes, memory, image, joint, *peaks);
      }
    }
    double* tables = memory.tables + static_cast<std::ptrdiff_t>(image) * static_cast<std::ptrdiff_t>(table_doubles(sizes));
    Matcher<HostBlock>(block, sizes, settings, memory, image, tables).run();
    for (int joint = 0; settings.refine && joint < sizes.joints; ++joint) {
      for (int tile = 0; tile < sizes.tiles(); ++tile) search_tile(block, source, sizes, memory, image, joint, tile, *shared, tags.data());
    }
    for (int i = 0; i < memory.people[image] * sizes.joints; ++i) {
      settle_keypoint(source, sizes, settings, memory, image, i / sizes.joints, i % sizes.joints);
    }
  }
}

}  // namespace

void parse_batch_on_host(const StoredSource& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory) {
  run(source, sizes, settings, memory);
}

void parse_batch_on_host(const StageSource& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory) {
  run(source, sizes, settings, memory);
}

}  // namespace swahr
