// Where a store's files lie.
//
// In a folder named `.wf` everything lies beside the database. A database elsewhere (`--store /tmp/x.db`)
// gets a folder of its own, `x.db.files`, so that nothing is strewn where people keep their things. Files of
// a run are named by a hash of its id, never by the id.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/store/store.h"

namespace wf::store {

struct Layout {
  std::string database;
  std::string folder;
  bool made_folder = false;  // Its own entry is not yet synced.

  std::string lock(std::string_view run_id) const;  // Also what is touched to wake the driver.
  std::string logs(std::string_view run_id) const;
  std::string outputs() const { return folder + "/outputs"; }
};

// Finds (or with `create` makes) the folders. Symbolic links are followed to the end, so that two names of
// one store have one lock for each run.
Result<Layout> lay_out(const std::string& path, bool create);

// The name of a file system on which the kernel's locks may not reach other machines, by its number in
// statfs(2).
std::optional<std::string_view> network_file_system(std::uint64_t number);
Result<> refuse_network(const Layout& layout);

// Makes the database from its image, unless another process was quicker. Where a file system has no hard
// links, an empty file is all that comes of it, and the tables are made in place.
Result<> place_database(const Layout& layout, std::string_view image, Random& random);

// 64 lower-case hex digits: the only names that files of outputs have.
bool is_output_name(std::string_view name);
Result<std::string> keep_output(const Layout& layout, const std::string& path);

// The driver's inotify sees it; without a driver it does nothing.
void touch(const std::string& path);

}  // namespace wf::store
