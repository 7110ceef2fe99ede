#include "base/limits.h"
#include "facts/facts_parts.h"
#include "format/json_write.h"

struct facts_row facts_row(struct facts *facts, enum facts_statement which)
{
	struct facts_row row = {.facts = facts, .which = which};

	if (facts->failed.text[0])
		row.why = facts->failed;
	else
		row.statement = facts_statement(facts, which, &row.why);
	return row;
}

static void bind_text(struct facts_row *row, struct str text)
{
	row->at++;
	if (row->statement)
		sqlite3_bind_text64(row->statement, row->at, text.len ? text.at : "", text.len, SQLITE_STATIC,
				    SQLITE_UTF8);
}

static void too_long(struct facts_row *row, size_t limit)
{
	if (!row->statement)
		return;
	err_set(&row->why, "cannot keep a fact: its '%s' is over the limit of %zu bytes",
		facts_column(row->which, row->at), limit);
	row->statement = NULL;
}

void facts_row_text(struct facts_row *row, struct str text)
{
	bind_text(row, text);
	if (text.len > LIMIT_FACT_TEXT_BYTES)
		too_long(row, LIMIT_FACT_TEXT_BYTES);
}

struct str facts_cut(struct str text, size_t len)
{
	if (text.len <= len)
		return text;
	while (len > 0 && (text.at[len] & 0xC0) == 0x80)
		len--;
	return str_slice(text, 0, len);
}

void facts_row_title(struct facts_row *row, struct str text)
{
	bind_text(row, facts_cut(text, LIMIT_FACT_TITLE_BYTES));
}

void facts_row_number(struct facts_row *row, int64_t number)
{
	row->at++;
	if (row->statement)
		sqlite3_bind_int64(row->statement, row->at, number);
}

static void bind_null(struct facts_row *row)
{
	row->at++;
	if (row->statement)
		sqlite3_bind_null(row->statement, row->at);
}

void facts_row_known(struct facts_row *row, int64_t number)
{
	if (number == 0)
		bind_null(row);
	else
		facts_row_number(row, number);
}

void facts_row_list(struct facts_row *row, const struct str *list, size_t len)
{
	struct json_writer json;
	struct buf *out = &row->facts->list;

	buf_clear(out);
	json_begin(&json, out, false);
	json_array(&json);
	for (size_t i = 0; i < len; i++)
		json_str(&json, list[i]);
	json_array_end(&json);
	bind_text(row, buf_view(out));
	if (out->full)
		too_long(row, LIMIT_FACT_LIST_BYTES);
}

bool facts_row_put(struct facts_row *row, struct err *err)
{
	struct facts *facts = row->facts;

	if (row->statement && db_run(&facts->db, row->statement, &row->why))
		return true;
	if (facts->in_transaction && !facts->failed.text[0])
		facts->failed = row->why;
	return err_set(err, "%s", row->why.text);
}
