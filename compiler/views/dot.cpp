// Draws for `dot`: shapes tell kinds apart, amber marks where people are asked, blue lines carry data,
// dashed amber ones go back.
//
// Labels are DOT's HTML-like ones, because only those mix sizes; every text in them goes through `escaped`.
// Lines are broken here, between words and by what a terminal would call columns, since dot does not break
// lines.
#include <vector>

#include "compiler/views/drawing.h"
#include "runtime/base/text.h"

namespace wfc::views {
namespace {

constexpr int label_columns = 30;

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : wf::printable(text, false)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
        break;
    }
  }
  return result;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : wf::printable(text, false)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// Lines of at most `columns`, at most `lines_max` of them, the last with an ellipsis where something is
// missing.
std::vector<std::string> lines_of(std::string_view text, int columns, std::size_t lines_max) {
  std::vector<std::string> lines;
  std::string line;
  int width = 0;
  const auto end_line = [&] {
    lines.push_back(std::move(line));
    line.clear();
    width = 0;
  };
  for (std::size_t at = 0; at < text.size() && lines.size() <= lines_max;) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, space - at);
    at = space + 1;
    const int word_width = wf::display_width(word);
    if (width > 0 && width + 1 + word_width > columns) end_line();
    if (width > 0) {
      line += ' ';
      ++width;
    }
    if (word_width <= columns) {
      line += word;
      width += word_width;
      continue;
    }
    // A word longer than a line is cut where it must be.
    for (std::size_t in = 0; in < word.size();) {
      const std::size_t begin = in;
      const int character = wf::display_width(wf::next_code_point(word, in));
      if (width > 0 && width + character > columns) end_line();
      line += word.substr(begin, in - begin);
      width += character;
    }
  }
  if (!line.empty()) end_line();
  if (lines.size() > lines_max) {
    lines.resize(lines_max);
    lines.back() += "\u2026";
  }
  return lines;
}

std::string block(std::string_view text, std::size_t lines_max, std::string_view open,
                  std::string_view close) {
  std::string result;
  for (const std::string& line : lines_of(text, label_columns, lines_max)) {
    if (!result.empty()) result += "<br/>";
    result += std::string(open) + escaped(line) + std::string(close);
  }
  return result;
}

struct Look {
  const char* shape;
  const char* style;
  const char* fill;
  const char* line;
};

Look look_of(wf::StepKind kind) {
  switch (kind) {
    case wf::StepKind::agent:
      return {"box", "rounded,filled", "#eaf1fb", "#5b7db1"};
    case wf::StepKind::command:
      return {"box", "filled", "#f4f4f2", "#8a8a85"};
    case wf::StepKind::deploy:
      return {"cds", "filled", "#e3f3e6", "#4f8a5b"};
    case wf::StepKind::approve:
      return {"octagon", "filled", "#fde9b8", "#b7791f"};
    case wf::StepKind::action:
      return {"component", "filled", "#efe9f7", "#7d66a8"};
    case wf::StepKind::check:
      return {"hexagon", "filled", "#f7ece6", "#a86e4f"};
    case wf::StepKind::branch:
      return {"diamond", "filled", "#f7ece6", "#a86e4f"};
    case wf::StepKind::join:
      return {"circle", "filled", "#f4f4f2", "#8a8a85"};
  }
  return {"box", "filled", "#ffffff", "#000000"};
}

std::string label_of(const Node& node) {
  const bool is_branch = node.kind == wf::StepKind::branch;
  std::string label = is_branch ? "<b>if</b>" : block(node.id, 2, "<b>", "</b>");
  const auto add = [&](const std::string& part) {
    if (!part.empty()) label += "<br/>" + part;
  };
  if (node.title != node.id) add(block(node.title, 2, "", ""));
  const bool code = node.kind == wf::StepKind::command || node.kind == wf::StepKind::check || is_branch;
  add(block(node.detail, 2,
            code ? "<font point-size=\"9\" face=\"Courier\" color=\"#555555\">"
                 : "<font point-size=\"10\" color=\"#555555\">",
            "</font>"));
  if (!node.when.empty())
    add(block("when " + node.when, 2, "<font point-size=\"9\" color=\"#a86e4f\"><i>", "</i></font>"));
  for (const std::string& gate : node.gates)
    add(block("check " + gate, 2, "<font point-size=\"9\" color=\"#b7791f\">", "</font>"));
  for (const std::string& reaction : node.reactions)
    add(block(reaction, 1, "<font point-size=\"9\" color=\"#777777\"><i>", "</i></font>"));
  if (!node.undoes.empty())
    add(block("undoes " + node.undoes, 1, "<font point-size=\"9\" color=\"#a8434f\">", "</font>"));
  if (node.risky) add("<font point-size=\"9\" color=\"#a8434f\"><b>risky</b></font>");
  if (node.gate && node.kind != wf::StepKind::approve)
    add("<font point-size=\"9\" color=\"#b7791f\"><b>people approve its output</b></font>");
  return label;
}

class Dot {
 public:
  explicit Dot(const Drawing& drawing)
      : drawing_(drawing), nodes_in_(drawing.boxes.size() + 1), boxes_in_(drawing.boxes.size() + 1) {
    for (std::uint32_t i = 0; i < drawing.nodes.size(); ++i)
      nodes_in_[place(drawing.nodes[i].box)].push_back(i);
    for (std::uint32_t i = 0; i < drawing.boxes.size(); ++i)
      boxes_in_[place(drawing.boxes[i].outer)].push_back(i);
  }

  std::string run() {
    out_ = "digraph " + quoted(drawing_.workflow) + " {\n";
    out_ +=
        "  graph [rankdir=TB, fontname=\"Helvetica\", fontsize=12, labelloc=t, nodesep=0.35, ranksep=0.45, "
        "pad=0.3, newrank=true, tooltip=\" \"];\n"
        "  node [fontname=\"Helvetica\", fontsize=12, margin=\"0.16,0.09\", penwidth=1.1];\n"
        "  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7, color=\"#8a8a85\"];\n";
    heading();
    children_of(outside, 1);
    for (const Edge& edge : drawing_.edges) add_edge(edge);
    for (const Back& loop : drawing_.loops) add_loop(loop);
    return out_ + "}\n";
  }

 private:
  void indent(int depth) { out_.append(static_cast<std::size_t>(depth) * 2, ' '); }

  void heading() {
    const std::string& name = drawing_.title.empty() ? drawing_.workflow : drawing_.title;
    std::string label = "<font point-size=\"16\"><b>" + escaped(name) + "</b></font>";
    std::string triggers;
    for (const std::string& trigger : drawing_.triggers)
      triggers += (triggers.empty() ? "" : "  \u00b7  ") + trigger;
    if (!triggers.empty())
      label += "<br/><font point-size=\"10\" color=\"#777777\">starts on " + escaped(triggers) + "</font>";
    out_ += "  label=<" + label + "<br/> >;\n";
  }

  void children_of(std::uint32_t box, int depth) {
    for (const std::uint32_t node : nodes_in_[place(box)]) add_node(node, depth);
    for (const std::uint32_t i : boxes_in_[place(box)]) {
      const Box& inner = drawing_.boxes[i];
      indent(depth);
      out_ += "subgraph cluster_" + std::to_string(i) + " {\n";
      indent(depth + 1);
      out_ += "label=<" + (inner.label.empty() ? std::string(" ") : escaped(inner.label)) +
              ">; fontsize=10; fontcolor=\"#777777\"; labeljust=l; margin=12; style=" +
              (inner.branch ? "\"rounded,dashed\"; color=\"#c9a48e\""
                            : "\"rounded,filled\"; fillcolor=\"#fafafa\"; color=\"#d5d5d0\"") +
              ";\n";
      // A cluster in a cluster in a cluster ... is as deep as blocks may be nested in a definition.
      children_of(i, depth + 1);
      indent(depth);
      out_ += "}\n";
    }
  }

  void add_node(std::uint32_t index, int depth) {
    const Node& node = drawing_.nodes[index];
    const Look look = look_of(node.kind);
    indent(depth);
    out_ += "n" + std::to_string(index) + " [label=<" + label_of(node) +
            ">, tooltip=" + quoted(std::string(name_of(node.kind)) + " " + node.id) +
            ", shape=" + look.shape + ", style=\"" + look.style + "\", fillcolor=\"" + look.fill +
            "\", color=\"" + (node.gate ? "#b7791f" : look.line) + "\"";
    if (node.kind == wf::StepKind::deploy) out_ += ", margin=\"0.24,0.16\"";  // The arrow's head takes room.
    if (node.gate) out_ += ", penwidth=2.2";
    if (node.gate && node.kind != wf::StepKind::approve) out_ += ", peripheries=2";
    out_ += "];\n";
  }

  void add_edge(const Edge& edge) {
    out_ += "  n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to);
    std::string names;
    for (const std::string& name : edge.carries) names += (names.empty() ? "" : ", ") + name;
    if (!edge.need) {
      out_ += " [color=\"#9db4d3\", penwidth=0.8, constraint=false, tooltip=" + quoted(names) + "]";
    } else if (!names.empty()) {
      out_ += " [color=\"#3f66a3\", penwidth=1.4, tooltip=" + quoted(names) + "]";
    } else {
      out_ += " [style=dashed]";
    }
    out_ += ";\n";
  }

  // Ranks are of the order: a way back does not pull its ends about.
  void add_loop(const Back& loop) {
    out_ += "  n" + std::to_string(loop.from) + " -> n" + std::to_string(loop.to) +
            " [style=dashed, color=\"#b7791f\", fontcolor=\"#b7791f\", constraint=false, label=\"max " +
            std::to_string(loop.max) + "\", tooltip=" +
            quoted("on " + std::string(loop.on) + (loop.name.empty() ? "" : ": " + loop.name)) + "];\n";
  }

  // What lies in no box comes last.
  std::size_t place(std::uint32_t box) const { return box == outside ? drawing_.boxes.size() : box; }

  const Drawing& drawing_;
  std::vector<std::vector<std::uint32_t>> nodes_in_;
  std::vector<std::vector<std::uint32_t>> boxes_in_;
  std::string out_;
};

}  // namespace

std::string to_dot(const Drawing& drawing) {
  return Dot(drawing).run();
}

}  // namespace wfc::views
