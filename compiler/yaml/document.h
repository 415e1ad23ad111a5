// What a Document is made of, for the readers of this room.
#pragma once
#include <memory_resource>
#include <new>
#include <utility>

#include "compiler/yaml/yaml.h"

namespace wfc::yaml {

// Memory of one tree: given out piece by piece, given back at once. Only for types without a destructor's
// work.
class Arena {
 public:
  template <class T>
  T* make(T value) {
    return new (memory_.allocate(sizeof(T), alignof(T))) T(std::move(value));
  }
  template <class T>
  std::span<const T> copy(std::span<const T> values) {
    if (values.empty()) return {};
    T* to = static_cast<T*>(memory_.allocate(values.size_bytes(), alignof(T)));
    std::uninitialized_copy(values.begin(), values.end(), to);
    return {to, values.size()};
  }
  std::string_view copy(std::string_view text) {
    const auto bytes = copy(std::span<const char>(text.data(), text.size()));
    return {bytes.data(), bytes.size()};
  }

 private:
  std::pmr::monotonic_buffer_resource memory_{1 << 16};
};

// The entries of a large mapping, sorted by key. A sorted index needs no luck with hashes, however hostile
// the keys.
struct KeyIndex {
  std::span<const Entry* const> sorted;
};

struct Document::Impl {
  Arena arena;
  const Node* root = nullptr;
};

struct Reader {
  static Document document(std::unique_ptr<Document::Impl> impl) {
    Document document;
    document.impl_ = std::move(impl);
    return document;
  }
  using Impl = Document::Impl;
};

}  // namespace wfc::yaml
