// Runs the expressions of a program, and its templates.
#include <algorithm>

#include "runtime/base/assert.h"
#include "runtime/value/operate.h"
#include "runtime/value/value.h"

namespace wf {

namespace {

constexpr std::uint32_t expressions_a_function = 64;

Ref run(const Program& program, ExprId id, Evaluation& in) {
  WF_ASSERT(id < program.expressions && id / expressions_a_function < program.functions.count);
  return program.functions[id / expressions_a_function](id % expressions_a_function, in);
}

// A template's pieces are a small program, and this is what runs it.
class Rendering {
 public:
  Rendering(const Program& program, const Template& pieces, const Names* names, std::uint64_t size_max)
      : program_(program), pieces_(pieces), in_(names, &program), size_max_(size_max) {}

  Result<std::string> run() {
    std::uint32_t at = 0;
    // Loops within loops multiply: a text that prints nothing must end too.
    std::uint64_t budget = 50'000'000;
    while (at < pieces_.count) {
      if (--budget == 0) return Error{"the text takes too many steps to write", {}};
      at = piece(pieces_[at], at + 1);
      if (in_.failed()) return Error{in_.error(), {}};
      if (out_.size() > size_max_)
        return Error{"the text is larger than " + std::to_string(size_max_) + " bytes", {}};
      in_.clear();
    }
    return std::move(out_);
  }

 private:
  // Where to go on.
  std::uint32_t piece(const Piece& piece, std::uint32_t after) {
    switch (piece.kind) {
      case PieceKind::text:
        out_.append(piece.text.data, piece.text.size);
        return after;
      case PieceKind::value: {
        const Ref value = wf::run(program_, piece.expr, in_);
        if (in_.failed()) return after;
        Result<std::string> text = print(*value);
        if (text)
          out_ += *text;
        else
          in_.fail(text.error().message);
        return after;
      }
      case PieceKind::jump:
        return piece.target;
      case PieceKind::unless:
        return in_.truthy(wf::run(program_, piece.expr, in_)) ? after : piece.target;
      case PieceKind::loop:
        return begin_loop(piece) ? after : piece.target;
      case PieceKind::next:
        return next(after, piece.target);
      case PieceKind::set: {
        const Ref value = wf::run(program_, piece.expr, in_);
        if (value->kind() == Value::Kind::missing)
          in_.refuse_missing(*value);
        else
          in_.bind(piece.local, *value);
        return after;
      }
      case PieceKind::leave:
        end_loop();
        return piece.target;
      case PieceKind::begin: {
        const std::string_view name(piece.text.data, piece.text.size);
        const bool known = piece.expr != no_expr;
        in_.bind(piece.local,
                 known ? *wf::run(program_, piece.expr, in_) : Value::missing(std::string(name)));
        return after;
      }
    }
    return after;
  }

  bool begin_loop(const Piece& piece) {
    const Ref value = operate::plain(wf::run(program_, piece.expr, in_));
    if (in_.failed()) return false;
    Evaluation::Loop loop;
    const bool by_key = piece.key != no_row;
    if (value->kind() == Value::Kind::list && !by_key) {
      for (const Value& item : value->as_list()) loop.items.emplace_back(Value(), item);
    } else if (value->kind() == Value::Kind::map && by_key) {
      for (const auto& [key, item] : value->as_map()) loop.items.emplace_back(Value::text(key), item);
      std::sort(loop.items.begin(), loop.items.end(),
                [](const auto& a, const auto& b) { return a.first.as_text() < b.first.as_text(); });
    } else {
      operate::refuse_one(in_, by_key ? "`for key, value in` needs a map" : "`for item in` needs a list",
                          *value);
      return false;
    }
    if (loop.items.empty()) return false;
    loops_.push_back(&piece);
    in_.loops().push_back(std::move(loop));
    bind_item();
    return true;
  }

  std::uint32_t next(std::uint32_t after, std::uint32_t target) {
    WF_ASSERT(!loops_.empty());
    Evaluation::Loop& loop = in_.loops().back();
    if (++loop.at < loop.items.size()) {
      bind_item();
      return target;
    }
    end_loop();
    return after;
  }

  void end_loop() {
    WF_ASSERT(!loops_.empty());
    in_.loops().pop_back();
    loops_.pop_back();
  }

  void bind_item() {
    const Evaluation::Loop& loop = in_.loops().back();
    const auto& [key, item] = loop.items[loop.at];
    if (loops_.back()->local != no_row) in_.bind(loops_.back()->local, item);
    if (loops_.back()->key != no_row) in_.bind(loops_.back()->key, key);
  }

  const Program& program_;
  const Template& pieces_;
  Evaluation in_;
  std::uint64_t size_max_;
  std::string out_;
  std::vector<const Piece*> loops_;
};

}  // namespace

Result<Value> evaluate(const Program& program, ExprId id, const Names* names) {
  Evaluation in(names, &program);
  const Ref value = run(program, id, in);
  if (in.failed()) return Error{in.error(), {}};
  return *value;
}

Result<bool> holds(const Program& program, ExprId id, const Names* names) {
  Result<Value> value = evaluate(program, id, names);
  if (!value) return value.error();
  return truth(*value);
}

Result<std::string> render(const Program& program, const Template& pieces, const Names* names,
                           std::uint64_t size_max) {
  return Rendering(program, pieces, names, size_max).run();
}

}  // namespace wf
