#include <pybind11/stl.h>

#include <cmath>

#include "common/view.h"
#include "match/op.h"

namespace swahr {
namespace {

const char* kExpected =
    "C-contiguous on the processor; count [K] int32, confidence [K, M], xy [K, M, 2] int32, tags [K, M, T]";

template <class T>
const T* contiguous(const TensorView& view, std::size_t axes) {
  if (!view.require<T>(axes, kExpected).contiguous() || view.on_gpu()) view.refuse(kExpected);
  return view.data<T>();
}

py::tuple match(const py::object& count_object, const py::object& confidence_object,
                const py::object& xy_object, const py::object& tags_object, const ParseSettings& settings) {
  const TensorView count(count_object, "count"), confidence(confidence_object, "confidence"),
      xy(xy_object, "xy");
  const TensorView tags(tags_object, "tags");
  const auto* counts = contiguous<std::int32_t>(count, 1);
  const auto* confidences = contiguous<float>(confidence, 2);
  const auto* places = contiguous<std::int32_t>(xy, 3);
  const auto* values = contiguous<float>(tags, 3);
  const std::int64_t joints = count.shape(0), capacity = confidence.shape(1), channels = tags.shape(2);
  const std::vector<std::int64_t> slots{joints, capacity};
  for (const TensorView* view : {&confidence, &xy, &tags}) {
    if (!std::equal(slots.begin(), slots.end(), view->shape().begin())) view->refuse(kExpected);
  }
  if (xy.shape(2) != 2) xy.refuse(kExpected);
  if (static_cast<std::int64_t>(settings.order.size()) != joints) {
    refuse("order names " + std::to_string(settings.order.size()) + " joints; there are " +
           std::to_string(joints));
  }
  for (std::int64_t k = 0; k < joints; ++k) {
    if (counts[k] < 0 || counts[k] > capacity)
      refuse("count of joint " + std::to_string(k) + " is out of range");
    // The assignment would look for the least of costs that have none, for ever.
    for (std::int64_t i = k * capacity; i < k * capacity + counts[k]; ++i) {
      bool finite = std::isfinite(confidences[i]);
      for (std::int64_t t = 0; t < channels; ++t) finite = finite && std::isfinite(values[i * channels + t]);
      if (!finite)
        refuse("confidence or tags hold NaN or infinity at a candidate of joint " + std::to_string(k));
    }
  }
  const Candidates candidates{static_cast<int>(joints),
                              static_cast<int>(capacity),
                              static_cast<int>(channels),
                              counts,
                              confidences,
                              places,
                              values};
  const People people = without_gil([&] { return match_by_tag(candidates, settings); });
  return py::make_tuple(to_array(people.keypoints, {people.count(), joints, 3 + channels}),
                        to_array(people.scores, {people.count()}));
}

}  // namespace

void bind_match(py::module_& module) {
  using py::arg;
  module.def("match_by_tag", &match, arg("count"), arg("confidence"), arg("xy"), arg("tags"),
             arg("settings"));
}

}  // namespace swahr
