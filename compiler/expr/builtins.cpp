// Filters, tests and functions as wf/builtins.def lists them: found by name, with arguments put in their
// places.
#include "compiler/expr/builtins.h"

#include <algorithm>
#include <string>

#include "runtime/base/assert.h"

namespace wfc::expr {

namespace {

using Arguments = std::array<wf::Ref, 3>;

constexpr Parameter parameter(std::string_view written) {
  const std::size_t colon = written.find(':');
  if (colon == std::string_view::npos) return {};
  Parameter made{written.substr(0, colon), written.substr(colon + 1), false};
  if (made.name.ends_with('?')) {
    made.name.remove_suffix(1);
    made.optional = true;
  }
  return made;
}

constexpr std::array<Parameter, 3> parameters(std::string_view a = {}, std::string_view b = {},
                                              std::string_view c = {}) {
  return {parameter(a), parameter(b), parameter(c)};
}

template <auto function>
wf::Ref run_filter(wf::Scope& in, wf::Ref value, const Arguments& a) {
  return function(in, value, a[0], a[1], a[2]);
}
template <auto function>
wf::Ref run_test(wf::Scope& in, wf::Ref value, const Arguments& a) {
  return function(in, value, a[0]);
}
template <auto function>
wf::Ref run_function(wf::Scope& in, wf::Ref, const Arguments& a) {
  return function(in, a[0], a[1], a[2]);
}

constexpr Builtin filter(std::string_view name, std::string_view cpp_name, std::string_view input,
                         std::string_view result, std::array<Parameter, 3> parameters,
                         decltype(Builtin::run) run) {
  return {BuiltinKind::filter, name, cpp_name, input, result, parameters, run};
}
constexpr Builtin test(std::string_view name, std::string_view cpp_name, std::string_view input,
                       std::array<Parameter, 3> parameters, decltype(Builtin::run) run) {
  return {BuiltinKind::test, name, cpp_name, input, "boolean", parameters, run};
}
constexpr Builtin function(std::string_view name, std::string_view cpp_name, std::string_view result,
                           std::array<Parameter, 3> parameters, decltype(Builtin::run) run) {
  return {BuiltinKind::function, name, cpp_name, {}, result, parameters, run};
}

constexpr Builtin table[] = {
#define WF_FILTER(name, cpp, input, result, ...) \
  filter(name, #cpp, input, result, parameters(__VA_ARGS__), run_filter<wf::builtin::cpp>),
#define WF_TEST(name, cpp, input, ...) \
  test(name, #cpp, input, parameters(__VA_ARGS__), run_test<wf::builtin::cpp>),
#define WF_FUNCTION(name, cpp, result, ...) \
  function(name, #cpp, result, parameters(__VA_ARGS__), run_function<wf::builtin::cpp>),
#include "wf/builtins.def"
};

BuiltinKind kind_of(const Expr& call) {
  if (call.kind == dsl::ExprKind::filter) return BuiltinKind::filter;
  return call.kind == dsl::ExprKind::call ? BuiltinKind::function : BuiltinKind::test;
}

diag::Noun noun_of(BuiltinKind kind) {
  if (kind == BuiltinKind::filter) return diag::Noun::filter;
  return kind == BuiltinKind::test ? diag::Noun::test : diag::Noun::function;
}

// What people know from elsewhere, and what it is called here.
struct Foreign {
  BuiltinKind kind;
  std::string_view name;
  std::string_view help;
  std::string_view here = {};  // The one that does the same.
};
constexpr Foreign foreign[] = {
    {BuiltinKind::filter, "count", "`length` counts", "length"},
    {BuiltinKind::filter, "len", "`length` counts", "length"},
    {BuiltinKind::filter, "size", "`length` counts", "length"},
    {BuiltinKind::filter, "tojson", "`json_encode` writes JSON", "json_encode"},
    {BuiltinKind::filter, "uppercase", "`upper` does it", "upper"},
    {BuiltinKind::filter, "lowercase", "`lower` does it", "lower"},
    {BuiltinKind::filter, "strip", "`trim` does it", "trim"},
    {BuiltinKind::filter, "escape", "nothing is escaped for HTML here; remove the filter"},
    {BuiltinKind::filter, "e", "nothing is escaped for HTML here; remove the filter"},
    {BuiltinKind::filter, "string", "join with `~` to make a text"},
    {BuiltinKind::filter, "select", "`filter(attribute = ..., value = ...)` picks items"},
    {BuiltinKind::filter, "escape_xml", "nothing is escaped here; remove the filter"},
    {BuiltinKind::filter, "addslashes", "values are passed to programs as they are; remove the filter"},
    {BuiltinKind::filter, "as_str", "join with `~` to make a text"},
    {BuiltinKind::filter, "trim_start_matches", "`x | replace(from = ..., to = \"\")` takes a part out"},
    {BuiltinKind::filter, "trim_end_matches", "`x | replace(from = ..., to = \"\")` takes a part out"},
    {BuiltinKind::filter, "linebreaksbr", "`replace(from = \"\\n\", to = \"<br>\")` does it"},
    {BuiltinKind::filter, "urlencode_strict", "`urlencode` leaves `/` as it is: replace that after it"},
    {BuiltinKind::filter, "filesizeformat", "write a size with its unit, such as `4MiB`"},
    {BuiltinKind::filter, "keys", "walk the map: `{% for key, value in x %}`"},
    {BuiltinKind::filter, "values", "walk the map: `{% for key, value in x %}`"},
    {BuiltinKind::filter, "trim_matches", "`x | replace(from = ..., to = \"\")` takes a part out"},
    {BuiltinKind::test, "none", "compare with `== null`"},
    {BuiltinKind::test, "null", "compare with `== null`"},
    {BuiltinKind::test, "empty", "an empty text, list or map is false: `not x`"},
    {BuiltinKind::test, "mapping", "`object` tests for a map", "object"},
    {BuiltinKind::test, "sequence", "`iterable` tests for a list or a map"},
    {BuiltinKind::function, "len", "the filter `length` counts: `x | length`"},
    {BuiltinKind::function, "length", "`length` is a filter: `x | length`"},
    {BuiltinKind::test, "list", "`iterable` tests for a list or a map"},
    {BuiltinKind::test, "integer", "`number` tests for a number"},
    {BuiltinKind::test, "match", "`matching` tests with a regular expression", "matching"},
    {BuiltinKind::test, "in", "write `x in list`"},
    {BuiltinKind::function, "get_env",
     "give the value to an `input`, and name the variable where the run starts"},
    {BuiltinKind::function, "get_random", "a run does the same each time; `run.id` is different for each"},
    {BuiltinKind::function, "throw", "a step `check` stops where its condition does not hold"},
    {BuiltinKind::function, "now", "`run.started` is the time at which the run started"},
};

void report_unknown(const Expr& call, BuiltinKind kind, diag::Report& report) {
  const std::string noun(diag::name_of(noun_of(kind)));
  auto draft = report.add(diag::unknown_filter, call.name_span, noun_of(kind), call.text);
  draft.label("unknown " + noun);
  const auto* known = std::find_if(std::begin(foreign), std::end(foreign), [&](const Foreign& entry) {
    return entry.kind == kind && entry.name == call.text;
  });
  if (known != std::end(foreign)) {
    draft.help(std::string(known->help));
    if (!known->here.empty())
      draft.fix("write `" + std::string(known->here) + "`", call.name_span, std::string(known->here));
    return;
  }
  std::vector<std::string> names;
  for (const Builtin& builtin : table)
    if (builtin.kind == kind) names.emplace_back(builtin.name);
  const std::string near = diag::closest(call.text, names);
  if (!near.empty())
    draft.did_you_mean(near, call.name_span);
  else if (const Builtin* other = find_builtin(BuiltinKind::filter, call.text);
           other && kind != BuiltinKind::filter)
    draft.help("`" + call.text + "` is a filter: write it after `|`");
}

std::string signature(const Builtin& builtin) {
  std::string text;
  for (const Parameter& parameter : builtin.parameters) {
    if (parameter.name.empty()) continue;
    text += text.empty() ? "" : ", ";
    text += parameter.name;
    if (parameter.optional) text += "?";
  }
  if (text.empty()) return "`" + std::string(builtin.name) + "` takes no arguments";
  return "its arguments: `" + std::string(builtin.name) + "(" + text + ")`";
}

}  // namespace

std::span<const Builtin> builtins() {
  return table;
}

const Builtin* find_builtin(BuiltinKind kind, std::string_view name) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const Builtin& b) { return b.kind == kind && b.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::optional<BuiltinCall> resolve(const Expr& call, diag::Report* report) {
  const BuiltinKind kind = kind_of(call);
  BuiltinCall made;
  made.builtin = find_builtin(kind, call.text);
  if (!made.builtin) {
    if (report) report_unknown(call, kind, *report);
    return std::nullopt;
  }
  made.cpp_name = made.builtin->cpp_name;
  const std::size_t first = kind == BuiltinKind::function ? 0 : 1;
  WF_ASSERT(call.children.size() == call.names.size() + first);
  if (first == 1) made.value = &call.children[0];
  const std::string quoted = "`" + call.text + "`";
  const auto wrong = [&](Span span, std::string_view what, std::string_view name = {}) {
    std::string message = quoted;
    message.append(what);
    if (!name.empty()) message.append(" `").append(name).append("`");
    return report->add(diag::wrong_argument, span, message);
  };
  for (std::size_t i = 0; i < call.names.size(); ++i) {
    const Expr& argument = call.children[first + i];
    const std::string& name = call.names[i];
    // `range(1, 5)` is from 1 to 5 for some and five from 1 for others.
    if (kind == BuiltinKind::function && name.empty() && i > 0) {
      if (report)
        report->add(diag::wrong_argument, argument.span, "the arguments of " + quoted + " need their names")
            .help(signature(*made.builtin));
      return std::nullopt;
    }
    std::size_t place = i;
    if (!name.empty()) {
      place = 0;
      while (place < 3 && made.builtin->parameters[place].name != name) ++place;
    }
    if (place >= 3 || made.builtin->parameters[place].name.empty()) {
      if (!report) return std::nullopt;
      if (name.empty()) {
        report->add(diag::wrong_argument, argument.span, quoted + " takes no argument here")
            .help(signature(*made.builtin));
      } else {
        std::vector<std::string> names;
        for (const Parameter& parameter : made.builtin->parameters)
          if (!parameter.name.empty()) names.emplace_back(parameter.name);
        const bool known = i < call.argument_spans.size() && call.argument_spans[i].known();
        const Span written = known ? call.argument_spans[i] : argument.span;
        auto draft = wrong(written, " has no argument", name);
        const std::string near = diag::closest(name, names);
        if (near.empty()) {
          draft.help(signature(*made.builtin));
        } else if (known) {
          draft.did_you_mean(near, written);
        } else {
          draft.help("did you mean `" + near + "`?");
        }
      }
      return std::nullopt;
    }
    if (made.arguments[place]) {
      if (report)
        report->add(diag::wrong_argument, argument.span,
                    quoted + " is given `" + std::string(made.builtin->parameters[place].name) + "` twice");
      return std::nullopt;
    }
    made.arguments[place] = &argument;
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const Parameter& parameter = made.builtin->parameters[i];
    if (parameter.name.empty() || parameter.optional || made.arguments[i]) continue;
    if (report) {
      const std::string name(parameter.name);
      wrong(call.name_span, " needs", name)
          .help(std::string("write `").append(call.text).append("(").append(name).append(" = ...)`"));
    }
    return std::nullopt;
  }
  return made;
}

}  // namespace wfc::expr
