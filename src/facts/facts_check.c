#include "facts/facts_parts.h"

struct faults {
	void (*found)(void *context, const char *fault);
	void *context;
	size_t count;
};

static void note(void *context, const char *fault)
{
	struct faults *faults = context;

	faults->count++;
	faults->found(faults->context, fault);
}

/* What facts_load refuses is a fault. */
static bool check_repositories(struct facts *facts, struct faults *faults, struct err *err)
{
	sqlite3_stmt *rows = db_prepare(&facts->db,
					"SELECT repository FROM attempts UNION SELECT repository FROM commits"
					" UNION SELECT repository FROM ranges UNION SELECT repository FROM pulls"
					" UNION SELECT repository FROM commit_pulls"
					" UNION SELECT repository FROM commit_files"
					" UNION SELECT repository FROM issues",
					err);
	int got;

	if (!rows)
		return false;
	while ((got = sqlite3_step(rows)) == SQLITE_ROW) {
		struct err why = {0};
		struct repository_facts *known = facts_load(facts, db_column(rows, 0), &why);

		if (!known)
			note(faults, why.text);
		repository_facts_free(known);
	}
	if (got != SQLITE_DONE)
		db_fail(&facts->db, "read", err);
	sqlite3_finalize(rows);
	return got == SQLITE_DONE;
}

bool facts_check(const char *path, void (*found)(void *context, const char *fault), void *context, struct err *err)
{
	struct faults faults = {found, context, 0};
	struct facts *facts = facts_open_read(path, err);
	bool read = facts && db_check(&facts->db, note, &faults, err) && check_repositories(facts, &faults, err);

	facts_close(facts);
	return read && faults.count == 0;
}
