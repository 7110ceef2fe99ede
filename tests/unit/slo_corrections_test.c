/* Exclusions and adjustments: what is made of `kind: Corrections`, which SLOs each is for, every way in which one can
 * be wrong, and what becomes of them when their file breaks. */
#include "slo/corrections/corrections.h"
#include "slo/corrections/corrections_past.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

#include <stdio.h>
#include <unistd.h>

static struct slo_set *set;
static struct buf text;

static void begin(void)
{
	set = NULL;
	buf_init(&text, MIB(1));
}

static void end(void)
{
	slo_set_unref(set);
	buf_release(&text);
}

static const char *findings_text(const struct finding *findings, size_t len)
{
	buf_clear(&text);
	for (size_t i = 0; i < len; i++)
		buf_fmt(&text, "%u:%u %s [%s]\n", findings[i].place.line, findings[i].place.col, findings[i].text.at,
			findings[i].rule);
	return text.len ? text.at : "";
}

static const char *all_findings(void) { return findings_text(set->findings, set->findings_len); }

/* Each list begins in a line of its own: rows of exclusions in line 6, of adjustments in line 5. */
#define HEAD "apiVersion: wick/v1\nkind: Corrections\n"
#define EXCLUSIONS(head, row)                                                                                          \
	HEAD head "\n"                                                                                                 \
		  "exclusions:\n- " row "\n"
#define ADJUSTMENTS(head, row)                                                                                         \
	HEAD head "\n"                                                                                                 \
		  "adjustments:\n- " row "\n"
#define SHOP                                                                                                           \
	"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nlabels: {team: core}\nslos:\n"                  \
	"- {name: cart, objective: 0.999, sli: {probe: up}}\n- {name: pay, objective: 0.999, sli: {probe: up}, "       \
	"labels: {tier_of: gold}}\n"
#define PAGE                                                                                                           \
	"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: page\nnamespace: eu\nlabels: {team: web}\nslos:\n"    \
	"- {name: up, objective: 0.99, sli: {probe: up}}\n"

static void read_all(const char *yaml)
{
	slo_set_unref(set);
	set = slo_set_read("a.yaml", str_of(yaml));
}

static const struct slo *find(const char *id)
{
	for (size_t i = 0; i < set->len; i++)
		if (str_is(set->slos[i].id, id))
			return &set->slos[i];
	ck_abort_msg("there is no '%s'", id);
	return NULL;
}

static struct instant at(const char *moment)
{
	struct instant instant;

	ck_assert(instant_read(str_of(moment), &instant));
	return instant;
}

/* The only exclusion of a document that is right. */
static const struct exclusion *exclusion_of(const char *yaml)
{
	read_all(yaml);
	ck_assert_msg(slo_set_errors(set) == 0 && set->corrections.exclusions_len == 1, "%s", all_findings());
	return set->corrections.exclusions[0];
}

/* --- what is made of a document --------------------------------------------------------------------------------------
 */

/* `from` is on the clock of the zone, unless it says of which. All moments were worked out by hand. */
static const struct {
	const char *row, *first, *last, *second, *when;
} stretches[] = {
	{"from: 2026-07-20T22:00, to: 2026-07-21T02:00, timeZone: Europe/Berlin", "2026-07-20T20:00:00Z",
	 "2026-07-21T00:00:00Z", NULL, "2026-07-20T22:00 to 2026-07-21T02:00 Europe/Berlin"},
	{"from: 2026-07-20T22:00, to: 2026-07-21T02:00", "2026-07-20T22:00:00Z", "2026-07-21T02:00:00Z", NULL,
	 "2026-07-20T22:00 to 2026-07-21T02:00 UTC"},
	{"from: '2026-07-20 22:00:00', duration: 1h30m", "2026-07-20T22:00:00Z", "2026-07-20T23:30:00Z", NULL,
	 "2026-07-20T22:00 UTC, 1h30m"},
	{"from: 2026-07-20T22:00Z, duration: 1h, timeZone: Europe/Berlin", "2026-07-20T22:00:00Z",
	 "2026-07-20T23:00:00Z", NULL, "2026-07-20T22:00 UTC, 1h"},
	{"from: '2026-07-20T22:00:00+05:30', to: 2026-07-20T19:00, timeZone: Europe/Berlin", "2026-07-20T16:30:00Z",
	 "2026-07-20T17:00:00Z", NULL, "2026-07-20T16:30 to 2026-07-20T17:00 UTC"},
	/* the second time that clocks in Berlin show 02:30 */
	{"from: 2026-10-25T01:30Z, duration: 10m, timeZone: Europe/Berlin", "2026-10-25T01:30:00Z",
	 "2026-10-25T01:40:00Z", NULL, "2026-10-25T01:30 UTC, 10m"},
	{"from: 2026-07-20, duration: 1d, timeZone: Europe/Berlin", "2026-07-19T22:00:00Z", "2026-07-20T22:00:00Z",
	 NULL, "2026-07-20T00:00 Europe/Berlin, 1d"},
	{"from: 2026-10-23T22:00, duration: 2h, timeZone: Europe/Berlin, repeat: RRULE:freq=weekly;byday=FR",
	 "2026-10-23T20:00:00Z", "2026-10-23T22:00:00Z", "2026-10-30T21:00:00Z",
	 "2026-10-23T22:00 Europe/Berlin, 2h, FREQ=WEEKLY;BYDAY=FR"},
	/* one that comes again goes by the clock of the zone from that moment on */
	{"from: 2026-10-23T20:00Z, to: 2026-10-23T22:00Z, timeZone: Europe/Berlin, repeat: FREQ=WEEKLY",
	 "2026-10-23T20:00:00Z", "2026-10-23T22:00:00Z", "2026-10-30T21:00:00Z",
	 "2026-10-23T22:00 to 2026-10-24T00:00 Europe/Berlin, FREQ=WEEKLY"},
};

START_TEST(an_exclusion_is_the_stretch_of_time_that_its_author_means)
{
	char yaml[1000];
	const struct exclusion *exclusion;
	struct recurrence_walk walk;
	struct period stretch;

	snprintf(yaml, sizeof(yaml), EXCLUSIONS("author: ops", "{for: {service: shop}, reason: r, %s}") SHOP,
		 stretches[_i].row);
	exclusion = exclusion_of(yaml);
	ck_assert_str_eq(exclusion->when_text.at, stretches[_i].when);
	walk = recurrence_between(&exclusion->when, at("2026-01-01"), at("2027-01-01"));
	ck_assert(recurrence_next(&walk, &stretch));
	ck_assert_str_eq(instant_text(stretch.begin).text, stretches[_i].first);
	ck_assert_str_eq(instant_text(stretch.end).text, stretches[_i].last);
	ck_assert_int_eq(recurrence_next(&walk, &stretch), stretches[_i].second != NULL);
	if (stretches[_i].second)
		ck_assert_str_eq(instant_text(stretch.begin).text, stretches[_i].second);
}
END_TEST

START_TEST(an_adjustment_has_its_numbers_and_its_moment)
{
	const struct adjustment *adjustment;

	read_all(ADJUSTMENTS("timeZone: Europe/Berlin",
			     "{for: {slo: shop/cart}, at: 2026-07-20T22:00:30, good: 7, bad: -120.5, badMinutes: "
			     "-12, reason: ' lost ', author: sre}") SHOP);
	ck_assert_msg(set->findings_len == 0, "%s", all_findings());
	adjustment = set->corrections.adjustments[0];
	ck_assert_str_eq(instant_text(adjustment->at).text, "2026-07-20T20:00:30Z");
	ck_assert_double_eq(adjustment->good, 7);
	ck_assert_double_eq(adjustment->bad, -120.5);
	ck_assert_double_eq(adjustment->bad_minutes, -12);
	ck_assert(str_is(adjustment->reason, "lost"));
	ck_assert(str_is(adjustment->author, "sre"));
	ck_assert_uint_eq(adjustment->place.line, 5);
	ck_assert_ptr_null(find("shop/pay")->corrections);
	ck_assert_ptr_eq(find("shop/cart")->corrections->adjustments[0], adjustment);
	ck_assert_uint_eq(find("shop/cart")->corrections->exclusions_len, 0);
}
END_TEST

START_TEST(the_author_and_zone_of_the_document_are_for_what_has_none)
{
	const struct exclusion *exclusion =
		exclusion_of(HEAD "author: ops\ntimeZone: Asia/Tokyo\nexclusions:\n- {for: {service: shop}, from: "
				  "2026-07-20T22:00, duration: 1h, reason: r}\n" SHOP);

	ck_assert(str_is(exclusion->author, "ops"));
	ck_assert_str_eq(exclusion->when_text.at, "2026-07-20T22:00 Asia/Tokyo, 1h");
	exclusion = exclusion_of(HEAD "author: ops\ntimeZone: Asia/Tokyo\nexclusions:\n- {for: {service: shop}, from: "
				      "2026-07-20T22:00, duration: 1h, reason: r, author: sre, timeZone: UTC}\n" SHOP);
	ck_assert(str_is(exclusion->author, "sre"));
	ck_assert_str_eq(exclusion->when_text.at, "2026-07-20T22:00 UTC, 1h");
}
END_TEST

/* --- which SLOs ------------------------------------------------------------------------------------------------------
 */

static const struct {
	const char *scope, *slos;
} scopes[] = {
	{"slo: shop/cart", "shop/cart "},
	{"slo: [shop/pay, eu/page/up]", "eu/page/up shop/pay "},
	{"service: shop", "shop/cart shop/pay "},
	{"namespace: eu", "eu/page/up "},
	{"labels: {team: core}", "shop/cart shop/pay "},
	{"labels: {team: core, tier_of: gold}", "shop/pay "},
	{"labels: {tier_of: gold, team: web}", ""},
	{"service: shop, labels: {tier_of: gold}", "shop/pay "},
	{"slo: [shop/pay, eu/page/up], namespace: eu", "eu/page/up "},
	{"service: page, namespace: us", ""},
	{"labels: {service: shop}", NULL}, /* reserved: there is a key for it */
};

START_TEST(a_correction_is_for_those_slos_for_which_all_that_it_says_holds)
{
	char yaml[1000];

	snprintf(yaml, sizeof(yaml),
		 EXCLUSIONS("author: ops", "{for: {%s}, from: 2026-07-20, duration: 1h, reason: r}") SHOP PAGE,
		 scopes[_i].scope);
	read_all(yaml);
	ck_assert_uint_eq(slo_set_errors(set), scopes[_i].slos ? 0 : 1);
	if (!scopes[_i].slos)
		return;
	/* one for nobody is a slip of the pen */
	ck_assert_uint_eq(set->findings_len, *scopes[_i].slos ? 0 : 1);
	buf_clear(&text);
	buf_cstr(&text, "");
	for (size_t i = 0; i < set->len; i++)
		if (set->slos[i].corrections)
			buf_fmt(&text, "%s ", set->slos[i].id.at);
	ck_assert_str_eq(text.len ? text.at : "", scopes[_i].slos);
}
END_TEST

START_TEST(slos_with_the_same_corrections_share_their_list)
{
	read_all(HEAD "author: a\nexclusions:\n- {for: {service: shop}, from: 2026-07-20, duration: 1h, reason: r}\n"
		      "- {for: {slo: shop/cart}, from: 2026-07-21, duration: 1h, reason: r}\n"
		      "- {for: {labels: {team: core}}, from: 2026-07-22, duration: 1h, reason: r}\n" SHOP);
	ck_assert_msg(set->findings_len == 0, "%s", all_findings());
	ck_assert_uint_eq(find("shop/cart")->corrections->exclusions_len, 3);
	ck_assert_uint_eq(find("shop/pay")->corrections->exclusions_len, 2);
	/* in the order of the file */
	ck_assert_ptr_eq(find("shop/cart")->corrections->exclusions[1], set->corrections.exclusions[1]);
	ck_assert_ptr_eq(find("shop/cart")->corrections->exclusions[2], set->corrections.exclusions[2]);
	read_all(EXCLUSIONS("author: a", "{for: {service: shop}, from: 2026-07-20, duration: 1h, reason: r}") SHOP);
	ck_assert_ptr_eq(find("shop/cart")->corrections, find("shop/pay")->corrections);
}
END_TEST

START_TEST(ten_thousand_slos_find_theirs_among_hundreds)
{
	struct buf yaml;

	buf_init(&yaml, MIB(8));
	buf_cstr(&yaml, HEAD "author: a\nexclusions:\n");
	for (int i = 0; i < 400; i++)
		buf_fmt(&yaml, "- {for: {labels: {team: t%d}}, from: 2026-07-20, duration: %dm, reason: r}\n", i % 20,
			i + 1);
	for (int i = 0; i < 100; i++) {
		buf_fmt(&yaml,
			"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: s%d\nlabels: {team: t%d}\nslos:\n", i,
			i % 20);
		for (int k = 0; k < 100; k++)
			buf_fmt(&yaml, "- {name: n%d, objective: 0.99, sli: {probe: up}}\n", k);
	}
	read_all(yaml.at);
	buf_release(&yaml);
	ck_assert_uint_eq(set->len, 10000);
	for (size_t i = 0; i < set->len; i++)
		ck_assert_uint_eq(set->slos[i].corrections->exclusions_len, 20);
}
END_TEST

/* --- what is wrong ---------------------------------------------------------------------------------------------------
 */

#define EXCLUSION(row)  EXCLUSIONS("author: ops", row)
#define ADJUSTMENT(row) ADJUSTMENTS("author: ops", row)
#define FINE            "for: {slo: shop/cart}, reason: r"

static const struct {
	const char *yaml, *finding;
} faults[] = {
	{EXCLUSION(
		 "{for: {service: shop}, timeZone: Europe/Berlin, from: 2026-03-29T02:00, to: 2026-03-29T03:00, reason: r}"),
	 "5:79 to: clocks leap over all of it: it takes no time [out-of-range]\n"},
	{EXCLUSION("{from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:3 for: is missing in an exclusion [missing-key]\n"},
	{EXCLUSION("{for: shop, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:9 for: wants a map of keys and values, not a text [wrong-type]\n"},
	{EXCLUSION("{for: {}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:9 for: says nothing; give at least one of slo, service, namespace and labels [scope-empty]\n"},
	{EXCLUSION("{for: {service: ~, labels: {}}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:9 for: says nothing; give at least one of slo, service, namespace and labels [scope-empty]\n"},
	{EXCLUSION("{for: {slos: a/b}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:10 unknown key 'slos' in for; did you mean 'slo'? [unknown-key]\n"},
	{EXCLUSION("{for: {slo: []}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:15 slo: the list is empty; it wants at least one id [empty]\n"},
	{EXCLUSION("{for: {slo: [a/b, a/b]}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:21 slo: 'a/b' stands here twice [duplicate]\n"},
	{EXCLUSION("{for: {slo: {a: b}}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:15 slo: wants a text, not a map [wrong-type]\n"},
	{EXCLUSION("{for: {service: a/b}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:19 service: 'a/b' is not a legal name; it begins with a letter or digit and holds letters, digits, '-', '_' "
	 "and '.' [illegal-name]\n"},
	{EXCLUSION("{for: {labels: {team: }}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:25 labels: 'team' has no value; Prometheus takes an empty label for none [label-empty]\n"},
	{EXCLUSION("{" FINE ", duration: 1h}"), "5:3 from: is missing in an exclusion [missing-key]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20}"),
	 "5:3 to: an exclusion has neither to nor duration; give one of them [missing-key]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, to: 2026-07-21, duration: 1d}"),
	 "5:82 duration: stands beside to; give one of them [good-and-bad]\n"},
	{EXCLUSION("{" FINE ", from: friday, duration: 1h}"),
	 "5:44 from: 'friday' is no moment such as 2026-04-01T06:00, which is on the zone's clock, or "
	 "2026-04-01T06:00Z [wrong-type]\n"},
	{EXCLUSION("{" FINE ", from: 2026-02-30, duration: 1h}"),
	 "5:44 from: '2026-02-30' is no moment such as 2026-04-01T06:00, which is on the zone's clock, or "
	 "2026-04-01T06:00Z [wrong-type]\n"},
	{EXCLUSION("{" FINE ", from: [2026-02-03], duration: 1h}"),
	 "5:44 from: wants a moment, not a list [wrong-type]\n"},
	{EXCLUSION("{" FINE ", from: 1999-12-31T23:59, duration: 1h}"),
	 "5:44 from: '1999-12-31T23:59' is out of range; it must be from the year 2000 on [out-of-range]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20T10:00:30, duration: 1h}"),
	 "5:44 from: '2026-07-20T10:00:30' is not a whole minute [whole-minutes]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, to: 2026-07-20T10:00:00.5Z}"),
	 "5:60 to: '2026-07-20T10:00:00.5Z' is not a whole minute [whole-minutes]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, to: 2026-07-20T00:00}"),
	 "5:60 to: the end is not behind the start [out-of-range]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20T10:00+02:00, to: 2026-07-20T08:00Z}"),
	 "5:72 to: the end is not behind the start [out-of-range]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, to: 2028-07-20}"),
	 "5:60 to: the end is more than 366 days behind the start [out-of-range]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 90s}"),
	 "5:66 duration: '90s' is not a whole number of minutes [window-minutes]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 2y}"),
	 "5:66 duration: '2y' is out of range; it must be from 1m to 366d [out-of-range]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: long}"),
	 "5:66 duration: 'long' is not a duration such as 30d, 1h30m or 500ms [wrong-type]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 1h, repeat: FREQ=WEEKLY;UNTIL=20260101}"),
	 "5:78 repeat: 'FREQ=WEEKLY;UNTIL=20260101' never occurs from its start on [repeat]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 1h, timeZone: Europe/Berln}"),
	 "5:80 timeZone: 'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'? [time-zone]\n"},
	{EXCLUSION("{" FINE ", from: 2026-10-25T01:30Z, duration: 1h, timeZone: Europe/Berlin, repeat: FREQ=DAILY}"),
	 "5:44 from: clocks in 'Europe/Berlin' show '2026-10-25T01:30Z' twice, and this is the second time; with repeat "
	 "it has to be another moment [shown-twice]\n"},
	{EXCLUSION("{for: {slo: shop/cart}, from: 2026-07-20, duration: 1h}"),
	 "5:3 reason: is missing in an exclusion [missing-key]\n"},
	{EXCLUSION("{for: {slo: shop/cart}, from: 2026-07-20, duration: 1h, reason: ' '}"),
	 "5:67 reason: is empty; it wants a text [empty]\n"},
	{EXCLUSION("{for: {slo: shop/cart}, from: 2026-07-20, duration: 1h, reason: [a]}"),
	 "5:67 reason: wants a text, not a list [wrong-type]\n"},
	{EXCLUSIONS("", "{" FINE ", from: 2026-07-20, duration: 1h}"),
	 "5:3 author: is missing in an exclusion, and in the document [no-author]\n"},
	{EXCLUSIONS("author: ''", "{" FINE ", from: 2026-07-20, duration: 1h}"),
	 "3:9 author: is empty; it wants a text [empty]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 1h, author: ''}"),
	 "5:78 author: is empty; it wants a text [empty]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, duration: 1h, form: x}"),
	 "5:70 unknown key 'form' in an exclusion; did you mean 'for'? [unknown-key]\n"},
	{EXCLUSION("{" FINE ", from: 2026-07-20, from: 2026-07-21, duration: 1h}"),
	 "5:56 the key 'from' stands here twice, first in line 5, column 38 [yaml]\n"},
	{EXCLUSION("text"), "5:3 an exclusion: wants a map of keys and values, not a text [wrong-type]\n"},
	{HEAD "exclusions: {a: b}\n", "3:13 exclusions: wants a list, each item after a '-', not a map [wrong-type]\n"},
	{HEAD "timeZone: Mars\nadjustments: []\n",
	 "3:11 timeZone: 'Mars' is no time zone, such as Europe/Berlin [time-zone]\n"},
	{HEAD "exclusion: []\n",
	 "3:1 unknown key 'exclusion' in the corrections; did you mean 'exclusions'? [unknown-key]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20}"),
	 "5:3 bad: an adjustment has neither good nor bad nor badMinutes; give at least one of them "
	 "[adjustment-empty]\n"},
	{ADJUSTMENT("{" FINE ", bad: 1}"), "5:3 at: is missing in an adjustment [missing-key]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20, bad: 0.0}"), "5:59 bad: '0.0' changes nothing [out-of-range]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20, bad: inf}"), "5:59 bad: 'inf' is not a number [wrong-type]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20, good: 2e15}"),
	 "5:60 good: '2e15' is out of range; it must be from -1e+15 to 1e+15 [out-of-range]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20, badMinutes: 600000}"),
	 "5:66 badMinutes: '600000' is out of range; it must be from -527040 to 527040 [out-of-range]\n"},
	{ADJUSTMENT("{" FINE ", at: 2026-07-20, bad: 1, from: 2026-07-20}"),
	 "5:62 unknown key 'from' in an adjustment; did you mean 'for'? [unknown-key]\n"},
};

START_TEST(each_fault_is_said_with_its_place)
{
	read_all(faults[_i].yaml);
	ck_assert_str_eq(all_findings(), faults[_i].finding);
	ck_assert_uint_ge(slo_set_errors(set), 1);
	ck_assert_uint_eq(correction_list_len(&set->corrections), 0);
}
END_TEST

static const struct {
	const char *yaml, *finding;
} warnings[] = {
	{HEAD
	 "author: a\nadjustments:\n- {for: {slo: shop/each}, at: 2026-07-20T00:00Z, bad: 3, reason: r}\n"
	 "- {for: {slo: shop/each}, at: 2026-07-21T00:00Z, badMinutes: 3, reason: r}\n"
	 "---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n- {name: each, objective: 99%, groupBy: [pod], sli: "
	 "{probe: up}}\n",
	 "5:3 for: 'shop/each' has groups, and each of them gets all of these events; badMinutes are of each group's own "
	 "traffic [adjusted-groups]\n"},
	{EXCLUSION("{for: {slo: [shop/cart, shop/paj]}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:27 slo: there is no SLO 'shop/paj' in any of the files; did you mean 'shop/pay'? [unknown-slo]\n"},
	{EXCLUSION("{for: {service: shopp}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:3 for: none of the SLOs is meant by 'service shopp' [for-nothing]\n"},
	{EXCLUSION("{for: {slo: shop/pay, namespace: eu, labels: {a: b}}, from: 2026-07-20, duration: 1h, reason: r}"),
	 "5:3 for: none of the SLOs is meant by 'slo shop/pay; namespace eu; labels {a=\"b\"}' [for-nothing]\n"},
	{HEAD "author: a\nexclusions:\n- {" FINE ", from: 2026-07-20T02:00, duration: 1h, repeat: FREQ=DAILY}\n"
	      "- {" FINE ", from: '2026-07-20 02:00:00', duration: 60m, repeat: freq=daily, author: b}\n",
	 "6:3 the same time is excluded for the same SLOs at a.yaml:5:3 already [duplicate]\n"},
	{HEAD "author: a\nadjustments:\n- {" FINE ", at: 2026-07-20, bad: 1}\n- {" FINE
	      ", at: 2026-07-20T00:00Z, bad: 2}\n",
	 "6:3 the same SLOs are adjusted at the same time at a.yaml:5:3 already: both count [duplicate]\n"},
	{HEAD, "1:1 there are neither exclusions nor adjustments in it [empty]\n"},
};

START_TEST(what_is_hardly_meant_is_a_warning)
{
	char yaml[1500];

	snprintf(yaml, sizeof(yaml), "%s%s", warnings[_i].yaml, SHOP);
	read_all(yaml);
	ck_assert_str_eq(all_findings(), warnings[_i].finding);
	ck_assert_uint_eq(slo_set_errors(set), 0);
}
END_TEST

START_TEST(what_can_change_no_window_any_more_is_noted)
{
	struct findings notes;

	read_all(
		HEAD
		"author: a\nexclusions:\n"
		"- {for: {slo: [shop/cart, shop/pay]}, from: 2026-05-01, duration: 1h, reason: old}\n"
		"- {for: {slo: [shop/cart, shop/pay]}, from: 2026-05-01, duration: 1h, repeat: FREQ=DAILY, reason: goes on}\n"
		"- {for: {slo: [shop/cart, shop/pay]}, from: 2026-05-01, duration: 1h, repeat: FREQ=DAILY;COUNT=9, reason: old}\n"
		"- {for: {slo: [shop/cart, shop/pay]}, from: 2026-08-01, duration: 1h, reason: to come}\n"
		"- {for: {slo: [shop/cart, shop/month]}, from: 2020-06-01, duration: 1h, reason: the month is closed}\n"
		"adjustments:\n"
		"- {for: {slo: [shop/cart, shop/pay]}, at: 2026-05-31T23:59:59Z, bad: 1, reason: old}\n"
		"- {for: {slo: shop/month}, at: 2020-06-01, bad: 1, reason: the month is closed}\n"
		"- {for: {slo: shop/cart}, at: 2026-06-01, bad: 1, reason: old}\n" SHOP
		"- {name: month, objective: 0.99, window: month, sli: {probe: up}}\n");
	ck_assert_msg(set->findings_len == 0, "%s", all_findings());
	findings_init(&notes, &set->arena, 100);
	corrections_past(set, at("2026-07-20"), &notes);
	ck_assert_str_eq(
		findings_text(notes.at, notes.len),
		"5:3 the exclusion lies further back than every window of the SLOs that it is for: it changes no "
		"budget, and may go [past]\n"
		"7:3 the exclusion lies further back than every window of the SLOs that it is for: it changes no "
		"budget, and may go [past]\n"
		"11:3 the adjustment lies further back than every window of the SLOs that it is for: it changes no "
		"budget, and may go [past]\n"
		"13:3 the adjustment lies further back than every window of the SLOs that it is for: it changes no "
		"budget, and may go [past]\n");
	ck_assert_int_eq(notes.at[0].level, FINDING_NOTE);
	findings_release(&notes);
}
END_TEST

/* --- across files and reloads ----------------------------------------------------------------------------------------
 */

static char folder[] = "/tmp/wick-corrections-XXXXXX";

static void write_file(const char *name, const char *yaml)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(yaml, file);
	fclose(file);
}

static void load(void)
{
	const char *const paths[] = {folder};
	struct slo_set *before = set;

	set = slo_set_load(paths, 1, before);
	slo_set_unref(before);
}

static void remove_file(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static size_t excluded(const char *id)
{
	const struct slo *slo = find(id);

	return slo->corrections ? slo->corrections->exclusions_len : 0;
}

#define NIGHT EXCLUSION("{for: {slo: [shop/cart]}, from: 2026-07-20, duration: 1h, reason: r}")

START_TEST(what_an_slo_is_corrected_by_reaches_as_far_as_the_composites_above_it)
{
	const struct instant now = {INT64_C(1780000000000)};
	struct findings notes;
	struct arena arena;

	read_all("apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
		 "- {name: cart, objective: 0.99, window: 7d, sli: {probe: up}}\n"
		 "- {name: pay, objective: 0.99, window: 7d, sli: {probe: up}}\n"
		 "- {name: buy, objective: 0.99, window: 28d, sli: {composite: {members: [{slo: shop/cart}]}}}\n"
		 "- {name: all, objective: 0.99, window: 60d, sli: {composite: {members: [{slo: shop/buy}]}}}\n"
		 "---\n" HEAD "author: a\nadjustments:\n- {for: {slo: [shop/cart, shop/pay]}, at: 2026-04-20, bad: 1, "
		 "reason: lost}\n- {for: {slo: shop/pay}, at: 2026-04-20, bad: 1, reason: lost}\n");
	ck_assert_msg(slo_set_errors(set) == 0, "%s", all_findings());
	ck_assert_int_eq(corrections_reach(find("shop/pay"), now).ms, now.ms - 7 * SPAN_DAY);
	ck_assert_int_eq(corrections_reach(find("shop/buy"), now).ms, now.ms - 60 * SPAN_DAY);
	ck_assert_int_eq(corrections_reach(find("shop/cart"), now).ms, now.ms - 60 * SPAN_DAY);
	/* so what lies within the composite's window alone is not past yet */
	arena_init(&arena);
	findings_init(&notes, &arena, SIZE_MAX);
	corrections_past(set, now, &notes);
	ck_assert_msg(notes.len == 1, "%s", findings_text(notes.at, notes.len));
	ck_assert_uint_eq(notes.at[0].place.line, 15);
	findings_release(&notes);
	arena_release(&arena);
}
END_TEST

START_TEST(a_maintenance_lasts_while_its_file_is_broken_and_goes_with_it)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file("m.yaml", NIGHT);
	write_file("s.yaml", &SHOP[4]);
	load();
	ck_assert_msg(set->findings_len == 0, "%s", all_findings());
	ck_assert_uint_eq(excluded("shop/cart"), 1);
	write_file("m.yaml", NIGHT "- {for: ]\n");
	for (int i = 0; i < 2; i++) {
		load(); /* for longer than one reload */
		ck_assert_uint_ge(slo_set_errors(set), 1);
		ck_assert_uint_eq(excluded("shop/cart"), 1);
		ck_assert(set->files[0].broken && set->files[0].kept);
		ck_assert_str_eq(set->corrections.exclusions[0]->place.file, set->files[0].path.at);
	}
	/* it moves to another file meanwhile */
	write_file("n.yaml", NIGHT);
	load();
	ck_assert_uint_eq(excluded("shop/cart"), 1);
	ck_assert_uint_eq(set->corrections.exclusions_len, 1);
	ck_assert(str_ends(str_of(set->corrections.exclusions[0]->place.file), STR("n.yaml")));
	remove_file("n.yaml");
	load();
	/* the good version before was without it */
	ck_assert_uint_eq(excluded("shop/cart"), 0);
	write_file("m.yaml", NIGHT);
	load();
	ck_assert_uint_eq(excluded("shop/cart"), 1);
	remove_file("m.yaml");
	load();
	ck_assert_uint_eq(excluded("shop/cart"), 0);
	ck_assert_ptr_null(find("shop/cart")->corrections);
	remove_file("s.yaml");
	rmdir(folder);
}
END_TEST

START_TEST(slos_that_are_kept_have_the_corrections_of_today)
{
	strcpy(folder, "/tmp/wick-corrections-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file("m.yaml", NIGHT);
	write_file("s.yaml", &SHOP[4]);
	load();
	write_file("s.yaml", "slos: ]");
	write_file("m.yaml",
		   EXCLUSION("{for: {slo: [shop/pay, shop/new]}, from: 2026-07-20, duration: 1h, reason: r}"));
	load();
	/* what the broken file defines by now nobody knows: nothing is said of 'shop/new' */
	for (size_t i = 0; i < set->findings_len; i++)
		ck_assert_str_eq(set->findings[i].rule, "yaml");
	ck_assert_uint_eq(excluded("shop/cart"), 0);
	ck_assert_uint_eq(excluded("shop/pay"), 1);
	remove_file("s.yaml");
	remove_file("m.yaml");
	rmdir(folder);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/corrections");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_loop_test(tcase, an_exclusion_is_the_stretch_of_time_that_its_author_means, 0, COUNT_OF(stretches));
	tcase_add_test(tcase, an_adjustment_has_its_numbers_and_its_moment);
	tcase_add_test(tcase, the_author_and_zone_of_the_document_are_for_what_has_none);
	tcase_add_loop_test(tcase, a_correction_is_for_those_slos_for_which_all_that_it_says_holds, 0,
			    COUNT_OF(scopes));
	tcase_add_test(tcase, slos_with_the_same_corrections_share_their_list);
	tcase_add_test(tcase, ten_thousand_slos_find_theirs_among_hundreds);
	tcase_add_loop_test(tcase, each_fault_is_said_with_its_place, 0, COUNT_OF(faults));
	tcase_add_loop_test(tcase, what_is_hardly_meant_is_a_warning, 0, COUNT_OF(warnings));
	tcase_add_test(tcase, what_can_change_no_window_any_more_is_noted);
	tcase_add_test(tcase, what_an_slo_is_corrected_by_reaches_as_far_as_the_composites_above_it);
	tcase_add_test(tcase, a_maintenance_lasts_while_its_file_is_broken_and_goes_with_it);
	tcase_add_test(tcase, slos_that_are_kept_have_the_corrections_of_today);
	return unit_run("slo/corrections", tcase);
}
