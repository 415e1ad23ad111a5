// Runs, what is recorded of them, and what a reader gets back.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "runtime/base/digest.h"
#include "runtime/base/files.h"
#include "tests/unit/runtime_store/world.h"

namespace wf::store {
namespace {

TEST(Store, is_made_with_its_folder_and_keeps_its_identity) {
  World world;
  std::string id;
  {
    auto store = world.open();
    id = store->id();
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(store->folder(), std::filesystem::canonical(world.folder.path()).string() + "/.wf");
    EXPECT_TRUE(store->quick_check());
  }
  EXPECT_EQ(world.open()->id(), id);
  struct stat info {};
  ASSERT_EQ(::stat((world.folder.path() + "/.wf").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat(world.folder.database().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(*read_file(world.folder.path() + "/.wf/.gitignore"), "*\n");
  EXPECT_NE(world.open({.path = world.folder.path() + "/other/.wf/runs.db"})->id(), id);
}

TEST(Store, elsewhere_strews_nothing_beside_its_file) {
  World world;
  const std::string path = world.folder.path() + "/x.db";
  auto store = world.open({.path = path});
  EXPECT_EQ(store->folder(), std::filesystem::canonical(world.folder.path()).string() + "/x.db.files");
  EXPECT_FALSE(std::filesystem::exists(world.folder.path() + "/.gitignore"));
}

TEST(Store, that_is_not_there_is_not_made_by_a_reader) {
  World world;
  const auto store = world.try_open({.path = "", .create = false});
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("there is no store"), std::string::npos) << store.error().message;
  EXPECT_FALSE(std::filesystem::exists(world.folder.path() + "/.wf"));
}

TEST(Store, an_empty_file_becomes_one) {
  World world;
  const std::string path = world.folder.path() + "/made-by-mktemp";
  std::ofstream(path).close();
  const std::string id = world.open({.path = path})->id();
  EXPECT_EQ(world.open({.path = path})->id(), id);
  EXPECT_EQ(sql(path, "PRAGMA journal_mode"), "wal");
}

TEST(Store, two_names_of_one_file_are_one_store) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r-1")));
  std::filesystem::create_symlink(world.folder.database(), world.folder.path() + "/link.db");
  auto again = world.open({.path = world.folder.path() + "/link.db"});
  EXPECT_EQ(again->folder(), store->folder());
  auto lease = lease_of(*store, "r-1");
  Holder holder;
  auto second = again->lease("r-1", holder);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, nullptr);
}

TEST(Runs, given_twice_are_one_run) {
  World world;
  auto store = world.open();
  auto first = store->create(new_run("r-1"));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->status, RunStatus::pending);
  EXPECT_EQ(first->created_ms, world.clock.wall);
  world.clock.wall += 5'000;
  auto again = store->create(new_run("r-1"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->created_ms, first->created_ms);
  EXPECT_EQ(again->plan_digest, "plan-3");

  NewRun other = new_run("r-1");
  other.inputs_json = "{}";
  auto refused = store->create(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "run `r-1` exists already and has other inputs");
  other = new_run("r-1");
  other.workflow = "else";
  EXPECT_FALSE(store->create(other));
  other = new_run("r-1");
  other.event_json = R"({"n":1})";
  EXPECT_FALSE(store->create(other));
  EXPECT_FALSE(store->create(new_run("../r")));
  EXPECT_FALSE(store->create(new_run("")));
  EXPECT_EQ(store->runs()->size(), 1u);
}

TEST(Runs, are_listed_newest_first_and_found_by_id) {
  World world;
  auto store = world.open();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(store->create(new_run(id)));
  auto runs = store->runs();
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 3u);
  EXPECT_EQ((*runs)[0].id, "c");
  EXPECT_EQ((*runs)[2].id, "a");
  EXPECT_EQ((*store->find("b"))->workflow, "wf_release");
  EXPECT_FALSE(store->find("d")->has_value());
  EXPECT_FALSE(store->find("' OR 1=1 --")->has_value());
  auto none = store->recover("d");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("there is no run `d`"), std::string::npos);
}

TEST(Runs, with_one_plan_share_its_steps) {
  World world;
  {
    auto store = world.open();
    ASSERT_TRUE(store->create(new_run("a", 100)));
    ASSERT_TRUE(store->create(new_run("b", 100)));
    NewRun renamed = new_run("c", 100);
    renamed.steps[7] = "other";  // One digest, another plan: a forged or broken executable.
    ASSERT_TRUE(store->create(renamed));
    EXPECT_EQ(store->recover("a")->step_ids[7], "s7");
    EXPECT_EQ(store->recover("c")->step_ids[7], "other");
  }
  EXPECT_EQ(sql(world.folder.database(), "SELECT count(*) FROM plan_steps"), "200");
}

Outcome rich_outcome() {
  Outcome outcome = Outcome::failed(reason::exit_code, "the command ended with 3");
  outcome.output.text = std::string("out\0put \xff\xfe \xf0\x9f\x9a\x80 '; DROP TABLE runs; --", 39);
  outcome.output.size = 39;
  outcome.error_output.file = std::string(64, 'a');
  outcome.error_output.size = 1'000'000;
  outcome.exit_code = 3;
  outcome.fields_json = R"({"url":"https://x"})";
  outcome.usage = {1'500'000, 2, 900, 120, "reported"};
  outcome.artifacts = {{"patch", "a.patch", R"({"files":1})"}, {"file", "", "{}"}};
  return outcome;
}

void expect_same(const Outcome& a, const Outcome& b) {
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.output.text, b.output.text);
  EXPECT_EQ(a.output.file, b.output.file);
  EXPECT_EQ(a.output.size, b.output.size);
  EXPECT_EQ(a.error_output.text, b.error_output.text);
  EXPECT_EQ(a.error_output.file, b.error_output.file);
  EXPECT_EQ(a.error_output.size, b.error_output.size);
  EXPECT_EQ(a.exit_code, b.exit_code);
  EXPECT_EQ(a.fields_json, b.fields_json);
  EXPECT_EQ(a.usage.credits_millionths, b.usage.credits_millionths);
  EXPECT_EQ(a.usage.usd_millionths, b.usage.usd_millionths);
  EXPECT_EQ(a.usage.input_tokens, b.usage.input_tokens);
  EXPECT_EQ(a.usage.output_tokens, b.usage.output_tokens);
  EXPECT_EQ(a.usage.source, b.usage.source);
  ASSERT_EQ(a.artifacts.size(), b.artifacts.size());
  for (std::size_t i = 0; i < a.artifacts.size(); ++i) {
    EXPECT_EQ(a.artifacts[i].type, b.artifacts[i].type);
    EXPECT_EQ(a.artifacts[i].path, b.artifacts[i].path);
    EXPECT_EQ(a.artifacts[i].summary_json, b.artifacts[i].summary_json);
  }
}

TEST(Recover, gives_back_to_the_byte_what_was_recorded) {
  World world;
  {
    auto store = world.open();
    ASSERT_TRUE(store->create(new_run("r")));
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(
        write(*journal, batch(run_is(RunStatus::running), started(0, 1, 1, 10), started(2, 1, 1, 11))));
    Record failed = with(started(0, 1, 1, 20), rich_outcome());
    failed.kind = RecordKind::attempt_ended;
    failed.detail->due_ms = 99;
    ASSERT_TRUE(write(*journal, batch(std::move(failed), started(0, 2, 1, 30))));
    Outcome good = Outcome::succeeded("fine");
    ASSERT_TRUE(write(*journal, batch(with(ended(0, StepStatus::succeeded, 2, 1, 40), good), ended(2),
                                      ended(1, StepStatus::skipped, 0, 1, 41), started(0, 1, 2, 50))));
    world.clock.monotonic += 250;
    ASSERT_TRUE(write(*journal, batch(run_is(RunStatus::waiting, "gates", 3))));
  }
  auto store = world.open();
  auto all = store->recover("r");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->run.status, RunStatus::waiting);
  EXPECT_EQ(all->run.reason, "gates");
  EXPECT_EQ(all->run.exit_code, 3);
  EXPECT_EQ(all->run.elapsed_ms, 250);
  EXPECT_EQ(all->step_ids, (std::vector<std::string>{"s0", "s1", "s2"}));
  EXPECT_EQ(all->step_kinds[1], "approve");
  ASSERT_EQ(all->steps.size(), 4u);

  const RecoveredStep& first = all->steps[0];
  EXPECT_EQ(first.iteration, 1u);
  EXPECT_TRUE(first.ended);
  EXPECT_EQ(first.status, StepStatus::succeeded);
  EXPECT_EQ(first.ended_ms, 40);
  EXPECT_EQ(first.outcome.output.text, "fine");
  ASSERT_EQ(first.attempts.size(), 2u);
  EXPECT_EQ(first.attempts[0].started_ms, 10);
  EXPECT_EQ(first.attempts[0].ended_ms, 20);
  EXPECT_EQ(first.attempts[0].due_ms, 99);
  expect_same(first.attempts[0].outcome, rich_outcome());
  EXPECT_EQ(first.attempts[1].started_ms, 30);
  EXPECT_EQ(first.attempts[1].ended_ms, 40);
  EXPECT_EQ(first.attempts[1].status, StepStatus::succeeded);

  const RecoveredStep& second = all->steps[1];  // The second iteration, in flight.
  EXPECT_EQ(second.iteration, 2u);
  EXPECT_FALSE(second.ended);
  EXPECT_EQ(second.status, StepStatus::running);
  EXPECT_EQ(second.attempts.back().ended_ms, 0);
  EXPECT_EQ(all->steps[2].status, StepStatus::skipped);
  EXPECT_TRUE(all->steps[2].attempts.empty());
  EXPECT_EQ(all->steps[3].outcome.status, StepStatus::succeeded);
}

TEST(Recover, leaves_long_outputs_of_ended_steps_in_the_store_until_somebody_asks) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  const std::string longer(10'000, 'o'), on_error(20'000, 'e');
  Outcome talkative = Outcome::succeeded(longer);
  talkative.error_output.text = on_error;
  talkative.error_output.size = on_error.size();
  {
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    Record to_be_repeated = with(ended(2), talkative);
    to_be_repeated.kind = RecordKind::attempt_ended;
    to_be_repeated.detail->due_ms = 9'000;
    ASSERT_TRUE(write(*journal, batch(with(ended(0), talkative), with(ended(1), Outcome::succeeded("short")),
                                      std::move(to_be_repeated))));
  }
  auto all = store->recover("r");
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->steps.size(), 3u);
  const Outcome& left = all->steps[0].outcome;
  EXPECT_EQ(left.output.text, "");
  EXPECT_EQ(left.output.size, longer.size());
  EXPECT_FALSE(left.output.is_here());
  EXPECT_EQ(*store->recorded_output(left.output), longer);
  EXPECT_EQ(*store->recorded_output(left.error_output), on_error);
  EXPECT_EQ(all->steps[1].outcome.output.text, "short");
  EXPECT_TRUE(all->steps[1].outcome.output.is_here());
  // What goes on may be recorded again, and must be whole.
  ASSERT_FALSE(all->steps[2].attempts.empty());
  EXPECT_EQ(all->steps[2].attempts[0].outcome.output.text, longer);
  EXPECT_EQ(all->steps[2].attempts[0].outcome.error_output.text, on_error);
  EXPECT_TRUE(all->steps[2].attempts[0].outcome.output.is_here());

  Output nowhere;
  nowhere.record = 1;
  EXPECT_FALSE(store->recorded_output(nowhere));
}

TEST(Recover, gives_back_reactions_in_their_order) {
  World world;
  auto store = world.open();
  for (const char* id : {"r", "other"}) ASSERT_TRUE(store->create(new_run(id)));
  for (const char* id : {"r", "other"}) {
    auto lease = lease_of(*store, id);
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(write(*journal, batch(started(2), ended(2, StepStatus::failed), reacted(2, 1, 1, 9'000))));
    ASSERT_TRUE(
        write(*journal, batch(started(2, 1, 2), ended(2, StepStatus::failed, 1, 2), reacted(2, 0, 2))));
  }
  const auto run = store->recover("r");
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->reactions.size(), 2U);
  const RecoveredReaction& first = run->reactions[0];
  EXPECT_EQ(first.step, 2U);
  EXPECT_EQ(first.iteration, 1U);
  EXPECT_EQ(first.attempt, 1U);
  EXPECT_EQ(first.reaction, 1U);
  EXPECT_EQ(first.at_ms, 3'500);
  EXPECT_EQ(first.due_ms, 9'000);
  EXPECT_EQ(run->reactions[1].iteration, 2U);
  EXPECT_EQ(run->reactions[1].reaction, 0U);
  EXPECT_EQ(run->reactions[1].due_ms, 0);
  // Numbers go on behind what was recorded last, whichever table that is in.
  auto lease = lease_of(*store, "r");
  auto journal = journal_of(*store, *lease);
  EXPECT_TRUE(write(*journal, batch(reacted(2, 1, 3))));
}

TEST(Recover, keeps_runs_apart) {
  World world;
  auto store = world.open();
  for (const char* id : {"a", "b"}) {
    ASSERT_TRUE(store->create(new_run(id)));
    auto lease = lease_of(*store, id);
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(write(*journal, batch(started(0), with(ended(0), Outcome::succeeded(id)))));
  }
  for (const char* id : {"a", "b"}) {
    auto all = store->recover(id);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->steps.size(), 1u);
    EXPECT_EQ(all->steps[0].outcome.output.text, id);
  }
}

TEST(Recover, a_produced_output_waits_for_people) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  auto lease = lease_of(*store, "r");
  auto journal = journal_of(*store, *lease);
  Record produced = with(started(0, 1, 1, 20), Outcome::succeeded("draft"));
  produced.kind = RecordKind::produced;
  ASSERT_TRUE(write(*journal, batch(started(0), std::move(produced), gate_opened(0, "g"))));
  auto all = store->recover("r");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->steps[0].produced);
  EXPECT_FALSE(all->steps[0].ended);
  EXPECT_EQ(all->steps[0].status, StepStatus::waiting);
  EXPECT_EQ(all->steps[0].outcome.output.text, "draft");
  EXPECT_EQ(all->steps[0].attempts[0].status, StepStatus::succeeded);
  // Its final result is a row of its own, and may say something else.
  ASSERT_TRUE(write(*journal, batch(with(ended(0), Outcome::succeeded("better")))));
  all = store->recover("r");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->steps[0].ended);
  EXPECT_FALSE(all->steps[0].produced);
  EXPECT_EQ(all->steps[0].outcome.output.text, "better");
  EXPECT_EQ(all->steps[0].attempts[0].outcome.output.text, "draft");
}

TEST(Journal, records_one_result_for_a_step) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  auto lease = lease_of(*store, "r");
  {
    auto journal = journal_of(*store, *lease);
    ASSERT_TRUE(write(*journal, batch(started(0), with(ended(0), Outcome::succeeded("first")))));
    auto second = write(*journal, batch(started(2), with(ended(0), Outcome::succeeded("second"))));
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("contradiction"), std::string::npos) << second.error().message;
    EXPECT_NE(second.error().message.find(world.folder.database()), std::string::npos)
        << second.error().message;
    // Broken is broken.
    auto third = write(*journal, batch(started(1)));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().message, second.error().message);
  }
  auto all = store->recover("r");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->steps.size(), 1u) << "nothing of the refused batch";
  EXPECT_EQ(all->steps[0].outcome.output.text, "first");
}

TEST(Journal, tells_in_order_and_writes_in_groups) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r", 5'000)));
  auto lease = lease_of(*store, "r");
  std::vector<Row> told;
  {
    auto journal = journal_of(*store, *lease);
    for (Row step = 0; step < 5'000; ++step) {
      journal->append(batch(started(step), ended(step)), [&told, step](Result<> result) {
        EXPECT_TRUE(result);
        told.push_back(step);
      });
    }
  }  // Closing commits what waits.
  ASSERT_EQ(told.size(), 5'000u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(store->recover("r")->steps.size(), 5'000u);
}

TEST(Journal, without_a_thread_answers_before_append_returns) {
  World world;
  auto store = world.open({.journal_threads = false});
  ASSERT_TRUE(store->create(new_run("r", 2'000)));
  auto lease = lease_of(*store, "r");
  auto journal = journal_of(*store, *lease);
  // Each answer appends the next: the stack must not grow with the chain.
  Row next = 0;
  std::function<void(Result<>)> go = [&](Result<> result) {
    ASSERT_TRUE(result);
    if (next < 2'000) {
      const Row step = next++;
      journal->append(batch(ended(step)), go);
    }
  };
  go(Done{});
  EXPECT_EQ(next, 2'000u);
  journal.reset();
  EXPECT_EQ(store->recover("r")->steps.size(), 2'000u);
}

TEST(Journal, numbers_go_on_where_an_earlier_driver_stopped) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    world.clock.monotonic += 100;
    Record failed = with(started(0, attempt), Outcome::failed("x", "y"));
    failed.kind = RecordKind::attempt_ended;
    ASSERT_TRUE(write(*journal, batch(started(0, attempt), std::move(failed))));
  }
  auto all = store->recover("r");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->steps[0].attempts.size(), 3u);
  EXPECT_EQ(all->run.elapsed_ms, 300);
}

TEST(Journal, in_memory_counts_and_answers_at_once) {
  MemoryJournal journal;
  bool told = false;
  journal.append(batch(started(0), ended(0)), [&](Result<> result) { told = static_cast<bool>(result); });
  EXPECT_TRUE(told);
  EXPECT_EQ(journal.records(), 2u);
}

TEST(Journal, leaves_no_long_log_behind) {
  World world;
  {
    auto store = world.open();
    ASSERT_TRUE(store->create(new_run("r", 20'000)));
    auto lease = lease_of(*store, "r");
    auto journal = journal_of(*store, *lease);
    std::vector<Record> many;
    for (Row step = 0; step < 20'000; ++step)
      many.push_back(with(ended(step), Outcome::succeeded(std::string(400, 'x'))));
    ASSERT_TRUE(write(*journal, std::move(many)));
  }
  std::error_code missing;
  const auto log = std::filesystem::file_size(world.folder.database() + "-wal", missing);
  EXPECT_TRUE(missing || log == 0) << log;
  EXPECT_EQ(world.open()->recover("r")->steps.size(), 20'000u);
}

TEST(Lease, has_one_holder_and_says_who) {
  World world;
  auto store = world.open();
  auto other = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  auto lease = lease_of(*store, "r");
  ASSERT_NE(lease, nullptr);
  EXPECT_EQ(lease->run_id(), "r");
  Holder holder;
  auto second = other->lease("r", holder);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, nullptr);
  EXPECT_EQ(holder.pid, ::getpid());
  EXPECT_EQ(holder.since_ms, world.clock.wall);
  EXPECT_FALSE(holder.host.empty());
  lease.reset();
  EXPECT_NE(lease_of(*other, "r"), nullptr);
  EXPECT_FALSE(store->lease("unknown", holder));
  EXPECT_TRUE(std::filesystem::exists(store->wake_path("r")));
}

TEST(Lease, a_forged_epoch_stops_the_first_driver) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  auto lease = lease_of(*store, "r");
  auto journal = journal_of(*store, *lease);
  ASSERT_TRUE(write(*journal, batch(started(0))));
  EXPECT_EQ(sql(world.folder.database(), "UPDATE drivers SET epoch = epoch + 1"), "");
  auto refused = write(*journal, batch(ended(0)));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("another process drives this run"), std::string::npos);
  EXPECT_FALSE(write(*journal, batch(ended(0))));
  journal.reset();
  EXPECT_FALSE(store->recover("r")->steps[0].ended);
}

TEST(Outputs, are_kept_under_their_digest) {
  World world;
  auto store = world.open();
  const std::string path = world.folder.path() + "/printed";
  const std::string bytes(200'000, 'x');
  ASSERT_TRUE(write_file(path, bytes));
  auto name = store->keep_output(path);
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(*name, sha256_hex(bytes));
  EXPECT_EQ(*read_file(store->output_path(*name)), bytes);
  EXPECT_TRUE(std::filesystem::exists(path)) << "the file stays";
  ASSERT_TRUE(write_file(path, "changed afterwards"));
  EXPECT_EQ(*read_file(store->output_path(*name)), bytes);
  ASSERT_TRUE(write_file(path, bytes));
  EXPECT_EQ(*store->keep_output(path), *name) << "again is the same";
  // Half a file under that name, as no version of this program leaves it.
  std::ofstream(store->output_path(*name), std::ios::trunc) << "half";
  ASSERT_TRUE(store->keep_output(path));
  EXPECT_EQ(*read_file(store->output_path(*name)), bytes);
  EXPECT_FALSE(store->keep_output(world.folder.path() + "/absent"));
  EXPECT_EQ(store->output_path("../../etc/passwd"), store->folder() + "/outputs/none");
}

TEST(Cancel, is_a_wish_until_the_driver_reads_it) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  EXPECT_FALSE(store->wishes("r")->cancel_requested);
  ASSERT_TRUE(store->request_cancel("r"));
  ASSERT_TRUE(store->request_cancel("r"));
  EXPECT_TRUE(store->wishes("r")->cancel_requested);
  EXPECT_TRUE(store->recover("r")->cancel_requested);
  EXPECT_FALSE(store->request_cancel("unknown"));
}

TEST(Views, read_well_in_sqlite3_while_a_run_goes_on) {
  World world;
  auto store = world.open();
  ASSERT_TRUE(store->create(new_run("r")));
  auto lease = lease_of(*store, "r");
  auto journal = journal_of(*store, *lease);
  ASSERT_TRUE(
      write(*journal, batch(run_is(RunStatus::running), started(0, 1, 1, 1'500),
                            with(ended(0, StepStatus::succeeded, 1, 1, 2'250), Outcome::succeeded("hi")))));
  EXPECT_EQ(sql(world.folder.database(),
                "SELECT run, step, kind, iteration, attempt, status, output, started, ended "
                "FROM step_log"),
            "r|s0|command|1|1|succeeded|hi|1970-01-01T00:00:01.500Z|1970-01-01T00:00:02.250Z");
  EXPECT_EQ(sql(world.folder.database(), "SELECT run, workflow, status FROM run_log"),
            "r|wf_release|running");
}

}  // namespace
}  // namespace wf::store
