// What the operations on fields are given from Python; for bind.cpp alone.
#pragma once

#include <pybind11/stl.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/view.h"
#include "paf/settings.h"

namespace swahr {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

inline const float* paf_maps_of(const TensorView& view, bool gpu, const char* expected) {
  view.require<float>(3, expected);
  if (!view.contiguous() || (view.on_gpu() && !gpu)) view.refuse(expected);
  require_size(view.shape(1), view.shape(2));
  return view.data<float>();
}

// gpu: whether they may be there.
inline PafMaps paf_maps(const TensorView& heatmaps, const TensorView& pafs, int joints, bool gpu) {
  const char* expected =
      gpu ? "C-contiguous float32 [maps, H, W]" : "C-contiguous float32 [maps, H, W] on the processor";
  const PafMaps maps{paf_maps_of(heatmaps, gpu, expected),
                     paf_maps_of(pafs, gpu, expected),
                     joints,
                     static_cast<int>(pafs.shape(0)),
                     static_cast<int>(heatmaps.shape(1)),
                     static_cast<int>(heatmaps.shape(2))};
  require_at_least(joints, 1, "joints");
  if (heatmaps.shape(0) < joints) heatmaps.refuse("a map for each of " + std::to_string(joints) + " joints");
  if (pafs.shape(1) != maps.height || pafs.shape(2) != maps.width)
    pafs.refuse("maps as large as the heatmaps");
  return maps;
}

inline std::vector<PafLimb> paf_limbs(const PafMaps& maps, const TensorView& pafs, const Pairs& limbs,
                                      const Pairs& channels, const std::vector<int>& weak) {
  if (limbs.size() != channels.size()) refuse("limbs and channels are not as many");
  std::vector<PafLimb> wanted;
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    const PafLimb limb{limbs[i].first, limbs[i].second, channels[i].first, channels[i].second,
                       std::find(weak.begin(), weak.end(), static_cast<int>(i)) != weak.end()};
    for (const int joint : {limb.first, limb.second}) {
      if (joint < 0 || joint >= maps.joints)
        refuse("limb " + std::to_string(i) + " names a joint that is not there");
    }
    for (const int channel : {limb.x, limb.y}) {
      if (channel < 0 || channel >= maps.channels) {
        pafs.refuse("the channels that limb " + std::to_string(i) + " names");
      }
    }
    wanted.push_back(limb);
  }
  return wanted;
}

}  // namespace
}  // namespace swahr
