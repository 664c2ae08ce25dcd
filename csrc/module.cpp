// The module's table of contents: what this build can do, and its operations, which CMakeLists.txt lists.
// See swahr/_native.pyi for shapes and units.
#include <pybind11/pybind11.h>

#include <new>

#define SWAHR_OPERATION(name)                  \
  namespace swahr {                            \
  void bind_##name(pybind11::module_& module); \
  }
#include "operations.inc"
#undef SWAHR_OPERATION

PYBIND11_MODULE(_native, module) {
  module.doc() = "Heatmaps to people: the native operations. See _native.pyi for shapes and units.";
#ifdef SWAHR_WITH_CUDA
  module.attr("has_cuda") = true;
  module.attr("cuda_version") = SWAHR_CUDA_VERSION;
  module.attr("cuda_architectures") = SWAHR_CUDA_ARCHITECTURES;
#else
  module.attr("has_cuda") = false;
  module.attr("cuda_version") = 0;
  module.attr("cuda_architectures") = "";
#endif
  // NOLINTNEXTLINE(performance-unnecessary-value-param): pybind11 asks for a value
  pybind11::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
      PyErr_SetString(PyExc_MemoryError,
                      "not enough memory for maps of this size; take smaller ones, or fewer at once");
    }
  });
#define SWAHR_OPERATION(name) swahr::bind_##name(module);
#include "operations.inc"
#undef SWAHR_OPERATION
}
