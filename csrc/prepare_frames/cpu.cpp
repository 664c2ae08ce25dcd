#include "prepare_frames/kernel.h"

namespace swahr {

void prepare_on_cpu(const PrepareJob& job, float* images) {
  for (int image = 0; image < job.count; ++image) {
    for (int y = 0; y < job.input.height; ++y) {
      for (int x = 0; x < job.input.width; ++x) prepare_pixel(job, image, x, y, images);
    }
  }
}

}  // namespace swahr
