// A text, read, with what was said about it: for the tests of this room.
#pragma once
#include <sstream>
#include <string>

#include "compiler/diag/render.h"
#include "compiler/yaml/yaml.h"

namespace wfc::yaml {

struct Reading {
  explicit Reading(std::string text, std::string name = "w.yaml", const source::Limits& limits = {})
      : report(limits),
        file(sources.add(std::move(name), std::move(text))),
        document(parse(sources, file, report)) {
    report.sort();
  }

  const Node& root() const { return *document.root(); }
  const Node& at(std::string_view key) const { return *document.root()->find(key); }
  std::string source(const Span& span) const { return std::string(sources.text(span)); }
  std::string place(const Span& span) const {
    const auto at = sources.position_of(span.file, span.begin);
    return std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  // "WF0109 2:5 message" for each, a line each.
  std::string said() const {
    std::string out;
    for (const auto& d : report.all())
      out += diag::code_of(*d->kind) + " " + place(d->span) + " " + d->message + "\n";
    return out;
  }
  const diag::Diagnostic& first() const { return *report.all().front(); }

  source::SourceMap sources;
  diag::Report report;
  FileId file;
  Document document;
};

inline void write_tree(std::ostream& out, const Node& node) {
  switch (node.form) {
    case Form::null:
      out << "~";
      break;
    case Form::scalar:
      out << (node.style == Style::plain ? "=" : "'") << node.text << (node.style == Style::plain ? "" : "'");
      break;
    case Form::sequence:
      out << "[";
      for (const Node* item : node.items) {
        write_tree(out, *item);
        out << ",";
      }
      out << "]";
      break;
    case Form::mapping:
      out << "{";
      for (const Entry& entry : node.entries) {
        out << entry.key << ":";
        write_tree(out, *entry.value);
        out << ",";
      }
      out << "}";
      break;
  }
}

inline std::string tree(const Document& document) {
  if (!document.root()) return "nothing";
  std::ostringstream out;
  write_tree(out, *document.root());
  return out.str();
}

}  // namespace wfc::yaml
