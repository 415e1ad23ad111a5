// Finds rows of a table by their names, in one piece of memory however many there are.
//
// Holds the rows' numbers and a part of each hash. The names stay where they are: `name_of(row)` gives them,
// so that the table may move.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace wfc::model {

class NameIndex {
 public:
  static constexpr std::uint32_t no_row = 0xffffffff;

  void clear() {
    slots_.clear();
    size_ = 0;
  }
  void reserve(std::size_t names) {
    std::size_t slots = 16;
    while (slots < 2 * names) slots *= 2;
    if (slots > slots_.size()) grow(slots);
  }
  std::size_t size() const { return size_; }

  template <class NameOf>
  std::uint32_t find(std::string_view name, const NameOf& name_of) const {
    return slots_.empty() ? no_row : slots_[place(name, hash_of(name), name_of)].row;
  }
  // The row that bears the name: the one that was added first.
  template <class NameOf>
  std::uint32_t add(std::string_view name, std::uint32_t row, const NameOf& name_of) {
    reserve(size_ + 1);
    const std::uint32_t hash = hash_of(name);
    Slot& slot = slots_[place(name, hash, name_of)];
    if (slot.row == no_row) {
      slot = {hash, row};
      ++size_;
    }
    return slot.row;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t row = no_row;
  };

  static std::uint32_t hash_of(std::string_view name) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(name));
  }
  // Where the name is, or would be.
  template <class NameOf>
  std::size_t place(std::string_view name, std::uint32_t hash, const NameOf& name_of) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].row != no_row && (slots_[at].hash != hash || name_of(slots_[at].row) != name))
      at = (at + 1) & mask;
    return at;
  }
  void grow(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.row == no_row) continue;
      std::size_t at = slot.hash & (slots - 1);
      while (slots_[at].row != no_row) at = (at + 1) & (slots - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;  // A power of two, at most half of them used.
  std::size_t size_ = 0;
};

}  // namespace wfc::model
