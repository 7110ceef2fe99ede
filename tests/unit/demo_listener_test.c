/* The demo's small server, over real sockets, against clients that behave and clients that do not. */
#include "demo/listener.h"

#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop[2], listening;
static struct sockaddr_in address;
static pid_t server;

/* Says back what it was asked; /large gives a megabyte, /same has not changed. */
static void echo(void *context, const struct request *request, struct reply *reply)
{
	struct str tag = request_header(request, "If-None-Match");

	(void)context;
	if (tag.len)
		buf_fmt(&reply->headers, "ETag: %.*s\r\n", STR_ARG(tag));
	if (str_is(request->path, "/same"))
		reply->status = 304;
	buf_fmt(&reply->body, "%.*s|%.*s|%.*s", STR_ARG(request->method), STR_ARG(request->path),
		STR_ARG(request->query));
	if (str_is(request->path, "/large"))
		buf_fill(&reply->body, 'x', (size_t)1 << 20);
}

static void set_up(void)
{
	socklen_t len = sizeof(address);

	address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&address, &len), 0);
	ck_assert_int_eq(listen(listening, 128), 0);
	ck_assert_int_eq(pipe(stop), 0);
	server = fork();
	if (server == 0)
		_exit(listener_run(listening, stop[0], echo, NULL, NULL) ? 0 : 1);
	close(listening);
}

/* A byte in the pipe ends it, and it ends well. */
static void tear_down(void)
{
	int status;

	ck_assert_int_eq(write(stop[1], "x", 1), 1);
	ck_assert_int_eq(waitpid(server, &status, 0), server);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	close(stop[0]);
	close(stop[1]);
}

static int connected(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* All that comes until the server closes. */
static size_t read_all(int fd, char *out, size_t size)
{
	size_t len = 0;

	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
		char bytes[65536];
		ssize_t got;

		ck_assert_msg(poll(&poll_fd, 1, 20000) == 1, "no answer within 20 s");
		got = read(fd, bytes, sizeof(bytes));
		if (got <= 0)
			break;
		if (len < size - 1)
			memcpy(out + len, bytes, (size_t)got < size - 1 - len ? (size_t)got : size - 1 - len);
		len += (size_t)got;
	}
	out[len < size - 1 ? len : size - 1] = '\0';
	close(fd);
	return len;
}

static void send_text(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

START_TEST(requests_are_read_and_answered)
{
	static const struct {
		const char *what, *request, *begin, *end;
	} rows[] = {
		{"a plain one", "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "GET|/a|b=c"},
		{"bare line feeds", "GET /a HTTP/1.0\n\n", "HTTP/1.1 200 OK\r\n", "GET|/a|"},
		{"a body is passed over", "POST /f HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200",
		 "POST|/f|"},
		{"a header is found whatever its case",
		 "GET /t HTTP/1.1\r\nHost: x\r\nif-none-match:  \"1:2\" \r\n\r\n",
		 "HTTP/1.1 200 OK\r\nETag: \"1:2\"\r\nConnection: close\r\n", "GET|/t|"},
		{"a body is no header", "GET /t HTTP/1.1\r\n\r\nIf-None-Match: x\r\n",
		 "HTTP/1.1 200 OK\r\nConnection: close\r\n", "GET|/t|"},
		{"what has not changed has no body", "GET /same HTTP/1.1\r\n\r\n",
		 "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n", "close\r\n\r\n"},
		{"no path", "GET\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "no HTTP request\n"},
		{"a path without a slash", "GET a HTTP/1.1\r\n\r\n", "HTTP/1.1 400", "no HTTP request\n"},
		{"nothing at all", "\r\n\r\n", "HTTP/1.1 400", "no HTTP request\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char answer[4096];
		int fd = connected();
		size_t len;

		send_text(fd, rows[i].request);
		len = read_all(fd, answer, sizeof(answer));
		ck_assert_msg(strncmp(answer, rows[i].begin, strlen(rows[i].begin)) == 0, "%s: %s", rows[i].what,
			      answer);
		ck_assert_msg(len > strlen(rows[i].end) && strcmp(answer + len - strlen(rows[i].end), rows[i].end) == 0,
			      "%s: %s", rows[i].what, answer);
	}
}
END_TEST

START_TEST(a_request_may_come_byte_by_byte_while_others_are_answered)
{
	static const char slow[] = "GET /slow HTTP/1.1\r\n\r\n";
	int slow_fd = connected();
	char answer[4096];

	for (size_t i = 0; i + 1 < sizeof(slow); i++) {
		ck_assert_int_eq(send(slow_fd, slow + i, 1, MSG_NOSIGNAL), 1);
		if (i % 7 == 0) {
			int fd = connected();

			send_text(fd, "GET /fast HTTP/1.1\r\n\r\n");
			read_all(fd, answer, sizeof(answer));
			ck_assert_ptr_nonnull(strstr(answer, "GET|/fast|"));
		}
	}
	read_all(slow_fd, answer, sizeof(answer));
	ck_assert_ptr_nonnull(strstr(answer, "GET|/slow|"));
}
END_TEST

START_TEST(a_large_answer_comes_whole)
{
	char answer[256];
	int fd = connected();

	send_text(fd, "GET /large HTTP/1.1\r\n\r\n");
	ck_assert_uint_gt(read_all(fd, answer, sizeof(answer)), (size_t)1 << 20);
}
END_TEST

START_TEST(a_head_without_end_is_cut_off_and_the_next_client_is_served)
{
	char junk[4096], answer[4096];
	int fd = connected();

	memset(junk, 'a', sizeof(junk));
	for (int i = 0; i < 64; i++)
		if (send(fd, junk, sizeof(junk), MSG_NOSIGNAL) < 0)
			break;
	read_all(fd, answer, sizeof(answer));
	ck_assert_str_eq(answer, "");
	fd = connected();
	send_text(fd, "GET / HTTP/1.1\r\n\r\n");
	read_all(fd, answer, sizeof(answer));
	ck_assert_ptr_nonnull(strstr(answer, "GET|/|"));
}
END_TEST

START_TEST(more_connections_than_there_is_room_for_are_closed_and_the_others_stay)
{
	enum { MANY = 80 };
	int fds[MANY];
	char answer[4096];
	unsigned served = 0;

	for (size_t i = 0; i < MANY; i++)
		fds[i] = connected();
	for (size_t i = 0; i < MANY; i++) {
		send(fds[i], "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL);
		read_all(fds[i], answer, sizeof(answer));
		served += strstr(answer, "GET|/|") != NULL;
	}
	ck_assert_uint_ge(served, 32);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("demo/listener");
	TCase *cases = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(cases, 60);
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, requests_are_read_and_answered);
	tcase_add_test(cases, a_request_may_come_byte_by_byte_while_others_are_answered);
	tcase_add_test(cases, a_large_answer_comes_whole);
	tcase_add_test(cases, a_head_without_end_is_cut_off_and_the_next_client_is_served);
	tcase_add_test(cases, more_connections_than_there_is_room_for_are_closed_and_the_others_stay);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
