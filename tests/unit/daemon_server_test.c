/* The HTTP server over real sockets on loopback: addresses, attacks, and readers that do not read. */
#include "results_fixture.h"
#include "unit.h"

#include "base/limits.h"
#include "daemon/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 20 };

static struct fixture fixture;
static struct board *board;
static struct server *server;

static void publish(void)
{
	struct snapshot *snapshot = snapshot_new(NULL);

	snapshot->results = fixture.results;
	snapshot->health = fixture.health;
	board_publish(board, snapshot);
}

static void setup(const char *listen, bool reload_enabled)
{
	struct err err = {0};

	fixture_init(&fixture);
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "api", "availability"), 1250);
	board = board_new();
	publish();
	server = server_new(&(struct server_settings){.listen = str_of(listen), .reload_enabled = reload_enabled},
			    board, &err);
	ck_assert_msg(server, "%s", err.text);
}

static void teardown(void)
{
	server_free(server);
	board_free(board);
	fixture_release(&fixture);
}

/* -1 where the machine has no such family. */
static int dial(int family)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(server))};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = v4.sin_port, .sin6_addr = in6addr_loopback};
	struct timeval patience = {PATIENCE_SECONDS, 0};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), done;

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	done = family == AF_INET ? connect(fd, (struct sockaddr *)&v4, sizeof(v4))
				 : connect(fd, (struct sockaddr *)&v6, sizeof(v6));
	if (done == 0)
		return fd;
	close(fd);
	return -1;
}

static bool say(int fd, const void *bytes, size_t len)
{
	for (size_t sent = 0; sent < len;) {
		ssize_t now = send(fd, (const char *)bytes + sent, len - sent, MSG_NOSIGNAL);

		if (now < 0)
			return false;
		sent += (size_t)now;
	}
	return true;
}

/* All that comes until the server closes, which it must do: a silence as long as our patience fails the test. */
static void hear(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t got;

	while ((got = recv(fd, piece, sizeof(piece), 0)) > 0)
		buf_put(out, piece, (size_t)got);
	ck_assert_msg(got == 0 || errno == ECONNRESET, "the server went silent after %zu bytes: %s", out->len,
		      strerror(errno));
	buf_char(out, '\0');
}

static void talk(int fd, const char *request, struct buf *out)
{
	ck_assert_int_ge(fd, 0);
	say(fd, request, strlen(request));
	hear(fd, out);
	close(fd);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: wick\r\nConnection: close\r\n\r\n"

static void check_answer(const char *request, const char *begins)
{
	struct buf answer;

	buf_init(&answer, MIB(64));
	talk(dial(AF_INET), request, &answer);
	ck_assert_msg(strncmp(answer.at, begins, strlen(begins)) == 0, "'%.80s' is answered with '%.80s'", request,
		      answer.at);
	buf_release(&answer);
}

static const struct {
	const char *listen;
	int family;
	const char *named;
} addresses[] = {
	{"127.0.0.1:0", AF_INET, "127.0.0.1:%d"},
	{"[::1]:0", AF_INET6, "[::1]:%d"},
	{":0", AF_INET, NULL},
	{":0", AF_INET6, "[::]:%d"},
	{"localhost:0", AF_UNSPEC, NULL},
};

START_TEST(it_listens_on_every_kind_of_address_and_says_where)
{
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		char named[64];
		struct buf answer;
		int fd;

		buf_init(&answer, MIB(1));
		setup(addresses[i].listen, false);
		ck_assert_int_gt(server_port(server), 0);
		if (addresses[i].named) {
			snprintf(named, sizeof(named), "%.*s", STR_ARG(server_address(server)));
			ck_assert_ptr_nonnull(strchr(named, ':'));
			ck_assert_int_eq(atoi(strrchr(named, ':') + 1), server_port(server));
		}
		fd = addresses[i].family == AF_UNSPEC ? dial(AF_INET) : dial(addresses[i].family);
		if (fd < 0)
			fd = dial(AF_INET6);
		talk(fd, GET("/-/healthy"), &answer);
		ck_assert_int_eq(strncmp(answer.at, "HTTP/1.1 200 ", 13), 0);
		buf_release(&answer);
		teardown();
	}
}
END_TEST

static const struct {
	const char *listen, *error;
} refused[] = {
	{"9655", "listen address '9655' has no port; it reads like 127.0.0.1:9655"},
	{"127.0.0.1:", "port '' of listen address '127.0.0.1:' is not a number from 0 to 65535"},
	{"127.0.0.1:65536", "port '65536' of listen address '127.0.0.1:65536' is not a number from 0 to 65535"},
	{"127.0.0.1:-1", "port '-1' of listen address '127.0.0.1:-1' is not a number from 0 to 65535"},
	{"::1:80", "listen address '::1:80' needs brackets: [::1]:80"},
	{"192.0.2.1:0", "cannot listen on '192.0.2.1:0': this machine has no such address"},
};

START_TEST(an_address_that_cannot_be_is_refused_with_the_reason)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct server_settings settings = {.listen = str_of(refused[i].listen)};
		struct err err = {0};

		ck_assert_ptr_null(server_new(&settings, NULL, &err));
		ck_assert_str_eq(err.text, refused[i].error);
	}
}
END_TEST

START_TEST(a_port_that_is_taken_is_said_to_be)
{
	char listen[64], expected[160];
	struct err err = {0};

	setup("127.0.0.1:0", false);
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", server_port(server));
	snprintf(expected, sizeof(expected), "cannot listen on '%s': another program listens there", listen);
	ck_assert_ptr_null(server_new(&(struct server_settings){.listen = str_of(listen)}, board, &err));
	ck_assert_str_eq(err.text, expected);
	teardown();
}
END_TEST

START_TEST(a_reload_wakes_the_engine_up_once)
{
	struct pollfd wait;

	setup("127.0.0.1:0", true);
	wait = (struct pollfd){.fd = server_reload_fd(server), .events = POLLIN};
	ck_assert_int_eq(poll(&wait, 1, 0), 0);
	ck_assert(!server_reload_asked(server));
	check_answer("POST /-/reload HTTP/1.1\r\nHost: wick\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
		     "HTTP/1.1 202 ");
	check_answer("POST /-/reload HTTP/1.1\r\nHost: wick\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		     "HTTP/1.1 202 ");
	ck_assert_int_eq(poll(&wait, 1, 0), 1);
	ck_assert(server_reload_asked(server));
	ck_assert(!server_reload_asked(server));
	check_answer(GET("/-/reload"), "HTTP/1.1 405 ");
	teardown();
}
END_TEST

START_TEST(without_the_setting_a_reload_is_refused)
{
	setup("127.0.0.1:0", false);
	check_answer("POST /-/reload HTTP/1.1\r\nHost: wick\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		     "HTTP/1.1 403 ");
	ck_assert(!server_reload_asked(server));
	teardown();
}
END_TEST

START_TEST(head_answers_with_the_length_and_without_the_body)
{
	struct buf get, head;
	const char *body;
	char length[64];

	buf_init(&get, MIB(1));
	buf_init(&head, MIB(1));
	setup("127.0.0.1:0", false);
	talk(dial(AF_INET), GET("/metrics"), &get);
	talk(dial(AF_INET), "HEAD /metrics HTTP/1.1\r\nHost: wick\r\nConnection: close\r\n\r\n", &head);
	body = strstr(get.at, "\r\n\r\n");
	ck_assert_ptr_nonnull(body);
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", strlen(body + 4));
	ck_assert_ptr_nonnull(strstr(head.at, length));
	ck_assert_str_eq(strstr(head.at, "\r\n\r\n"), "\r\n\r\n");
	ck_assert_ptr_nonnull(strstr(get.at, "Content-Security-Policy: default-src 'none'"));
	buf_release(&get);
	buf_release(&head);
	teardown();
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_their_order)
{
	struct buf answer;
	const char *first, *second;

	buf_init(&answer, MIB(1));
	setup("127.0.0.1:0", false);
	talk(dial(AF_INET),
	     "GET /-/healthy HTTP/1.1\r\nHost: w\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: w\r\n\r\n" GET("/-/ready"),
	     &answer);
	first = strstr(answer.at, "\r\n\r\nhealthy\n");
	second = strstr(answer.at, "HTTP/1.1 404 ");
	ck_assert(first && second && first < second && second < strstr(answer.at, "\r\n\r\nready\n"));
	buf_release(&answer);
	teardown();
}
END_TEST

START_TEST(a_whole_address_is_as_good_as_its_path)
{
	setup("127.0.0.1:0", false);
	check_answer(GET("http://wick:9655/-/ready"), "HTTP/1.1 200 ");
	check_answer(GET("http://wick:9655"), "HTTP/1.1 200 ");
	check_answer(GET("http://wick:9655/nothing"), "HTTP/1.1 404 ");
	check_answer(GET("ftp://wick/-/ready"), "HTTP/1.1 404 ");
	teardown();
}
END_TEST

/* What is no HTTP is refused or dropped, and the next client is served. */
START_TEST(garbage_ends_its_own_connection_only)
{
	static const char *const garbage[] = {
		"\x16\x03\x01\x02",
		"\x16\x03\x01\x02\x01\x01\xFC\x03\x03\r\n\r\n",
		"GET\r\n\r\n",
		"GET /metrics HTTP/9.9\r\n\r\n",
		"GET /metrics\r\n\r\n",
		" \r\n\r\n",
		"GET /metrics HTTP/1.1\r\nContent-Length: -5\r\nHost: w\r\n\r\n",
		"GET /metrics HTTP/1.1\r\nHost: w\r\nContent-Length: 99999999999999999999999\r\n\r\n",
		"POST /-/reload HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
		"GET /metrics HTTP/1.1\r\nno colon at all\r\n\r\n\r\n",
		"GET /\x01\x02\xFF HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n",
	};

	setup("127.0.0.1:0", false);
	for (size_t i = 0; i < COUNT_OF(garbage); i++) {
		struct buf answer;
		int fd = dial(AF_INET);

		buf_init(&answer, MIB(1));
		say(fd, garbage[i], strlen(garbage[i]));
		shutdown(fd, SHUT_WR);
		hear(fd, &answer);
		ck_assert_msg(!strstr(answer.at, " 200 "), "%zu: '%.60s'", i, answer.at);
		close(fd);
		buf_release(&answer);
		check_answer(GET("/-/healthy"), "HTTP/1.1 200 ");
	}
	teardown();
}
END_TEST

static void check_large(const char *before, size_t len, char fill, const char *after, const char *status)
{
	struct buf request;

	buf_init(&request, MIB(16));
	buf_cstr(&request, before);
	buf_fill(&request, fill, len);
	buf_cstr(&request, after);
	check_answer(request.at, status);
	buf_release(&request);
}

START_TEST(what_is_too_large_is_refused_with_its_own_status)
{
	setup("127.0.0.1:0", true);
	check_large("GET /metrics HTTP/1.1\r\nHost: w\r\nX-Large: ", 40000, 'a', "\r\n\r\n", "HTTP/1.1 431 ");
	check_large("GET /", 40000, 'a', " HTTP/1.1\r\nHost: w\r\n\r\n", "HTTP/1.1 414 ");
	check_large("GET /api/v1/slos/", 3000, '%', " HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n",
		    "HTTP/1.1 400 ");
	check_answer("POST /-/reload HTTP/1.1\r\nHost: w\r\nContent-Length: 1000000000\r\n\r\n", "HTTP/1.1 413 ");
	ck_assert(!server_reload_asked(server));
	teardown();
}
END_TEST

START_TEST(a_body_without_end_is_cut_off)
{
	static char chunk[0x1000 + 8] = "1000\r\n";
	struct buf answer;
	size_t sent = 0;
	int fd;

	memset(chunk + 6, 'x', 0x1000);
	chunk[sizeof(chunk) - 2] = '\r';
	chunk[sizeof(chunk) - 1] = '\n';
	setup("127.0.0.1:0", true);
	fd = dial(AF_INET);
	say(fd, "POST /-/reload HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n", 65);
	while (sent < MIB(64) && say(fd, chunk, sizeof(chunk)))
		sent += sizeof(chunk);
	ck_assert_uint_lt(sent, MIB(64));
	buf_init(&answer, MIB(1));
	hear(fd, &answer);
	ck_assert_ptr_null(strstr(answer.at, " 202 "));
	buf_release(&answer);
	close(fd);
	ck_assert(!server_reload_asked(server));
	teardown();
}
END_TEST

START_TEST(connections_that_ask_for_nothing_do_not_keep_a_scraper_out)
{
	enum { ATTACKERS = 2 * LIMIT_HTTP_CONNECTIONS };
	int fds[ATTACKERS];

	setup("127.0.0.1:0", false);
	for (size_t i = 0; i < ATTACKERS; i++) {
		fds[i] = dial(AF_INET);
		ck_assert_int_ge(fds[i], 0);
		/* a head that never ends */
		say(fds[i], "GET /metrics HTTP/1.1\r\nHost: w\r\nX-Slow: ", 41);
		if (i % 64 == 63)
			check_answer(GET("/metrics"), "HTTP/1.1 200 ");
	}
	check_answer(GET("/metrics"), "HTTP/1.1 200 ");
	for (size_t i = 0; i < ATTACKERS; i++)
		close(fds[i]);
	check_answer(GET("/metrics"), "HTTP/1.1 200 ");
	teardown();
}
END_TEST

/* A page that fills every socket buffer, asked for and not read. */
START_TEST(a_reader_that_does_not_read_holds_up_neither_the_engine_nor_others)
{
	struct buf large, answer;
	int fd;

	setup("127.0.0.1:0", false);
	buf_init(&large, MIB(16));
	buf_fill(&large, 'x', MIB(1));
	fixture.slos[0].labels = FIXTURE_LABELS(&fixture.arena, "large", large.at);
	publish();
	fd = dial(AF_INET);
	say(fd, GET("/metrics"), strlen(GET("/metrics")));
	for (int i = 0; i < 20; i++) {
		publish();
		check_answer(GET("/-/ready"), "HTTP/1.1 200 ");
	}
	/* It was served the page it asked for, whole, when it reads at last. */
	buf_init(&answer, MIB(256));
	hear(fd, &answer);
	ck_assert_uint_gt(answer.len, MIB(16));
	ck_assert_ptr_nonnull(strstr(answer.at + answer.len - 200, "process_start_time_seconds"));
	close(fd);
	buf_release(&answer);
	buf_release(&large);
	teardown();
}
END_TEST

/* Snapshot number n counts n cycles and has n bad events: a page that mixes two of them shows it. */
static void publish_numbered(uint64_t n)
{
	struct snapshot *snapshot = snapshot_new(NULL);
	struct slo_result *list = arena_array(&snapshot->arena, 1, sizeof(*list));

	list[0] = fixture.list[0];
	list[0].bad_ever = (double)n;
	snapshot->results = fixture.results;
	snapshot->results.list = list;
	snapshot->health = fixture.health;
	snapshot->health.cycles = n;
	board_publish(board, snapshot);
}

enum { SCRAPERS = 4, SCRAPES = 100 };

static void *scrape(void *done)
{
	for (int i = 0; i < SCRAPES; i++) {
		struct buf answer;
		const char *bad, *cycles;

		buf_init(&answer, MIB(1));
		talk(dial(AF_INET), GET("/metrics"), &answer);
		bad = strstr(answer.at, "outcome=\"bad\"} ");
		cycles = strstr(answer.at, "\nwick_cycles_total ");
		ck_assert(bad && cycles);
		ck_assert_int_eq(atoi(bad + strlen("outcome=\"bad\"} ")),
				 atoi(cycles + strlen("\nwick_cycles_total ")));
		buf_release(&answer);
	}
	__atomic_add_fetch((int *)done, 1, __ATOMIC_RELAXED);
	return NULL;
}

START_TEST(pages_are_of_one_snapshot_while_new_ones_are_published)
{
	pthread_t threads[SCRAPERS];
	uint64_t n = 0;
	int done = 0;

	setup("127.0.0.1:0", false);
	publish_numbered(n);
	for (size_t i = 0; i < SCRAPERS; i++)
		pthread_create(&threads[i], NULL, scrape, &done);
	while (__atomic_load_n(&done, __ATOMIC_RELAXED) < SCRAPERS) {
		publish_numbered(++n);
		sched_yield();
	}
	for (size_t i = 0; i < SCRAPERS; i++)
		pthread_join(threads[i], NULL);
	teardown();
}
END_TEST

UNIT_MAIN("daemon/server", it_listens_on_every_kind_of_address_and_says_where,
	  an_address_that_cannot_be_is_refused_with_the_reason, a_port_that_is_taken_is_said_to_be,
	  a_reload_wakes_the_engine_up_once, without_the_setting_a_reload_is_refused,
	  head_answers_with_the_length_and_without_the_body, pipelined_requests_are_answered_in_their_order,
	  a_whole_address_is_as_good_as_its_path, garbage_ends_its_own_connection_only,
	  what_is_too_large_is_refused_with_its_own_status, a_body_without_end_is_cut_off,
	  connections_that_ask_for_nothing_do_not_keep_a_scraper_out,
	  a_reader_that_does_not_read_holds_up_neither_the_engine_nor_others,
	  pages_are_of_one_snapshot_while_new_ones_are_published)
