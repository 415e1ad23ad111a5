// Keeps the tree within its limits while it grows.
#include "compiler/yaml/tree_builder.h"

#include <algorithm>

namespace wfc::yaml {

namespace {

constexpr std::size_t small_mapping = 16;
// Texts that aliases repeat are copied into the model: how much all of them may come to, in files' sizes.
constexpr std::uint64_t expanded_files = 4;

std::string mebibytes(std::uint64_t bytes) {
  return bytes >= 1 << 20 ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes) + " bytes";
}

}  // namespace

bool TreeBuilder::count(const Measure& measure, Span place) {
  total_.nodes += measure.nodes;
  total_.bytes += measure.bytes;
  const int depth = static_cast<int>(levels_.size()) + measure.height;
  if (depth > static_cast<int>(limits_.depth)) {
    report_.add(diag::too_deep, place, static_cast<std::int64_t>(limits_.depth))
        .raise(&source::Limits::depth);
    return false;
  }
  if (total_.nodes > limits_.nodes) {
    report_
        .add(diag::resource_bomb, place,
             "this file holds more than " + spelt(limits_, &source::Limits::nodes) +
                 " values, aliases counted each time")
        .raise(&source::Limits::nodes, "write fewer aliases of aliases");
    return false;
  }
  if (total_.bytes > expanded_files * limits_.json_bytes) {
    report_
        .add(diag::resource_bomb, place,
             "the texts of this file come to more than " + mebibytes(expanded_files * limits_.json_bytes) +
                 ", aliases counted each time")
        .help("keep long texts in files of their own");
    return false;
  }
  return true;
}

std::size_t TreeBuilder::add_anchor(std::string_view name, Span span, const Node* node) {
  if (name.empty()) return no_anchor;
  anchors_.push_back(Anchor{node, span, {}, true, false});
  // Defined again, the name means the new node from here on; that is YAML's rule.
  anchor_named_.insert_or_assign(std::string(name), anchors_.size() - 1);
  return anchors_.size() - 1;
}

const Node* TreeBuilder::broken_node(Span span) {
  Node node;
  node.span = span;
  node.broken = true;
  return arena_.make(node);
}

void TreeBuilder::put(const Node* node, int height) {
  if (levels_.empty()) {
    root_ = node;
    return;
  }
  Level& level = levels_.back();
  level.height = std::max(level.height, height);
  if (level.node->is_sequence()) {
    items_.push_back(node);
    return;
  }
  if (level.has_key) {
    if (!level.key_is_bad) {
      level.pending.value = node;
      entries_.push_back(level.pending);
    } else {
      level.node->broken = true;
    }
    level.has_key = false;
    level.key_is_bad = false;
    return;
  }
  put_key(*node);
}

void TreeBuilder::put_key(const Node& node) {
  Level& level = levels_.back();
  level.has_key = true;
  level.pending = Entry{node.text, node.span, nullptr};
  const bool nothing = node.is_null() && node.text.empty();
  level.key_is_bad = nothing || node.is_mapping() || node.is_sequence();
  if (nothing && !node.broken) {
    report_.add(diag::yaml_syntax, node.span, "a key is missing before this `:`");
  } else if (level.key_is_bad && !node.broken) {
    report_.add(diag::yaml_syntax, node.span, "a key must be a text")
        .label(node.is_mapping() ? "this is a mapping" : "this is a list");
  }
}

bool TreeBuilder::scalar(Node node, std::string_view anchor, Span anchor_span) {
  if (node.text.size() > limits_.text_bytes) {
    report_
        .add(diag::text_too_large, span(node.span.begin, node.span.begin), "this text",
             spelt(limits_, &source::Limits::text_bytes))
        .raise(&source::Limits::text_bytes);
    node.form = Form::null;
    node.text = {};
    node.broken = true;
  }
  // The bytes of the file hold no NUL, but an escape can make one; a text with NUL would end there for a
  // program.
  if (node.style == Style::double_quoted && node.text.find('\0') != std::string_view::npos) {
    report_.add(diag::not_utf_8, node.span, "a NUL character stands in this text").help("remove the escape");
    node.form = Form::null;
    node.text = {};
    node.broken = true;
  }
  const Measure measure{1, node.text.size(), 0};
  if (!count(measure, node.span)) return false;
  last_end_ = std::max(last_end_, node.span.end);
  // An entry holds all of its key: only a key that an alias may name is kept as a node.
  if (anchor.empty() && at_key()) {
    put_key(node);
    return true;
  }
  const Node* made = arena_.make(node);
  if (!anchor.empty()) {
    Anchor& named = anchors_[add_anchor(anchor, anchor_span, made)];
    named.measure = measure;
    named.open = false;
  }
  put(made, 0);
  return true;
}

bool TreeBuilder::alias(std::string_view name, Span place) {
  last_end_ = std::max(last_end_, place.end);
  const auto at = anchor_named_.find(name);
  if (at == anchor_named_.end()) {
    report_.add(diag::alias_problem, place, "no anchor is named `" + std::string(name) + "`")
        .help("write `&" + std::string(name) + "` before the value that is meant");
    put(broken_node(place), 0);
    return true;
  }
  Anchor& anchor = anchors_[at->second];
  anchor.used = true;
  if (anchor.open) {
    report_.add(diag::alias_problem, place, "`" + std::string(name) + "` would contain itself")
        .label("stands inside the value it names")
        .also(anchor.span, "the value begins here");
    put(broken_node(place), 0);
    return true;
  }
  if (at_key() && !anchor.node->is_scalar()) {
    report_.add(diag::yaml_syntax, place, "a key must be a text").label("this names no text");
    put(broken_node(place), 0);
    return true;
  }
  if (!count(anchor.measure, place)) return false;
  put(anchor.node, anchor.measure.height);
  return true;
}

bool TreeBuilder::open(Form form, Span begin, std::string_view anchor, Span anchor_span) {
  Node node;
  node.form = form;
  node.span = begin;
  const Measure before = total_;
  if (!count({1, 0, 1}, begin)) return false;
  Node* made = arena_.make(node);
  Level level;
  level.node = made;
  level.first = form == Form::sequence ? items_.size() : entries_.size();
  level.before = before;
  level.anchor = add_anchor(anchor, anchor_span, made);
  levels_.push_back(level);
  return true;
}

bool TreeBuilder::close(std::uint32_t end) {
  const Level level = levels_.back();
  Node& node = *level.node;
  if (node.is_sequence()) {
    node.items = arena_.copy(std::span<const Node* const>(items_).subspan(level.first));
    items_.resize(level.first);
  } else {
    node.entries = unique_entries(level.first, node.index);
  }
  // A block collection has no last character of its own: it ends with what it holds.
  node.span.end = std::max(node.span.begin, end != 0 ? end : last_end_);
  last_end_ = std::max(last_end_, node.span.end);
  levels_.pop_back();
  if (level.anchor != no_anchor) {
    Anchor& anchor = anchors_[level.anchor];
    anchor.open = false;
    anchor.measure = {total_.nodes - level.before.nodes, total_.bytes - level.before.bytes, level.height + 1};
  }
  put(&node, level.height + 1);
  return true;
}

void TreeBuilder::report_duplicate(const Entry& first, const Entry& second) {
  report_.add(diag::duplicate_key, second.key_span, second.key)
      .label("a second time")
      .also(first.key_span, "first here");
}

std::span<const Entry> TreeBuilder::unique_entries(std::size_t first, const KeyIndex*& index) {
  const std::span<Entry> all = std::span(entries_).subspan(first);
  std::size_t kept = 0;
  if (all.size() <= small_mapping) {
    for (const Entry& entry : all) {
      const auto earlier = std::find_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept),
                                        [&](const Entry& e) { return e.key == entry.key; });
      if (earlier != all.begin() + static_cast<std::ptrdiff_t>(kept))
        report_duplicate(*earlier, entry);
      else
        all[kept++] = entry;
    }
    const auto entries = arena_.copy(std::span<const Entry>(all.first(kept)));
    entries_.resize(first);
    return entries;
  }
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].key < all[b].key; });
  std::vector<bool> repeats(all.size(), false);
  std::size_t earliest = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (all[order[i]].key != all[order[earliest]].key) {
      earliest = i;
      continue;
    }
    repeats[order[i]] = true;
    report_duplicate(all[order[earliest]], all[order[i]]);
  }
  std::vector<std::size_t> new_place(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    new_place[i] = kept;
    if (!repeats[i]) all[kept++] = all[i];
  }
  const auto entries = arena_.copy(std::span<const Entry>(all.first(kept)));
  entries_.resize(first);
  std::vector<const Entry*> sorted;
  sorted.reserve(kept);
  for (const std::size_t old_place : order)
    if (!repeats[old_place]) sorted.push_back(&entries[new_place[old_place]]);
  index = arena_.make(KeyIndex{arena_.copy(std::span<const Entry* const>(sorted))});
  return entries;
}

void TreeBuilder::abandon() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    level.node->broken = true;
    if (level.has_key) put(broken_node(level.pending.key_span), 0);
    close(0);
  }
}

void TreeBuilder::report_unused_anchors() {
  for (const Anchor& anchor : anchors_) {
    if (anchor.used) continue;
    report_.add(diag::alias_problem, anchor.span, "this anchor is never used")
        .severity(diag::Severity::note)
        .fix("remove it", anchor.span, "");
  }
}

}  // namespace wfc::yaml
