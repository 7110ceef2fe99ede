#include "facts/facts_parts.h"

bool facts_put_attempt(struct facts *facts, struct str repository, const struct fact_attempt *attempt, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_ATTEMPT);

	facts_row_text(&row, repository);
	facts_row_text(&row, attempt->source);
	facts_row_number(&row, attempt->id);
	facts_row_number(&row, attempt->number);
	facts_row_text(&row, attempt->sha);
	facts_row_text(&row, attempt->ref);
	facts_row_text(&row, attempt->url);
	facts_row_text(&row, str_of(attempt_result_names[attempt->result]));
	facts_row_text(&row, attempt->state);
	facts_row_known(&row, attempt->created.ms);
	facts_row_known(&row, attempt->started.ms);
	facts_row_known(&row, attempt->finished.ms);
	return facts_row_put(&row, err);
}

bool facts_put_commit(struct facts *facts, struct str repository, const struct fact_commit *commit, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_COMMIT);

	facts_row_text(&row, repository);
	facts_row_text(&row, commit->sha);
	facts_row_text(&row, commit->author);
	facts_row_number(&row, commit->bot);
	facts_row_known(&row, commit->authored.ms);
	facts_row_known(&row, commit->committed.ms);
	facts_row_title(&row, commit->subject);
	facts_row_text(&row, commit->reverts);
	facts_row_list(&row, commit->parents, commit->parents_len);
	return facts_row_put(&row, err);
}

bool facts_put_range(struct facts *facts, struct str repository, const struct fact_range *range, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_RANGE);

	facts_row_text(&row, repository);
	facts_row_text(&row, range->base);
	facts_row_text(&row, range->head);
	facts_row_text(&row, str_of(range_status_names[range->status]));
	facts_row_list(&row, range->commits, range->commits_len);
	return facts_row_put(&row, err);
}

bool facts_put_pull(struct facts *facts, struct str repository, const struct fact_pull *pull, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_PULL);

	facts_row_text(&row, repository);
	facts_row_number(&row, pull->number);
	facts_row_title(&row, pull->title);
	facts_row_text(&row, pull->head_ref);
	facts_row_text(&row, pull->base_ref);
	facts_row_text(&row, pull->author);
	facts_row_number(&row, pull->bot);
	facts_row_text(&row, pull->url);
	facts_row_text(&row, pull->merge_sha);
	facts_row_known(&row, pull->opened.ms);
	facts_row_known(&row, pull->merged.ms);
	facts_row_known(&row, pull->first_commit.ms);
	facts_row_known(&row, pull->first_review.ms);
	facts_row_known(&row, pull->reverts);
	facts_row_list(&row, pull->labels, pull->labels_len);
	return facts_row_put(&row, err);
}

bool facts_put_pull_of(struct facts *facts, struct str repository, struct str sha, int64_t number, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_PULL_OF);

	facts_row_text(&row, repository);
	facts_row_text(&row, sha);
	facts_row_known(&row, number);
	return facts_row_put(&row, err);
}

bool facts_put_files(struct facts *facts, struct str repository, struct str sha, const struct str *files, size_t len,
		     struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_FILES);

	facts_row_text(&row, repository);
	facts_row_text(&row, sha);
	facts_row_list(&row, files, len);
	return facts_row_put(&row, err);
}

bool facts_put_issue(struct facts *facts, struct str repository, const struct fact_issue *issue, struct err *err)
{
	struct facts_row row = facts_row(facts, PUT_ISSUE);

	facts_row_text(&row, repository);
	facts_row_number(&row, issue->number);
	facts_row_title(&row, issue->title);
	facts_row_text(&row, issue->url);
	facts_row_known(&row, issue->opened.ms);
	facts_row_known(&row, issue->closed.ms);
	facts_row_list(&row, issue->labels, issue->labels_len);
	return facts_row_put(&row, err);
}

bool facts_drop_attempts(struct facts *facts, struct str repository, struct str source, int64_t id, struct err *err)
{
	struct facts_row row = facts_row(facts, TAKE_ATTEMPTS);

	facts_row_text(&row, repository);
	facts_row_text(&row, source);
	facts_row_number(&row, id);
	return facts_row_put(&row, err);
}

bool facts_drop_issue(struct facts *facts, struct str repository, int64_t number, struct err *err)
{
	struct facts_row row = facts_row(facts, TAKE_ISSUE);

	facts_row_text(&row, repository);
	facts_row_number(&row, number);
	return facts_row_put(&row, err);
}
