# The CUDA kernels: whether they are built, for which GPUs, and how.
#   SWAHR_CUDA=AUTO|ON|OFF        AUTO builds them where a toolkit is found and works; an editable build, which is for
#                                 this machine alone, only where there is a GPU too
#   SWAHR_CUDA_ARCHITECTURES=...  "75;80;86;89;90" by default; "native" is this machine's GPU, the default of editable
#                                 builds
# Sets SWAHR_WITH_CUDA and the function swahr_add_cuda(target).

if(NOT SWAHR_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "SWAHR_CUDA=${SWAHR_CUDA}; expected AUTO, ON or OFF")
endif()
set(SWAHR_CUDA_ARCHITECTURES "" CACHE STRING "GPUs to build for: compute capabilities without the dot, or native")
set(SWAHR_WITH_CUDA OFF)

# The compute capabilities of this machine's GPUs, or nothing.
execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader OUTPUT_VARIABLE SWAHR_GPUS_HERE
                ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE "." "" SWAHR_GPUS_HERE "${SWAHR_GPUS_HERE}")
string(REPLACE "\n" ";" SWAHR_GPUS_HERE "${SWAHR_GPUS_HERE}")
list(REMOVE_DUPLICATES SWAHR_GPUS_HERE)
if(failed OR NOT SWAHR_GPUS_HERE MATCHES "^[0-9;]+$")
  set(SWAHR_GPUS_HERE "")
endif()

set(try_cuda ON)
if(SWAHR_CUDA STREQUAL "OFF" OR SWAHR_BUILD_TESTS)
  set(try_cuda OFF)
elseif(SWAHR_CUDA STREQUAL "AUTO" AND SKBUILD_STATE STREQUAL "editable" AND SWAHR_GPUS_HERE STREQUAL "")
  set(try_cuda OFF)
endif()
if(try_cuda)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    # The architectures are chosen per target; this keeps CMake from choosing.
    set(CMAKE_CUDA_ARCHITECTURES OFF)
    enable_language(CUDA)
    find_package(CUDAToolkit)
  endif()
  if(CMAKE_CUDA_COMPILER AND TARGET CUDA::cudart_static)
    set(SWAHR_WITH_CUDA ON)
  elseif(SWAHR_CUDA STREQUAL "ON")
    message(FATAL_ERROR "SWAHR_CUDA=ON, but no working nvcc with its runtime library was found. Install the CUDA toolkit "
                        "and put nvcc on PATH (or set CUDACXX), or build with SWAHR_CUDA=AUTO or OFF")
  endif()
endif()

if(SWAHR_WITH_CUDA)
  set(wanted "${SWAHR_CUDA_ARCHITECTURES}")
  if(wanted STREQUAL "" AND SKBUILD_STATE STREQUAL "editable" OR wanted STREQUAL "native")
    set(wanted ${SWAHR_GPUS_HERE})
  endif()
  if(wanted STREQUAL "")
    set(wanted 75 80 86 89 90)
  endif()
  execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-arch OUTPUT_VARIABLE supported OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(SWAHR_CUDA_BUILT "")
  foreach(architecture IN LISTS wanted)
    if("${supported}\n" MATCHES "compute_${architecture}\n")
      list(APPEND SWAHR_CUDA_BUILT ${architecture})
    else()
      message(STATUS "This nvcc cannot build for compute capability ${architecture}: left out")
    endif()
  endforeach()
  if(SWAHR_CUDA_BUILT STREQUAL "")
    message(FATAL_ERROR "This nvcc can build for none of ${wanted}; set SWAHR_CUDA_ARCHITECTURES")
  endif()
  message(STATUS "CUDA kernels for ${SWAHR_CUDA_BUILT}, toolkit ${CUDAToolkit_VERSION}")
else()
  message(STATUS "No CUDA kernels")
endif()

function(swahr_add_cuda target)
  target_sources(${target} PRIVATE ${SWAHR_CUDA_SOURCES})
  set_target_properties(${target} PROPERTIES CUDA_ARCHITECTURES "${SWAHR_CUDA_BUILT}" CUDA_STANDARD 17
                                             CUDA_STANDARD_REQUIRED ON)
  # The static runtime looks for the driver when it is first used, so the module loads where there is none.
  target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  string(REPLACE ";" "," architectures "${SWAHR_CUDA_BUILT}")
  math(EXPR version "${CUDAToolkit_VERSION_MAJOR} * 1000 + ${CUDAToolkit_VERSION_MINOR} * 10")
  target_compile_definitions(${target} PRIVATE SWAHR_WITH_CUDA SWAHR_CUDA_VERSION=${version}
                                               "SWAHR_CUDA_ARCHITECTURES=\"${architectures}\"")
  # -fmad=false: as on the processor, no multiplication and addition in one rounding.
  set(host_options -Wall -Wextra -Wshadow)
  if(MSVC)
    set(host_options /W4)
  endif()
  list(JOIN host_options "," host_options)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-O3 -fmad=false --Werror=all-warnings
                                           -Xptxas=-v -Xcompiler=${host_options}>)
endfunction()
