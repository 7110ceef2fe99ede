/* What tests of definition languages share: a text that is read, its SLOs as a few lines to compare with, and what is
 * said about it. Between language_begin and language_end. */
#ifndef WICK_TESTS_LANGUAGE_FIXTURE_H
#define WICK_TESTS_LANGUAGE_FIXTURE_H

#include "base/file.h"
#include "base/limits.h"
#include "base/num.h"
#include "slo/definitions.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct slo_set *set;
static char folder[] = "/tmp/wick-languages-XXXXXX";
static struct buf written, told;

static inline void language_begin(void)
{
	set = NULL;
	buf_init(&written, MIB(4));
	buf_init(&told, MIB(4));
}

static inline const char *path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static inline void language_end(void)
{
	slo_set_unref(set);
	if (!strstr(folder, "XXXXXX")) {
		unlink(path_of("a.yaml"));
		unlink(path_of("b.yaml"));
		rmdir(folder);
	}
	buf_release(&written);
	buf_release(&told);
}

static inline void read_text(const char *yaml)
{
	slo_set_unref(set);
	set = slo_set_read("a.yaml", str_of(yaml));
}

/* Two files of one folder, a.yaml and b.yaml, read after those that were read before. */
static inline void read_files(const char *a, const char *b)
{
	const char *const paths[] = {folder};
	struct slo_set *before = set;
	struct err err;

	if (strstr(folder, "XXXXXX"))
		ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert(file_replace(path_of("a.yaml"), str_of(a), 0600, &err));
	ck_assert(file_replace(path_of("b.yaml"), str_of(b), 0600, &err));
	set = slo_set_load(paths, 1, before);
	slo_set_unref(before);
}

/* The text with `from`, which stands in it, replaced by `to`: the first of them. */
static inline void read_changed(const char *yaml, const char *from, const char *to)
{
	const char *at = strstr(yaml, from);

	ck_assert_msg(at != NULL, "'%s' is not in the text", from);
	buf_clear(&written);
	buf_fmt(&written, "%.*s%s%s", (int)(at - yaml), yaml, to, at + strlen(from));
	read_text(written.at);
}

/* "LINE:COL: TEXT [RULE]", a line for each; those of `level` or worse. */
static inline const char *findings_up_to(enum finding_level level)
{
	buf_clear(&told);
	for (size_t i = 0; i < set->findings_len; i++)
		if (set->findings[i].level <= level)
			buf_fmt(&told, "%u:%u: %s [%s]\n", set->findings[i].place.line, set->findings[i].place.col,
				set->findings[i].text.at, set->findings[i].rule);
	return told.len ? told.at : "";
}

static inline void put_labels(struct buf *out, const char *name, struct labels labels)
{
	for (size_t i = 0; i < labels.len; i++)
		buf_fmt(out, "%s%s%.*s=%.*s", i ? "," : " ", i ? "" : name, STR_ARG(labels.at[i].name),
			STR_ARG(labels.at[i].value));
}

static inline void put_sli(struct buf *out, const struct sli *sli)
{
	const struct query *const queries[] = {&sli->good, &sli->bad, &sli->total, &sli->metric};
	static const char *const names[] = {"good", "bad", "total", "of"};

	buf_fmt(out, "%s%s\n", sli_kind_names[sli->kind], sli->native ? " native" : "");
	for (size_t i = 0; i < COUNT_OF(queries); i++)
		if (queries[i]->text.len)
			buf_fmt(out, "  %s %.*s\n", names[i], STR_ARG(queries[i]->text));
	if (sli->kind == SLI_LATENCY || sli->kind == SLI_THRESHOLD) {
		buf_fmt(out, "  %s ", sli->kind == SLI_THRESHOLD ? comparison_signs[sli->comparison] : "<=");
		num_write_double(out, sli->limit);
		buf_char(out, '\n');
	}
}

/* "page-fast page 1h/5m x14.4"; a tier that does not burn is its name and severity alone. */
static inline void put_tier(struct buf *out, const struct tier *tier)
{
	buf_fmt(out, "  %.*s %.*s", STR_ARG(tier->name), STR_ARG(tier->severity));
	if (tier->kind == TIER_BURN) {
		buf_fmt(out, " %s/", span_text(tier->long_).text);
		buf_fmt(out, "%s x%.6g", span_text(tier->short_).text, tier->factor);
		if (tier->for_.ms)
			buf_fmt(out, " for %s", span_text(tier->for_).text);
	}
	put_labels(out, "", tier->labels);
	put_labels(out, "annotations ", tier->annotations);
	buf_char(out, '\n');
}

/* An SLO: all that a definition says of it. Tiers are those that burn, unless `all_tiers`. */
static inline const char *slo_as_text(const struct slo *slo, bool all_tiers)
{
	buf_clear(&told);
	buf_fmt(&told, "%.*s %.*s", STR_ARG(slo->id), STR_ARG(slo->objective_text));
	for (size_t i = 0; i < slo->windows_len; i++)
		buf_fmt(&told, " %.*s", STR_ARG(slo->windows[i].name));
	if (slo->budgeting.method != BUDGET_OCCURRENCES)
		buf_fmt(&told, " %s %s %.6g", budgeting_method_names[slo->budgeting.method],
			span_text(slo->budgeting.slice).text, slo->budgeting.target);
	buf_char(&told, '\n');
	put_sli(&told, &slo->sli);
	if (slo->description.len)
		buf_fmt(&told, "  '%.*s'\n", STR_ARG(slo->description));
	put_labels(&told, "labels ", slo->labels);
	for (size_t i = 0; i < slo->group_by_len; i++)
		buf_fmt(&told, " by %.*s", STR_ARG(slo->group_by[i]));
	if (slo->labels.len || slo->group_by_len)
		buf_char(&told, '\n');
	for (size_t i = 0; i < slo->alerting->len; i++)
		if (all_tiers || slo->alerting->tiers[i].kind == TIER_BURN)
			put_tier(&told, &slo->alerting->tiers[i]);
	if (slo->alerting->runbook.len)
		buf_fmt(&told, "  runbook %.*s\n", STR_ARG(slo->alerting->runbook));
	return told.at;
}

/* All SLOs of the set, in the order of their ids. */
static inline void assert_slos(const char *what, const char *expected, bool all_tiers)
{
	struct buf all;

	buf_init(&all, MIB(1));
	for (size_t i = 0; i < set->len; i++)
		buf_cstr(&all, slo_as_text(&set->slos[i], all_tiers));
	if (all.len == 0)
		buf_cstr(&all, "");
	ck_assert_msg(str_is(buf_view(&all), expected), "%s:\n%.*s\nis not\n%s\nfindings:\n%s", what,
		      STR_ARG(buf_view(&all)), expected, findings_up_to(FINDING_NOTE));
	buf_release(&all);
}

/* One row of what is wrong: a change of a text that is right, and "LINE:COL: TEXT" of what is said then. */
struct wrong_change {
	const char *what, *from, *to, *said;
};

static inline bool says(const char *findings, const char *line)
{
	const char *at = strstr(findings, line);

	return at && (at == findings || at[-1] == '\n');
}

static inline void assert_refused(const char *yaml, const struct wrong_change *wrong)
{
	const char *said;

	read_changed(yaml, wrong->from, wrong->to);
	said = findings_up_to(FINDING_ERROR);
	ck_assert_msg(set->len == 0 && says(said, wrong->said), "%s: %zu SLOs, not '%s' but '%s'", wrong->what,
		      set->len, wrong->said, said);
}

/* The same for what is taken, with a warning or a note. */
static inline void assert_said(const char *yaml, const struct wrong_change *doubtful)
{
	const char *said;

	read_changed(yaml, doubtful->from, doubtful->to);
	said = findings_up_to(FINDING_NOTE);
	ck_assert_msg(slo_set_errors(set) == 0, "%s: %s", doubtful->what, said);
	ck_assert_msg(says(said, doubtful->said), "%s: not '%s' but '%s'", doubtful->what, doubtful->said, said);
}

#endif
