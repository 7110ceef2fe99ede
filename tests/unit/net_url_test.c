/* URLs: what is accepted as a base address, what a message shows of one, and which are the same place. */
#include "net/url.h"

#include "tests/unit/unit.h"

static const struct {
	const char *description, *url, *error; /* error NULL: accepted */
} bases[] = {
	{"host and port", "http://prometheus:9090", NULL},
	{"a path prefix", "https://metrics.example.org/prometheus/eu", NULL},
	{"IPv6", "http://[2001:db8::1]:9090", NULL},
	{"a host alone", "prometheus:9090",
	 "cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'"},
	{"another scheme", "ftp://prometheus",
	 "cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'"},
	{"nothing", "", "cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'"},
	{"a port that is none", "http://prometheus:99999",
	 "cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'"},
	{"a password, which is not shown", "http://ali:sesame@prometheus:9090/p",
	 "cannot use the URL 'http://prometheus:9090/p': it must not hold a user or password, which have settings of their own"},
	{"a query", "http://prometheus:9090/graph?g0.expr=up",
	 "cannot use the URL 'http://prometheus:9090/graph': it must end with the path, without '?' and '#'"},
};

START_TEST(a_base_address_has_a_host_and_no_secrets)
{
	for (size_t i = 0; i < COUNT_OF(bases); i++) {
		struct err err = {0};
		bool ok = http_url_check(str_of(bases[i].url), &err);

		ck_assert_msg(ok == !bases[i].error, "%s", bases[i].description);
		ck_assert_str_eq(err.text, bases[i].error ? bases[i].error : "");
	}
}
END_TEST

static const struct {
	const char *description, *url, *error; /* error NULL: accepted */
} targets[] = {
	{"a path", "https://hooks.example.org/a/b", NULL},
	{"a query", "https://hooks.example.org/?token=a&b=c", NULL},
	{"a word", "nonsense",
	 "cannot use a URL that is not of the form 'http://host:port/path' or 'https://host:port/path'"},
	{"a user", "https://ali@hooks.example.org/?a=b",
	 "cannot use the URL 'https://hooks.example.org/': it must not hold a user or password, which have settings of their own"},
	{"a fragment", "https://hooks.example.org/?a=b#c",
	 "cannot use the URL 'https://hooks.example.org/': it must have no '#'"},
};

START_TEST(what_is_posted_to_may_have_a_query)
{
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct err err = {0};
		bool ok = http_url_target_check(str_of(targets[i].url), &err);

		ck_assert_msg(ok == !targets[i].error, "%s", targets[i].description);
		ck_assert_str_eq(err.text, targets[i].error ? targets[i].error : "");
	}
}
END_TEST

static const struct {
	const char *description, *a, *b;
	bool same;
} places[] = {
	{"other paths", "http://h:9090/a", "http://h:9090/b?c=d", true},
	{"the port that the scheme means", "https://h/a", "https://h:443/a", true},
	{"case of the host", "http://Host/", "http://hOST/", true},
	{"another scheme", "http://h:443/", "https://h:443/", false},
	{"another port", "http://h:80/", "http://h:81/", false},
	{"another host", "http://h.example/", "http://h.example.evil/", false},
	{"a user in front of another host", "http://h/", "http://h@evil/", false},
	{"nothing that parses", "http://", "http://", false},
};

START_TEST(the_same_place_is_scheme_host_and_port)
{
	for (size_t i = 0; i < COUNT_OF(places); i++)
		ck_assert_msg(http_url_same_origin(str_of(places[i].a), str_of(places[i].b)) == places[i].same, "%s",
			      places[i].description);
}
END_TEST

START_TEST(all_but_unreserved_characters_are_escaped)
{
	struct buf out;

	buf_init(&out, 1000);
	ck_assert(http_url_escape(&out, (struct str){"aZ09-._~ +&=%/\"\0\xC3\xA9", 18}));
	ck_assert_str_eq(out.at, "aZ09-._~%20%2B%26%3D%25%2F%22%00%C3%A9");
	buf_release(&out);
}
END_TEST

START_TEST(messages_show_neither_secrets_nor_queries)
{
	ck_assert_str_eq(http_url_text(STR("http://ali:sesame@h:1/p?query=up#x")).text, "http://h:1/p");
	ck_assert_str_eq(http_url_text(STR("::::")).text, "(a malformed URL)");
}
END_TEST

START_TEST(this_machine_is_known_by_its_names)
{
	ck_assert(http_url_loopback(STR("http://localhost:9090/x")));
	ck_assert(http_url_loopback(STR("http://127.3.2.1")));
	ck_assert(http_url_loopback(STR("https://[::1]:9090")));
	ck_assert(!http_url_loopback(STR("http://localhost.example.org")));
	ck_assert(!http_url_loopback(STR("http://127.example.org")));
	ck_assert(!http_url_loopback(STR("http://10.0.0.1")));
}
END_TEST

UNIT_MAIN("net/url", a_base_address_has_a_host_and_no_secrets, what_is_posted_to_may_have_a_query,
	  the_same_place_is_scheme_host_and_port, all_but_unreserved_characters_are_escaped,
	  messages_show_neither_secrets_nor_queries, this_machine_is_known_by_its_names)
