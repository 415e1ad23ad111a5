// Finds triggers that wait for what is never sent.
#include "compiler/dialects/events.h"

#include <algorithm>
#include <string>
#include <vector>

namespace wfc::dialects {
namespace {

constexpr std::string_view of_repositories[] = {"branch_protection_rule.created",
                                                "branch_protection_rule.deleted",
                                                "branch_protection_rule.edited",
                                                "check_run.completed",
                                                "check_run.created",
                                                "check_run.requested_action",
                                                "check_run.rerequested",
                                                "check_suite.completed",
                                                "check_suite.requested",
                                                "check_suite.rerequested",
                                                "code_scanning_alert.created",
                                                "code_scanning_alert.fixed",
                                                "commit_comment.created",
                                                "create",
                                                "delete",
                                                "dependabot_alert.created",
                                                "dependabot_alert.fixed",
                                                "deployment.created",
                                                "deployment_status.created",
                                                "discussion.answered",
                                                "discussion.closed",
                                                "discussion.created",
                                                "discussion.edited",
                                                "discussion.labeled",
                                                "discussion_comment.created",
                                                "fork",
                                                "gollum",
                                                "issue_comment.created",
                                                "issue_comment.deleted",
                                                "issue_comment.edited",
                                                "issues.assigned",
                                                "issues.closed",
                                                "issues.deleted",
                                                "issues.demilestoned",
                                                "issues.edited",
                                                "issues.labeled",
                                                "issues.locked",
                                                "issues.milestoned",
                                                "issues.opened",
                                                "issues.pinned",
                                                "issues.reopened",
                                                "issues.transferred",
                                                "issues.typed",
                                                "issues.unassigned",
                                                "issues.unlabeled",
                                                "issues.unlocked",
                                                "issues.unpinned",
                                                "label.created",
                                                "label.deleted",
                                                "label.edited",
                                                "member.added",
                                                "merge_group.checks_requested",
                                                "merge_group.destroyed",
                                                "merge_request.approved",
                                                "merge_request.closed",
                                                "merge_request.merged",
                                                "merge_request.opened",
                                                "merge_request.reopened",
                                                "merge_request.updated",
                                                "milestone.closed",
                                                "milestone.created",
                                                "milestone.opened",
                                                "note",
                                                "page_build",
                                                "pipeline",
                                                "pipeline.failed",
                                                "pipeline.succeeded",
                                                "public",
                                                "pull_request.assigned",
                                                "pull_request.auto_merge_disabled",
                                                "pull_request.auto_merge_enabled",
                                                "pull_request.closed",
                                                "pull_request.converted_to_draft",
                                                "pull_request.demilestoned",
                                                "pull_request.dequeued",
                                                "pull_request.edited",
                                                "pull_request.enqueued",
                                                "pull_request.labeled",
                                                "pull_request.locked",
                                                "pull_request.merged",
                                                "pull_request.milestoned",
                                                "pull_request.opened",
                                                "pull_request.ready_for_review",
                                                "pull_request.reopened",
                                                "pull_request.review_request_removed",
                                                "pull_request.review_requested",
                                                "pull_request.synchronize",
                                                "pull_request.unassigned",
                                                "pull_request.unlabeled",
                                                "pull_request.unlocked",
                                                "pull_request.updated",
                                                "pull_request_review.dismissed",
                                                "pull_request_review.edited",
                                                "pull_request_review.submitted",
                                                "pull_request_review_comment.created",
                                                "pull_request_review_comment.deleted",
                                                "pull_request_review_comment.edited",
                                                "pull_request_review_thread.resolved",
                                                "pull_request_review_thread.unresolved",
                                                "push",
                                                "registry_package.published",
                                                "release.created",
                                                "release.deleted",
                                                "release.edited",
                                                "release.prereleased",
                                                "release.published",
                                                "release.released",
                                                "release.unpublished",
                                                "repository.archived",
                                                "repository.created",
                                                "repository.renamed",
                                                "repository_dispatch",
                                                "secret_scanning_alert.created",
                                                "secret_scanning_alert.resolved",
                                                "star.created",
                                                "star.deleted",
                                                "status",
                                                "tag_push",
                                                "watch.started",
                                                "workflow_dispatch",
                                                "workflow_job.completed",
                                                "workflow_job.in_progress",
                                                "workflow_job.queued",
                                                "workflow_run.completed",
                                                "workflow_run.in_progress",
                                                "workflow_run.requested"};

constexpr std::string_view of_coder_ide[] = {"plan_completed",       "plan_validated",   "code_committed",
                                             "test_failed",          "test_passed",      "deployment_started",
                                             "deployment_completed", "incident_declared"};

std::string_view subject_of(std::string_view name) {
  return name.substr(0, name.find('.'));
}

}  // namespace

const EventSet repository_events = {of_repositories, false};
const EventSet ide_events = {of_coder_ide, true};

void check_event(const Located<std::string>& name, const EventSet& known, diag::Report& report) {
  const std::string_view written = name.value;
  const bool is_sent = std::any_of(known.names.begin(), known.names.end(), [&](std::string_view event) {
    return event == written || subject_of(event) == written;
  });
  if (is_sent || written.empty()) return;
  std::vector<std::string> names;
  std::string actions;
  int counted = 0;
  for (const std::string_view event : known.names) {
    names.emplace_back(event);
    if (event.find('.') == event.npos) continue;
    names.emplace_back(subject_of(event));
    if (subject_of(event) != subject_of(written) || ++counted > 8) continue;
    actions += (actions.empty() ? "`" : ", `") + std::string(event.substr(event.find('.') + 1)) + "`";
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string near = diag::closest(written, names);
  if (near.empty() && known.open) return;
  auto draft = report.add(diag::unknown_event, name.span, written);
  if (!near.empty()) {
    draft.label("nothing sends this")
        .help("did you mean `" + near + "`?")
        .fix_word("write `" + near + "`", name.span, near,
                  !known.open);  // Where others may be sent, it is a guess.
  } else if (!actions.empty()) {
    draft.label("nothing sends this").help("what happens to it is " + actions + (counted > 8 ? ", ..." : ""));
  } else {
    draft.label("no host of repositories sends this");
  }
}

}  // namespace wfc::dialects
