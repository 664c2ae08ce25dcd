// The parse of a batch for Python: the GPU's memory comes as addresses, shapes and strides, and no torch is linked.
#include <pybind11/stl.h>

#include <array>
#include <cstdint>

#include "arguments.h"
#include "parse/batch_host.h"
#ifdef SWAHR_WITH_CUDA
#include "parse/batch_cuda.h"
#include "preprocess/preprocess_cuda.h"
#endif
#include "preprocess/preprocess.h"

namespace swahr {
namespace {

using namespace arguments;

// A float32 array that somebody else owns: address, shape, strides in floats.
struct View {
  const float* data;
  std::vector<std::ptrdiff_t> shape, strides;
};

View view_of(const py::tuple& parts, const char* name, std::size_t dimensions) {
  if (parts.size() != 3) refuse(std::string(name) + ": expected (address, shape, strides)");
  View view{reinterpret_cast<const float*>(parts[0].cast<std::uintptr_t>()), parts[1].cast<std::vector<std::ptrdiff_t>>(),
            parts[2].cast<std::vector<std::ptrdiff_t>>()};
  if (view.shape.size() != dimensions || view.strides.size() != dimensions) {
    refuse(std::string(name) + " has " + std::to_string(view.shape.size()) + " axes; expected " + std::to_string(dimensions));
  }
  for (const std::ptrdiff_t side : view.shape) {
    if (side < 1) refuse(std::string(name) + " is empty");
  }
  if (view.data == nullptr) refuse(std::string(name) + " has no memory");
  return view;
}

// Whether pixel (x, y) is at y * width + x, times the distance of neighbours.
bool rows_follow(const View& view, std::size_t rows, std::size_t columns) {
  return view.shape[rows] == 1 || view.shape[columns] == 1 || view.strides[rows] == view.strides[columns] * view.shape[columns];
}

BatchSettings settings_of(const py::dict& values, bool adjust, bool refine) {
  BatchSettings settings{};
  settings.window = setting<int>(values, "window");
  settings.best = setting<int>(values, "best");
  settings.max_people = setting<int>(values, "max_people");
  settings.threshold = setting<float>(values, "threshold");
  settings.tag_threshold = setting<double>(values, "tag_threshold");
  settings.use_detection_value = setting<bool>(values, "use_detection_value");
  settings.ignore_too_much = setting<bool>(values, "ignore_too_much");
  settings.break_ties = setting<bool>(values, "break_ties");
  settings.min_heat = setting<float>(values, "min_heat");
  settings.max_tag_distance = setting<float>(values, "max_tag_distance");
  settings.adjust = adjust;
  settings.refine = refine;
  require_peak_settings(settings.window, settings.threshold);
  require_at_least(settings.best, 1, "best");
  require_at_least(settings.max_people, 1, "max_people");
  const auto order = setting<std::vector<int>>(values, "order");
  if (order.size() > kMaxJoints) refuse("there are " + std::to_string(order.size()) + " joints; expected at most " + std::to_string(kMaxJoints));
  require_order(order, static_cast<py::ssize_t>(order.size()));
  for (std::size_t i = 0; i < order.size(); ++i) settings.order[i] = static_cast<std::uint8_t>(order[i]);
  return settings;
}

BatchSizes sizes_of(int images, int joints, int channels, MapSize map, const BatchSettings& settings) {
  const long long people = static_cast<long long>(joints) * settings.best;
  if (people > 1 << 20) refuse("best is " + std::to_string(settings.best) + "; too many candidates for " + std::to_string(joints) + " joints");
  return {images, joints, channels, settings.best, static_cast<int>(std::min<long long>(settings.max_people, people)), map};
}

// The addresses of the results and of the memory in between.
BatchMemory memory_of(const BatchSizes& sizes, const py::dict& addresses, std::size_t scratch_bytes) {
  const auto address = [&](const char* name) { return addresses[name].cast<std::uintptr_t>(); };
  BatchMemory memory{};
  const std::size_t needed = lay_out(sizes, reinterpret_cast<unsigned char*>(address("scratch")), memory);
  if (scratch_bytes < needed) refuse("scratch has " + std::to_string(scratch_bytes) + " bytes; expected " + std::to_string(needed));
  memory.people = reinterpret_cast<int*>(address("people"));
  memory.bad = reinterpret_cast<int*>(address("bad"));
  memory.keypoints = reinterpret_cast<float*>(address("keypoints"));
  memory.scores = reinterpret_cast<float*>(address("scores"));
  return memory;
}

template <class Source>
void parse(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const py::dict& addresses,
           std::size_t scratch_bytes, const std::string& device, std::uintptr_t stream) {
  const BatchMemory memory = memory_of(sizes, addresses, scratch_bytes);
  const py::gil_scoped_release unlocked;
  if (device == "host") {
    parse_batch_on_host(source, sizes, settings, memory);
    return;
  }
#ifdef SWAHR_WITH_CUDA
  parse_batch_on_cuda(source, sizes, settings, memory, reinterpret_cast<CudaStream>(stream));
#else
  (void)stream;
  throw py::value_error("this build has no CUDA kernels");
#endif
}

void parse_stored(const py::tuple& heatmaps, const py::tuple& tags, const py::dict& values, bool adjust, bool refine,
                  const py::dict& addresses, std::size_t scratch_bytes, const std::string& device, std::uintptr_t stream) {
  const View heat = view_of(heatmaps, "heatmaps", 4), tag = view_of(tags, "tags", 5);
  if (!std::equal(heat.shape.begin(), heat.shape.end(), tag.shape.begin())) refuse("heatmaps and tags do not fit each other");
  if (heat.strides[3] != 1 || !rows_follow(heat, 2, 3) || heat.strides[1] != heat.shape[2] * heat.shape[3]) {
    refuse("heatmaps of an image are not C-contiguous");
  }
  if (!rows_follow(tag, 2, 3)) refuse("tags: rows must follow each other without gaps");
  const BatchSettings settings = settings_of(values, adjust, refine);
  const MapSize map{as_int(heat.shape[2], "H"), as_int(heat.shape[3], "W")};
  const StoredSource source{{heat.data, as_int(heat.shape[1], "K"), map.height, map.width},
                            {tag.data, as_int(tag.shape[4], "T"), tag.strides[1], tag.strides[3], tag.strides[4]},
                            heat.strides[0], tag.strides[0]};
  parse(source, sizes_of(as_int(heat.shape[0], "B"), source.joints(), source.channels(), map, settings), settings, addresses,
        scratch_bytes, device, stream);
}

Plane plane_of(const py::tuple& maps, const char* name, const std::vector<std::ptrdiff_t>& expected) {
  const View view = view_of(maps, name, 4);
  if (view.shape[0] != expected[0] || view.shape[1] != expected[1]) refuse(std::string(name) + ": batch or joints do not fit the other maps");
  if ((view.shape[3] > 1 && view.strides[3] != 1) || !rows_follow(view, 2, 3)) {
    refuse(std::string(name) + ": rows must follow each other without gaps");
  }
  return {view.data, view.strides[1], {as_int(view.shape[2], "h"), as_int(view.shape[3], "w")}, view.strides[0]};
}

void parse_stage_batch(const std::vector<py::tuple>& heatmaps, const std::vector<py::tuple>& tags, int height, int width,
                       const py::dict& values, bool adjust, bool refine, const py::dict& addresses, std::size_t scratch_bytes,
                       const std::string& device, std::uintptr_t stream) {
  if (heatmaps.empty() || heatmaps.size() > kMaxStages || tags.empty() || tags.size() > kMaxTags) {
    refuse("there are " + std::to_string(heatmaps.size()) + " stages and " + std::to_string(tags.size()) +
           " tag channels; expected 1 to " + std::to_string(kMaxStages) + " and 1 to " + std::to_string(kMaxTags));
  }
  require_at_least(height, 1, "height");
  require_at_least(width, 1, "width");
  const std::vector<std::ptrdiff_t> shape = view_of(heatmaps[0], "heatmaps", 4).shape;
  StageSource source{};
  StageMaps& stages = source.stages;
  stages.joints = as_int(shape[1], "K");
  stages.channels = static_cast<int>(tags.size());
  stages.heat.count = static_cast<int>(heatmaps.size());
  stages.heat.outer = {height, width};
  for (std::size_t i = 0; i < heatmaps.size(); ++i) {
    const Plane plane = plane_of(heatmaps[i], "heatmaps", shape);
    stages.heat.planes[i] = plane;
    if (i == 0 || plane.size.height > stages.heat.middle.height) stages.heat.middle = plane.size;
  }
  for (std::size_t t = 0; t < tags.size(); ++t) {
    stages.tags[t].planes[0] = plane_of(tags[t], "tags", shape);
    stages.tags[t].count = 1;
    stages.tags[t].middle = stages.heat.middle;
    stages.tags[t].outer = stages.heat.outer;
  }
  const BatchSettings settings = settings_of(values, adjust, refine);
  parse(source, sizes_of(as_int(shape[0], "B"), stages.joints, stages.channels, stages.heat.outer, settings), settings, addresses,
        scratch_bytes, device, stream);
}

std::pair<std::size_t, int> batch_memory(int images, int joints, int channels, int height, int width, const py::dict& values) {
  const BatchSizes sizes = sizes_of(images, joints, channels, {height, width}, settings_of(values, true, true));
  BatchMemory memory{};
  return {lay_out(sizes, nullptr, memory), sizes.most_people()};
}

void prepare_frames(std::uintptr_t frames, const std::vector<int>& shape, const std::vector<float>& frame_from_input,
                    const std::vector<float>& factor, const std::vector<float>& shift, std::uintptr_t images, int height,
                    int width, bool channels_last, const std::string& type, const std::string& device, std::uintptr_t stream) {
  if (shape.size() != 3 || frame_from_input.size() != 6 || factor.size() != 3 || shift.size() != 3) {
    refuse("expected [B, H, W] of the frames, a 2 x 3 matrix, and 3 factors and shifts");
  }
  for (const int side : {shape[0], shape[1], shape[2], height, width}) require_at_least(side, 1, "a side");
  if (type != "float32" && type != "float16" && type != "bfloat16") refuse("type is " + type + "; expected float32, float16 or bfloat16");
  PrepareJob job{};
  job.frames = reinterpret_cast<const std::uint8_t*>(frames);
  job.count = shape[0];
  job.frame = {shape[1], shape[2]};
  job.input = {height, width};
  std::copy(frame_from_input.begin(), frame_from_input.end(), job.frame_from_input);
  std::copy(factor.begin(), factor.end(), job.factor);
  std::copy(shift.begin(), shift.end(), job.shift);
  job.channels_last = channels_last;
  const py::gil_scoped_release unlocked;
  if (device == "host") {
    if (type != "float32") throw py::value_error("the host writes float32 only");
    prepare_on_host(job, reinterpret_cast<float*>(images));
    return;
  }
#ifdef SWAHR_WITH_CUDA
  const ImageType kind = type == "float32" ? ImageType::kFloat32 : type == "float16" ? ImageType::kFloat16 : ImageType::kBFloat16;
  prepare_on_cuda(job, reinterpret_cast<void*>(images), kind, reinterpret_cast<CudaStream>(stream));
#else
  (void)stream;
  throw py::value_error("this build has no CUDA kernels");
#endif
}

}  // namespace

void bind_batch(py::module_& module) {
  using py::arg;
#ifdef SWAHR_WITH_CUDA
  module.attr("has_cuda") = true;
  module.attr("cuda_version") = SWAHR_CUDA_VERSION;
  module.attr("cuda_architectures") = SWAHR_CUDA_ARCHITECTURES;
#else
  module.attr("has_cuda") = false;
  module.attr("cuda_version") = 0;
  module.attr("cuda_architectures") = "";
#endif
  module.attr("max_joints") = kMaxJoints;
  module.def("batch_memory", &batch_memory, arg("images"), arg("joints"), arg("channels"), arg("height"), arg("width"),
             arg("settings"));
  module.def("parse_stored_batch", &parse_stored, arg("heatmaps"), arg("tags"), arg("settings"), arg("adjust"), arg("refine"),
             arg("addresses"), arg("scratch_bytes"), arg("device"), arg("stream") = 0);
  module.def("parse_stage_batch", &parse_stage_batch, arg("heatmaps"), arg("tags"), arg("height"), arg("width"), arg("settings"),
             arg("adjust"), arg("refine"), arg("addresses"), arg("scratch_bytes"), arg("device"), arg("stream") = 0);
  module.def("prepare_frames", &prepare_frames, arg("frames"), arg("shape"), arg("frame_from_input"), arg("factor"), arg("shift"),
             arg("images"), arg("height"), arg("width"), arg("channels_last"), arg("type"), arg("device"), arg("stream") = 0);
}

}  // namespace swahr
