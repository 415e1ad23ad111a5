// The compiler as a program.
#include "compiler/driver/driver.h"

int main(int argc, char** argv) {
  return wfc::driver::run(argc, argv);
}
