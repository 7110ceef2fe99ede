#include "slo/sources.h"

#include "base/limits.h"
#include "slo/draft.h"

void slo_source_unknown(struct buf *out, struct str name, const struct str *names, size_t len)
{
	size_t named = 0, shown = 0;

	for (size_t i = 0; i < len; i++)
		named += names[i].len > 0;
	buf_fmt(out, "there is no source '%.*s' in the settings; ", VALUE_ARG(name));
	buf_cstr(out, named == 0 ? "none has a name there" : named == 1 ? "there is " : "there are ");
	for (size_t i = 0; i < len; i++)
		if (names[i].len) {
			buf_fmt(out, "%s'%.*s'",
				shown == 0           ? ""
				: shown + 1 == named ? " and "
						     : ", ",
				STR_ARG(names[i]));
			shown++;
		}
	if (named == 1)
		buf_cstr(out, " alone");
}

static bool is_known(const struct source_ref *source, const struct str *names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (str_eq(source->name, names[i]))
			return true;
	return source->name.len == 0;
}

static void take_wish(struct slo *slo, bool known, struct findings *findings)
{
	if (known)
		slo->counts_hash = counts_hash_at(slo->counts_hash, slo->source.name);
	else
		findings_add(findings, FINDING_NOTE, slo->source.place, STR("source"), "default-source",
			     "the settings have no source '%.*s': it is counted at the default one",
			     VALUE_ARG(slo->source.name));
	if (!known)
		slo->source.name = STR("");
	slo->source.soft = false;
}

static void undefined(const struct slo *slo, const struct str *names, size_t len, struct findings *findings)
{
	struct buf text;

	buf_init(&text, LIMIT_TEXT_BYTES);
	slo_source_unknown(&text, slo->source.name, names, len);
	findings_add(findings, FINDING_ERROR, slo->source.place, STR("source"), "no-such-source", "source: %.*s",
		     STR_ARG(buf_view(&text)));
	buf_release(&text);
}

void slo_set_find_sources(struct slo_set *set, const struct str *names, size_t len)
{
	struct findings findings = {.arena = &set->arena,
				    .at = set->findings,
				    .len = set->findings_len,
				    .cap = set->findings_len,
				    .limit = SIZE_MAX,
				    .dropped = set->findings_dropped,
				    .errors = set->errors};

	for (size_t i = 0; i < set->len; i++) {
		struct slo *slo = &set->slos[i];
		bool known = is_known(&slo->source, names, len);

		if (slo->source.soft)
			take_wish(slo, known, &findings);
		else if (!known)
			undefined(slo, names, len, &findings);
	}
	/* the SLOs of a document share the name that it gives: one finding */
	findings_settle(&findings);
	set->findings = findings.at;
	set->findings_len = findings.len;
	set->findings_dropped = findings.dropped;
	set->errors = findings.errors;
}
