#include "parse/op.h"

#include <pybind11/stl.h>

#include <cmath>
#include <optional>

#include "common/tile_source.h"
#include "common/view.h"
#include "refine/peak.h"

namespace swahr {
namespace {

ParseSettings make_settings(const std::vector<int>& order, int window, int max_candidates, int max_people,
                            float threshold, double tag_threshold, bool use_detection_value,
                            bool ignore_too_much, bool break_ties, float min_confidence,
                            float max_tag_distance, bool adjust, bool refine, int subpixel, bool spread) {
  if (window < 1 || window % 2 == 0) {
    refuse("window is " + std::to_string(window) + "; expected an odd number from 1 on");
  }
  if (!(threshold >= 0.0f) || !std::isfinite(threshold)) {
    refuse("threshold is " + std::to_string(threshold) + "; expected a finite number from 0 on");
  }
  if (!(tag_threshold >= 0.0))
    refuse("tag_threshold is " + std::to_string(tag_threshold) + "; expected 0 or more");
  if (std::isnan(min_confidence)) refuse("min_confidence is NaN; expected a number");
  if (std::isnan(max_tag_distance)) refuse("max_tag_distance is NaN; expected a number");
  require_at_least(max_candidates, 1, "max_candidates");
  require_at_least(max_people, 1, "max_people");
  if (subpixel < kQuarter || subpixel > kGaussian) {
    refuse("subpixel is " + std::to_string(subpixel) + "; expected " + std::to_string(kQuarter) + " to " +
           std::to_string(kGaussian));
  }
  std::vector<bool> named(order.size(), false);
  for (const int joint : order) {
    if (joint < 0 || joint >= static_cast<int>(order.size()) || joint > 0xffff ||
        named[static_cast<std::size_t>(joint)]) {
      refuse("order must name each of the " + std::to_string(order.size()) + " joints once; it names " +
             std::to_string(joint));
    }
    named[static_cast<std::size_t>(joint)] = true;
  }
  return {{window, max_candidates, max_people, threshold, tag_threshold, use_detection_value, ignore_too_much,
           break_ties, min_confidence, max_tag_distance, adjust, refine, subpixel, spread},
          {order.begin(), order.end()}};
}

// Maps of one size of input, with B images in front where `images` is not 0.
class MapsReader {
 public:
  MapsReader(const py::sequence& heatmaps, const py::sequence& tags, std::int64_t height, std::int64_t width,
             bool batch)
      : first_(batch ? 1 : 0) {
    require_size(height, width);
    const MapSize outer{static_cast<int>(height), static_cast<int>(width)};
    for (const auto& object : heatmaps) heatmaps_.emplace_back(object, "heatmaps");
    for (const auto& object : tags) tags_.emplace_back(object, "tags");
    if (heatmaps_.empty() || heatmaps_.size() > kMaxStages) {
      refuse("there are " + std::to_string(heatmaps_.size()) + " stages; expected 1 to " +
             std::to_string(kMaxStages));
    }
    if (tags_.empty()) refuse("there are 0 tag channels; expected at least 1");
    maps.heatmaps.count = static_cast<int>(heatmaps_.size());
    maps.heatmaps.outer = outer;
    for (std::size_t i = 0; i < heatmaps_.size(); ++i) {
      const Plane plane = plane_of(heatmaps_[i], false);
      maps.heatmaps.planes[i] = plane;
      // The maps are brought together at the size of the finest.
      if (i == 0 || plane.size.height > maps.heatmaps.middle.height) maps.heatmaps.middle = plane.size;
    }
    maps.joints = static_cast<int>(heatmaps_[0].shape(first_));
    for (const TensorView& view : tags_) {
      maps.tags.push_back({{plane_of(view, true)}, 1, maps.heatmaps.middle, outer});
      if (maps.tags.back().planes[0].pixel_stride != 1 && !maps.tags.back().direct()) {
        view.refuse(
            "rows whose pixels follow each other without gaps, unless they are as large as the input");
      }
    }
  }

  int images() const { return static_cast<int>(heatmaps_[0].shape(0)); }
  const TensorView& any() const { return heatmaps_[0]; }

  StageMaps maps{};

 private:
  // side_by_side: whether there may be gaps of equal length between neighbours, where the tags of a pixel lie
  // so.
  Plane plane_of(const TensorView& view, bool side_by_side) const {
    const char* expected = first_ ? "float32 [B, K, h, w] of one B and K" : "float32 [K, h, w] of one K";
    view.require<float>(first_ + 3, expected).require_device_of(heatmaps_[0]);
    if (view.shape(0) != heatmaps_[0].shape(0) || view.shape(first_) != heatmaps_[0].shape(first_)) {
      view.refuse("[" + (first_ ? std::to_string(heatmaps_[0].shape(0)) + ", " : std::string()) +
                  std::to_string(heatmaps_[0].shape(first_)) + ", h, w] as the first heatmaps have");
    }
    require_size(view.shape(first_ + 1), view.shape(first_ + 2));
    std::int64_t step = 1;
    if (view.shape(first_ + 2) > 1) {
      step = view.stride(first_ + 2);
    } else if (view.shape(first_ + 1) > 1) {
      step = view.stride(first_ + 1);
    }
    if (step < 1 || step > kMaxSide || (step != 1 && !side_by_side) ||
        !view.follows(first_ + 1, first_ + 3, step)) {
      view.refuse("rows that follow each other without gaps");
    }
    return {view.data<float>(),
            first_ ? view.stride(0) : 0,
            view.stride(first_),
            static_cast<int>(step),
            {static_cast<int>(view.shape(first_ + 1)), static_cast<int>(view.shape(first_ + 2))}};
  }

  std::size_t first_;  // axis of the joints
  std::vector<TensorView> heatmaps_, tags_;
};

void require_joints(const ParseSettings& settings, int joints) {
  if (static_cast<int>(settings.order.size()) == joints) return;
  refuse("order names " + std::to_string(settings.order.size()) + " joints; there are " +
         std::to_string(joints));
}

py::tuple parse(const py::sequence& heatmaps, const py::sequence& tags, std::int64_t height,
                std::int64_t width, const ParseSettings& settings, int threads) {
  const MapsReader reader(heatmaps, tags, height, width, false);
  const StageMaps& maps = reader.maps;
  require_joints(settings, maps.joints);
  require_at_least(threads, 0, "threads");
  if (reader.any().on_gpu()) reader.any().refuse("maps on the processor");
  const ParseResult result = without_gil([&] { return parse_maps(maps, settings, threads); });
  if (result.bad_heatmap_joint >= 0) {
    refuse("heatmaps hold NaN or infinity, first in joint " + std::to_string(result.bad_heatmap_joint) +
           " (or numbers too large to be added up)");
  }
  if (result.bad_tag_joint >= 0) {
    refuse("tags hold NaN or infinity at a candidate of joint " + std::to_string(result.bad_tag_joint));
  }
  const People& people = result.people;
  return py::make_tuple(
      to_array(people.keypoints, {people.count(), maps.joints, 3 + maps.channels()}),
      to_array(people.scores, {people.count()}),
      settings.spread ? py::object(to_array(people.spread, {people.count(), maps.joints, 3})) : py::none());
}

ParseSizes sizes_of(int images, int joints, int channels, std::int64_t height, std::int64_t width,
                    const ParseSettings& settings) {
  require_at_least(images, 1, "images");
  require_at_least(channels, 1, "channels");
  require_size(height, width);
  require_joints(settings, joints);
  if (joints > kMaxJoints || channels > kMaxTags) {
    refuse("there are " + std::to_string(joints) + " joints and " + std::to_string(channels) +
           " tag channels; the kernels take at most " + std::to_string(kMaxJoints) + " and " +
           std::to_string(kMaxTags));
  }
  const std::int64_t people = static_cast<std::int64_t>(joints) * settings.max_candidates;
  if (people > 1 << 20) {
    refuse("max_candidates is " + std::to_string(settings.max_candidates) + "; too many for " +
           std::to_string(joints) + " joints");
  }
  const auto grouped = static_cast<int>(std::min<std::int64_t>(settings.max_people, people));
  return {images,   joints,
          channels, settings.max_candidates,
          grouped,  {static_cast<int>(height), static_cast<int>(width)}};
}

std::pair<std::size_t, int> batch_memory(int images, int joints, int channels, std::int64_t height,
                                         std::int64_t width, const ParseSettings& settings) {
  const ParseSizes sizes = sizes_of(images, joints, channels, height, width, settings);
  ParseMemory memory{};
  return {lay_out(sizes, nullptr, memory), sizes.people_capacity()};
}

void parse_batch(const py::sequence& heatmaps, const py::sequence& tags, std::int64_t height,
                 std::int64_t width, const ParseSettings& settings, const py::object& scratch_object,
                 const py::object& people_object, const py::object& bad_object,
                 const py::object& keypoints_object, const py::object& scores_object,
                 const std::optional<py::object>& spread_object, std::uintptr_t stream) {
  const MapsReader reader(heatmaps, tags, height, width, true);
  const StageMaps& maps = reader.maps;
  const ParseSizes sizes = sizes_of(reader.images(), maps.joints, maps.channels(), height, width, settings);
  TileSource source{};
  source.heatmaps = maps.heatmaps;
  std::copy(maps.tags.begin(), maps.tags.end(), source.tags);
  source.joints = maps.joints;
  source.channels = maps.channels();

  const TensorView scratch(scratch_object, "scratch"), people(people_object, "people"),
      bad(bad_object, "bad");
  const TensorView keypoints(keypoints_object, "keypoints"), scores(scores_object, "scores");
  for (const TensorView* view : {&scratch, &people, &bad, &keypoints, &scores})
    view->require_device_of(reader.any());
  const std::int64_t images = sizes.images, capacity = sizes.people_capacity();
  ParseMemory memory{};
  const auto bytes = static_cast<std::int64_t>(lay_out(sizes, nullptr, memory));
  scratch.require<std::uint8_t>(1, "uint8 [bytes]");
  if (scratch.shape(0) < bytes) scratch.refuse(std::to_string(bytes) + " bytes at least");
  lay_out(sizes, scratch.require_out<std::uint8_t>(scratch.shape(), "uint8 [bytes]"), memory);
  memory.people = people.require_out<std::int32_t>({images}, "int32 [B]");
  memory.bad = bad.require_out<std::int32_t>({images, 2}, "int32 [B, 2]");
  memory.keypoints = keypoints.require_out<float>({images, capacity, sizes.joints, sizes.keypoint()},
                                                  "float32 [B, P, K, 3 + T]");
  memory.scores = scores.require_out<float>({images, capacity}, "float32 [B, P]");
  std::optional<TensorView> spread;
  if (spread_object) {
    spread.emplace(*spread_object, "spread");
    spread->require_device_of(reader.any());
    memory.spread = spread->require_out<float>({images, capacity, sizes.joints, 3}, "float32 [B, P, K, 3]");
  }

  if (!reader.any().on_gpu()) {
    without_gil([&] { parse_batch_on_cpu(source, sizes, settings, memory); });
    return;
  }
#ifdef SWAHR_WITH_CUDA
  const Unlocked unlocked;
  parse_batch_on_cuda(source, sizes, settings, memory, stream_of(stream));
#else
  (void)stream;
  refuse_gpu();
#endif
}

}  // namespace

void bind_parse(py::module_& module) {
  using py::arg;
  module.attr("max_joints") = kMaxJoints;
  module.attr("max_stages") = kMaxStages;
  module.attr("max_tags") = kMaxTags;
  py::class_<ParseSettings>(module, "ParseSettings", py::module_local())
      .def(py::init(&make_settings), py::kw_only(), arg("order"), arg("window"), arg("max_candidates"),
           arg("max_people"), arg("threshold"), arg("tag_threshold"), arg("use_detection_value"),
           arg("ignore_too_much"), arg("break_ties"), arg("min_confidence"), arg("max_tag_distance"),
           arg("adjust"), arg("refine"), arg("subpixel") = kQuarter, arg("spread") = false)
      .def_readonly("spread", &ParseSettings::spread);
  module.def("parse_maps", &parse, arg("heatmaps"), arg("tags"), arg("height"), arg("width"), arg("settings"),
             arg("threads") = 0);
  module.def("batch_memory", &batch_memory, arg("images"), arg("joints"), arg("channels"), arg("height"),
             arg("width"), arg("settings"));
  module.def("parse_batch", &parse_batch, arg("heatmaps"), arg("tags"), arg("height"), arg("width"),
             arg("settings"), py::kw_only(), arg("scratch"), arg("people"), arg("bad"), arg("keypoints"),
             arg("scores"), arg("spread") = py::none(), arg("stream") = 0);
}

}  // namespace swahr
