#include "engine/settings.h"

#include "base/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct settings settings;
static struct arena texts;
static struct findings findings;

static void begin(void)
{
	settings_init(&settings);
	arena_init(&texts);
	findings_init(&findings, &texts, LIMIT_FINDINGS);
}

static void end(void)
{
	findings_release(&findings);
	arena_release(&texts);
	settings_release(&settings);
}

static bool read_text(const char *text)
{
	return settings_read_text(&settings, "/etc/wick/wick.yaml", str_of(text), &findings);
}

static void assert_text(struct str text, const char *expected)
{
	ck_assert_msg(str_is(text, expected), "'%.*s' is not '%s'", STR_ARG(text), expected);
}

START_TEST(without_a_file_every_setting_has_its_default)
{
	const struct engine_options *engine = &settings.engine;

	assert_text(settings.source.url, "http://localhost:9090");
	ck_assert_int_eq(settings.source.http.timeout.ms, 30000);
	ck_assert_uint_eq(settings.source.concurrency, 4);
	ck_assert_uint_eq(settings.source.attempts, 3);
	ck_assert_uint_eq(settings.source.answer_bytes, 268435456);
	ck_assert(!settings.source.http.insecure);
	ck_assert_int_eq(engine->counting.step.ms, 60000);
	ck_assert_int_eq(engine->counting.lookback.ms, 300000);
	ck_assert_int_eq(engine->counting.horizon.ms, 604800000);
	ck_assert_int_eq(engine->counting.preference, PLAN_AUTO);
	ck_assert_int_eq(engine->settle.ms, 30000);
	ck_assert(engine->backfill);
	ck_assert(engine->check_source_clock);
	ck_assert_double_eq(engine->samples_per_second, 2e6);
	assert_text(settings.store, "wick.db");
	assert_text(settings.listen, "127.0.0.1:9655");
	ck_assert(!settings.reload);
	ck_assert(settings.watch);
	ck_assert_int_eq(settings.watch_interval.ms, 5000);
	ck_assert_int_eq(settings.log_format, LOG_LOGFMT);
	ck_assert_int_eq(settings.log_level, LOG_INFO);
	ck_assert_uint_eq(settings.test_clock.len, 0);
	ck_assert_uint_eq(settings.definitions_len, 0);
}
END_TEST

START_TEST(a_file_sets_what_it_names_and_leaves_the_rest)
{
	ck_assert(read_text("definitions: [slos, /srv/more.yaml]\n"
			    "source:\n"
			    "  url: https://prometheus.example/prefix\n"
			    "  timeout: 1m30s\n"
			    "  answer_limit: 16 MiB\n"
			    "  headers: {X-Scope-OrgID: team-a}\n"
			    "  basic_auth: {username: wick, password_file: secret}\n"
			    "  tls:\n"
			    "    ca_file: ca.pem\n"
			    "    insecure_skip_verify: true\n"
			    "step: 15s\n"
			    "ask: expression\n"
			    "backfill: {enabled: false, samples_per_second: 5e5}\n"
			    "store: {path: \"\"}\n"
			    "http: {reload: true}\n"
			    "log: {format: json, level: debug}\n"));
	ck_assert_uint_eq(settings.definitions_len, 2);
	assert_text(settings.definitions[0], "/etc/wick/slos");
	assert_text(settings.definitions[1], "/srv/more.yaml");
	assert_text(settings.source.url, "https://prometheus.example/prefix");
	ck_assert_int_eq(settings.source.http.timeout.ms, 90000);
	ck_assert_uint_eq(settings.source.answer_bytes, 16777216);
	ck_assert_uint_eq(settings.source.http.headers_len, 1);
	assert_text(settings.source.http.headers[0].name, "X-Scope-OrgID");
	assert_text(settings.source.http.headers[0].value, "team-a");
	assert_text(settings.source.http.user, "wick");
	assert_text(settings.source.password_file, "/etc/wick/secret");
	assert_text(settings.source.http.ca_file, "/etc/wick/ca.pem");
	ck_assert(settings.source.http.insecure);
	ck_assert_int_eq(settings.engine.counting.step.ms, 15000);
	ck_assert_int_eq(settings.engine.counting.preference, PLAN_PREFER_EXPRESSION);
	ck_assert(!settings.engine.backfill);
	ck_assert_double_eq(settings.engine.samples_per_second, 500000);
	ck_assert_uint_eq(settings.store.len, 0);
	ck_assert(settings.reload);
	ck_assert_int_eq(settings.log_format, LOG_JSON);
	ck_assert_int_eq(settings.log_level, LOG_DEBUG);
	ck_assert_uint_eq(settings.source.concurrency, 4);
}
END_TEST

static const struct {
	const char *what, *text;
	unsigned line, col;
	const char *error; /* a part of it */
} wrong[] = {
	{"an unknown key names the nearest", "stpe: 60s\n", 1, 1,
	 "unknown key 'stpe' in the settings; did you mean 'step'?"},
	{"an unknown key of a section too", "source:\n  tls: {cafile: x}\n", 2, 9,
	 "unknown key 'cafile' in source.tls; did you mean 'ca_file'?"},
	{"a section is a map", "source: http://x\n", 1, 9, "source: wants a map of keys and values, not a text"},
	{"the whole is a map", "- a\n", 1, 1, "wants a map"},
	{"a URL has a scheme", "source: {url: localhost:9090}\n", 1, 15, "source.url: "},
	{"a URL has no password in it", "source: {url: 'http://a:b@c'}\n", 1, 15, "source.url: "},
	{"a duration has a unit", "source: {timeout: 30}\n", 1, 19, "'30' is not a duration"},
	{"a time-out of nothing", "source: {timeout: 0s}\n", 1, 19, "out of range; it must be from 1s to 10m"},
	{"too many at once", "source: {concurrency: 65}\n", 1, 23, "it must be from 1 to 64"},
	{"none at once", "source: {concurrency: 0}\n", 1, 23, "it must be from 1 to 64"},
	{"half a request", "source: {concurrency: 1.5}\n", 1, 23, "'1.5' is not a whole number"},
	{"no attempt", "source: {attempts: 0}\n", 1, 20, "it must be from 1 to 10"},
	{"a size without a number", "source: {answer_limit: MiB}\n", 1, 24, "'MiB' is not a size"},
	{"a size that overflows", "source: {answer_limit: 99999999999999999GiB}\n", 1, 24, "is not a size"},
	{"a size out of range", "source: {answer_limit: 1B}\n", 1, 24, "out of range"},
	{"a header that ends the line", "source: {headers: {X-A: \"b\\r\\nc\"}}\n", 1, 20, "not a legal header"},
	{"a header with a blank in its name", "source: {headers: {X A: b}}\n", 1, 20, "not a legal header"},
	{"a secret among the headers", "source: {headers: {authorization: b}}\n", 1, 20, "in plain sight"},
	{"headers as a list", "source: {headers: [a]}\n", 1, 19, "wants a map"},
	{"a step that does not divide a day", "step: 70s\n", 1, 7, "'70s' does not divide a day"},
	{"a step with parts of a second", "step: 10500ms\n", 1, 7, "does not divide a day"},
	{"a step that is too short", "step: 5s\n", 1, 7, "it must be from 10s to 10m"},
	{"a settle that is too long", "settle: 2h\n", 1, 9, "it must be from 0s to 1h"},
	{"a lookback that is too short", "lookback: 1s\n", 1, 11, "it must be from 1m to 1h"},
	{"a horizon that is too short", "horizon: 1m\n", 1, 10, "it must be from 1h to 90d"},
	{"a word that is no choice", "ask: both\n", 1, 6,
	 "'both' is not one of its values: auto, sample or expression"},
	{"a yes that YAML 1.1 knows and we do not", "http: {reload: yes}\n", 1, 16, "'yes' is neither true nor false"},
	{"a rate below zero", "backfill: {samples_per_second: -1}\n", 1, 32, "out of range"},
	{"no place to listen", "http: {listen: ''}\n", 1, 16, "is empty"},
	{"a list where a text belongs", "store: {path: [a]}\n", 1, 15, "wants a path, not a list"},
	{"a map among the paths", "definitions: [{a: b}]\n", 1, 15, "not a map"},
	{"a watch without rest", "watch: {interval: 1ms}\n", 1, 19, "it must be from 1s to 1h"},
	{"a log level that is no level", "log: {level: verbose}\n", 1, 14, "debug, info, warn or error"},
	{"a log format that is no format", "log: {format: text}\n", 1, 15, "logfmt or json"},
	{"a key that stands there twice", "step: 60s\nstep: 30s\n", 2, 1, "stands here twice, first in line 1"},
	{"what is not YAML", "step: [\n", 2, 1, "not YAML"},
	{"two documents", "step: 60s\n---\nstep: 30s\n", 3, 1, "one document"},
};

START_TEST(a_wrong_setting_is_refused_where_it_stands)
{
	const char *what = wrong[_i].what;
	const struct finding *finding;

	ck_assert_msg(!read_text(wrong[_i].text), "%s: accepted", what);
	ck_assert_msg(findings.len == 1, "%s: %zu findings", what, findings.len);
	finding = &findings.at[0];
	ck_assert_msg(finding->place.line == wrong[_i].line && finding->place.col == wrong[_i].col, "%s: at %u:%u",
		      what, finding->place.line, finding->place.col);
	ck_assert_msg(strstr(finding->text.at, wrong[_i].error), "%s: %s", what, finding->text.at);
}
END_TEST

START_TEST(all_that_is_wrong_is_said_in_one_run)
{
	ck_assert(!read_text("step: 5s\nsettle: x\nlog: {levle: info}\nstore: {path: ok.db}\n"));
	ck_assert_uint_eq(findings.len, 3);
	assert_text(settings.store, "/etc/wick/ok.db");
}
END_TEST

START_TEST(a_flag_goes_over_the_file)
{
	static const char *const paths[] = {"a.yaml", "b"};
	struct err err = {0};

	ck_assert(read_text("step: 15s\ndefinitions: x\nsource: {headers: {X-A: '1'}}\n"));
	ck_assert(settings_flag(&settings, "step", "30s", &err));
	ck_assert(settings_flag(&settings, "store", "here.db", &err));
	ck_assert(settings_flag(&settings, "no-watch", "", &err));
	ck_assert(settings_flag(&settings, "enable-reload", "", &err));
	ck_assert(settings_flag(&settings, "header", "X-B:  two words ", &err));
	settings_paths(&settings, paths, 2);
	ck_assert_int_eq(settings.engine.counting.step.ms, 30000);
	assert_text(settings.store, "here.db");
	ck_assert(!settings.watch);
	ck_assert(settings.reload);
	ck_assert_uint_eq(settings.source.http.headers_len, 2);
	assert_text(settings.source.http.headers[1].name, "X-B");
	assert_text(settings.source.http.headers[1].value, "two words");
	ck_assert_uint_eq(settings.definitions_len, 2);
	assert_text(settings.definitions[1], "b");
}
END_TEST

START_TEST(a_wrong_flag_is_named_as_it_was_given)
{
	struct err err = {0};

	ck_assert(!settings_flag(&settings, "step", "7s", &err));
	ck_assert_str_eq(err.text, "--step: '7s' is out of range; it must be from 10s to 10m");
	ck_assert_int_eq(settings.engine.counting.step.ms, 60000);
	ck_assert(!settings_flag(&settings, "header", "no colon", &err));
	ck_assert(!settings_flag(&settings, "nonsense", "1", &err));
}
END_TEST

START_TEST(every_flag_has_a_help_and_a_name_of_its_own)
{
	const struct setting_flag *flags;
	size_t len = settings_flags(&flags);

	ck_assert_uint_gt(len, 20);
	for (size_t i = 0; i < len; i++) {
		ck_assert_msg(flags[i].help && *flags[i].help && flags[i].help[strlen(flags[i].help) - 1] != '.',
			      "--%s", flags[i].name);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(flags[i].name, flags[k].name);
	}
}
END_TEST

START_TEST(what_is_printed_reads_back_as_the_same)
{
	struct settings again;
	struct buf first, second;

	ck_assert(read_text(
		"definitions: [slos, 'odd: name', \"on\"]\n"
		"source: {headers: {X-A: 'quote \" and \\', X-B: '1'}, answer_limit: 1536KiB, timeout: 90s}\n"
		"backfill: {samples_per_second: 0.1}\nask: sample\nlog: {level: error}\nstore: {path: ''}\n"));
	buf_init(&first, MIB(1));
	buf_init(&second, MIB(1));
	ck_assert(settings_print(&first, &settings));
	settings_init(&again);
	ck_assert_msg(settings_read_text(&again, "again.yaml", buf_view(&first), &findings), "%s:\n%s",
		      findings.at ? findings.at[0].text.at : "", first.at);
	ck_assert(settings_print(&second, &again));
	ck_assert_str_eq(first.at, second.at);
	assert_text(again.definitions[1], "/etc/wick/odd: name");
	assert_text(again.source.http.headers[0].value, "quote \" and \\");
	ck_assert_uint_eq(again.source.answer_bytes, 1536 * 1024);
	ck_assert_int_eq(again.engine.counting.preference, PLAN_PREFER_SAMPLE);
	settings_release(&again);
	buf_release(&first);
	buf_release(&second);
}
END_TEST

START_TEST(a_password_is_read_from_its_file_and_never_printed)
{
	char path[] = "/tmp/wick-settings-XXXXXX";
	int fd = mkstemp(path);
	struct err err = {0};
	struct buf printed;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "opensesame\n", 11), 11);
	close(fd);
	ck_assert(settings_flag(&settings, "username", "wick", &err));
	ck_assert(!settings_finish(&settings, &err));
	ck_assert(settings_flag(&settings, "password-file", path, &err));
	ck_assert_msg(settings_finish(&settings, &err), "%s", err.text);
	ck_assert(str_is(secret_reveal(settings.source.http.password), "opensesame"));
	buf_init(&printed, MIB(1));
	ck_assert(settings_print(&printed, &settings));
	ck_assert_ptr_null(strstr(printed.at, "opensesame"));
	ck_assert_ptr_nonnull(strstr(printed.at, path));
	buf_release(&printed);
	unlink(path);
}
END_TEST

START_TEST(settings_that_contradict_each_other_are_refused)
{
	static const char *const texts_of[] = {
		"source: {basic_auth: {username: a, password_file: b}, bearer_token_file: c}\n",
		"source: {basic_auth: {password_file: b}}\n",
		"source: {tls: {cert_file: a}}\n",
		"source: {tls: {key_file: a}}\n",
		"source: {basic_auth: {username: a, password_file: /nowhere/at/all}}\n",
	};
	struct err err = {0};

	ck_assert(read_text(texts_of[_i]));
	ck_assert(!settings_finish(&settings, &err));
	ck_assert_uint_gt(strlen(err.text), 0);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_a_finding)
{
	ck_assert(!settings_read_file(&settings, "/nowhere/wick.yaml", &findings));
	ck_assert_uint_eq(findings.errors, 1);
}
END_TEST

START_TEST(a_named_source_has_the_keys_and_the_defaults_of_the_default_one)
{
	struct err err = {0};

	ck_assert(read_text("source: {url: 'http://own.example', timeout: 90s}\n"
			    "sources:\n"
			    "  eu:\n"
			    "    url: https://eu.example/prometheus\n"
			    "    bearer_token_file: token\n"
			    "    headers: {X-Scope-OrgID: eu}\n"
			    "    tls: {server_name: eu.internal}\n"
			    "  us_2: {url: 'http://us.example', concurrency: 2}\n"));
	ck_assert_msg(settings_finish(&settings, &err), "%s", err.text);
	ck_assert_uint_eq(settings.sources_len, 3);
	assert_text(settings.sources[0].name, "");
	assert_text(settings.sources[0].url, "http://own.example");
	assert_text(settings.sources[1].name, "eu");
	assert_text(settings.sources[1].url, "https://eu.example/prometheus");
	assert_text(settings.sources[1].http.bearer_file, "/etc/wick/token");
	assert_text(settings.sources[1].http.headers[0].value, "eu");
	assert_text(settings.sources[1].http.server_name, "eu.internal");
	ck_assert_int_eq(settings.sources[1].http.timeout.ms, 30000); /* not the default source's, but the default */
	ck_assert_uint_eq(settings.sources[1].concurrency, 4);
	ck_assert_uint_eq(settings.sources[1].attempts, 3);
	ck_assert_uint_eq(settings.sources[1].answer_bytes, 268435456);
	assert_text(settings.sources[2].name, "us_2");
	ck_assert_uint_eq(settings.sources[2].concurrency, 2);
	ck_assert_uint_eq(settings.sources[2].http.headers_len, 0);
}
END_TEST

START_TEST(tenants_of_one_server_differ_in_a_header_alone)
{
	struct err err = {0};

	ck_assert(read_text(
		"sources:\n"
		"  a: &mimir {url: 'https://mimir.example', bearer_token_file: token, headers: {X-Scope-OrgID: a}}\n"
		"  b: {<<: *mimir, headers: {X-Scope-OrgID: b}}\n"));
	ck_assert_msg(settings_finish(&settings, &err), "%s", err.text);
	assert_text(settings.sources[2].url, "https://mimir.example");
	assert_text(settings.sources[2].http.bearer_file, "/etc/wick/token");
	ck_assert_uint_eq(settings.sources[2].http.headers_len, 1);
	assert_text(settings.sources[1].http.headers[0].value, "a");
	assert_text(settings.sources[2].http.headers[0].value, "b");
}
END_TEST

START_TEST(a_password_of_a_named_source_is_read_from_its_file_and_never_printed)
{
	char path[] = "/tmp/wick-settings-XXXXXX", text[200];
	int fd = mkstemp(path);
	struct err err = {0};
	struct buf printed;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "sesame\n", 7), 7);
	close(fd);
	snprintf(text, sizeof(text),
		 "sources: {eu: {url: 'http://eu', basic_auth: {username: a, password_file: %s}}}\n", path);
	ck_assert(read_text(text));
	ck_assert_msg(settings_finish(&settings, &err), "%s", err.text);
	ck_assert(str_is(secret_reveal(settings.sources[1].http.password), "sesame"));
	buf_init(&printed, MIB(1));
	ck_assert(settings_print(&printed, &settings));
	ck_assert_ptr_null(strstr(printed.at, "sesame"));
	ck_assert_ptr_nonnull(strstr(printed.at, path));
	buf_release(&printed);
	unlink(path);
}
END_TEST

static const struct {
	const char *text, *said; /* at line:column, of the one finding */
} wrong_sources[] = {
	{"sources: [eu]\n", "1:10 sources: wants a map of at most 64 names, each with the keys of 'source'"},
	{"sources: {eu: {timeout: 5s}}\n", "1:11 sources.eu: has no url"},
	{"sources: {eu: http://eu}\n", "1:15 sources.eu: wants a map of keys and values, not a text"},
	{"sources: {default: {url: 'http://eu'}}\n",
	 "1:11 sources: 'default' is the source that has no name: it stands under 'source'"},
	{"sources: {a.b: {url: 'http://eu'}}\n",
	 "1:11 sources: 'a.b' is not a legal name; it begins with a letter or digit "
	 "and holds letters, digits, '-' and '_'"},
	{"sources: {eu: {url: 'http://eu', timeout: 1ms}}\n",
	 "1:43 sources.eu.timeout: '1ms' is out of range; it must be from 1s to 10m"},
	{"sources: {eu: {url: 'http://eu', tls: {ca_fil: a}}}\n",
	 "1:40 unknown key 'ca_fil' in sources.eu.tls; did you mean 'ca_file'?"},
	{"sources: {eu: {url: 'http://eu', headers: {Authorization: a}}}\n",
	 "1:44 sources.eu.headers: 'Authorization' would be a secret in plain sight; use bearer_token_file or basic_auth"},
};

START_TEST(what_is_wrong_with_a_named_source_is_said_by_its_name)
{
	char said[400];

	ck_assert(!read_text(wrong_sources[_i].text));
	ck_assert_uint_eq(findings.len, 1);
	snprintf(said, sizeof(said), "%u:%u %.*s", findings.at[0].place.line, findings.at[0].place.col,
		 STR_ARG(findings.at[0].text));
	ck_assert_str_eq(said, wrong_sources[_i].said);
}
END_TEST

START_TEST(a_named_source_that_contradicts_itself_is_named)
{
	struct err err = {0};

	ck_assert(read_text("sources: {eu: {url: 'http://eu', tls: {key_file: a}}}\n"));
	ck_assert(!settings_finish(&settings, &err));
	ck_assert_str_eq(err.text, "sources.eu.tls wants both cert_file and key_file");
}
END_TEST

START_TEST(printed_sources_read_back_as_the_same)
{
	struct buf printed, again;

	ck_assert(read_text("sources:\n  eu: {url: 'http://eu', basic_auth: {username: a, password_file: /b}}\n"
			    "  us: {url: 'http://us', headers: {X-A: b}, tls: {insecure_skip_verify: true}}\n"));
	buf_init(&printed, MIB(1));
	buf_init(&again, MIB(1));
	ck_assert(settings_print(&printed, &settings));
	ck_assert_ptr_nonnull(strstr(printed.at, "\nsources:\n  eu:\n    url: "));
	settings_release(&settings);
	settings_init(&settings);
	ck_assert(settings_read_text(&settings, "wick.yaml", buf_view(&printed), &findings));
	ck_assert(settings_print(&again, &settings));
	ck_assert_str_eq(again.at, printed.at);
	buf_release(&printed);
	buf_release(&again);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings");
	TCase *tests = tcase_create("settings");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, without_a_file_every_setting_has_its_default);
	tcase_add_test(tests, a_file_sets_what_it_names_and_leaves_the_rest);
	tcase_add_loop_test(tests, a_wrong_setting_is_refused_where_it_stands, 0,
			    (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(tests, all_that_is_wrong_is_said_in_one_run);
	tcase_add_test(tests, a_flag_goes_over_the_file);
	tcase_add_test(tests, a_wrong_flag_is_named_as_it_was_given);
	tcase_add_test(tests, every_flag_has_a_help_and_a_name_of_its_own);
	tcase_add_test(tests, what_is_printed_reads_back_as_the_same);
	tcase_add_test(tests, a_password_is_read_from_its_file_and_never_printed);
	tcase_add_loop_test(tests, settings_that_contradict_each_other_are_refused, 0, 5);
	tcase_add_test(tests, a_file_that_is_not_there_is_a_finding);
	tcase_add_test(tests, a_named_source_has_the_keys_and_the_defaults_of_the_default_one);
	tcase_add_test(tests, tenants_of_one_server_differ_in_a_header_alone);
	tcase_add_test(tests, a_password_of_a_named_source_is_read_from_its_file_and_never_printed);
	tcase_add_loop_test(tests, what_is_wrong_with_a_named_source_is_said_by_its_name, 0,
			    (int)(sizeof(wrong_sources) / sizeof(wrong_sources[0])));
	tcase_add_test(tests, a_named_source_that_contradicts_itself_is_named);
	tcase_add_test(tests, printed_sources_read_back_as_the_same);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
