#include <cstdint>

#include "common/view.h"
#include "paf/arguments.h"
#include "paf_blocks/op.h"

namespace swahr {
namespace {

std::pair<std::size_t, int> memory_of(int joints, int limbs, std::int64_t height, std::int64_t width,
                                      const PafRule& rule) {
  require_size(height, width);
  require_at_least(joints, 1, "joints");
  require_at_least(limbs, 0, "limbs");
  PafMemory memory{};
  const PafSizes sizes = paf_sizes(joints, limbs, height * width);
  const auto pixels = static_cast<std::size_t>(height * width);
  return {lay_out(sizes, pixels, rule.blur > 0, nullptr, memory), sizes.candidates};
}

void group_by_blocks(const py::object& heatmaps_object, const py::object& pafs_object, int joints,
                     const Pairs& limbs, const Pairs& channels, const std::vector<int>& weak,
                     const PafRule& rule, const py::object& scratch_object, const py::object& bad_object,
                     const py::object& count_object, const py::object& xy_object,
                     const py::object& score_object, const py::object& people_object,
                     const py::object& joints_object, const py::object& total_object,
                     const py::object& size_object, std::uintptr_t stream) {
  const TensorView heatmaps(heatmaps_object, "heatmaps"), pafs(pafs_object, "pafs");
  const PafMaps maps = paf_maps(heatmaps, pafs, joints, true);
  PafLimbs of_launch{};
  const std::vector<PafLimb> wanted = paf_limbs(maps, pafs, limbs, channels, weak);
  if (!takes_pafs(static_cast<int>(wanted.size()), rule)) {
    refuse("there are " + std::to_string(wanted.size()) + " limbs and the blur is " +
           std::to_string(rule.blur) + "; the kernels take at most " + std::to_string(kMaxLimbs) +
           " limbs, and a blur of up to 15");
  }
  of_launch.count = static_cast<int>(wanted.size());
  std::copy(wanted.begin(), wanted.end(), of_launch.limbs);
  const PafSizes sizes = paf_sizes(joints, of_launch.count, maps.pixels());

  const TensorView scratch(scratch_object, "scratch"), bad(bad_object, "bad"), count(count_object, "count"),
      xy(xy_object, "xy"), score(score_object, "score"), people(people_object, "people"),
      joints_of(joints_object, "people_joints"), total(total_object, "total"), size(size_object, "size");
  for (const TensorView* view :
       {&pafs, &scratch, &bad, &count, &xy, &score, &people, &joints_of, &total, &size})
    view->require_device_of(heatmaps);
  PafMemory memory{};
  const auto pixels = static_cast<std::size_t>(maps.pixels());
  const auto bytes = static_cast<std::int64_t>(lay_out(sizes, pixels, rule.blur > 0, nullptr, memory));
  scratch.require<std::uint8_t>(1, "uint8 [bytes]");
  if (scratch.shape(0) < bytes) scratch.refuse(std::to_string(bytes) + " bytes at least");
  lay_out(sizes, pixels, rule.blur > 0, scratch.require_out<std::uint8_t>(scratch.shape(), "uint8 [bytes]"),
          memory);
  const std::int64_t most = sizes.candidates, capacity = sizes.people_capacity();
  memory.bad = bad.require_out<std::int32_t>({2}, "int32 [2]");
  memory.count = count.require_out<std::int32_t>({joints}, "int32 [K]");
  memory.xy = xy.require_out<double>({joints, most, 2}, "float64 [K, M, 2]");
  memory.score = score.require_out<float>({joints, most}, "float32 [K, M]");
  memory.people = people.require_out<std::int32_t>({1}, "int32 [1]");
  memory.joints = joints_of.require_out<std::int32_t>({capacity, joints}, "int32 [P, K]");
  memory.total = total.require_out<double>({capacity}, "float64 [P]");
  memory.size = size.require_out<std::int32_t>({capacity}, "int32 [P]");

  const PafBlur blur = paf_blur(rule);
  if (!heatmaps.on_gpu()) {
    without_gil([&] { group_pafs_by_blocks(maps, of_launch, rule, blur, sizes, memory); });
    return;
  }
#ifdef SWAHR_WITH_CUDA
  const Unlocked unlocked;
  launch_pafs(maps, of_launch, rule, blur, sizes, memory, stream_of(stream));
#else
  (void)stream;
  refuse_gpu();
#endif
}

}  // namespace

void bind_paf_blocks(py::module_& module) {
  using py::arg;
  module.attr("max_limbs") = kMaxLimbs;
  module.attr("max_blur") = kMaxBlur;
  module.def("paf_memory", &memory_of, arg("joints"), arg("limbs"), arg("height"), arg("width"), arg("rule"));
  module.def("group_pafs_by_blocks", &group_by_blocks, arg("heatmaps"), arg("pafs"), arg("joints"),
             arg("limbs"), arg("channels"), arg("weak"), arg("rule"), py::kw_only(), arg("scratch"),
             arg("bad"), arg("count"), arg("xy"), arg("score"), arg("people"), arg("people_joints"),
             arg("total"), arg("size"), arg("stream") = 0);
}

}  // namespace swahr
