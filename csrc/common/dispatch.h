// SWAHR_DISPATCH before a function compiles it for AVX-512, AVX2 and the baseline, and picks one at load time.
// Elsewhere (MSVC, macOS, NEON, sanitizers) the function is compiled once for the build's target.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(SWAHR_NO_DISPATCH)
#define SWAHR_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SWAHR_DISPATCH
#endif
