/* What a token and GitHub's headers tell of who asks. */
#include "tests/unit/github_fixture.h"

START_TEST(a_token_tells_its_kind_by_how_it_begins)
{
	static const struct {
		const char *token;
		enum github_token_kind kind;
	} rows[] = {
		{"", GITHUB_TOKEN_NONE},
		{"ghp_16C7e42F292c6912E7710c838347Ae178B4a", GITHUB_TOKEN_CLASSIC},
		{"0123456789abcdef0123456789abcdef01234567", GITHUB_TOKEN_CLASSIC},
		{"github_pat_11AAAAAAA0_x", GITHUB_TOKEN_FINE_GRAINED},
		{"ghs_7_a.b.c", GITHUB_TOKEN_INSTALLATION},
		{"gho_x", GITHUB_TOKEN_USER},
		{"ghu_x", GITHUB_TOKEN_USER},
		{"0123456789abcdef0123456789abcdef0123456g", GITHUB_TOKEN_OTHER},
		{"ghr_x", GITHUB_TOKEN_OTHER},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(github_token_kind_of(str_of(rows[i].token)) == rows[i].kind, "%s", rows[i].token);
}
END_TEST

START_TEST(an_expiration_is_of_utc_or_has_an_offset)
{
	static const struct {
		const char *text, *instant; /* NULL: none */
	} rows[] = {
		{"2026-12-01 07:30:00 UTC", "2026-12-01T07:30:00Z"},
		{"2026-12-01 07:30:00 -0700", "2026-12-01T14:30:00Z"},
		{" 2026-12-01 07:30:00 +0200 ", "2026-12-01T05:30:00Z"},
		{"2026-12-01 07:30:00", NULL},
		{"2026-12-01T07:30:00 UTC", NULL},
		{"2026-12-01 07:30:00 CEST", NULL},
		{"2026-13-01 07:30:00 UTC", NULL},
		{"2026-12-01 07:30:00 +2", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct instant expires = {7};
		bool ok = github_expiration_read(str_of(rows[i].text), &expires);

		ck_assert_msg(ok == (rows[i].instant != NULL), "'%s'", rows[i].text);
		if (ok)
			ck_assert_str_eq(instant_text(expires).text, rows[i].instant);
		else
			ck_assert_int_eq(expires.ms, 7);
	}
}
END_TEST

START_TEST(the_headers_of_the_last_answer_are_what_is_known)
{
	struct secret *token = secret_new(STR("ghp_x"));
	struct github_access access;

	connect_with((struct github_settings){.token = token});
	access = github_access(the_github);
	ck_assert_int_eq((int)access.kind, (int)GITHUB_TOKEN_CLASSIC);
	ck_assert_str_eq(access.scopes, "");
	script(&the_server,
	       "[{'status': 404, 'headers': {'X-OAuth-Scopes': ' repo, read:org ', 'X-GitHub-Enterprise-Version': '3.19.0',"
	       " 'GitHub-Authentication-Token-Expiration': '2026-12-01 07:30:00 UTC'}, 'body': {}}, {'body': {}}]");
	ck_verdict(ask("/repos/o/r"), GITHUB_GONE);
	ck_assert(!the_call.nobody);
	access = github_access(the_github);
	ck_assert(access.scopes_told && !access.of_app);
	ck_assert_str_eq(access.scopes, "repo, read:org");
	ck_assert_str_eq(access.enterprise, "3.19.0");
	ck_assert_str_eq(instant_text(access.expires).text, "2026-12-01T07:30:00Z");
	ck_verdict(ask("/repos/o/r"), GITHUB_OK);
	access = github_access(the_github);
	ck_assert_str_eq(access.scopes, "");
	ck_assert_int_eq(access.expires.ms, 0);
	secret_free(token);
}
END_TEST

START_TEST(a_token_that_is_refused_is_told_from_a_right_that_is_missing)
{
	struct secret *token = secret_new(STR("nobody-knows-it"));

	connect_with((struct github_settings){.token = token});
	script(&the_server, "[{'status': 401, 'body': {}}, {'status': 403, 'body': {}},"
			    " {'headers': {'X-OAuth-Scopes': 'repo'}, 'body': {}}]");
	ck_verdict(ask("/repos/o/r"), GITHUB_REFUSED);
	ck_assert(the_call.nobody);
	ck_assert_int_eq((int)github_access(the_github).kind, (int)GITHUB_TOKEN_OTHER);
	ck_verdict(ask("/repos/o/r"), GITHUB_REFUSED);
	ck_assert(!the_call.nobody);
	ck_verdict(ask("/repos/o/r"), GITHUB_OK);
	ck_assert_int_eq((int)github_access(the_github).kind, (int)GITHUB_TOKEN_CLASSIC);
	secret_free(token);
}
END_TEST

UNIT_MAIN_IN("github/access", server_up, server_down, a_token_tells_its_kind_by_how_it_begins,
	     an_expiration_is_of_utc_or_has_an_offset, the_headers_of_the_last_answer_are_what_is_known,
	     a_token_that_is_refused_is_told_from_a_right_that_is_missing)
