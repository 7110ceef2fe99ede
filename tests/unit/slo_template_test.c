/* SLIs by template: what is made of one, that no value gets out of its place, and every way in which it can be wrong.
 */
#include "promql/regex.h"
#include "slo/definitions.h"
#include "slo/templates/sli_templates.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

#include <stdio.h>
#include <unistd.h>

static struct slo_set *set;
static struct buf text, said;

static void begin(void)
{
	set = NULL;
	buf_init(&text, MIB(4));
	buf_init(&said, MIB(4));
}

static void end(void)
{
	slo_set_unref(set);
	buf_release(&text);
	buf_release(&said);
}

static const char *all_findings(void)
{
	buf_clear(&said);
	for (size_t i = 0; i < set->findings_len; i++)
		buf_fmt(&said, "%s:%u:%u %s [%s]\n", set->findings[i].place.file, set->findings[i].place.line,
			set->findings[i].place.col, set->findings[i].text.at, set->findings[i].rule);
	return said.len ? said.at : "";
}

static void read_all(const char *yaml)
{
	slo_set_unref(set);
	set = slo_set_read("a.yaml", str_of(yaml));
}

/* The SLO of the only one in the text. */
static const struct slo *only(const char *yaml)
{
	read_all(yaml);
	ck_assert_msg(set->len == 1 && set->findings_len == 0, "%s", all_findings());
	return &set->slos[0];
}

static void assert_says(const char *yaml, const char *finding)
{
	read_all(yaml);
	ck_assert_msg(strstr(all_findings(), finding) != NULL, "not '%s' but:\n%s", finding, all_findings());
}

static void assert_text(struct str s, const char *expected)
{
	ck_assert_msg(str_is(s, expected), "'%.*s' is not '%s'", STR_ARG(s), expected);
}

#define SLO(fields, sli)                                                                                               \
	"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nslos:\n- name: n\n  objective: 99%\n" fields       \
	"  sli:\n" sli
#define USE(name, with) SLO("", "    template: " name "\n    with: " with "\n")
#define TEMPLATE(parameters, sli)                                                                                      \
	"apiVersion: wick/v1\nkind: Template\nname: mine\nparameters: " parameters "\nsli: " sli "\n"
/* A template of one parameter that stands in a query of its total. */
#define TOTAL(type, example, query)                                                                                    \
	TEMPLATE("{p: {type: " type ", example: '" example "'}}",                                                      \
		 "\n  events:\n    bad: x_total{a=\"b\"}\n    total: " query)
#define WINDOWED(inner) "sum(increase(" inner "[$window]))"

START_TEST(a_template_is_the_sli_that_it_stands_for)
{
	const struct slo *slo = only(USE("http-availability", "{matchers: 'job=\"api\"'}"));
	uint64_t hash = slo->counts_hash;

	assert_text(slo->sli.bad.text, "http_requests_total{job=\"api\",code=~\"5..\"}");
	assert_text(slo->sli.total.text, "http_requests_total{job=\"api\"}");
	ck_assert_uint_eq(slo->sli.bad.place.line, 9);
	ck_assert_uint_eq(slo->sli.bad.place.col, 15);
	slo = only(SLO("", "    events:\n      bad: http_requests_total{job='api', code=~\"5..\"}\n"
			   "      total: http_requests_total{job=\"api\"}\n"));
	ck_assert_uint_eq(slo->counts_hash, hash);
	slo = only(USE("envoy-latency", "{matchers: {envoy_cluster_name: shop}, threshold: 250ms}"));
	ck_assert_int_eq(slo->sli.kind, SLI_LATENCY);
	ck_assert_double_eq(slo->sli.limit, 250);
	slo = only(USE("queue-age", "{metric: jobs_age_seconds, oldest: 1h30m}"));
	ck_assert_int_eq(slo->sli.kind, SLI_THRESHOLD);
	ck_assert_int_eq(slo->sli.comparison, IS_AT_MOST);
	ck_assert_double_eq(slo->sli.limit, 5400);
	assert_text(slo->sli.metric.text, "max by () (jobs_age_seconds{})");
	slo = only(USE("http-latency", "{matchers: {job: api}, threshold: 0.3, native: true}"));
	ck_assert(slo->sli.native);
	ck_assert_double_eq(slo->sli.limit, 0.3);
}
END_TEST

START_TEST(what_the_slo_is_grouped_by_gets_into_the_query)
{
	assert_text(only(SLO("  groupBy: [topic, consumergroup]\n", "    {template: kafka-lag}\n"))->sli.metric.text,
		    "max by (consumergroup, topic) (sum without (partition) (kafka_consumergroup_lag{}))");
	assert_text(only(SLO("", "    {template: kafka-lag}\n"))->sli.metric.text,
		    "max by () (sum without (partition) (kafka_consumergroup_lag{}))");
}
END_TEST

/* Each: the type, the value, where it stands, and what becomes of it. */
static const struct {
	const char *what, *yaml, *total;
} fillings[] = {
	{"matchers as text", TOTAL("matchers", "", "x_total{$p}") USE("mine", "{p: ' job = \"a\",b!~`c` '}"),
	 "x_total{job=\"a\",b!~\"c\"}"},
	{"matchers in braces of their own", TOTAL("matchers", "", "x_total{$p}") USE("mine", "{p: '{job=\"a\",}'}"),
	 "x_total{job=\"a\"}"},
	{"matchers as a map",
	 TOTAL("matchers", "", "x_total{$p,c=\"d\"}") USE("mine", "{p: {job: 'a\"},x{b=\"', n: 5}}"),
	 "x_total{job=\"a\\\"},x{b=\\\"\",n=\"5\",c=\"d\"}"},
	{"no matchers before others", TOTAL("matchers", "", "x_total{$p , c=\"d\"}") USE("mine", "{p: ''}"),
	 "x_total{ c=\"d\"}"},
	{"no matchers behind others", TOTAL("matchers", "", "'x_total{c=\"d\", $p}'") USE("mine", "{p: {}}"),
	 "x_total{c=\"d\"}"},
	{"a text in quotes", TOTAL("text", "a", "x_total{c='pre $p'}") USE("mine", "{p: 'a\"} or b{c=\"\\'}"),
	 "x_total{c=\"pre a\\\"} or b{c=\\\"\\\\\"}"},
	{"a text in quotes that escape nothing", TOTAL("text", "a", "x_total{c=`$p`}") USE("mine", "{p: 'a`b'}"),
	 "x_total{c=\"a`b\"}"},
	{"a text in a regular expression", TOTAL("text", "a", "x_total{c=~\"$p|b$\"}") USE("mine", "{p: 'a.b|(c'}"),
	 "x_total{c=~\"a\\\\.b\\\\|\\\\(c|b$\"}"},
	{"a regular expression", TOTAL("regex", "a", "x_total{c=~\"$p\"}") USE("mine", "{p: '5..|429'}"),
	 "x_total{c=~\"5..|429\"}"},
	{"a regular expression in a longer one",
	 TOTAL("regex", "a", "x_total{c=~\"a${p}b\"}") USE("mine", "{p: '5..|429'}"), "x_total{c=~\"a(?:5..|429)b\"}"},
	{"a metric's name", TOTAL("metric", "a", "${p}_total{a=\"b\"}") USE("mine", "{p: requests}"),
	 "requests_total{a=\"b\"}"},
	{"a label's name", TOTAL("label", "a", "x_total{$p=\"b\"}") USE("mine", "{p: code}"), "x_total{code=\"b\"}"},
	{"a number", TOTAL("number", "1", "$p * " WINDOWED("x_total")) USE("mine", "{p: 2.50}"),
	 "2.5 * " WINDOWED("x_total")},
	{"a number with a sign", TOTAL("number", "1", WINDOWED("x_total") " -$p") USE("mine", "{p: -2}"),
	 WINDOWED("x_total") " -(-2)"},
	{"a duration as a range", TOTAL("duration", "1m", "sum(increase(x_total[$p]))") USE("mine", "{p: 1h30m}"),
	 "sum(increase(x_total[1h30m]))"},
	{"a duration as a number", TOTAL("duration", "1m", WINDOWED("x_total") " / $p") USE("mine", "{p: 1m30s}"),
	 WINDOWED("x_total") " / 90"},
	{"a duration as an offset",
	 TOTAL("duration", "1m", "sum(increase(x_total[$window] offset $p))") USE("mine", "{p: 5m}"),
	 "sum(increase(x_total[$window] offset 5m))"},
	{"dollars that are none", TOTAL("text", "a", "x_total{c=~\"a$$p$|${1}$p\"} # $q") USE("mine", "{p: b}"),
	 "x_total{c=~\"a$p$|${1}b\"}"},
	{"other spellings of $window",
	 TOTAL("metric", "a", "sum(increase($p[$__window])) + sum(increase(b_total[{{ .window }}]))")
		 USE("mine", "{p: a_total}"),
	 "sum(increase(a_total[$__window])) + sum(increase(b_total[{{ .window }}]))"},
};

START_TEST(a_value_is_put_in_by_its_type_and_its_place)
{
	const struct slo *slo;

	read_all(fillings[_i].yaml);
	ck_assert_msg(set->len == 1, "%s: %s", fillings[_i].what, all_findings());
	slo = &set->slos[0];
	ck_assert_msg(str_is(slo->sli.total.text, fillings[_i].total), "%s: %.*s", fillings[_i].what,
		      STR_ARG(slo->sli.total.text));
}
END_TEST

/* Values that want to get out of where they stand. */
static const struct {
	const char *yaml, *finding;
} escapes[] = {
	{USE("http-availability", "{matchers: 'a=\"b\"} or vector(1) or x{c=\"d\"'}"), "10:22 matchers: 'a=\"b\"} or"},
	{USE("http-availability", "{matchers: 'a=\"b\"} #'}"), "matchers: unexpected '}'"},
	{USE("http-availability", "{matchers: 'a=\"b\"}[5m] #'}"), "matchers: "},
	{USE("http-availability", "{matchers: 'a=\"b\"} offset 5m or x{'}"), "matchers: "},
	{USE("http-availability", "{matchers: '__name__=\"up\"'}"), "matchers: the metric's name is set twice"},
	{USE("http-availability", "{matchers: '\"up\"'}"), "matchers: the metric's name is set twice"},
	{USE("http-availability", "{matchers: {__name__: up}}"), "matchers: '__name__' is not a legal label name"},
	{USE("http-availability", "{matchers: {'a=\"b\",c': up}}"), "is not a legal label name"},
	{USE("http-availability", "{matchers: {a: [b]}}"), "matchers: the value of 'a' must be a text, not a list"},
	{USE("http-availability", "{matchers: {}, metric: 'x{} or y'}"), "metric: 'x{} or y' is not a legal name"},
	{USE("http-availability", "{matchers: {}, codeLabel: 'a=\"b\",c'}"), "is not a legal label name"},
	{USE("kafka-lag", "{most: '1) or vector(0'}"), "most: '1) or vector(0' is not a number"},
	{USE("cron-job-freshness", "{matchers: {}, oldest: '5m] or x[5m'}"), "is not a duration"},
	{TOTAL("metric", "sum", "$p(increase(x_total[$window]))") USE("mine", "{p: vector}"),
	 "17:15 template 'mine' (a.yaml:1:1): total: "},
};

START_TEST(no_value_gets_out_of_its_place)
{
	read_all(escapes[_i].yaml);
	ck_assert_msg(set->len == 0 && strstr(all_findings(), escapes[_i].finding), "not '%s' but:\n%s",
		      escapes[_i].finding, all_findings());
}
END_TEST

/* A value of signs that mean something somewhere, as YAML in single quotes. */
static struct str put_random(struct buf *out, struct arena *arena, uint64_t *seed)
{
	static const char *const pieces[] = {"\"", "\\", "'",   "`",   "{",  "}",      "[",  "]", "(", ")",
					     ",",  "=",  "=~",  "!~",  "#",  "$",      "$p", "a", "b", " ",
					     "|",  "x{", "\"}", "=\"", "or", "offset", "é",  "1"};
	struct buf value;
	struct str copy;

	buf_init(&value, KIB(4));
	for (uint64_t len = unit_random(seed) % 9; len > 0; len--)
		buf_cstr(&value, pieces[unit_random(seed) % COUNT_OF(pieces)]);
	yaml_write_quoted(out, buf_view(&value));
	copy = arena_str(arena, buf_view(&value));
	buf_release(&value);
	return copy;
}

static struct str matcher_of(const struct promql_node *selector, const char *name)
{
	for (size_t i = 0; i < selector->matchers_len; i++)
		if (str_is(selector->matchers[i].name, name))
			return selector->matchers[i].value;
	return STR("");
}

/* Whatever is given, what is taken is the template's one selector; and its text is the given one. */
START_TEST(no_random_value_changes_what_a_query_is)
{
	static const char template[] =
		"apiVersion: wick/v1\nkind: Template\nname: mine\nparameters:\n  m: {type: matchers, default: ''}\n"
		"  r: {type: regex, default: ''}\n  t: {type: text, default: ''}\nsli:\n"
		"  probe: x{first=\"1\",$m,text=\"$t\",escaped=~\"$t\",regex=~'a$r',last=`$t`}\n";
	uint64_t seed = 7;
	size_t taken = 0;

	for (int i = 0; i < 6000; i++) {
		struct promql_node *tree;
		struct promql_error error;
		struct regex *regex;
		struct arena arena;
		struct str value;

		arena_init(&arena);
		buf_clear(&text);
		buf_cstr(&text, template);
		buf_cstr(&text, SLO("", "    template: mine\n    with:\n      t: "));
		value = put_random(&text, &arena, &seed);
		buf_cstr(&text, i % 3 == 0 ? "\n      m: " : i % 3 == 1 ? "\n      r: " : "\n      t2: ");
		if (i % 3 == 2)
			text.len -= strlen("\n      t2: ");
		else
			put_random(&text, &arena, &seed);
		buf_char(&text, '\n');
		read_all(text.at);
		ck_assert_msg(i % 3 != 2 || set->len == 1, "%s\n%s", text.at, all_findings());
		if (set->len) {
			taken++;
			tree = promql_parse(&arena, set->slos[0].sli.metric.text, &error);
			ck_assert_msg(tree != NULL, "%s", text.at);
			ck_assert_msg(tree->kind == PROMQL_SELECTOR && !tree->range.set &&
					      !tree->modifiers.has_offset && tree->matchers_len >= 6 &&
					      str_is(tree->matchers[0].value, "x") &&
					      str_is(tree->matchers[1].name, "first") &&
					      str_is(tree->matchers[tree->matchers_len - 1].name, "last"),
				      "%s", text.at);
			ck_assert_msg(str_eq(matcher_of(tree, "text"), value) &&
					      str_eq(matcher_of(tree, "last"), value),
				      "%s", text.at);
			regex = regex_new(matcher_of(tree, "escaped"));
			ck_assert_msg(regex && regex_match(regex, value), "%s", text.at);
			regex_free(regex);
		}
		arena_release(&arena);
	}
	ck_assert_uint_gt(taken, 2000);
}
END_TEST

static const struct {
	const char *yaml, *finding;
} faults[] = {
	/* where it is used */
	{USE("http-availabilty", "{}"),
	 "9:15 template: there is no template 'http-availabilty'; did you mean 'http-availability'?"},
	{USE("something", "{}"), "9:15 template: there is no template 'something'; 'wick templates' lists"},
	{USE("http-availability", "{matcher: {}}"),
	 "10:12 unknown key 'matcher' in the parameters of the template 'http-availability'; did you mean 'matchers'?"},
	{USE("http-availability", "{}"),
	 "10:11 with: the parameter 'matchers' of the template 'http-availability' is missing: which series count"},
	{USE("http-availability", "{matchers: }"), "10:11 with: the parameter 'matchers'"},
	{SLO("", "    template: http-availability\n"), "9:15 with: the parameter 'matchers'"},
	{USE("http-availability", "[a]"), "10:11 with: wants a map of parameters and values, not a list"},
	{USE("http-availability", "{matchers: [a]}"), "10:22 matchers: wants matchers such as job=\"api\""},
	{USE("http-availability", "{matchers: {}, bad: '('}"), "bad: '(' is no regular expression: a group has no ')'"},
	{USE("http-latency", "{matchers: {}, threshold: soon}"), "10:37 threshold: 'soon' is neither a duration"},
	{USE("http-latency", "{matchers: {}, native: 1}"), "native: '1' is neither true nor false"},
	{USE("http-latency", "{matchers: 'le=\"5\"'}"),
	 "9:15 template 'http-latency': histogram: 'http_request_duration_seconds{le=\"5\"}' selects buckets by 'le'"},
	{SLO("", "    template: [a]\n"), "9:15 template: wants a name, not a list"},
	{SLO("", "    template: http-availability\n    probe: up\n"), "10:5 sli: has both template and probe"},
	{SLO("", "    probe: up\n    with: {}\n"), "10:11 with: has no meaning without template"},
	/* where it is defined */
	{TEMPLATE("{}", "{probe: 'up{$a}'}"), "5:18 probe: '$a' is none of the template's parameters"},
	{TEMPLATE("{name: {type: text, default: a}}", "{probe: 'up{a=\"$nam\"}'}"), "did you mean '$name'?"},
	{TEMPLATE("{a: {type: text, default: a}}", "{probe: 'up{$a}'}"),
	 "5:18 probe: '$a' is of the type 'text', which cannot stand in braces, outside of quotes"},
	{TEMPLATE("{a: {type: matchers, default: ''}}", "{probe: 'up{a=\"$a\"}'}"), "cannot stand in quotes"},
	{TEMPLATE("{a: {type: flag, default: 'true'}}", "{probe: up}"),
	 "4:14 parameters: '$a' stands nowhere in the sli [parameter-unused]"},
	{TEMPLATE("{a: {type: number, default: b}}", "{probe: up}"), "4:14 a: 'b' is not a number"},
	{TEMPLATE("{a: {type: number, default: 1, example: b}}", "{threshold: {query: up, operator: <, value: $a}}"),
	 "4:14 a: 'b' is not a number"},
	{TEMPLATE("{a: {type: number}}", "{probe: up}"), "4:14 parameters: 'a' has neither a default nor an example"},
	{TEMPLATE("{a: {type: word, default: b}}", "{probe: up}"),
	 "type: 'word' is not one of its values: text, regex"},
	{TEMPLATE("{a: {tpye: text}}", "{probe: up}"), "unknown key 'tpye' in the parameter 'a'; did you mean 'type'?"},
	{TEMPLATE("{a b: {type: text, default: b}}", "{probe: up}"), "'a b' is not a legal name of a parameter"},
	{TEMPLATE("{window: {type: text, default: b}}", "{probe: up}"), "'$window' has a meaning of its own"},
	{TEMPLATE("[a]", "{probe: up}"), "4:13 parameters: wants a map"},
	{TEMPLATE("{}", "{template: http-latency}"), "5:17 template: a template cannot be made of another one"},
	{TEMPLATE("{}", "{events: {bad: x_total, totl: y}}"), "unknown key 'totl' in events; did you mean 'total'?"},
	{TEMPLATE("{}", "{probe: 'up('}"), "5:14 probe: unknown function 'up' in 'up('"},
	{TEMPLATE("{}", "[a]"), "5:6 sli: wants a map"},
	{TEMPLATE("{}", "{}"), "sli: has none of its kinds"},
	{"apiVersion: wick/v1\nkind: Template\nname: http-latency\nsli: {probe: up}\n",
	 "3:7 name: 'http-latency' is the name of one of wick's own templates"},
	{TEMPLATE("{}", "{probe: up}") "---\n" TEMPLATE("{}", "{probe: up}"),
	 "9:7 name: the template 'mine' is defined already at a.yaml:1:1"},
	{TEMPLATE("{}", "{probe: 'up('}") USE("mine", "{}"),
	 "14:15 template: the template 'mine' (a.yaml:1:1) has errors of its own"},
};

START_TEST(what_is_wrong_is_said_with_its_place) { assert_says(faults[_i].yaml, faults[_i].finding); }
END_TEST

START_TEST(an_error_within_says_which_template_and_where_it_is)
{
	assert_says(TEMPLATE("{}", "{events: {bad: 'sum(increase(x_total[$window]))', total: x_total}}")
			    SLO("  groupBy: [zone]\n", "    {template: mine}\n"),
		    "a.yaml:15:16 template 'mine' (a.yaml:1:1): bad: sum() drops the label 'zone'");
}
END_TEST

START_TEST(aliases_cannot_make_a_template_large)
{
	buf_cstr(&text,
		 "apiVersion: wick/v1\nkind: Template\nname: mine\nparameters: {}\nsli:\n  a: &a [x,x,x,x,x,x,x,x]\n"
		 "  b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n  c: [*b,*b,*b,*b,*b,*b,*b,*b]\n");
	assert_says(text.at, "6:3 sli: has more than 64 values");
}
END_TEST

/* --- wick's own
 * ----------------------------------------------------------------------------------------------------------- */

START_TEST(every_template_of_its_own_is_sound_and_works_with_its_examples)
{
	struct sli_templates *templates = sli_templates_new();

	ck_assert_uint_ge(template_files_len, 25);
	for (size_t i = 0; i < template_files_len; i++) {
		const struct sli_template *template = sli_templates_at(templates, i);

		ck_assert_msg(template != NULL && !template->broken, "%s", template_files[i].name);
		ck_assert_msg(str_is(template->name, template_files[i].name), "%s", template_files[i].name);
		ck_assert_msg(template->description.len && template->metrics_len, "%s", template_files[i].name);
		ck_assert(str_ends(template->description, STR(".")));
		for (size_t k = 0; k < template->parameters_len; k++)
			ck_assert_msg(template->parameters[k].help.len &&
					      !str_ends(template->parameters[k].help, STR(".")),
				      "%s: %s", template_files[i].name, template->parameters[k].name.at);
		buf_clear(&text);
		buf_cstr(&text, SLO("", "    template: "));
		buf_fmt(&text, "%s\n    with:\n", template_files[i].name);
		for (size_t k = 0; k < template->parameters_len; k++)
			if (template->parameters[k].example.at)
				buf_fmt(&text, "      %s: '%s'\n", template->parameters[k].name.at,
					template->parameters[k].example.at);
		only(text.at);
	}
	ck_assert_ptr_null(sli_templates_at(templates, template_files_len));
	sli_templates_free(templates);
}
END_TEST

/* A copy under another name is read as a file of a user is: without a warning. */
START_TEST(a_copy_of_each_is_a_template_of_a_users_own)
{
	for (size_t i = 0; i < template_files_len; i++) {
		struct str source = {(const char *)template_files[i].bytes, template_files[i].len};
		const char *name = strstr(source.at, "\nname: ");
		size_t at = (size_t)(name - source.at) + strlen("\nname: ");

		buf_clear(&text);
		buf_str(&text, str_slice(source, 0, at));
		buf_cstr(&text, "my-");
		buf_str(&text, str_slice(source, at, source.len));
		read_all(text.at);
		ck_assert_msg(set->findings_len == 0, "%s: %s", template_files[i].name, all_findings());
	}
}
END_TEST

/* --- files
 * ---------------------------------------------------------------------------------------------------------------- */

static char folder[64];

static void write_file(const char *name, const char *yaml)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(yaml, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void load_folder(struct slo_set *before)
{
	const char *paths[] = {folder};

	set = slo_set_load(paths, 1, before);
}

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/wick-template-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(const char *const *names)
{
	char path[128];

	for (; *names; names++) {
		snprintf(path, sizeof(path), "%s/%s", folder, *names);
		unlink(path);
	}
	rmdir(folder);
}

static const char mine[] = TEMPLATE("{p: {type: matchers, default: ''}}", "{probe: 'up{$p}'}");

START_TEST(templates_are_found_whatever_the_order_of_files)
{
	static const char *const names[] = {"a.yaml", "m.yaml", "z.yaml", NULL};

	make_folder();
	write_file("a.yaml", USE("mine", "{p: 'a=\"b\"'}"));
	write_file("m.yaml", mine);
	write_file("z.yaml", "apiVersion: wick/v1\nkind: ServiceLevels\nservice: z\nslos:\n"
			     "- {name: z, objective: 99%, sli: {template: mine}}\n");
	load_folder(NULL);
	ck_assert_msg(set->len == 2 && set->findings_len == 0, "%s", all_findings());
	assert_text(set->slos[0].sli.metric.text, "up{a=\"b\"}");
	assert_text(set->slos[1].sli.metric.text, "up{}");
	/* twice: the later file is wrong, and both places are told */
	write_file("z.yaml", mine);
	slo_set_unref(set);
	load_folder(NULL);
	ck_assert_msg(strstr(all_findings(), "/z.yaml:3:7 name: the template 'mine' is defined already at /tmp/") &&
			      strstr(all_findings(), "/m.yaml:1:1 [duplicate]") && set->findings_len == 1,
		      "%s", all_findings());
	remove_folder(names);
}
END_TEST

START_TEST(with_a_broken_template_the_last_good_slos_stay)
{
	static const char *const names[] = {"a.yaml", "m.yaml", NULL};
	static const char *const broken[] = {"apiVersion: wick/v1\nkind: Template\nname: mine\nsli: {probe: 'up('}\n",
					     "kind: Template\n\t- [", "", NULL};

	make_folder();
	write_file("a.yaml", USE("mine", "{p: 'a=\"b\"'}"));
	for (size_t i = 0; broken[i]; i++) {
		struct slo_set *before;

		write_file("m.yaml", mine);
		load_folder(NULL);
		before = set;
		ck_assert_uint_eq(before->len, 1);
		write_file("m.yaml", broken[i]);
		load_folder(before);
		slo_set_unref(before);
		ck_assert_msg(set->len == 1 && slo_set_errors(set) > 0, "%zu: %s", i, all_findings());
		ck_assert(set->files[0].broken && set->files[0].kept);
		assert_text(set->slos[0].sli.metric.text, "up{a=\"b\"}");
		slo_set_unref(set);
	}
	set = NULL;
	remove_folder(names);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/template");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_test(tcase, a_template_is_the_sli_that_it_stands_for);
	tcase_add_test(tcase, what_the_slo_is_grouped_by_gets_into_the_query);
	tcase_add_loop_test(tcase, a_value_is_put_in_by_its_type_and_its_place, 0, COUNT_OF(fillings));
	tcase_add_loop_test(tcase, no_value_gets_out_of_its_place, 0, COUNT_OF(escapes));
	tcase_add_test(tcase, no_random_value_changes_what_a_query_is);
	tcase_add_loop_test(tcase, what_is_wrong_is_said_with_its_place, 0, COUNT_OF(faults));
	tcase_add_test(tcase, an_error_within_says_which_template_and_where_it_is);
	tcase_add_test(tcase, aliases_cannot_make_a_template_large);
	tcase_add_test(tcase, every_template_of_its_own_is_sound_and_works_with_its_examples);
	tcase_add_test(tcase, a_copy_of_each_is_a_template_of_a_users_own);
	tcase_add_test(tcase, templates_are_found_whatever_the_order_of_files);
	tcase_add_test(tcase, with_a_broken_template_the_last_good_slos_stay);
	return unit_run("slo/template", tcase);
}
