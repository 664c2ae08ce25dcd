#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "match/kernel.h"
#include "parse/op.h"
#include "peaks/kernel.h"
#include "peaks/op.h"
#include "refine/kernel.h"
#include "refine/op.h"

namespace swahr {
namespace {

// The tags at the peaks, [K, M, T]. Returns the first joint with one that is not finite, or -1.
int read_tags(const StageMaps& maps, const Peaks& peaks, std::vector<float>& tags) {
  tags.resize(peaks.confidence.size() * maps.tags.size());
  for (int joint = 0; joint < maps.joints; ++joint) {
    for (int i = 0; i < peaks.count[static_cast<std::size_t>(joint)]; ++i) {
      const auto slot = static_cast<std::size_t>(offset(joint, peaks.capacity, i));
      for (std::size_t t = 0; t < maps.tags.size(); ++t) {
        const float tag = maps.tags[t].at(joint, peaks.xy[2 * slot], peaks.xy[2 * slot + 1]);
        if (!std::isfinite(tag)) return joint;
        tags[slot * maps.tags.size() + t] = tag;
      }
    }
  }
  return -1;
}

}  // namespace

ParseResult parse_maps(const StageMaps& maps, const ParseSettings& settings, int threads) {
  const StageAxes axes(maps);
  const Peaks peaks = find_peaks(maps.heatmaps, axes.heatmaps, maps.joints, settings, threads);
  ParseResult result{{}, peaks.first_bad_joint, -1};
  if (peaks.first_bad_joint >= 0) return result;
  std::vector<float> tags;
  result.bad_tag_joint = read_tags(maps, peaks, tags);
  if (result.bad_tag_joint >= 0) return result;
  result.people = match_by_tag({maps.joints, peaks.capacity, maps.channels(), peaks.count.data(),
                                peaks.confidence.data(), peaks.xy.data(), tags.data()},
                               settings);
  refine_people(maps, axes, peaks.tile_max, settings, threads, result.people);
  return result;
}

void parse_batch_on_cpu(const TileSource& source, const ParseSizes& sizes, const ParseSettings& settings,
                        const ParseMemory& memory) {
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
        block.poll();
        tile_peaks(block, source, sizes, settings, memory, image, joint, tile, *peaks);
        if (block.last_of(done, sizes.tiles()))
          joint_peaks(block, source, sizes, memory, image, joint, *peaks);
      }
    }
    double* tables = memory.tables +
                     static_cast<std::ptrdiff_t>(image) * static_cast<std::ptrdiff_t>(table_doubles(sizes));
    Matcher<HostBlock>(block, sizes, settings, settings.order.data(), memory, image, tables).run();
    for (int joint = 0; settings.refine && joint < sizes.joints; ++joint) {
      for (int tile = 0; tile < sizes.tiles(); ++tile) {
        search_tile(block, source, sizes, memory, image, joint, tile, *shared, tags.data());
      }
    }
    for (int i = 0; i < memory.people[image] * sizes.joints; ++i) {
      finalize_keypoint(source, sizes, settings, memory, image, i / sizes.joints, i % sizes.joints);
    }
  }
}

}  // namespace swahr
