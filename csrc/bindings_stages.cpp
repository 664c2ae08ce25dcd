// The fused parse for Python.
#include <pybind11/stl.h>

#include <cstdint>

#include "arguments.h"
#include "parse/parse_stages.h"

namespace swahr {
namespace {

using namespace arguments;

Plane view_plane(const Floats& maps, const char* name, py::ssize_t joints) {
  require_dimensions(maps, name, 3, "[K, h, w]");
  if (maps.shape(0) != joints || maps.size() == 0) {
    refuse(std::string(name) + " have shape " + shape_of(maps) + "; expected [" + std::to_string(joints) + ", h, w], not empty");
  }
  const py::ssize_t item = static_cast<py::ssize_t>(sizeof(float));
  const bool rows_follow = (maps.shape(2) == 1 || maps.strides(2) == item) &&
                           (maps.shape(1) == 1 || maps.strides(1) == item * maps.shape(2));
  if (!rows_follow || maps.strides(0) % item != 0) refuse(std::string(name) + ": rows must follow each other without gaps");
  return {maps.data(), maps.strides(0) / item, {as_int(maps.shape(1), "h"), as_int(maps.shape(2), "w")}, 0};
}

}  // namespace

namespace arguments {

StageMaps view_stages(const std::vector<Floats>& heatmaps, const std::vector<Floats>& tags, int height, int width) {
  if (heatmaps.empty() || heatmaps.size() > kMaxStages) {
    refuse("there are " + std::to_string(heatmaps.size()) + " stages; expected 1 to " + std::to_string(kMaxStages));
  }
  if (tags.empty() || tags.size() > kMaxTags) {
    refuse("there are " + std::to_string(tags.size()) + " tag channels; expected 1 to " + std::to_string(kMaxTags));
  }
  require_at_least(height, 1, "height");
  require_at_least(width, 1, "width");
  require_dimensions(heatmaps[0], "heatmaps", 3, "[K, h, w]");
  const py::ssize_t joints = heatmaps[0].shape(0);
  StageMaps stages{};
  stages.joints = as_int(joints, "K");
  stages.channels = static_cast<int>(tags.size());
  stages.heat.count = static_cast<int>(heatmaps.size());
  stages.heat.outer = {height, width};
  for (std::size_t i = 0; i < heatmaps.size(); ++i) {
    const Plane plane = view_plane(heatmaps[i], "heatmaps", joints);
    stages.heat.planes[i] = plane;
    // The maps are brought together at the size of the finest.
    if (i == 0 || plane.size.height > stages.heat.middle.height) stages.heat.middle = plane.size;
  }
  for (std::size_t t = 0; t < tags.size(); ++t) {
    Stack& stack = stages.tags[t];
    stack.planes[0] = view_plane(tags[t], "tags", joints);
    stack.count = 1;
    stack.middle = stages.heat.middle;
    stack.outer = stages.heat.outer;
  }
  return stages;
}

}  // namespace arguments

namespace {

py::tuple parse(const std::vector<Floats>& heatmaps, const std::vector<Floats>& tags, int height, int width,
                       const py::dict& settings, bool adjust, bool refine, int threads) {
  const StageMaps stages = view_stages(heatmaps, tags, height, width);
  const auto order = setting<std::vector<int>>(settings, "order");
  require_order(order, stages.joints);
  require_at_least(threads, 0, "threads");
  const PeakParams peaks{setting<int>(settings, "window"), setting<int>(settings, "best"),
                         setting<float>(settings, "threshold"), threads};
  require_at_least(peaks.best, 1, "best");
  require_peak_settings(peaks.window, peaks.threshold);
  const MatchParams match{setting<int>(settings, "max_people"), setting<double>(settings, "tag_threshold"),
                          setting<bool>(settings, "use_detection_value"), setting<bool>(settings, "ignore_too_much"),
                          setting<bool>(settings, "break_ties"), order.data()};
  require_at_least(match.max_people, 1, "max_people");
  const RefineParams refinement{setting<float>(settings, "min_heat"), setting<float>(settings, "max_tag_distance"), threads};
  StageResult result;
  {
    const py::gil_scoped_release unlocked;
    result = parse_stages(stages, {peaks, match, refinement, adjust, refine});
  }
  if (result.bad_heat_joint >= 0) {
    refuse("heatmaps hold NaN or infinity, first in joint " + std::to_string(result.bad_heat_joint));
  }
  if (result.bad_tag_joint >= 0) {
    refuse("tags hold NaN or infinity at a candidate of joint " + std::to_string(result.bad_tag_joint));
  }
  return py::make_tuple(to_array(result.people.keypoints, {result.people.count(), stages.joints, 3 + stages.channels}),
                        to_array(result.people.scores, {result.people.count()}));
}

}  // namespace

void bind_stages(py::module_& module) {
  using py::arg;
  module.attr("max_stages") = kMaxStages;
  module.attr("max_tags") = kMaxTags;
  module.def("parse_stages", &parse, arg("heatmaps"), arg("tags"), arg("height"), arg("width"), arg("settings"),
             arg("adjust"), arg("refine"), arg("threads") = 0);
}

}  // namespace swahr
