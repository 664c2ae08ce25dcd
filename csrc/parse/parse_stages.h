// The fused parse: people straight from the stage maps, whose upsampled form is never stored.
#pragma once

#include "common/stages.h"
#include "match/match.h"
#include "peaks/peaks.h"
#include "refine/refine.h"

namespace swahr {

struct StageParams {
  PeakParams peaks;
  MatchParams match;
  RefineParams refine;
  bool adjust_joints, refine_joints;
};

struct StageResult {
  People people;
  int bad_heat_joint, bad_tag_joint;  // -1, or the first joint whose heat, or whose tag at a candidate, is not finite
};

// The same people as find_peaks, match_by_tag, adjust and refine give for the maps at `heat.outer` size.
StageResult parse_stages(const StageMaps& stages, const StageParams& params);

}  // namespace swahr
