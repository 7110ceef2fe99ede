/* A real Prometheus scrapes the server: it asks for OpenMetrics, takes every series, and reads back what was written.
 * Skipped where no Prometheus is installed. */
#include "results_fixture.h"
#include "unit.h"

#include "base/limits.h"
#include "daemon/server.h"
#include "format/json_tree.h"
#include "net/http.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 40 };

struct scraper {
	char folder[64], url[64];
	pid_t pid;
	int output;
};

static void scraper_configure(const struct scraper *scraper, const char *path, int port)
{
	FILE *file = fopen(path, "we");

	ck_assert_msg(file, "%s", scraper->folder);
	fprintf(file,
		"global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: wick\n  static_configs: [{targets: ['127.0.0.1:%d']}]\n",
		port);
	fclose(file);
}

/* The port that is named behind the last "address=127.0.0.1:"; before it listens, the log names port 0. */
static unsigned long port_named(const char *log)
{
	const char *mark = "address=127.0.0.1:";
	unsigned long port = 0;

	while ((log = strstr(log, mark))) {
		log += strlen(mark);
		port = strtoul(log, NULL, 10);
	}
	return port;
}

/* Reads the log until the scraper has named its port and is ready. */
static void scraper_wait(struct scraper *scraper)
{
	static char log[KIB(64)];
	const char *ready = "ready to receive web requests";
	size_t len = 0;
	ssize_t got = 1;

	while (!(port_named(log) && strstr(log, ready)) && len < sizeof(log) - 1 && got > 0) {
		got = read(scraper->output, log + len, sizeof(log) - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	ck_assert_msg(port_named(log) && got > 0, "prometheus did not start: %s", log);
	snprintf(scraper->url, sizeof(scraper->url), "http://127.0.0.1:%lu", port_named(log));
}

static void scraper_start(struct scraper *scraper, int port)
{
	char path[96], config[128], data[128];
	int ends[2];

	strcpy(scraper->folder, "/tmp/wick-scrape-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scraper->folder));
	snprintf(path, sizeof(path), "%s/prometheus.yml", scraper->folder);
	snprintf(config, sizeof(config), "--config.file=%s", path);
	snprintf(data, sizeof(data), "--storage.tsdb.path=%s/data", scraper->folder);
	scraper_configure(scraper, path, port);
	ck_assert_int_eq(pipe(ends), 0);
	scraper->pid = fork();
	ck_assert_int_ge(scraper->pid, 0);
	if (scraper->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execlp("prometheus", "prometheus", config, data, "--web.listen-address=127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	scraper->output = ends[0];
	scraper_wait(scraper);
}

static void scraper_stop(struct scraper *scraper)
{
	char command[96];

	kill(scraper->pid, SIGKILL);
	waitpid(scraper->pid, NULL, 0);
	close(scraper->output);
	snprintf(command, sizeof(command), "rm -rf %s", scraper->folder);
	ck_assert_int_eq(system(command), 0);
}

/* The answer's "data"; the document is to be freed. */
static const struct json_tree *ask(struct http *http, const struct scraper *scraper, const char *path,
				   struct json_tree **document)
{
	struct http_request request = {.body_ceiling = MIB(4)};
	struct err err = {0};
	char url[300];

	snprintf(url, sizeof(url), "%s%s", scraper->url, path);
	request.url = str_of(url);
	http_start(http, &request);
	while (http_running(http))
		http_next(http, (struct span){100}, -1);
	ck_assert_msg(!request.failed && request.status == 200, "%s: %ld %s", url, request.status, request.err.text);
	*document = json_tree_read(buf_view(&request.body), &err);
	ck_assert_msg(*document, "%s", err.text);
	buf_release(&request.body);
	return json_tree_get(*document, "data");
}

/* The target's health once it is known: "up", or the reason why not. */
static void wait_scraped(struct http *http, const struct scraper *scraper)
{
	struct mono start = mono_now();

	for (;;) {
		struct json_tree *document;
		const struct json_tree *target = json_tree_at(
			json_tree_get(ask(http, scraper, "/api/v1/targets", &document), "activeTargets"), 0);
		struct str health = json_tree_text(json_tree_get(target, "health"));
		bool up = str_is(health, "up");

		ck_assert_msg(!str_is(health, "down"), "%.*s",
			      STR_ARG(json_tree_text(json_tree_get(target, "lastError"))));
		json_tree_free(document);
		if (up)
			return;
		ck_assert_msg(mono_since(start, mono_now()).ms < PATIENCE_SECONDS * SPAN_SECOND, "never scraped");
		usleep(20000);
	}
}

/* The only series of a query has this value, once there is one: a scrape is known of a moment before its samples are,
 * and one that comes too late on a busy machine takes them away until the next. */
static void check_value(struct http *http, const struct scraper *scraper, const char *query, const char *value)
{
	struct mono start = mono_now();

	for (bool waits = true; waits;) {
		struct json_tree *document;
		const struct json_tree *list = json_tree_get(ask(http, scraper, query, &document), "result");
		struct str found = json_tree_text(json_tree_at(json_tree_get(json_tree_at(list, 0), "value"), 1));

		waits = json_tree_len(list) == 0 && mono_since(start, mono_now()).ms < PATIENCE_SECONDS * SPAN_SECOND;
		ck_assert_msg(waits || (json_tree_len(list) == 1 && str_is(found, value)), "%s: %zu series, '%.*s'",
			      query, json_tree_len(list), STR_ARG(found));
		json_tree_free(document);
		usleep(waits ? 20000 : 0);
	}
}

START_TEST(prometheus_takes_every_series_as_openmetrics)
{
	struct scraper scraper = {0};
	struct fixture fixture;
	struct board *board = board_new();
	struct snapshot *snapshot = snapshot_new(NULL);
	struct server *server;
	struct http *http;
	struct json_tree *document;
	struct err err = {0};
	struct slo slo;

	if (system("command -v prometheus >/dev/null") != 0)
		return;
	unsetenv("http_proxy");
	fixture_init(&fixture);
	slo = fixture_slo(&fixture.arena, "edge", "api", "availability");
	slo.labels = FIXTURE_LABELS(&fixture.arena, "note", "a \"b\"\\\n\xF0\x9F\x98\x80", "service", "theirs");
	fixture_add(&fixture, slo, 1250)->group = FIXTURE_LABELS(&fixture.arena, "zone", "\xFF");
	snapshot->results = fixture.results;
	snapshot->health = fixture.health;
	board_publish(board, snapshot);
	server = server_new(&(struct server_settings){.listen = STR("127.0.0.1:0")}, board, &err);
	ck_assert_msg(server, "%s", err.text);
	http = http_new(&(struct http_settings){0}, 1, &err);
	ck_assert_msg(http, "%s", err.text);
	scraper_start(&scraper, server_port(server));
	wait_scraped(http, &scraper);
	check_value(http, &scraper, "/api/v1/query?query=wick_slo_error_budget_remaining_ratio", "0.75");
	check_value(http, &scraper, "/api/v1/query?query=wick_slo_events_total%7Boutcome%3D%22bad%22%7D", "1250");
	check_value(http, &scraper,
		    "/api/v1/query?query=wick_slo_info%7Bnote%3D%22a+%5C%22b%5C%22%5C%5C%5Cn%F0%9F%98%80%22%7D", "1");
	check_value(http, &scraper,
		    "/api/v1/query?query=wick_slo_info%7Bexported_service%3D%22theirs%22,service%3D%22api%22%7D", "1");
	/* Only OpenMetrics has the type "info". */
	ck_assert_ptr_nonnull(
		json_tree_get(ask(http, &scraper, "/api/v1/metadata?metric=wick_slo", &document), "wick_slo"));
	json_tree_free(document);
	scraper_stop(&scraper);
	http_free(http);
	server_free(server);
	board_free(board);
	fixture_release(&fixture);
}
END_TEST

UNIT_MAIN("daemon/scrape", prometheus_takes_every_series_as_openmetrics)
