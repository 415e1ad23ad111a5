// Either the tests, or one of the programs that they drive.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/runtime_main/programs.h"

int main(int argc, char** argv) {
  if (const char* name = std::getenv("SURFACE_TEST_PROGRAM")) {
    const wf::Program* program = wf::test::program_named(name);
    return program ? wf::run_main(*program, argc, argv) : 99;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
