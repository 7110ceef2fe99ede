/* What a code host told, on disk: an SQLite file of its own, apart from the ledgers, since all of it can be asked for
 * again. Plain tables that people may read with sqlite3 (docs/delivery.md lists them). One thread uses it.
 *
 * What is put is on disk after facts_commit; facts are put again as often as they are told, and the newest counts. */
#ifndef WICK_FACTS_FACTS_H
#define WICK_FACTS_FACTS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "model/fact.h"

struct facts;

/* Opens or creates; NULL is in memory. Refuses a file that is not ours, is damaged, of a newer version or in use by
 * another wick (as store_open does), and leaves it as it is. */
struct facts *facts_open(const char *path, struct err *err);
/* For reading only, beside a daemon that writes, at one consistent moment. */
struct facts *facts_open_read(const char *path, struct err *err);
void facts_close(struct facts *facts); /* NULL is legal; what was not committed is gone */

/* What is put between the two is on disk all together or not at all. After a failure nothing of it is: what is put
 * behind it fails with the same error, and so does the commit, which ends the transaction then, too. What is put
 * outside of a transaction is one of its own. */
bool facts_begin(struct facts *facts, struct err *err);
bool facts_commit(struct facts *facts, struct err *err);
void facts_abandon(struct facts *facts); /* legal without a transaction, as behind a commit that failed */

/* Each puts or replaces. `repository` is "owner/name" as the definitions name it, lower case. */
bool facts_put_attempt(struct facts *facts, struct str repository, const struct fact_attempt *attempt, struct err *err);
bool facts_put_commit(struct facts *facts, struct str repository, const struct fact_commit *commit, struct err *err);
bool facts_put_range(struct facts *facts, struct str repository, const struct fact_range *range, struct err *err);
bool facts_put_pull(struct facts *facts, struct str repository, const struct fact_pull *pull, struct err *err);
/* Which pull request brought a commit in; 0: none did. */
bool facts_put_pull_of(struct facts *facts, struct str repository, struct str sha, int64_t number, struct err *err);
/* Which paths a commit changed. */
bool facts_put_files(struct facts *facts, struct str repository, struct str sha, const struct str *files, size_t len,
		     struct err *err);
bool facts_put_issue(struct facts *facts, struct str repository, const struct fact_issue *issue, struct err *err);

/* What the host does not have any more: all attempts of an id, an issue. */
bool facts_drop_attempts(struct facts *facts, struct str repository, struct str source, int64_t id, struct err *err);
bool facts_drop_issue(struct facts *facts, struct str repository, int64_t number, struct err *err);

/* Small named texts of a repository: how far its reading is. A value without `at` takes it away. */
bool facts_put_mark(struct facts *facts, struct str repository, struct str name, struct str value, struct err *err);
/* False without touching err: not there. */
bool facts_get_mark(struct facts *facts, struct str repository, struct str name, struct buf *value, struct err *err);

/* What a page said when it was last read, which is now: its ETag, and the page behind it (empty: the last one). */
bool facts_put_page(struct facts *facts, struct str url, struct str etag, struct str next, struct err *err);
bool facts_get_page(struct facts *facts, struct str url, struct buf *etag, struct buf *next, struct err *err);
/* Forgets pages that were not put since. */
bool facts_forget_pages(struct facts *facts, struct instant before, struct err *err);

/* All that is known of one repository, in memory until it is released. Maps are by sha (commits, pulls_of, files) and
 * by "base...head" (ranges). */
struct fact_files {
	struct str sha;
	const struct str *files;
	size_t len;
};
struct repository_facts {
	struct arena arena;
	struct fact_attempt *attempts; /* by source, then id, then number */
	size_t attempts_len;
	struct fact_issue *issues;
	size_t issues_len;
	struct fact_pull *pulls; /* by number */
	size_t pulls_len;
	struct map commits; /* const struct fact_commit * */
	struct map ranges;  /* const struct fact_range * */
	/* const struct fact_pull *, or &fact_no_pull where it is known that there is none. A commit is not there while
	 * the pull request that it is of is not. */
	struct map pulls_of;
	struct map files; /* const struct fact_files * */
};
extern const struct fact_pull fact_no_pull;
struct repository_facts *facts_load(struct facts *facts, struct str repository, struct err *err);
void repository_facts_free(struct repository_facts *known); /* NULL is legal */
const struct fact_range *repository_range(const struct repository_facts *known, struct str base, struct str head);

/* Incidents that wick itself saw: an alert of an SLO that fired. `key` tells one alert from all others. */
struct fact_alert {
	struct str key, slo, service, tier, severity, group;
	struct instant opened, closed; /* closed.ms == 0: it fires */
};
bool facts_put_alert(struct facts *facts, const struct fact_alert *alert, struct err *err);
/* Those of a service, by time, in the arena. */
bool facts_alerts(struct facts *facts, struct str service, struct arena *arena, struct fact_alert **out, size_t *len,
		  struct err *err);

/* Forgets those that were over before. */
bool facts_forget_alerts(struct facts *facts, struct instant before, struct err *err);
/* Those of all services that still fire, by time, in the arena. */
bool facts_open_alerts(struct facts *facts, struct arena *arena, struct fact_alert **out, size_t *len, struct err *err);

int64_t facts_bytes(const struct facts *facts); /* of the file and its WAL; 0 in memory */

/* Whether the file says of itself that it is one of facts, whatever else may be wrong with it. */
bool facts_is(const char *path);
/* Reads every row without changing anything, and calls `found` for each fault. True if there is none. Works while a
 * daemon runs. What facts name need not be there (a commit of an attempt, say): it may not have been asked for yet. */
bool facts_check(const char *path, void (*found)(void *context, const char *fault), void *context, struct err *err);

#endif
