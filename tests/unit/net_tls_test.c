/* TLS with certificates that openssl makes for the test: verified by default, against the right name, by the right
 * authority. */
#include "net/http.h"

#include "tests/unit/servers.h"

#include <sys/stat.h>

static char folder[] = "/tmp/wick-tls-XXXXXX";

static struct str file_in(const char *name)
{
	static char texts[8][200];
	static size_t next;
	char *text = texts[next++ % 8];

	snprintf(text, sizeof(texts[0]), "%s/%s", folder, name);
	return str_of(text);
}

/* An authority, a server that it vouches for by the name prometheus.internal only, a client, and an authority nobody
 * knows. */
static void make_certificates(void)
{
	static const char script[] =
		"set -e; cd \"$1\"; exec >/dev/null 2>&1\n"
		"new='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'\n"
		"openssl req -x509 $new -keyout ca.key -out ca.pem -subj /CN=ca\n"
		"openssl req -x509 $new -keyout other.key -out other.pem -subj /CN=other\n"
		"for who in server client; do\n"
		"openssl req $new -keyout $who.key -out $who.csr -subj /CN=$who\n"
		"echo subjectAltName=DNS:prometheus.internal > ext\n"
		"openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out $who.pem\n"
		"done";
	pid_t pid;
	int status;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	pid = fork();
	if (pid == 0) {
		execlp("sh", "sh", "-c", script, "sh", folder, NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "openssl could not make the certificates");
}

static void remove_certificates(void)
{
	static const char *const names[] = {"ca.key",     "ca.pem",     "ca.srl",     "other.key",
					    "other.pem",  "server.key", "server.csr", "server.pem",
					    "client.key", "client.csr", "client.pem", "ext"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		unlink(file_in(names[i]).at);
	rmdir(folder);
}

struct attempt {
	const char *description;
	const char *ca, *cert, *key, *server_name;
	bool insecure, demand_client, works;
};

static const struct attempt attempts[] = {
	{"the right authority and name", "ca.pem", NULL, NULL, "prometheus.internal", false, false, true},
	{"the right authority, but the certificate is for another name", "ca.pem", NULL, NULL, NULL, false, false,
	 false},
	{"the right authority, and a name that the certificate has not", "ca.pem", NULL, NULL, "grafana.internal",
	 false, false, false},
	{"an authority that did not sign", "other.pem", NULL, NULL, "prometheus.internal", false, false, false},
	{"the system's authorities", NULL, NULL, NULL, "prometheus.internal", false, false, false},
	{"not verified, as the user asked for", NULL, NULL, NULL, NULL, true, false, true},
	{"a client certificate where one is demanded", "ca.pem", "client.pem", "client.key", "prometheus.internal",
	 false, true, true},
	{"no client certificate where one is demanded", "ca.pem", NULL, NULL, "prometheus.internal", false, true,
	 false},
};

static void try(const struct attempt *attempt)
{
	struct server server =
		attempt->demand_client
			? fault_server("--cert", file_in("server.pem").at, "--key", file_in("server.key").at,
				       "--client-ca", file_in("ca.pem").at, NULL)
			: fault_server("--cert", file_in("server.pem").at, "--key", file_in("server.key").at, NULL);
	struct http_settings settings = {.insecure = attempt->insecure};
	struct http_request request = {.body_ceiling = 10000};
	struct err err = {0};
	struct http *http;
	char url[100];

	if (attempt->ca)
		settings.ca_file = file_in(attempt->ca);
	if (attempt->cert)
		settings.cert_file = file_in(attempt->cert);
	if (attempt->key)
		settings.key_file = file_in(attempt->key);
	if (attempt->server_name)
		settings.server_name = str_of(attempt->server_name);
	http = http_new(&settings, 1, &err);
	ck_assert_msg(http != NULL, "%s", err.text);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	ck_assert_msg(request.failed != attempt->works, "%s: status %ld %s", attempt->description, request.status,
		      request.err.text);
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
}

START_TEST(a_server_is_believed_only_with_a_certificate_for_its_name)
{
	signal(SIGPIPE, SIG_IGN);
	make_certificates();
	for (size_t i = 0; i < COUNT_OF(attempts); i++)
		try(&attempts[i]);
	remove_certificates();
}
END_TEST

START_TEST(a_redirect_from_https_to_http_is_not_followed)
{
	struct http_settings settings = {.insecure = true};
	struct http_request request = {.body_ceiling = 10000};
	struct server server;
	struct http *http;
	char url[200];

	signal(SIGPIPE, SIG_IGN);
	make_certificates();
	server = fault_server("--cert", file_in("server.pem").at, "--key", file_in("server.key").at, "--fault",
			      "mode=redirect&code=301&to=SELF/", NULL); /* SELF begins with http:// */
	http = http_new(&settings, 1, NULL);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	ck_assert(request.failed);
	ck_assert_int_eq(request.status, 301);
	ck_assert_ptr_nonnull(strstr(request.err.text, "another server"));
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
	remove_certificates();
}
END_TEST

START_TEST(a_redirect_to_the_host_that_was_sent_stays_with_the_server)
{
	struct http_settings settings = {0};
	struct http_request request = {.body_ceiling = 10000};
	struct server server;
	struct http *http;
	char url[200];

	signal(SIGPIPE, SIG_IGN);
	make_certificates();
	server = fault_server("--cert", file_in("server.pem").at, "--key", file_in("server.key").at, "--fault",
			      "mode=redirect&to=https:%2F%2FHOST%2Fthere&times=1", NULL);
	settings.ca_file = file_in("ca.pem");
	settings.server_name = STR("prometheus.internal");
	http = http_new(&settings, 1, NULL);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
	request.url = str_of(url);
	http_start(http, &request);
	ck_assert_ptr_eq(http_next(http, (struct span){20000}, -1), &request);
	ck_assert_msg(!request.failed, "%s", request.err.text);
	ck_assert_int_eq(request.status, 200);
	buf_release(&request.body);
	http_free(http);
	server_stop(&server);
	remove_certificates();
}
END_TEST

UNIT_MAIN("net/tls", a_server_is_believed_only_with_a_certificate_for_its_name,
	  a_redirect_from_https_to_http_is_not_followed, a_redirect_to_the_host_that_was_sent_stays_with_the_server)
