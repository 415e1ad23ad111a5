// nlohmann's reader, made strict: duplicate keys and deep nesting are refused while reading.
#include "runtime/base/json.h"

#include <memory>
#include <unordered_set>
#include <vector>

namespace wf {

namespace {

class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(int depth_max) : depth_max_(depth_max) {}

  Json take() { return std::move(root_); }
  const std::string& trouble() const { return trouble_; }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Level& level = levels_.back();
    if (!level.keys) level.keys = std::make_unique<std::unordered_set<std::string>>();
    if (!level.keys->insert(name).second) {
      trouble_ = "the key `" + name + "` stands in one object twice";
      return false;
    }
    level.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The library's text is "[json.exception...] parse error at line 1, column 2: syntax error while ... -
    // why".
    std::string why = error.what();
    if (const std::size_t at = why.find("] "); at != std::string::npos) why.erase(0, at + 2);
    trouble_ = "not JSON at byte " + std::to_string(position) + ": " + why;
    return false;
  }

 private:
  struct Level {
    Json* value;
    std::string key;
    std::unique_ptr<std::unordered_set<std::string>> keys;
  };

  Json* place(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = levels_.back();
    if (level.value->is_array()) {
      level.value->push_back(std::move(value));
      return &level.value->back();
    }
    // The vector under the ordered map: the map's own insertion looks through all keys every time.
    auto& members = level.value->get_ref<Json::object_t&>();
    static_cast<Json::object_t::Container&>(members).emplace_back(std::move(level.key), std::move(value));
    return &members.back().second;
  }

  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (static_cast<int>(levels_.size()) >= depth_max_) {
      trouble_ = "nested more than " + std::to_string(depth_max_) + " levels deep";
      return false;
    }
    levels_.push_back(Level{place(std::move(value)), {}, nullptr});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  int depth_max_;
  Json root_;
  // A level's value never moves while it is open: only the innermost open value grows.
  std::vector<Level> levels_;
  std::string trouble_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, int depth_max) {
  Builder builder(depth_max);
  if (!Json::sax_parse(text.begin(), text.end(), &builder))
    return Error{builder.trouble().empty() ? "not JSON" : builder.trouble(), {}};
  return builder.take();
}

std::string write_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string write_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace wf
