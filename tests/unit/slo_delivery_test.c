/* Deliveries: what is made of `kind: Delivery`, every way in which one can be wrong, and what becomes of them when
 * their file breaks. */
#include "base/buf.h"
#include "tests/unit/language_fixture.h"

#define HEAD  "apiVersion: wick/v1\nkind: Delivery\n"
#define SHOP  HEAD "service: shop\nrepository: o/shop\n"
#define PLAIN SHOP "environments: {production: {workflow: deploy.yml}}\n"
#define SLOS                                                                                                           \
	"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"                                        \
	"- {name: cart, objective: 0.999, sli: {probe: up}}\n"

static const struct delivery *only(const char *yaml)
{
	read_text(yaml);
	ck_assert_msg(slo_set_errors(set) == 0 && set->deliveries_len == 1, "%zu deliveries: %s", set->deliveries_len,
		      findings_up_to(FINDING_WARNING));
	return set->deliveries[0];
}

static void assert_texts(const struct delivery_texts *texts, const char *expected)
{
	struct buf buf;

	buf_init(&buf, MIB(1));
	delivery_texts_write(&buf, texts);
	ck_assert_msg(str_is(buf_view(&buf), expected), "%.*s is not %s", STR_ARG(buf_view(&buf)), expected);
	buf_release(&buf);
}

static void assert_environment(const struct delivery *delivery, const char *name, const char *expected)
{
	const struct delivery_environment *environment = delivery_environment_find(delivery, str_of(name));
	struct buf buf;

	ck_assert_ptr_nonnull(environment);
	buf_init(&buf, MIB(1));
	delivery_environment_write(&buf, environment);
	ck_assert_msg(str_is(buf_view(&buf), expected), "%.*s is not %s", STR_ARG(buf_view(&buf)), expected);
	buf_release(&buf);
}

static void assert_rule(const struct incident_rule *rule, enum incident_source source, const char *expected)
{
	struct buf buf;

	ck_assert_int_eq((int)rule->source, (int)source);
	buf_init(&buf, MIB(1));
	incident_rule_write(&buf, rule);
	ck_assert_msg(str_is(buf_view(&buf), expected), "%.*s is not %s", STR_ARG(buf_view(&buf)), expected);
	buf_release(&buf);
}

/* --- what is made of a document --- */

START_TEST(what_is_not_said_is_the_default)
{
	const struct delivery *delivery = only(PLAIN);

	ck_assert(str_is(delivery->service, "shop") && str_is(delivery->repository, "o/shop"));
	ck_assert(delivery->organisation.len == 0 && delivery->team.len == 0 && delivery->group.len == 0);
	ck_assert_int_eq(delivery->attribution.ms, 24 * SPAN_HOUR);
	ck_assert_int_eq((int)delivery->lead_time, (int)LEAD_COMMIT);
	ck_assert_int_eq((int)delivery->recovery, (int)RECOVERY_LAST);
	ck_assert_uint_eq(delivery->report_year, 2024);
	ck_assert(!delivery->bots_out);
	assert_texts(&delivery->hotfix_branches, "'hotfix/*', 'hotfix-*'");
	assert_texts(&delivery->hotfix_labels, "'hotfix'");
	ck_assert_uint_eq(delivery->incidents_len + delivery->paths.len + delivery->authors_out.len, 0);
	ck_assert_uint_eq(set->findings_len, 0);
}
END_TEST

#define WHOLE                                                                                                          \
	SHOP "description: how it is delivered\n"                                                                      \
	     "team: Team Core\n"                                                                                       \
	     "group: shops\n"                                                                                          \
	     "labels: {area: web}\n"                                                                                   \
	     "paths: ['shop/*', go.mod]\n"                                                                             \
	     "pull_request_labels: shop\n"                                                                             \
	     "environments:\n"                                                                                         \
	     "  production: {workflow: .github/workflows/deploy.yml, branch: main, job: deploy}\n"                     \
	     "  staging: {deployments: 'Staging: EU', branch: 'release/*'}\n"                                          \
	     "  tags: {releases: 'v*', prereleases: true}\n"                                                           \
	     "lead_time: first_commit\n"                                                                               \
	     "leave_out: {bots: true, authors: ['renovate*', someone]}\n"                                              \
	     "incidents:\n"                                                                                            \
	     "- {slo: page}\n"                                                                                         \
	     "- {issues: {labels: [incident, p1], repository: o/incidents}}\n"                                         \
	     "- {incident: {name: the disk was full, opened: '2026-01-05T10:00+01:00', closed: 2026-01-05T11:30}}\n"   \
	     "- {incident: {name: it goes on, opened: 2026-01-06}}\n"                                                  \
	     "attribution: 2d\n"                                                                                       \
	     "hotfix: {branches: [], labels: urgent}\n"                                                                \
	     "recovery: first\n"                                                                                       \
	     "report_year: 2021\n"

static void assert_whole(const struct delivery *delivery)
{
	ck_assert(str_is(delivery->team, "Team Core") && str_is(delivery->group, "shops"));
	ck_assert(str_is(delivery->description, "how it is delivered"));
	ck_assert(str_is(labels_get(delivery->labels, STR("area")), "web"));
	assert_texts(&delivery->paths, "'shop/*', 'go.mod'");
	assert_texts(&delivery->pull_labels, "'shop'");
	assert_texts(&delivery->authors_out, "'renovate*', 'someone'");
	assert_texts(&delivery->hotfix_branches, "none");
	assert_texts(&delivery->hotfix_labels, "'urgent'");
	ck_assert_uint_eq(delivery->environments_len, 3);
	assert_environment(delivery, "production", "workflow 'deploy.yml', branch 'main', job 'deploy'");
	assert_environment(delivery, "staging", "deployments 'Staging: EU', branch 'release/*'");
	assert_environment(delivery, "tags", "releases 'v*', prereleases too");
	ck_assert_ptr_null(delivery_environment_find(delivery, STR("prod")));
	ck_assert_uint_eq(delivery->incidents_len, 4);
	assert_rule(&delivery->incidents[0], INCIDENTS_SLO, "alerts of severity 'page'");
	assert_rule(&delivery->incidents[1], INCIDENTS_ISSUES, "issues with 'incident', 'p1' in 'o/incidents'");
	assert_rule(&delivery->incidents[2], INCIDENTS_FILE,
		    "'the disk was full' from 2026-01-05T09:00:00Z to 2026-01-05T11:30:00Z");
	assert_rule(&delivery->incidents[3], INCIDENTS_FILE, "'it goes on' from 2026-01-06T00:00:00Z");
	ck_assert_int_eq(delivery->attribution.ms, 2 * SPAN_DAY);
	ck_assert_int_eq((int)delivery->lead_time, (int)LEAD_FIRST_COMMIT);
	ck_assert_int_eq((int)delivery->recovery, (int)RECOVERY_FIRST);
	ck_assert_uint_eq(delivery->report_year, 2021);
	ck_assert(delivery->bots_out);
}

START_TEST(all_that_a_document_says_is_taken)
{
	const struct delivery *delivery = only(WHOLE SLOS);

	ck_assert_uint_eq(set->findings_len, 0);
	assert_whole(delivery);
	ck_assert_uint_eq(delivery->environments[1].place.line, 13);
	ck_assert_uint_eq(delivery->environments[1].place.col, 3);
	ck_assert_uint_eq(delivery->subject_place.line, 4);
	ck_assert_uint_eq(delivery->subject_place.col, 13);
	ck_assert_uint_eq(delivery->environments[0].from_place.col, 26);
	ck_assert_uint_eq(delivery->environments[0].branch_place.col, 64);
	ck_assert_uint_eq(delivery->environments[0].job_place.col, 75);
	ck_assert_uint_eq(delivery->environments[1].from_place.line, 13);
	ck_assert_uint_eq(delivery->environments[1].job_place.line, 0);
	ck_assert_uint_eq(delivery->paths.places[1].line, 9);
	ck_assert_uint_eq(delivery->incidents[3].place.line, 21);
}
END_TEST

START_TEST(incidents_may_be_of_some_environments_only)
{
	const struct delivery *delivery =
		only("apiVersion: wick/v1\nkind: Delivery\nservice: s\nrepository: o/r\n"
		     "environments:\n"
		     "  production: {workflow: deploy.yml}\n  staging: {workflow: stage.yml}\n"
		     "incidents:\n"
		     "- {issues: {labels: a}, environments: production}\n"
		     "- {issues: {labels: a}, environments: [production, staging]}\n");

	ck_assert_uint_eq(set->findings_len, 0);
	ck_assert_uint_eq(delivery->incidents_len, 2);
	assert_rule(&delivery->incidents[0], INCIDENTS_ISSUES, "issues with 'a', of 'production'");
	assert_rule(&delivery->incidents[1], INCIDENTS_ISSUES, "issues with 'a', of 'production', 'staging'");
}
END_TEST

START_TEST(an_organisation_is_a_name_or_chooses_among_its_repositories)
{
	const struct delivery *delivery =
		only(HEAD "organisation: {name: o, include: [a*, b], exclude: '*-old', topics: deployed, "
			  "properties: {tier: 1, on-call: 'yes'}}\nenvironments: {production: {workflow: Deploy}}\n");
	struct buf buf;

	ck_assert(str_is(delivery->organisation, "o") && delivery->service.len == 0 && delivery->repository.len == 0);
	buf_init(&buf, MIB(1));
	delivery_subject_write(&buf, delivery);
	buf_cstr(&buf, ": ");
	delivery_selection_write(&buf, delivery);
	ck_assert_msg(str_is(buf_view(&buf), "organisation o: include 'a*', 'b'; exclude '*-old'; topics 'deployed'; "
					     "properties {on-call=\"yes\",tier=\"1\"}"),
		      "%.*s", STR_ARG(buf_view(&buf)));
	buf_release(&buf);
	delivery = only(HEAD "organisation: o\nenvironments: {production: {workflow: Deploy}}\n");
	ck_assert(str_is(delivery->organisation, "o") && delivery->include.len == 0);
}
END_TEST

START_TEST(deliveries_are_sorted_by_service_and_need_no_slo)
{
	read_text(
		"apiVersion: wick/v1\nkind: Delivery\nservice: b\nrepository: o/b\nenvironments: {p: {releases: '*'}}\n---\n"
		"apiVersion: wick/v1\nkind: Delivery\nservice: a\nrepository: o/a\nenvironments: {p: {releases: '*'}}\n---\n"
		"apiVersion: wick/v1\nkind: Delivery\nservice: a\nrepository: o/a\nenvironments: {q: {releases: '*'}}\n");
	ck_assert_msg(set->findings_len == 0, "%s", findings_up_to(FINDING_NOTE));
	ck_assert_uint_eq(set->deliveries_len, 3);
	ck_assert(str_is(set->deliveries[0]->service, "a") && str_is(set->deliveries[0]->environments[0].name, "p"));
	ck_assert(str_is(set->deliveries[1]->service, "a") && str_is(set->deliveries[2]->service, "b"));
}
END_TEST

/* --- what is wrong --- */

/* Lines of WHOLE: 3 service, 4 repository, 9 paths, 11 environments, 15 lead_time, 17 incidents. */
static const struct wrong_change faults[] = {
	{"no service", "service: shop\n", "",
	 "1:1: service: is missing in the delivery: the repository's service has no name"},
	{"nothing that it is of", "repository: o/shop\n", "",
	 "1:1: repository: the delivery has neither repository nor organisation; give one of them"},
	{"both", "repository: o/shop\n", "repository: o/shop\norganisation: o\n",
	 "5:15: organisation: stands beside repository; give one of them"},
	{"a service of an organisation", "repository: o/shop\n", "organisation: o\n",
	 "3:10: service: stands beside organisation, of which each repository is a service of its own name"},
	{"the other spelling", "repository: o/shop\n", "organization: o\n",
	 "4:1: unknown key 'organization' in the delivery; did you mean 'organisation'?"},
	{"an unknown key",
	 "attribution:", "atribution:", "22:1: unknown key 'atribution' in the delivery; did you mean 'attribution'?"},
	{"no repository", "o/shop", "shop", "4:13: repository: 'shop' is no repository such as owner/name"},
	{"an address", "o/shop\n", "https://github.com/o/shop.git\n",
	 "4:13: repository: 'https://github.com/o/shop.git' is no repository such as owner/name; write 'o/shop'"},
	{"the other address", "o/shop\n", "git@github.com:o/shop.git\n",
	 "4:13: repository: 'git@github.com:o/shop.git' is no repository such as owner/name; write 'o/shop'"},
	{"two slashes", "o/shop\n", "o/shop/api\n",
	 "4:13: repository: 'o/shop/api' is no repository such as owner/name"},
	{"an organisation with a slash", "service: shop\nrepository: o/shop", "organisation: o/shop",
	 "3:15: organisation: 'o/shop' is no organisation's name; it holds up to 39 letters, digits, '-' and '_'"},
	{"a pattern with the owner", "service: shop\nrepository: o/shop", "organisation: {name: o, include: [a, o/*]}",
	 "3:38: include: 'o/*' fits no repository: names are looked at without their owner"},
	{"a property's name", "service: shop\nrepository: o/shop", "organisation: {name: o, properties: {a b: c}}",
	 "3:38: properties: 'a b' is no name of a custom property; those hold up to 75 letters, digits, '-', '_', '$' "
	 "and '#'"},
	{"a reserved label", "area: web", "environment: web",
	 "8:10: labels: the label 'environment' is reserved: the series of deliveries have it"},
	{"a label reserved for SLOs, too", "area: web", "slo: web",
	 "8:10: labels: the label 'slo' is reserved: wick or Prometheus sets it"},
	{"a path from the root", "go.mod", "/go.mod",
	 "9:19: paths: '/go.mod' fits no file: paths begin at the repository's top; write 'go.mod'"},
	{"a folder", "go.mod", "lib/", "9:19: paths: 'lib/' fits no file; write 'lib/*' for all below it"},
	{"a path twice", "go.mod", "'shop/*'", "9:19: paths: 'shop/*' stands here twice"},
	{"no path", "['shop/*', go.mod]", "[]", "9:8: paths: the list is empty; it wants at least one text"},
	{"an environment's name", "  staging:", "  the staging:",
	 "13:3: environments: 'the staging' is not a legal name; it begins with a letter or digit and holds letters, "
	 "digits, '-', '_' and '.'"},
	{"environments as a list",
	 "environments:\n  production: {workflow: .github/workflows/deploy.yml, branch: main, job: deploy}\n"
	 "  staging: {deployments: 'Staging: EU', branch: 'release/*'}\n  tags: {releases: 'v*', prereleases: true}\n",
	 "environments: [production]\n",
	 "11:15: environments: wants a map of names and where their deployments are seen, not a list"},
	{"no environment",
	 "environments:\n  production: {workflow: .github/workflows/deploy.yml, branch: main, job: deploy}\n"
	 "  staging: {deployments: 'Staging: EU', branch: 'release/*'}\n  tags: {releases: 'v*', prereleases: true}\n",
	 "environments: {}\n", "11:15: environments: is empty; it wants at least one environment"},
	{"two sources", "prereleases: true", "workflow: deploy.yml",
	 "14:20: releases: stands beside workflow; give one of them"},
	{"no source", "deployments: 'Staging: EU', ", "",
	 "13:12: workflow: an environment has neither workflow nor deployments nor releases; give one of them"},
	{"a source that is near", "deployments: 'Staging: EU'", "deployment: x",
	 "13:13: unknown key 'deployment' in an environment; did you mean 'deployments'?"},
	{"a job of deployments", "branch: 'release/*'", "job: x", "13:46: job: is for a workflow alone"},
	{"prereleases of deployments", "branch: 'release/*'", "prereleases: true",
	 "13:54: prereleases: is for releases alone"},
	{"a branch of releases", "prereleases: true", "branch: main",
	 "14:34: branch: is for a workflow or deployments alone"},
	{"a branch as a ref", "branch: main", "branch: refs/heads/main",
	 "12:64: branch: 'refs/heads/main' fits no branch; write 'main'"},
	{"a folder of workflows", ".github/workflows/deploy.yml", ".github/workflows/",
	 "12:26: workflow: names no file in '.github/workflows/'"},
	{"a word", "first_commit", "first-commit",
	 "15:12: lead_time: 'first-commit' is not one of its values: commit, first_commit or merge"},
	{"another word", "recovery: first", "recovery: latest",
	 "24:11: recovery: 'latest' is not one of its values: last or first"},
	{"an incident of nothing", "- {slo: page}", "- {}",
	 "18:3: slo: an item of incidents has neither slo nor issues nor incident; give one of them"},
	{"an incident of two things", "{slo: page}", "{slo: page, issues: {labels: [a]}}",
	 "18:23: issues: stands beside slo; give one of them"},
	{"issues without labels", "labels: [incident, p1], ", "", "19:12: labels: is missing in issues"},
	{"issues with no label", "[incident, p1]", "[]",
	 "19:21: labels: the list is empty; it wants at least one text"},
	{"an environment that is not there", "{slo: page}", "{slo: page, environments: [production, prod]}",
	 "18:29: environments: there is no environment 'prod' in this definition"},
	{"the same twice", "- {issues: {labels: [incident, p1], repository: o/incidents}}", "- {slo: page}",
	 "19:3: incidents: the same stands in line 18 already"},
	{"an incident that ends before it begins", "2026-01-05T11:30", "2026-01-05T08:59:59",
	 "20:82: closed: '2026-01-05T08:59:59' is before it was opened"},
	{"an incident without a beginning", "opened: 2026-01-06", "closed: 2026-01-06",
	 "21:14: opened: is missing in incident"},
	{"no moment", "opened: 2026-01-06", "opened: yesterday", "21:41: opened: 'yesterday' is no moment such as"},
	{"a long attribution", "attribution: 2d", "attribution: 2y",
	 "22:14: attribution: '2y' is out of range; it must be from 0s to 366d"},
	{"a year without a report", "2021", "2020",
	 "25:14: report_year: '2020' is out of range; it must be from 2021 to 2025"},
};

START_TEST(each_fault_is_said_with_its_place)
{
	assert_refused(WHOLE, &faults[_i]);
	ck_assert_uint_eq(set->deliveries_len, 0);
}
END_TEST

static const struct wrong_change doubts[] = {
	{"no SLO of the service", "service: shop\nslos", "service: shops\nslos",
	 "18:3: slo: no SLO in any of the files is of the service 'shop': its alerts open no incident [no-such-slo]"},
	{"no alert of the severity", "{slo: page}", "{slo: paeg}",
	 "18:3: slo: no SLO of 'shop' alerts with the severity 'paeg'; did you mean 'page'? [no-such-severity]"},
	{"no attribution", "attribution: 2d", "attribution: 0",
	 "22:14: attribution: is 0: nothing that goes wrong later than the deployment counts against it "
	 "[attribution-zero]"},
};

START_TEST(what_can_never_come_about_is_a_warning)
{
	assert_said(WHOLE SLOS, &doubts[_i]);
	ck_assert_uint_eq(set->deliveries_len, 1);
}
END_TEST

START_TEST(an_environment_of_a_service_is_defined_once)
{
	read_text(PLAIN "---\n" SHOP "environments:\n  staging: {releases: '*'}\n  production: {releases: '*'}\n");
	ck_assert_str_eq(findings_up_to(FINDING_ERROR),
			 "13:3: environments: 'production' of 'shop' is defined already at a.yaml:5:16 [duplicate]\n");
	read_text(HEAD "organisation: o\nenvironments: {production: {releases: '*'}}\n---\n" HEAD
		       "organisation: {name: o, include: a}\nenvironments: {production: {releases: '*'}}\n");
	ck_assert_uint_eq(slo_set_errors(set), 0);
	read_text(HEAD "organisation: o\nenvironments: {production: {releases: '*'}}\n---\n" HEAD
		       "organisation: {name: o}\nenvironments: {production: {releases: '*'}}\n");
	ck_assert_uint_eq(slo_set_errors(set), 1);
}
END_TEST

/* --- files that break --- */

START_TEST(a_broken_file_keeps_what_it_defined_less_what_moved)
{
	read_files(WHOLE, &SLOS[4]);
	ck_assert_uint_eq(set->findings_len, 0);
	for (int i = 0; i < 2; i++) {
		read_files(SHOP "environments: ]\n", &SLOS[4]); /* for longer than one reload */
		ck_assert(set->files[0].broken && set->files[0].kept);
		ck_assert_uint_eq(set->deliveries_len, 1);
		assert_whole(set->deliveries[0]);
		ck_assert_str_eq(set->deliveries[0]->place.file, set->files[0].path.at);
		ck_assert_str_eq(set->deliveries[0]->environments[2].place.file, set->files[0].path.at);
	}
	/* files are read in their order: b is still to come when what a had is kept, and then b is one too many */
	read_files(PLAIN, SHOP "environments: {staging: {releases: '*'}}\n");
	ck_assert_uint_eq(set->deliveries_len, 2);
	read_files(PLAIN, SHOP "environments: ]\n");
	ck_assert_uint_eq(set->deliveries_len, 2);
	read_files(SHOP "environments: {staging: {releases: '*'}}\n", SHOP "environments: ]\n");
	ck_assert_uint_eq(set->deliveries_len, 1);
	ck_assert(!set->files[1].kept);
}
END_TEST

START_TEST(the_names_of_enums_are_the_words_of_the_language)
{
	static const char *const leads[] = {"commit", "first_commit", "merge"}, *const rules[] = {"last", "first"};

	for (size_t i = 0; i < LEAD_TIMES; i++)
		ck_assert_str_eq(lead_time_names[i], leads[i]);
	for (size_t i = 0; i < RECOVERY_RULES; i++)
		ck_assert_str_eq(recovery_rule_names[i], rules[i]);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/delivery");

	tcase_add_checked_fixture(tcase, language_begin, language_end);
	tcase_add_test(tcase, what_is_not_said_is_the_default);
	tcase_add_test(tcase, all_that_a_document_says_is_taken);
	tcase_add_test(tcase, incidents_may_be_of_some_environments_only);
	tcase_add_test(tcase, an_organisation_is_a_name_or_chooses_among_its_repositories);
	tcase_add_test(tcase, deliveries_are_sorted_by_service_and_need_no_slo);
	tcase_add_loop_test(tcase, each_fault_is_said_with_its_place, 0, COUNT_OF(faults));
	tcase_add_loop_test(tcase, what_can_never_come_about_is_a_warning, 0, COUNT_OF(doubts));
	tcase_add_test(tcase, an_environment_of_a_service_is_defined_once);
	tcase_add_test(tcase, a_broken_file_keeps_what_it_defined_less_what_moved);
	tcase_add_test(tcase, the_names_of_enums_are_the_words_of_the_language);
	return unit_run("slo/delivery", tcase);
}
