#include <pybind11/stl.h>

#include <array>

#include "common/view.h"
#include "prepare_frames/op.h"

namespace swahr {
namespace {

ImageType type_of(const TensorView& images) {
  if (images.has_type(TypeOf<float>::value)) return ImageType::kFloat32;
  if (images.has_type({dlpack::kFloat, 16, 1})) return ImageType::kFloat16;
  if (images.has_type({dlpack::kBFloat, 16, 1})) return ImageType::kBFloat16;
  images.refuse("float32, float16 or bfloat16");
}

void prepare(const py::object& frames_object, const py::object& images_object,
             const std::array<float, 6>& frame_from_input, const std::array<float, 3>& factor,
             const std::array<float, 3>& shift, std::uintptr_t stream) {
  const TensorView frames(frames_object, "frames"), images(images_object, "images");
  frames.require<std::uint8_t>(4, "contiguous uint8 [B, H, W, 3]");
  if (!frames.contiguous() || frames.shape(3) != 3) frames.refuse("contiguous uint8 [B, H, W, 3]");
  images.require_device_of(frames);
  if (images.shape().size() != 4 || images.shape(0) != frames.shape(0) || images.shape(1) != 3) {
    images.refuse("[" + std::to_string(frames.shape(0)) + ", 3, h, w]");
  }
  for (const TensorView* view : {&frames, &images}) {
    const std::size_t rows = view == &frames ? 1 : 2;
    require_size(view->shape(rows), view->shape(rows + 1));
  }
  const bool channels_last = !images.contiguous();
  const std::int64_t height = images.shape(2), width = images.shape(3);
  if (channels_last && (images.stride(1) != 1 || !images.follows(2, 4, 3) ||
                        (images.shape(0) > 1 && images.stride(0) != 3 * height * width))) {
    images.refuse("contiguous or channels_last");
  }
  PrepareJob job{};
  job.frames = frames.data<std::uint8_t>();
  job.count = static_cast<int>(frames.shape(0));
  job.frame = {static_cast<int>(frames.shape(1)), static_cast<int>(frames.shape(2))};
  job.input = {static_cast<int>(height), static_cast<int>(width)};
  std::copy(frame_from_input.begin(), frame_from_input.end(), job.frame_from_input);
  std::copy(factor.begin(), factor.end(), job.factor);
  std::copy(shift.begin(), shift.end(), job.shift);
  job.channels_last = channels_last;
  const ImageType type = type_of(images);
  if (!images.on_gpu()) {
    if (type != ImageType::kFloat32) images.refuse("float32 on the processor");
    const Unlocked unlocked;
    prepare_on_cpu(job, static_cast<float*>(images.address()));
    return;
  }
#ifdef SWAHR_WITH_CUDA
  const Unlocked unlocked;
  prepare_on_cuda(job, images.address(), type, stream_of(stream));
#else
  (void)stream;
  refuse_gpu();
#endif
}

}  // namespace

void bind_prepare_frames(py::module_& module) {
  using py::arg;
  module.def("prepare_frames", &prepare, arg("frames"), arg("images"), arg("frame_from_input"), arg("factor"),
             arg("shift"), arg("stream") = 0);
}

}  // namespace swahr
