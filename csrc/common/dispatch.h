// SWAHR_DISPATCH before a function compiles it for AVX-512, AVX2 and the baseline, and picks one at load
// time. Elsewhere (MSVC, macOS, NEON, musl, sanitizers) the function is compiled once for the build's target.
#pragma once

#include <cstddef>  // defines __GLIBC__, whose loader the choice needs

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(SWAHR_NO_DISPATCH)
#if __GNUC__ >= 12
#define SWAHR_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else  // older ones do not know the levels by name
#define SWAHR_DISPATCH __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define SWAHR_DISPATCH
#endif

// SWAHR_NO_ALIAS before a loop says that what it writes is not what it reads, so that it vectorises without a
// check.
#if defined(__clang__)
#define SWAHR_NO_ALIAS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define SWAHR_NO_ALIAS _Pragma("GCC ivdep")
#elif defined(_MSC_VER)
#define SWAHR_NO_ALIAS __pragma(loop(ivdep))
#else
#define SWAHR_NO_ALIAS
#endif
