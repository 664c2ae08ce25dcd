// Every CUDA call and launch goes through these: an error names what was tried.
#pragma once

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace swahr {

inline void cuda_check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string("CUDA: ") + what + ": " + cudaGetErrorString(status));
}

// After a launch: its configuration was accepted. What goes wrong while it runs shows at the next
// synchronisation.
inline void cuda_check_launch(const char* kernel) { cuda_check(cudaGetLastError(), kernel); }

}  // namespace swahr
