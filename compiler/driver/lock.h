// wfc.lock: what people have approved that the definitions of a folder may get at.
#pragma once
#include <map>
#include <set>
#include <string>

#include "compiler/driver/driver.h"
#include "compiler/model/grants.h"

namespace wfc::driver {

class Lock {
 public:
  // That of the folder. The error is a file that cannot be understood.
  static wf::Result<Lock> read(const std::string& folder);
  // The text of the file; empty: there is none, and nothing is held against it.
  const std::string& text() const { return text_; }

  // Reports what `checked` is granted and nobody approved.
  void hold(const std::string& name, const model::Workflow& workflow, diag::Report& report) const;
  void approve(const std::string& name, const model::Workflow& workflow);
  wf::Result<> write() const;

 private:
  using Grants = std::map<model::GrantKind, std::set<std::string>>;
  std::string path_;
  std::string text_;
  std::map<std::string, Grants> definitions_;  // By the name of the file.
};

// Holds the definition of that file to the wfc.lock beside it, if there is one.
wf::Result<> hold_to_lock(const std::string& file, const model::Workflow& workflow, diag::Report& report);

}  // namespace wfc::driver
