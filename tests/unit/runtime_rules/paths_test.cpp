// Path rules against tests/vectors/paths.json, which defines them, in a real repository on the disk.
#include "runtime/rules/paths.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "nlohmann/json.hpp"
#include "runtime/rules/place.h"

namespace wf::rules {
namespace {

namespace fs = std::filesystem;

std::vector<PathRule> read(const nlohmann::json& entries) {
  std::vector<PathRule> rules;
  for (const auto& entry : entries) {
    PathProblem problem;
    const auto rule = PathRule::read(entry.get<std::string>(), problem);
    EXPECT_TRUE(rule) << entry << ": " << problem.why;
    if (rule) rules.push_back(*rule);
  }
  return rules;
}

PathRules rules_of(const nlohmann::json& vector) {
  const bool ignores = vector.value("case", "") == "insensitive";
  return {read(vector["allowed"]), read(vector["blocked"]),
          ignores ? FileNames::ignore_case : FileNames::differ_by_case, ".wf"};
}

// What a guard does: the name must be allowed or lead somewhere that is, and the place reached must be.
bool may_write(const PathRules& rules, const fs::path& root, const std::string& path) {
  const Result<std::string> normal = normal_path(path);
  if (!normal) return false;
  const int folder = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const Result<std::string> reached = place_reached(folder, *normal);
  ::close(folder);
  return reached && rules.may_write(*reached);
}

class Paths : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wf_paths_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    outer_ = fs::canonical(name);
    root_ = outer_ / "repo";
  }
  void TearDown() override { fs::remove_all(outer_); }

  // A repository with the folders that the entries name, and what the vector asks for. False: this machine
  // cannot make it.
  bool make(const nlohmann::json& vector) {
    fs::remove_all(outer_);
    for (const char* folder : {"src", "docs", "keys", "one", "crates/keys"})
      fs::create_directories(root_ / folder);
    std::ofstream(outer_ / "secret.txt") << "x";
    for (const auto& entry : vector["allowed"])
      if (entry == "docs/a.md") std::ofstream(root_ / "docs/a.md") << "x";
    if (!vector.contains("fs")) return true;
    for (const auto& [name, what] : vector["fs"].items()) {
      const auto text = what.get<std::string>();
      if (text.starts_with("-> ")) {
        fs::create_symlink(text.substr(3), root_ / name);
      } else if (text.starts_with("= ")) {
        fs::create_hard_link(outer_ / "secret.txt", root_ / name);
      } else if (text == "fifo") {
        EXPECT_EQ(mkfifo((root_ / name).c_str(), 0600), 0);
      } else if (text == "mount") {
        fs::create_directories(root_ / name);
        if (::mount("tmpfs", (root_ / name).c_str(), "tmpfs", 0, "size=64k") != 0) return false;
        mounted_ = root_ / name;
      } else {
        EXPECT_EQ(text, "");
        fs::create_directories(root_ / name);
      }
    }
    return true;
  }
  void unmake() {
    if (!mounted_.empty()) ::umount2(mounted_.c_str(), MNT_DETACH);
    mounted_.clear();
  }

  fs::path outer_, root_, mounted_;
};

TEST_F(Paths, are_allowed_as_the_vectors_say) {
  std::ifstream in(std::string(WF_SOURCE_DIR) + "/tests/vectors/paths.json");
  int count = 0;
  const nlohmann::json all = nlohmann::json::parse(in);
  for (const auto& vector : all["vectors"]) {
    const auto write = vector["write"].get<std::string>();
    const PathRules rules = rules_of(vector);
    const bool allow = vector["allow"].get<bool>();
    const bool needs_mount =
        vector.contains("fs") && vector["fs"].dump().find("\"mount\"") != std::string::npos;
    ++count;
    if (needs_mount) {
      // In a namespace of its own, where this process may mount.
      const pid_t child = ::fork();
      if (child == 0) {
        const bool made = ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && make(vector);
        const int answer = !made ? 2 : may_write(rules, root_, write) ? 1 : 0;
        unmake();
        ::_exit(answer);
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
        std::cout << "not asked, since this machine mounts nothing: " << vector["why"] << "\n";
        continue;
      }
      EXPECT_EQ(WEXITSTATUS(status), allow ? 1 : 0) << vector;
      continue;
    }
    ASSERT_TRUE(make(vector));
    EXPECT_EQ(may_write(rules, root_, write), allow) << vector;
  }
  EXPECT_EQ(count, 75);
}

PathRule rule(std::string_view entry) {
  PathProblem problem;
  const auto read = PathRule::read(entry, problem);
  EXPECT_TRUE(read) << entry << ": " << problem.why;
  return *read;
}

TEST(PathRule, refuses_what_is_no_pattern) {
  const auto why = [](std::string_view entry) {
    PathProblem problem;
    EXPECT_FALSE(PathRule::read(entry, problem)) << entry;
    return std::string(problem.escapes ? "escapes: " : "") + problem.why;
  };
  EXPECT_EQ(why("src/["), "this `[` is never closed");
  EXPECT_EQ(why("src/a**"), "`**` stands for whole folders, alone between slashes");
  EXPECT_EQ(why("../../etc"), "escapes: it leaves the repository");
  EXPECT_EQ(why("/etc"), "escapes: it is an absolute path");
  EXPECT_EQ(why(""), "it is empty");
  EXPECT_EQ(rule("pages/[id].tsx").text(), "pages/[id].tsx");
}

TEST(PathRule, does_not_take_the_folder_for_what_is_inside) {
  EXPECT_FALSE(rule("src/**").allows("src"));
  EXPECT_TRUE(rule("src/**").allows("src/a/b"));
  EXPECT_FALSE(rule("src/**").allows("src/.hidden"));
  EXPECT_TRUE(rule(".").allows(".hidden"));
  EXPECT_FALSE(rule("src/*").allows("src/a/b"));
  // Whatever is blocked is blocked with all that lies inside.
  EXPECT_TRUE(rule("**/secrets").blocks("a/secrets/key", FileNames::differ_by_case));
  EXPECT_TRUE(rule("src/**").blocks("src", FileNames::differ_by_case));
}

TEST(PathRule, covers_and_lies_inside) {
  EXPECT_TRUE(rule("src/").surely_covers(rule("src/")));
  EXPECT_TRUE(rule("src/").surely_covers(rule("src/core/*.rs")));
  EXPECT_TRUE(rule("**").surely_covers(rule("src/")));
  EXPECT_FALSE(rule("src/core/").surely_covers(rule("src/")));
  EXPECT_FALSE(rule("src/?").surely_covers(rule("src/")));
  EXPECT_FALSE(rule("**/*.pem").surely_covers(rule("src/")));
  // Not every name has this in it, or is so long.
  EXPECT_FALSE(rule("src/*name*").surely_covers(rule("src/")));
  EXPECT_FALSE(rule("src/*??").surely_covers(rule("src/")));
  EXPECT_TRUE(rule("src/*?").surely_covers(rule("src/")));
  // A file where the folder would be.
  EXPECT_FALSE(rule("src/").surely_covers(rule("src")));
  EXPECT_TRUE(rule("crates/keys/").lies_inside(rule("crates/")));
  EXPECT_FALSE(rule("crates-old/").lies_inside(rule("crates/")));
  EXPECT_FALSE(rule("crates/").lies_inside(rule("crates/")));
}

TEST(PathRule, surely_allows) {
  for (const auto& [wide, narrow] : std::initializer_list<std::pair<const char*, const char*>>{
           {"src/", "src/a/"},
           {"src/", "src/a.cpp"},
           {"src", "src/"},
           {"src/", "src/**"},
           {"src/**", "src/*.cpp"},
           {"src/**", "src/a/**/*.h"},
           {"**/*.cpp", "src/a*.cpp"},
           {"**/*.cpp", "**/src/x?.cpp"},
           {"src/*/", "src/a/b"},
           {"src/*/", "src/a/"},
           {"src/*/", "src/*/x/"},
           {".", ".hidden/"},
           {".", "**"},
           {".github/workflows/", ".github/workflows/ci.yml"},
       }) {
    EXPECT_TRUE(rule(wide).surely_allows(rule(narrow))) << wide << " " << narrow;
    EXPECT_FALSE(rule(narrow).surely_allows(rule(wide))) << wide << " " << narrow;
  }
  for (const auto& [one, other] : std::initializer_list<std::pair<const char*, const char*>>{
           {"src/", "docs/"},
           // What begins with a dot, and what lies deeper.
           {"src/**", "src/a/"},
           {"src/**", "src/.a/*"},
           {"src/*", "src/a"},
           {"src/*", "src/**/a"},
           // Neither holds for a `?` what holds for a `*`.
           {"src/a?", "src/a*/"},
           {"src/?", "src/*"},
           {"*/a", "**/a/b"},
           // The folder above does not name what runs with more rights later.
           {".", ".github/workflows/"},
           {".github/", ".github/workflows/ci.yml"},
       })
    EXPECT_FALSE(rule(one).surely_allows(rule(other))) << one << " " << other;
  for (const char* same : {"src/", "src", ".", "**", "src/**", "*.wf", "a?/*b"})
    EXPECT_TRUE(rule(same).surely_allows(rule(same))) << same;
}

// What is said of two rules holds for every path that they might be asked about.
TEST(PathRule, surely_allows_agrees_with_allows) {
  const char* const parts[] = {"a", "b", ".a", "ab", "*", "?", "a*", "*b", "**", "?b", ".*"};
  const char* const names[] = {"a", "b", ".a", "ab", "aab", "xb", ".x"};
  std::vector<std::string> paths, entries;
  for (const char* one : names) {
    paths.emplace_back(one);
    for (const char* two : names) {
      paths.push_back(std::string(one) + "/" + two);
      for (const char* three : names) paths.push_back(std::string(one) + "/" + two + "/" + three);
    }
  }
  for (const char* one : parts)
    for (const std::string& end : {std::string(), std::string("/")}) {
      entries.push_back(one + end);
      for (const char* two : parts) entries.push_back(std::string(one) + "/" + two + end);
    }
  int covers = 0;
  for (const std::string& wide : entries) {
    const PathRule outer = rule(wide);
    for (const std::string& narrow : entries) {
      const PathRule inner = rule(narrow);
      if (!outer.surely_allows(inner)) continue;
      ++covers;
      for (const std::string& path : paths)
        ASSERT_TRUE(!inner.allows(path) || outer.allows(path)) << wide << " " << narrow << " " << path;
    }
  }
  EXPECT_GT(covers, 1000);
}

TEST(PathRule, meets_another_where_some_path_fits_both) {
  EXPECT_TRUE(rule("out/*.tgz").meets(rule("out/b.*")));
  EXPECT_TRUE(rule("**/*.txt").meets(rule("doc/a/?.tx*")));
  EXPECT_FALSE(rule("out/*.tgz").meets(rule("out/*.txt")));
  EXPECT_FALSE(rule("*.\xC3\xA9?").meets(rule("a.\xC3\xA9")));
  EXPECT_TRUE(rule("a.?").meets(rule("*.\xC3\xA9")));
  // All pairs of short entries, compared with a look at every short path.
  const std::vector<std::string> components = {"a", "b", "*", "?", "a*", "*a", ".a", ".*", "?b", "**", "*.a"};
  const std::vector<std::string> names = {"a", "b", "ab", "x", ".a", "a.a"};
  std::vector<std::string> entries;
  for (const std::string& first : components) {
    for (const std::string end : {"", "/"}) {
      entries.push_back(first + end);
      for (const std::string& second : components) entries.push_back(first + "/" + second + end);
    }
  }
  std::vector<std::string> paths = names;
  for (std::size_t depth = 2, begin = 0; depth <= 4; ++depth)
    for (const std::size_t end = paths.size(); begin < end; ++begin)
      for (const std::string& name : names) paths.push_back(paths[begin] + "/" + name);
  std::vector<PathRule> rules;
  std::vector<std::vector<bool>> allowed;
  for (const std::string& entry : entries) {
    rules.push_back(rule(entry));
    std::vector<bool>& row = allowed.emplace_back();
    for (const std::string& path : paths) row.push_back(rules.back().allows(path));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t k = 0; k < rules.size(); ++k) {
      bool both = false;
      for (std::size_t p = 0; !both && p < paths.size(); ++p) both = allowed[i][p] && allowed[k][p];
      EXPECT_EQ(rules[i].meets(rules[k]), both) << entries[i] << " and " << entries[k];
    }
  }
}

TEST(PathRules, keep_the_machinery_out_of_reach) {
  const PathRules all({}, {}, FileNames::differ_by_case, ".wf");
  for (const char* path :
       {".git/config", "a/.git/x", "wf.toml", ".wf/runs.db", ".github/workflows/ci.yml", ".vscode/tasks.json",
        "sub/.claude/settings.json", "flows/release.wf", ".husky/pre-commit"})
    EXPECT_FALSE(all.may_write(path)) << path;
  for (const char* path : {".github/CODEOWNERS", "docs/wf.md", "gitlab/x", "src/agents.md.txt"})
    EXPECT_TRUE(all.may_write(path)) << path;
  const PathRules named({rule(".github/workflows/"), rule("flows/release.wf"), rule("wf.toml")}, {},
                        FileNames::differ_by_case, {});
  EXPECT_TRUE(named.may_write(".github/workflows/ci.yml"));
  EXPECT_TRUE(named.may_write("flows/release.wf"));
  EXPECT_FALSE(named.may_write("wf.toml"));
  // The folder above does not name what is in it.
  EXPECT_FALSE(
      PathRules({rule(".github/")}, {}, FileNames::differ_by_case, {}).may_write(".github/workflows/ci.yml"));
}

}  // namespace
}  // namespace wf::rules
