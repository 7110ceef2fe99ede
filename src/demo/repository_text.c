/* What commits, pull requests and issues are called, and how commits hang together. */
#include "demo/repository_parts.h"

const char *const account_logins[ACCOUNTS] = {
	"dev-1",
	"dev-2",
	"dev-3",
	"dev-4",
	"dev-5",
	"dev-6",
	[ACCOUNT_SRE] = "sre",
	[ACCOUNT_BOT] = "dependabot[bot]",
	[ACCOUNT_OWNER] = "hngprojects",
	[ACCOUNT_WEB] = "web-flow",
};

static const char *const verbs[] = {"Show",   "Speed up", "Simplify", "Check",      "Cache",
				    "Rework", "Test",     "Limit",    "Log less of"};
static const char *const nouns[] = {
	"checkout totals", "item search", "the price cache", "stock levels",    "gift cards",
	"delivery dates",  "sign-in",     "order history",   "image sizes",     "tax rules",
	"the basket",      "returns",     "item reviews",    "payment retries",
};
static const char *const worker_nouns[] = {"mail templates", "invoice numbers", "job retries",
					   "the mail queue", "bounced mails",   "the invoice archive"};
static const char *const fixes[] = {"Fix", "Mend", "Correct"};
static const char *const steps[] = {"first part", "tests", "what reviewers found"};
static const char *const modules[] = {"anvila.example/metrics", "anvila.example/money", "anvila.example/queue"};
static const char *const issue_titles[] = {
	"anvila.example does not answer",
	"One in twelve requests fails",
	"Checkout is down",
	"Prices are wrong",
	"Nobody can sign in",
	"Orders are lost",
	"A page is too wide",
	"A total is rounded twice",
	"A mail is sent in English",
	"Images load late",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *noun_of(const struct made_pull *pull)
{
	return pull->worker ? worker_nouns[pull->noun % COUNT(worker_nouns)] : nouns[pull->noun % COUNT(nouns)];
}

/* Without "the", and with '-' for blanks. */
static void put_slug(const struct made_pull *pull, struct buf *out)
{
	const char *noun = noun_of(pull);

	for (noun += strncmp(noun, "the ", 4) == 0 ? 4 : 0; *noun; noun++)
		buf_char(out, *noun == ' ' ? '-' : *noun);
}

const char *issue_title(const struct made_issue *issue) { return issue_titles[issue->title % COUNT(issue_titles)]; }

void pull_title(const struct repository *repository, uint32_t which, struct buf *out)
{
	const struct made_pull *pull = &repository->pulls[which];

	switch (pull->kind) {
	case PULL_FEATURE:
		buf_fmt(out, "%s %s", verbs[pull->verb % COUNT(verbs)], noun_of(pull));
		break;
	case PULL_HOTFIX:
		buf_fmt(out, "%s %s", fixes[pull->verb % COUNT(fixes)], noun_of(pull));
		break;
	case PULL_BOT:
		buf_fmt(out, "Bump %s from 1.%u.0 to 1.%u.0", modules[pull->noun % COUNT(modules)], which, which + 1);
		break;
	case PULL_REVERT:
		buf_cstr(out, "Revert \"");
		pull_title(repository, pull->undoes, out);
		buf_cstr(out, "\"");
		break;
	}
}

void pull_branch(const struct repository *repository, uint32_t which, struct buf *out)
{
	const struct made_pull *pull = &repository->pulls[which];

	switch (pull->kind) {
	case PULL_BOT:
		buf_fmt(out, "dependabot/go_modules/%s-1.%u.0", modules[pull->noun % COUNT(modules)], which + 1);
		return;
	case PULL_REVERT:
		buf_fmt(out, "revert-%u-", repository->pulls[pull->undoes].number);
		pull_branch(repository, pull->undoes, out);
		return;
	case PULL_FEATURE:
	case PULL_HOTFIX:
		break;
	}
	buf_cstr(out, pull->kind == PULL_HOTFIX ? "hotfix/" : "feature/");
	put_slug(pull, out);
	buf_fmt(out, "-%u", which);
}

static void put_revert(const struct repository *repository, const struct made_commit *commit, struct buf *out)
{
	const struct made_commit *undone = &repository->commits[commit->reverts];
	uint32_t parents[2];

	buf_fmt(out, "\n\nThis reverts commit %s", undone->sha);
	if (commit_parents(repository, commit->reverts, parents) == 2)
		buf_fmt(out, ", reversing\nchanges made to %s", repository->commits[parents[0]].sha);
	buf_char(out, '.');
}

void commit_message(const struct repository *repository, uint32_t which, struct buf *out)
{
	const struct made_commit *commit = &repository->commits[which];
	const struct made_pull *pull;

	if (commit->pull == NOTHING) {
		buf_cstr(out, "Begin");
		return;
	}
	pull = &repository->pulls[commit->pull];
	if (commit_is_merge(repository, which)) {
		buf_fmt(out, "Merge pull request #%u from %s/", pull->number, account_logins[ACCOUNT_OWNER]);
		pull_branch(repository, commit->pull, out);
		buf_cstr(out, "\n\n");
	}
	pull_title(repository, commit->pull, out);
	if (commit_is_merge(repository, which))
		return;
	if (commit->on_main && pull->style == MERGE_SQUASH)
		buf_fmt(out, " (#%u)", pull->number);
	else if (pull->commits_len > 1)
		buf_fmt(out, ": %s", steps[commit->ordinal % COUNT(steps)]);
	if (commit->reverts != NOTHING)
		put_revert(repository, commit, out);
}

bool commit_file(const struct repository *repository, uint32_t which, unsigned file, struct buf *out)
{
	static const char *const first[] = {"README.md", "go.mod", "api/main.go"};
	static const char *const bumped[] = {"go.mod", "go.sum"};
	const struct made_commit *commit = &repository->commits[which];
	const struct made_pull *pull;

	if (commit->pull == NOTHING)
		return file < COUNT(first) && buf_cstr(out, first[file]);
	pull = &repository->pulls[commit->pull];
	if (commit_is_merge(repository, which) || file > 1)
		return false;
	if (pull->kind == PULL_BOT)
		return buf_cstr(out, bumped[file]);
	buf_cstr(out, pull->worker ? "worker/" : "api/");
	put_slug(pull, out);
	return buf_cstr(out, file == 0 ? ".go" : "_test.go");
}

bool commit_is_merge(const struct repository *repository, uint32_t which)
{
	return repository->commits[which].branch != NOTHING;
}

unsigned commit_author(const struct repository *repository, uint32_t which)
{
	const struct made_commit *commit = &repository->commits[which];

	if (commit->pull == NOTHING)
		return 0;
	return commit_is_merge(repository, which) ? repository->pulls[commit->pull].reviewer
						  : repository->pulls[commit->pull].author;
}

unsigned commit_parents(const struct repository *repository, uint32_t which, uint32_t parents[2])
{
	const struct made_commit *commit = &repository->commits[which];

	if (!commit->on_main)
		parents[0] = commit->ordinal ? which - 1 : repository->mains[commit->place];
	else if (commit->place)
		parents[0] = repository->mains[commit->place - 1];
	else
		return 0;
	parents[1] = commit->branch;
	return commit->branch == NOTHING ? 1 : 2;
}

/* A commit of a branch is in what is on main from the merge on that kept it. */
bool commit_holds(const struct repository *repository, uint32_t outer, uint32_t inner)
{
	const struct made_commit *a = &repository->commits[outer], *b = &repository->commits[inner];
	const struct made_pull *pull;

	if (!a->on_main && !b->on_main && a->pull == b->pull)
		return b->ordinal <= a->ordinal;
	if (b->on_main)
		return b->place <= a->place;
	pull = &repository->pulls[b->pull];
	return pull->style == MERGE_COMMIT && pull->merge != NOTHING &&
	       repository->commits[pull->merge].place <= a->place;
}
