// Builds the tree from the events of either reader, and keeps its limits.
//
// The children of open collections wait on two shared stacks and are copied into the arena when their
// collection closes, so that a node costs no allocation of its own.
#pragma once
#include <map>
#include <vector>

#include "compiler/yaml/readers.h"

namespace wfc::yaml {

class TreeBuilder {
 public:
  TreeBuilder(Arena& arena, FileId file, diag::Report& report, const source::Limits& limits)
      : arena_(arena), file_(file), report_(report), limits_(limits) {}

  // Each gives false when nothing more is to be read: a limit was passed (and reported).
  // `anchor`: name of this node, or empty; its span, for messages.
  bool open(Form form, Span begin, std::string_view anchor, Span anchor_span);
  bool close(std::uint32_t end);
  bool scalar(Node node, std::string_view anchor, Span anchor_span);
  bool alias(std::string_view name, Span span);

  bool at_key() const {
    return !levels_.empty() && levels_.back().node->is_mapping() && !levels_.back().has_key;
  }
  // Where an empty value stands: its key.
  Span pending_key() const { return levels_.back().pending.key_span; }
  bool inside_mapping() const { return !levels_.empty() && levels_.back().node->is_mapping(); }
  bool done() const { return levels_.empty() && root_ != nullptr; }

  // Something between what was read and what comes is left out.
  void mark_as_broken(Removed::Lost lost) {
    if (lost == Removed::Lost::value || levels_.empty()) return;
    levels_.back().node->broken = true;
    if (lost == Removed::Lost::more) return;
    for (const Level& level : levels_) level.node->broken = true;
  }
  // What was never closed is closed where reading ended, and marked as broken.
  void abandon();
  void report_unused_anchors();
  const Node* root() const { return root_; }

 private:
  struct Measure {
    std::uint64_t nodes = 1;
    std::uint64_t bytes = 0;
    int height = 0;
  };
  struct Anchor {
    const Node* node;
    Span span;
    Measure measure;
    bool open = true;
    bool used = false;
  };
  struct Level {
    Node* node;
    std::size_t first;  // Of its children on the stack.
    Entry pending{};
    bool has_key = false;
    bool key_is_bad = false;
    Measure before;  // The totals when it was opened.
    int height = 0;  // Of the highest child.
    std::vector<Anchor>::size_type anchor;
  };
  static constexpr std::size_t no_anchor = static_cast<std::size_t>(-1);

  Span span(std::uint32_t begin, std::uint32_t end) const { return {file_, begin, end}; }
  std::size_t add_anchor(std::string_view name, Span span, const Node* node);
  bool count(const Measure& measure, Span place);
  void put(const Node* node, int height);
  void put_key(const Node& node);
  const Node* broken_node(Span span);
  std::span<const Entry> unique_entries(std::size_t first, const KeyIndex*& index);
  void report_duplicate(const Entry& first, const Entry& second);

  Arena& arena_;
  FileId file_;
  diag::Report& report_;
  const source::Limits& limits_;
  const Node* root_ = nullptr;
  std::vector<Level> levels_;
  std::vector<const Node*> items_;
  std::vector<Entry> entries_;
  std::vector<Anchor> anchors_;
  std::map<std::string, std::size_t, std::less<>> anchor_named_;
  Measure total_{0, 0, 0};
  std::uint32_t last_end_ = 0;
};

}  // namespace wfc::yaml
