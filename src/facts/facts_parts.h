/* The inside of an open file of facts, for the files that make it up. */
#ifndef WICK_FACTS_FACTS_PARTS_H
#define WICK_FACTS_FACTS_PARTS_H

#include "db/db.h"
#include "facts/facts.h"

extern const struct db_kind facts_kind;
extern const char facts_schema[];

/* What is run often is prepared once. Those up to FACTS_UPSERTS put a row or replace it. */
enum facts_statement {
	PUT_ATTEMPT,
	PUT_COMMIT,
	PUT_RANGE,
	PUT_PULL,
	PUT_PULL_OF,
	PUT_FILES,
	PUT_ISSUE,
	PUT_MARK,
	PUT_PAGE,
	PUT_ALERT,
	FACTS_UPSERTS,
	TAKE_MARK = FACTS_UPSERTS,
	TAKE_ATTEMPTS,
	TAKE_ISSUE,
	GET_MARK,
	GET_PAGE,
	FORGET_PAGES,
	FORGET_ALERTS,
	GET_ALERTS,
	GET_OPEN_ALERTS,
	FACTS_STATEMENTS
};

struct facts {
	struct db db;
	int lock;
	bool in_transaction;
	struct err failed; /* why the transaction that is open can only be abandoned */
	struct buf list;   /* a list as JSON, while its row is put */
	sqlite3_stmt *statements[FACTS_STATEMENTS];
};

/* Ready to be bound; NULL on failure. */
sqlite3_stmt *facts_statement(struct facts *facts, enum facts_statement which, struct err *err);
/* The name of the column that a parameter of what puts or takes a row is for, from 1 on. */
const char *facts_column(enum facts_statement which, int index);

/* A row on its way in: values are bound in the order of the columns. */
struct facts_row {
	struct facts *facts;
	enum facts_statement which;
	sqlite3_stmt *statement; /* NULL once something has failed */
	int at;
	struct err why;
};
struct facts_row facts_row(struct facts *facts, enum facts_statement which);
void facts_row_text(struct facts_row *row, struct str text);  /* must live until the row is put, as all texts */
void facts_row_title(struct facts_row *row, struct str text); /* for people: cut where it is too long */
void facts_row_number(struct facts_row *row, int64_t number);
void facts_row_known(struct facts_row *row, int64_t number); /* 0 is NULL: a time that is unknown, no pull request */
void facts_row_list(struct facts_row *row, const struct str *list, size_t len); /* one per row */
/* Runs it. A failure spoils the transaction that is open. */
bool facts_row_put(struct facts_row *row, struct err *err);

/* The first `len` bytes at most, and no part of a character. */
struct str facts_cut(struct str text, size_t len);

/* NULL is 0. */
static inline struct instant facts_time(sqlite3_stmt *row, int column)
{
	return (struct instant){sqlite3_column_int64(row, column)};
}

#endif
