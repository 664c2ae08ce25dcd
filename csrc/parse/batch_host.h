// The kernels' bodies on the processor, one after the other: slow, for tests that prove what the GPU will compute.
#pragma once

#include "common/sources.h"
#include "parse/batch.h"

namespace swahr {

void parse_batch_on_host(const StoredSource& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory);
void parse_batch_on_host(const StageSource& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory);

}  // namespace swahr
