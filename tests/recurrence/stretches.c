/* Reads questions, one a line, and answers each with a line: the stretches "BEGIN/END BEGIN/END", in seconds since
 * 1970, or "error: ...". A question is "ZONE START MINUTES END FROM TO RULE": START and END in seconds on the zone's
 * clock, MINUTES or END "-", FROM and TO in seconds since 1970, RULE "-" for once. */
#include "base/num.h"
#include "model/recurrence.h"

#include <stdio.h>

enum { ZONE, START, MINUTES, END, FROM, TO, RULE, FIELDS };

static int64_t number_of(struct str s)
{
	int64_t n = 0;

	if (!num_read_i64(s, &n))
		fprintf(stderr, "'%.*s' is no number\n", STR_ARG(s));
	return n;
}

static bool read_question(struct str line, struct str *fields)
{
	for (int i = 0; i < FIELDS; i++) {
		size_t blank = i == RULE ? line.len : str_find(line, ' ');

		fields[i] = str_slice(line, 0, blank);
		if (i != RULE && blank == line.len)
			return false;
		line = i == RULE ? line : str_slice(line, blank + 1, line.len);
	}
	return true;
}

static void answer(const struct str *fields)
{
	struct err err = {0};
	struct recurrence recurrence;
	struct recurrence_walk walk;
	struct period stretch;
	struct recurrence_terms terms = {
		.zone = zone_find(fields[ZONE], &err),
		.start = civil_of_seconds(number_of(fields[START])),
		.minutes = str_is(fields[MINUTES], "-") ? 0 : number_of(fields[MINUTES]),
		.rule = str_is(fields[RULE], "-") ? (struct str){0} : fields[RULE],
	};

	if (!str_is(fields[END], "-"))
		terms.end = civil_of_seconds(number_of(fields[END]));
	if (!terms.zone || !recurrence_read(&terms, &recurrence, &err)) {
		printf("error: %s\n", err.text);
		return;
	}
	walk = recurrence_between(&recurrence, (struct instant){number_of(fields[FROM]) * 1000},
				  (struct instant){number_of(fields[TO]) * 1000});
	for (const char *between = ""; recurrence_next(&walk, &stretch); between = " ")
		printf("%s%lld/%lld", between, (long long)(stretch.begin.ms / 1000),
		       (long long)(stretch.end.ms / 1000));
	putchar('\n');
}

int main(void)
{
	char line[4096];
	struct str fields[FIELDS];

	while (fgets(line, sizeof(line), stdin)) {
		if (!read_question((struct str){line, strcspn(line, "\n")}, fields)) {
			fprintf(stderr, "not a question: %s", line);
			return 2;
		}
		answer(fields);
	}
	return 0;
}
