// Names of rows: found, first come first served, however many and however alike.
#include "compiler/model/name_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wfc::model {
namespace {

TEST(NameIndex, gives_each_name_the_first_row_that_bore_it) {
  std::vector<std::string> rows;
  const auto name_of = [&](std::uint32_t row) -> std::string_view { return rows[row]; };
  NameIndex index;
  EXPECT_EQ(index.find("row 0", name_of), NameIndex::no_row);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    rows.push_back("row " + std::to_string(i % 2000));
    EXPECT_EQ(index.add(rows[i], i, name_of), i % 2000);
  }
  EXPECT_EQ(index.size(), 2000u);
  for (std::uint32_t i = 0; i < 2000; ++i) EXPECT_EQ(index.find("row " + std::to_string(i), name_of), i);
  EXPECT_EQ(index.find("row 2000", name_of), NameIndex::no_row);
  EXPECT_EQ(index.find("", name_of), NameIndex::no_row);
  // The rows may move.
  const std::vector<std::string> moved = std::move(rows);
  EXPECT_EQ(index.find("row 7", [&](std::uint32_t row) -> std::string_view { return moved[row]; }), 7u);
  index.clear();
  EXPECT_EQ(index.size(), 0u);
  EXPECT_EQ(index.find("row 7", name_of), NameIndex::no_row);
}

}  // namespace
}  // namespace wfc::model
