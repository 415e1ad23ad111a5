// The ways through the tags of a command: on each, a shell reads another text.
#include <algorithm>
#include <utility>

#include "compiler/shell/shell_words.h"

namespace wfc::shell {
namespace {

using expr::NodeKind;
using expr::TemplateNode;
using Way = std::vector<CommandPart>;

bool all_quiet(const std::vector<TemplateNode>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const TemplateNode& node) {
    if (node.kind == NodeKind::text && !is_quiet(node.text)) return false;
    return !node.block || std::all_of(node.block->bodies.begin(), node.block->bodies.end(), all_quiet);
  });
}

// About what a way takes in memory.
std::size_t size_of(const std::vector<TemplateNode>& nodes) {
  std::size_t size = 0;
  for (const TemplateNode& node : nodes) {
    size += sizeof(TemplateNode) + node.text.size();
    if (!node.block) continue;
    for (const std::vector<TemplateNode>& body : node.block->bodies) size += size_of(body);
  }
  return size;
}

class Walk {
 public:
  Walk(bool quiet_too, std::size_t size)
      : quiet_too_(quiet_too), made_max_(std::clamp<std::size_t>(bytes_max / (size + 1), 2, 128)) {}

  void add(const std::vector<TemplateNode>& nodes, std::vector<Way>& ways) {
    for (const TemplateNode& node : nodes) {
      switch (node.kind) {
        case NodeKind::text:
          for (Way& way : ways) add_text(node, way);
          break;
        case NodeKind::set:
        case NodeKind::begin:
          break;  // Prints nothing.
        case NodeKind::include:
          add(node.block->bodies[0], ways);
          break;
        case NodeKind::if_:
          if (quiet_too_ || !all_quiet({node})) {
            if (has_room(node, ways)) {
              choose(node, ways);
              break;
            }
            too_many_ = true;
          }
          [[fallthrough]];
        default:
          for (Way& way : ways) {
            CommandPart& part = way.emplace_back();
            part.value.push_back(node);
            part.span = node.span;
          }
          break;
      }
    }
  }

  bool too_many() const { return too_many_; }

 private:
  static constexpr std::size_t bytes_max = 16 << 20;

  static void add_text(const TemplateNode& node, Way& way) {
    if (way.empty() || !way.back().value.empty()) way.emplace_back().span = node.span;
    way.back().text += node.text;
  }

  static std::size_t branches_of(const TemplateNode& node) { return node.block->conditions.size() + 1; }
  bool has_room(const TemplateNode& node, const std::vector<Way>& ways) const {
    return made_ + ways.size() * branches_of(node) <= made_max_;
  }

  void choose(const TemplateNode& node, std::vector<Way>& ways) {
    made_ += ways.size() * branches_of(node);
    std::vector<Way> chosen;
    for (std::size_t i = 0; i < branches_of(node); ++i) {
      std::vector<Way> with = ways;
      if (i < node.block->bodies.size()) add(node.block->bodies[i], with);
      std::move(with.begin(), with.end(), std::back_inserter(chosen));
    }
    ways = std::move(chosen);
  }

  bool quiet_too_;
  std::size_t made_max_;  // Of ways, begun ones included: each is read by itself.
  std::size_t made_ = 0;
  bool too_many_ = false;
};

}  // namespace

bool is_quiet(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:,@%+=-").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

Ways ways_of(const expr::Template& text) {
  Ways ways;
  const std::size_t size = size_of(text.nodes);
  for (const bool quiet_too : {true, false}) {
    ways.all.assign(1, {});
    Walk walk(quiet_too, size);
    walk.add(text.nodes, ways.all);
    ways.too_many = walk.too_many();
    if (!ways.too_many) break;
  }
  return ways;
}

}  // namespace wfc::shell
