// The tables of the store and how a file comes to have them. docs/store.md describes them for people.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "runtime/store/connection.h"

namespace wf::store {

inline constexpr std::int64_t application_id = 0x77666331;  // "wfc1", in the header of the file.
inline constexpr std::int64_t schema_version = 4;

// What makes version `to` of version `to - 1`. Constant text; runs in one transaction with the change of the
// number.
struct Migration {
  std::int64_t to;
  const char* sql;
};
std::span<const Migration> migrations();

// A whole new database as bytes. One file written, synced and linked into its place is quicker than six syncs
// of SQLite, and nobody ever sees half a store.
Result<std::string> fresh_image(const std::string& store_id, std::int64_t now_ms);

// Gives an empty file its tables, brings an older one up to `target`, refuses newer and foreign ones. The
// identity of the store is `store_id` if it is made now.
Result<> settle_schema(Connection& connection, const std::string& store_id, std::int64_t now_ms,
                       std::span<const Migration> steps = migrations(), std::int64_t target = schema_version);

}  // namespace wf::store
