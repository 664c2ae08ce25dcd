#include "common/view.h"
#include "paf/arguments.h"
#include "paf/op.h"

namespace swahr {
namespace {

PafRule make_rule(double min_peak, bool strict, bool diagonal, double blur, double min_distance, int centroid,
                  int samples, bool both_ends, double min_field, double min_share, bool mean_of_enough,
                  double length_prior, double min_length, double near_part, bool merge, bool fill_weak,
                  int min_joints, double min_mean, int feet) {
  if (!(min_peak >= 0)) refuse("min_peak is " + std::to_string(min_peak) + "; expected 0 or more");
  if (!(blur >= 0 && blur <= 1000)) refuse("blur is " + std::to_string(blur) + "; expected 0 to 1000");
  for (const auto& [value, name] :
       {std::make_pair(centroid, "centroid"), std::make_pair(samples, "samples")}) {
    require_at_least(value, 0, name);
    if (value > 1000) refuse(std::string(name) + " is " + std::to_string(value) + "; expected at most 1000");
  }
  require_at_least(feet, 0, "feet");
  if (samples == 1) refuse("samples is 1; expected 0, or 2 and more");
  return {min_peak,  strict,    diagonal,   blur,           min_distance, centroid,   samples,
          both_ends, min_field, min_share,  mean_of_enough, length_prior, min_length, near_part,
          merge,     fill_weak, min_joints, min_mean,       feet};
}

py::tuple group(const py::object& heatmaps_object, const py::object& pafs_object, int joints,
                const Pairs& limbs, const Pairs& channels, const std::vector<int>& weak, const PafRule& rule,
                int threads) {
  const TensorView heatmaps(heatmaps_object, "heatmaps"), pafs(pafs_object, "pafs");
  require_at_least(threads, 0, "threads");
  const PafMaps maps = paf_maps(heatmaps, pafs, joints, false);
  const std::vector<PafLimb> wanted = paf_limbs(maps, pafs, limbs, channels, weak);
  const PafResult result = without_gil([&] { return group_pafs(maps, wanted, rule, threads); });
  if (result.bad_heatmap >= 0) {
    refuse("heatmaps hold NaN or infinity, first in joint " + std::to_string(result.bad_heatmap));
  }
  if (result.bad_field >= 0) {
    refuse("pafs hold NaN or infinity, first in channel " + std::to_string(result.bad_field));
  }
  const auto found = static_cast<py::ssize_t>(result.candidates.joint.size());
  const auto people = static_cast<py::ssize_t>(result.people.total.size());
  return py::make_tuple(
      to_array(result.candidates.joint, {found}), to_array(result.candidates.xy, {found, 2}),
      to_array(result.candidates.score, {found}), to_array(result.people.joints, {people, joints}),
      to_array(result.people.total, {people}), to_array(result.people.count, {people}));
}

}  // namespace

void bind_paf(py::module_& module) {
  using py::arg;
  py::class_<PafRule>(module, "PafRule", py::module_local())
      .def(py::init(&make_rule), py::kw_only(), arg("min_peak"), arg("strict"), arg("diagonal"), arg("blur"),
           arg("min_distance"), arg("centroid"), arg("samples"), arg("both_ends"), arg("min_field"),
           arg("min_share"), arg("mean_of_enough"), arg("length_prior"), arg("min_length"), arg("near_part"),
           arg("merge"), arg("fill_weak"), arg("min_joints"), arg("min_mean"), arg("feet"));
  module.def("group_pafs", &group, arg("heatmaps"), arg("pafs"), arg("joints"), arg("limbs"), arg("channels"),
             arg("weak"), arg("rule"), arg("threads") = 0);
}

}  // namespace swahr
