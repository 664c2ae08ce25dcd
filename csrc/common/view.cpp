#include "common/view.h"

#include <utility>

namespace swahr {
namespace {

dlpack::DataType type_of(const py::dtype& type) {
  const auto bits = static_cast<std::uint8_t>(8 * type.itemsize());
  switch (type.kind()) {
    case 'f': return {dlpack::kFloat, bits, 1};
    case 'i': return {dlpack::kInt, bits, 1};
    case 'u': return {dlpack::kUInt, bits, 1};
    default: return {255, bits, 1};
  }
}

}  // namespace

TensorView::TensorView(const py::handle& object, std::string name) : name_(std::move(name)) {
  if (py::isinstance<py::array>(
          object)) {  // its DLPack has no way to say that an array is read-only, before numpy 2.1
    const auto array = py::reinterpret_borrow<py::array>(object);
    owner_ = array;
    data_ = const_cast<void*>(array.data());
    type_ = type_of(array.dtype());
    writable_ = array.writeable();
    shape_.assign(array.shape(), array.shape() + array.ndim());
    for (py::ssize_t axis = 0; axis < array.ndim(); ++axis) {
      if (array.shape(axis) > 1 && array.strides(axis) % array.itemsize() != 0)
        refuse("whole numbers between elements");
      strides_.push_back(array.strides(axis) / array.itemsize());
    }
    return;
  }
  if (!py::hasattr(object, "__dlpack__")) {
    swahr::refuse(name_ + " is a " + py::str(py::type::of(object).attr("__name__")).cast<std::string>() +
                  "; expected a numpy array, a torch tensor or what speaks DLPack");
  }
  const auto device = object.attr("__dlpack_device__")().cast<std::pair<int, int>>();
  // -1: nobody has to wait. What made a tensor and what reads it are on the stream that the caller names.
  const py::object capsule = device.first == dlpack::kCpu ? object.attr("__dlpack__")()
                                                          : object.attr("__dlpack__")(py::arg("stream") = -1);
  const auto* managed =
      static_cast<const dlpack::ManagedTensor*>(PyCapsule_GetPointer(capsule.ptr(), dlpack::kCapsule));
  if (managed == nullptr) throw py::error_already_set();
  owner_ = capsule;  // not taken out of its capsule, which so lets go of it in the end
  const dlpack::Tensor& tensor = managed->tensor;
  data_ = static_cast<unsigned char*>(tensor.data) + tensor.byte_offset;
  device_ = tensor.device.type == dlpack::kCudaHost ? dlpack::Device{dlpack::kCpu, 0} : tensor.device;
  type_ = tensor.type;
  shape_.assign(tensor.shape, tensor.shape + tensor.ndim);
  if (tensor.strides != nullptr) {
    strides_.assign(tensor.strides, tensor.strides + tensor.ndim);
  } else {
    strides_.assign(shape_.size(), 1);
    for (std::size_t axis = shape_.size(); axis-- > 1;) strides_[axis - 1] = strides_[axis] * shape_[axis];
  }
  if (device_.type != dlpack::kCpu && device_.type != dlpack::kCuda)
    refuse("a tensor on the processor or on CUDA");
}

bool TensorView::follows(std::size_t from, std::size_t to, std::int64_t step) const {
  for (std::size_t axis = to; axis-- > from;) {
    if (shape_[axis] > 1 && strides_[axis] != step) return false;
    step *= shape_[axis];
  }
  return true;
}

std::string TensorView::described() const {
  constexpr const char* kKinds[] = {"int", "uint", "float", "type", "bfloat"};
  std::string text =
      (type_.code <= dlpack::kBFloat ? kKinds[type_.code] : "type") + std::to_string(type_.bits) + " [";
  for (std::size_t axis = 0; axis < shape_.size(); ++axis)
    text += (axis ? ", " : "") + std::to_string(shape_[axis]);
  return text + "] on " + (on_gpu() ? "cuda:" + std::to_string(device_.id) : "the processor");
}

void TensorView::refuse(const std::string& expected) const {
  swahr::refuse(name_ + " is " + described() + "; expected " + expected);
}

void TensorView::require_device_of(const TensorView& other) const {
  if (device_.type != other.device_.type || device_.id != other.device_.id) {
    refuse("it on the device of " + other.name_ + ", " + other.described());
  }
}

}  // namespace swahr
