// The longer helpers of the store's tests.
#include "tests/unit/runtime_store/world.h"

#include <sqlite3.h>

#include <future>

namespace wf::store {

Result<> write(Journal& journal, std::vector<Record> records) {
  auto told = std::make_shared<std::promise<Result<>>>();
  auto answer = told->get_future();
  journal.append(std::move(records), [told](Result<> result) { told->set_value(std::move(result)); });
  return answer.get();
}

std::string sql(const std::string& path, const std::string& text) {
  sqlite3* db = nullptr;
  std::string out;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) return "cannot open";
  sqlite3_busy_timeout(db, 5'000);
  char* error = nullptr;
  const auto row = [](void* into, int columns, char** values, char**) {
    auto& all = *static_cast<std::string*>(into);
    if (!all.empty()) all += '\n';
    for (int i = 0; i < columns; ++i) all += (i ? "|" : "") + std::string(values[i] ? values[i] : "NULL");
    return 0;
  };
  if (sqlite3_exec(db, text.c_str(), row, &out, &error) != SQLITE_OK) out = std::string("error: ") + error;
  sqlite3_free(error);
  sqlite3_close(db);
  return out;
}

}  // namespace wf::store
