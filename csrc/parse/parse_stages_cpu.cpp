#include <cmath>
#include <vector>

#include "parse/parse_stages.h"
#include "peaks/peaks_stages.h"
#include "refine/people.h"
#include "refine/search_stages.h"

namespace swahr {
namespace {

struct SampledMaps {
  const StageMaps& stages;
  const StageAxes& axes;
  const float* tile_max;  // [K, tiles]
  int tiles;

  int width() const { return stages.heat.outer.width; }
  int height() const { return stages.heat.outer.height; }
  int channels() const { return stages.channels; }
  float heat(int joint, int x, int y) const { return stages.heat.at(joint, x, y); }
  float tag(int joint, int channel, int x, int y) const { return stages.tags[channel].at(joint, x, y); }
  StageSearch search(int joint) const {
    return {stages, axes, joint, tile_max + static_cast<std::ptrdiff_t>(joint) * tiles};
  }
};

// The tags at the peaks, [K, best, T]. Returns the first joint with one that is not finite, or -1.
int read_tags(const StageMaps& stages, const Peaks& peaks, std::vector<float>& tags) {
  tags.assign(peaks.heat.size() * static_cast<std::size_t>(stages.channels), 0.0f);
  for (int joint = 0; joint < stages.joints; ++joint) {
    for (int i = 0; i < peaks.count[static_cast<std::size_t>(joint)]; ++i) {
      const auto slot = static_cast<std::size_t>(joint) * static_cast<std::size_t>(peaks.best) + static_cast<std::size_t>(i);
      for (int t = 0; t < stages.channels; ++t) {
        const float tag = stages.tags[t].at(joint, peaks.xy[2 * slot], peaks.xy[2 * slot + 1]);
        if (!std::isfinite(tag)) return joint;
        tags[slot * static_cast<std::size_t>(stages.channels) + static_cast<std::size_t>(t)] = tag;
      }
    }
  }
  return -1;
}

}  // namespace

StageResult parse_stages(const StageMaps& stages, const StageParams& params) {
  const StageAxes axes(stages);
  const Peaks peaks = find_stage_peaks(stages, axes.heat, params.peaks);
  StageResult result{{}, peaks.first_bad_joint, -1};
  if (peaks.first_bad_joint >= 0) return result;
  std::vector<float> tags;
  result.bad_tag_joint = read_tags(stages, peaks, tags);
  if (result.bad_tag_joint >= 0) return result;
  result.people = match_by_tag({stages.joints, peaks.best, stages.channels, peaks.count.data(), peaks.heat.data(),
                                peaks.xy.data(), tags.data()},
                               params.match);
  const PeopleView view{result.people.keypoints.data(), result.people.count(), stages.joints, stages.channels};
  const SampledMaps maps{stages, axes, peaks.segment_max.data(), peaks.height * peaks.segments};
  if (params.adjust_joints) adjust_people(maps, view);
  if (params.refine_joints) refine_people(maps, view, params.refine);
  return result;
}

}  // namespace swahr
