// The module's table of contents. Arguments are checked here, once; the operations take them as they are.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "arguments.h"
#include "match/hungarian.h"
#include "match/match.h"
#include "peaks/peaks.h"
#include "planes/planes.h"
#include "refine/refine.h"

namespace py = pybind11;

namespace {

using swahr::arguments::Floats;
using swahr::arguments::as_int;
using swahr::arguments::refuse;
using swahr::arguments::require_at_least;
using swahr::arguments::require_dimensions;
using swahr::arguments::require_order;
using swahr::arguments::shape_of;
using swahr::arguments::to_array;

swahr::HeatMaps view_heatmaps(const Floats& heatmaps) {
  require_dimensions(heatmaps, "heatmaps", 3, "[K, H, W]");
  if ((heatmaps.flags() & py::array::c_style) == 0) refuse("heatmaps are not C-contiguous");
  const swahr::HeatMaps view{heatmaps.data(), as_int(heatmaps.shape(0), "K"), as_int(heatmaps.shape(1), "H"),
                             as_int(heatmaps.shape(2), "W")};
  if (heatmaps.size() == 0) refuse("heatmaps are empty: shape " + shape_of(heatmaps));
  return view;
}

swahr::TagMaps view_tags(const Floats& tags, const swahr::HeatMaps& heat) {
  require_dimensions(tags, "tags", 4, "[K, H, W, T]");
  if (tags.shape(0) != heat.joints || tags.shape(1) != heat.height || tags.shape(2) != heat.width || tags.shape(3) < 1) {
    refuse("tags have shape " + shape_of(tags) + "; expected [" + std::to_string(heat.joints) + ", " +
           std::to_string(heat.height) + ", " + std::to_string(heat.width) + ", T] as the heatmaps have, T at least 1");
  }
  const auto stride = [&](int axis) { return tags.strides(axis) / static_cast<py::ssize_t>(sizeof(float)); };
  if (tags.shape(1) > 1 && tags.shape(2) > 0 && stride(1) != stride(2) * tags.shape(2)) {
    refuse("tags: rows must follow each other without gaps");
  }
  return {tags.data(), as_int(tags.shape(3), "T"), stride(0), stride(2), stride(3)};
}

swahr::PeopleView view_people(Floats& keypoints, const swahr::HeatMaps& heat, int channels) {
  require_dimensions(keypoints, "keypoints", 3, "[P, K, 3 + T]");
  if (keypoints.shape(1) != heat.joints || keypoints.shape(2) < 3 || (channels && keypoints.shape(2) != 3 + channels)) {
    refuse("keypoints have shape " + shape_of(keypoints) + "; expected [P, " + std::to_string(heat.joints) + ", 3 + T]");
  }
  if ((keypoints.flags() & py::array::c_style) == 0) refuse("keypoints are not C-contiguous");
  return {keypoints.mutable_data(), as_int(keypoints.shape(0), "P"), heat.joints, as_int(keypoints.shape(2), "T") - 3};
}

// A keypoint is read at its pixel, so it must lie on the map.
void require_on_map(const swahr::PeopleView& people, const swahr::HeatMaps& heat) {
  for (int p = 0; p < people.people; ++p) {
    for (int k = 0; k < people.joints; ++k) {
      const float* keypoint = people.at(p, k);
      if (!(keypoint[2] > 0.0f)) continue;
      const bool inside = keypoint[0] > -1.0f && keypoint[1] > -1.0f && keypoint[0] < static_cast<float>(heat.width + 1) &&
                          keypoint[1] < static_cast<float>(heat.height + 1);
      if (!inside) {
        refuse("keypoints: joint " + std::to_string(k) + " of person " + std::to_string(p) + " is at (" +
               std::to_string(keypoint[0]) + ", " + std::to_string(keypoint[1]) + "), outside the map");
      }
    }
  }
}

Floats to_planes(const Floats& rows) {
  require_dimensions(rows, "rows", 4, "[B, h, w, C]");
  if ((rows.flags() & py::array::c_style) == 0) refuse("rows are not C-contiguous");
  const py::ssize_t images = rows.shape(0), pixels = rows.shape(1) * rows.shape(2), channels = rows.shape(3);
  Floats planes({images, channels, rows.shape(1), rows.shape(2)});
  const float* from = rows.data();
  float* to = planes.mutable_data();
  {
    const py::gil_scoped_release unlocked;
    for (py::ssize_t i = 0; i < images; ++i) {
      swahr::to_planes(from + i * pixels * channels, pixels, channels, to + i * pixels * channels);
    }
  }
  return planes;
}

py::tuple find_peaks(const Floats& heatmaps, int window, int best, float threshold, int threads) {
  const swahr::HeatMaps heat = view_heatmaps(heatmaps);
  require_at_least(best, 1, "best");
  require_at_least(threads, 0, "threads");
  swahr::arguments::require_peak_settings(window, threshold);
  swahr::Peaks peaks;
  {
    const py::gil_scoped_release unlocked;
    peaks = swahr::find_peaks(heat, {window, best, threshold, threads});
  }
  if (peaks.first_bad_joint >= 0) {
    refuse("heatmaps hold NaN or infinity, first in joint " + std::to_string(peaks.first_bad_joint));
  }
  return py::make_tuple(to_array(peaks.count, {peaks.joints}), to_array(peaks.heat, {peaks.joints, peaks.best}),
                        to_array(peaks.xy, {peaks.joints, peaks.best, 2}),
                        to_array(peaks.segment_max, {peaks.joints, peaks.height, peaks.segments}));
}

Floats read_tags(const Floats& tags, const py::array_t<std::int32_t, py::array::c_style>& count,
                 const py::array_t<std::int32_t, py::array::c_style>& xy) {
  require_dimensions(tags, "tags", 4, "[K, H, W, T]");
  require_dimensions(xy, "xy", 3, "[K, best, 2]");
  require_dimensions(count, "count", 1, "[K]");
  if (xy.shape(0) != tags.shape(0) || count.shape(0) != tags.shape(0) || xy.shape(2) != 2) {
    refuse("xy has shape " + shape_of(xy) + " and count " + shape_of(count) + "; expected [K, best, 2] and [K] for K = " +
           std::to_string(tags.shape(0)));
  }
  Floats read({xy.shape(0), xy.shape(1), tags.shape(3)});
  std::fill(read.mutable_data(), read.mutable_data() + read.size(), 0.0f);
  for (py::ssize_t k = 0; k < xy.shape(0); ++k) {
    const py::ssize_t candidates = count.at(k);
    if (candidates < 0 || candidates > xy.shape(1)) refuse("count of joint " + std::to_string(k) + " is out of range");
    for (py::ssize_t i = 0; i < candidates; ++i) {
      const py::ssize_t x = xy.at(k, i, 0), y = xy.at(k, i, 1);
      if (x < 0 || y < 0 || x >= tags.shape(2) || y >= tags.shape(1)) {
        refuse("xy: candidate " + std::to_string(i) + " of joint " + std::to_string(k) + " is outside the map");
      }
      for (py::ssize_t t = 0; t < tags.shape(3); ++t) {
        const float tag = tags.at(k, y, x, t);
        if (!std::isfinite(tag)) refuse("tags hold NaN or infinity at a candidate of joint " + std::to_string(k));
        read.mutable_at(k, i, t) = tag;
      }
    }
  }
  return read;
}

py::tuple match_by_tag(const py::array_t<std::int32_t, py::array::c_style>& count,
                       const py::array_t<float, py::array::c_style>& heat,
                       const py::array_t<std::int32_t, py::array::c_style>& xy,
                       const py::array_t<float, py::array::c_style>& tags, const std::vector<int>& order, int max_people,
                       double tag_threshold, bool use_detection_value, bool ignore_too_much, bool break_ties) {
  require_dimensions(count, "count", 1, "[K]");
  require_dimensions(heat, "heat", 2, "[K, best]");
  require_dimensions(xy, "xy", 3, "[K, best, 2]");
  require_dimensions(tags, "tags", 3, "[K, best, T]");
  const py::ssize_t joints = count.shape(0), best = heat.shape(1);
  const bool fits = heat.shape(0) == joints && xy.shape(0) == joints && tags.shape(0) == joints &&
                    xy.shape(1) == best && tags.shape(1) == best && xy.shape(2) == 2 && tags.shape(2) >= 1;
  if (!fits) {
    refuse("count " + shape_of(count) + ", heat " + shape_of(heat) + ", xy " + shape_of(xy) + " and tags " +
           shape_of(tags) + " do not fit each other; expected [K], [K, best], [K, best, 2] and [K, best, T]");
  }
  require_at_least(max_people, 1, "max_people");
  if (!(tag_threshold >= 0.0f)) refuse("tag_threshold is " + std::to_string(tag_threshold) + "; expected 0 or more");
  for (py::ssize_t k = 0; k < joints; ++k) {
    if (count.at(k) < 0 || count.at(k) > best) refuse("count of joint " + std::to_string(k) + " is out of range");
    // The Hungarian method would look for the least of costs that have none, for ever.
    for (py::ssize_t i = 0; i < count.at(k); ++i) {
      bool finite = std::isfinite(heat.at(k, i));
      for (py::ssize_t t = 0; t < tags.shape(2); ++t) finite = finite && std::isfinite(tags.at(k, i, t));
      if (!finite) refuse("heat or tags hold NaN or infinity at a candidate of joint " + std::to_string(k));
    }
  }
  require_order(order, joints);
  const swahr::Candidates candidates{as_int(joints, "K"), as_int(best, "best"), as_int(tags.shape(2), "T"),
                                     count.data(), heat.data(), xy.data(), tags.data()};
  swahr::People people;
  {
    const py::gil_scoped_release unlocked;
    people = swahr::match_by_tag(candidates, {max_people, tag_threshold, use_detection_value, ignore_too_much, break_ties,
                                              order.data()});
  }
  return py::make_tuple(to_array(people.keypoints, {people.count(), joints, 3 + tags.shape(2)}),
                        to_array(people.scores, {people.count()}));
}

void adjust(const Floats& heatmaps, Floats& keypoints) {
  const swahr::HeatMaps heat = view_heatmaps(heatmaps);
  const swahr::PeopleView people = view_people(keypoints, heat, 0);
  for (int p = 0; p < people.people; ++p) {
    for (int k = 0; k < people.joints; ++k) {
      const float* keypoint = people.at(p, k);
      const bool on_pixel = keypoint[0] >= 0.0f && keypoint[1] >= 0.0f &&
                            keypoint[0] < static_cast<float>(heat.width) && keypoint[1] < static_cast<float>(heat.height);
      if (keypoint[2] > 0.0f && !on_pixel) {
        refuse("keypoints: joint " + std::to_string(k) + " of person " + std::to_string(p) + " is outside the map");
      }
    }
  }
  const py::gil_scoped_release unlocked;
  swahr::adjust(heat, people);
}

void refine(const Floats& heatmaps, const Floats& tags, const py::object& segment_max, Floats& keypoints, float min_heat,
            float max_tag_distance, int threads) {
  const swahr::HeatMaps heat = view_heatmaps(heatmaps);
  const swahr::TagMaps tag_view = view_tags(tags, heat);
  const swahr::PeopleView people = view_people(keypoints, heat, tag_view.channels);
  require_on_map(people, heat);
  require_at_least(threads, 0, "threads");
  if (std::isnan(min_heat)) refuse("min_heat is NaN; expected a number");
  if (std::isnan(max_tag_distance)) refuse("max_tag_distance is NaN; expected a number");
  const float* bounds = nullptr;
  py::array_t<float, py::array::c_style> bounds_array;
  if (!segment_max.is_none()) {
    bounds_array = segment_max.cast<py::array_t<float, py::array::c_style>>();
    const py::ssize_t segments = (heat.width + swahr::kSegment - 1) / swahr::kSegment;
    if (bounds_array.ndim() != 3 || bounds_array.shape(0) != heat.joints || bounds_array.shape(1) != heat.height ||
        bounds_array.shape(2) != segments) {
      refuse("segment_max has shape " + shape_of(bounds_array) + "; expected what find_peaks returned for these heatmaps");
    }
    bounds = bounds_array.data();
  }
  const py::gil_scoped_release unlocked;
  swahr::refine(heat, tag_view, bounds, people, {min_heat, max_tag_distance, threads});
}

std::vector<std::pair<int, int>> solve_assignment(const py::array_t<double, py::array::c_style | py::array::forcecast>& cost) {
  require_dimensions(cost, "cost", 2, "[rows, columns]");
  for (py::ssize_t i = 0; i < cost.size(); ++i) {
    if (!std::isfinite(cost.data()[i])) refuse("cost holds NaN or infinity");
  }
  const int rows = as_int(cost.shape(0), "rows"), columns = as_int(cost.shape(1), "columns");
  const py::gil_scoped_release unlocked;
  return swahr::solve_assignment(cost.data(), rows, columns);
}

}  // namespace

PYBIND11_MODULE(_native, module) {
  using py::arg;
  module.doc() = "Heatmaps to people: the native operations. See _native.pyi for shapes and units.";
  module.def("to_planes", &to_planes, arg("rows").noconvert());
  module.def("find_peaks", &find_peaks, arg("heatmaps").noconvert(), arg("window"), arg("best"), arg("threshold"),
             arg("threads") = 0);
  module.def("read_tags", &read_tags, arg("tags").noconvert(), arg("count"), arg("xy"));
  module.def("match_by_tag", &match_by_tag, arg("count"), arg("heat"), arg("xy"), arg("tags"), arg("order"),
             arg("max_people"), arg("tag_threshold"), arg("use_detection_value"), arg("ignore_too_much"),
             arg("break_ties"));
  module.def("adjust", &adjust, arg("heatmaps").noconvert(), arg("keypoints").noconvert());
  module.def("refine", &refine, arg("heatmaps").noconvert(), arg("tags").noconvert(), arg("segment_max"),
             arg("keypoints").noconvert(), arg("min_heat"), arg("max_tag_distance"), arg("threads") = 0);
  swahr::bind_stages(module);
  swahr::bind_batch(module);
  module.def("solve_assignment", &solve_assignment, arg("cost"));
}
