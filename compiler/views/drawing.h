// What a drawing shows, whatever it is drawn from and whatever it is drawn as.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace wfc::views {

inline constexpr std::uint32_t outside = 0xffffffff;

struct Node {
  std::string id;
  wf::StepKind kind = wf::StepKind::command;
  std::string title;
  std::string detail;  // The agent, the command, the message, ...: what it does, in its own words.
  std::string when;
  std::string output;  // A name of its own.
  bool gate = false;   // People are asked: before it does anything (approve) or before its output is seen.
  std::vector<std::string> reactions;  // But for those that go back: "on fail retry".
  std::vector<std::string> gates;      // What must hold of its result.
  std::string undoes;                  // The step that it undoes.
  bool risky = false;
  std::uint32_t line = 0;
  std::uint32_t box = outside;
};

struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  bool need = true;                  // False: data from a step further up, whose order follows from others.
  std::vector<std::string> carries;  // Names of outputs; empty: only order.
};

// Goes back: against the order, and so no part of it.
struct Back {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::string_view on;
  std::string name;  // May be empty.
  std::uint32_t max = 0;
};

// A group, or one side of an `if`.
struct Box {
  std::string label;
  bool branch = false;
  std::uint32_t branch_node = outside;  // Of a side: the `if`.
  std::uint32_t side = 0;
  std::uint32_t outer = outside;
  std::vector<std::uint32_t> members;  // In written order.
};

struct Drawing {
  std::string workflow;
  std::string title;
  std::vector<std::string> triggers;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::vector<Back> loops;
  std::vector<Box> boxes;  // Outer ones before inner ones.
};

Drawing drawing_of(const model::Workflow& workflow, const graph::StepGraph& graph,
                   const source::SourceMap& sources);
Drawing drawing_of(const plan::Plan& plan);

// Nests boxes by what they hold, and puts each node into the innermost that holds it.
void nest_boxes(Drawing& drawing);

std::string to_dot(const Drawing& drawing);
std::string to_json(const Drawing& drawing);

// As `.wf` spells it.
std::string_view name_of(wf::StepKind kind);

}  // namespace wfc::views
