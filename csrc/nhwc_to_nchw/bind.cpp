#include <pybind11/stl.h>

#include <optional>

#include "common/view.h"
#include "nhwc_to_nchw/op.h"

namespace swahr {
namespace {

py::object to_nchw(const py::object& images, const std::optional<py::object>& nchw) {
  const TensorView view(images, "images");
  if (!view.has_type(TypeOf<float>::value) || view.shape().size() != 4 || !view.contiguous() ||
      view.on_gpu()) {
    view.refuse("C-contiguous float32 [B, h, w, C] on the processor");
  }
  const std::int64_t pixels = view.shape(1) * view.shape(2), channels = view.shape(3);
  const std::vector<std::int64_t> shape{view.shape(0), channels, view.shape(1), view.shape(2)};
  py::object result = nchw ? *nchw : py::array_t<float>(shape);
  const TensorView place(result, "nchw");
  if (place.on_gpu()) place.refuse("maps on the processor");
  const auto* from = view.data<float>();
  auto* to = place.require_out<float>(shape, "C-contiguous float32 [B, C, h, w], as the images have them");
  {
    const Unlocked unlocked;
    for (std::int64_t i = 0; i < view.shape(0); ++i) {
      nhwc_to_nchw(from + i * pixels * channels, pixels, channels, to + i * pixels * channels);
    }
  }
  return result;
}

}  // namespace

void bind_nhwc_to_nchw(py::module_& module) {
  module.def("nhwc_to_nchw", &to_nchw, py::arg("images"), py::arg("nchw") = py::none());
}

}  // namespace swahr
