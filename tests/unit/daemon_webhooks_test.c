/* Which webhooks are believed, and what is to be read after them. Signatures are from Python's hmac. */
#include "unit.h"

#include "base/arena.h"
#include "daemon/webhooks.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SECRET "It's a Secret to Everybody"
/* {"repository":{"full_name":"acme/shop"}} */
#define SHOP        "{\"repository\":{\"full_name\":\"acme/shop\"}}"
#define SHOP_SIGNED "sha256=366ca660163d25d5518d9fbe12bb739ac7ba287f0d53c6c367343660c086ea2b"
#define SHOP_OTHER                                                                                                     \
	"sha256=d195009c56ed3ae0f86566033fc136c16098034ff72776b2529ea0feb62a14bf" /* of the same under another secret  \
										   */
#define NONE        "{}"
#define NONE_SIGNED "sha256=50b0123e6e44430d2c43ecca0ee520d961ffd326425c07859f70a57161c3ebcd"
/* From GitHub's page about webhooks. */
#define HELLO        "Hello, World!"
#define HELLO_SIGNED "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

static struct webhooks *webhooks;
static struct arena arena;
static char path[] = "/tmp/wick-webhooks-XXXXXX";

static void write_secret(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
	struct err err;
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	write_secret(SECRET "\n");
	arena_init(&arena);
	webhooks = webhooks_new(str_of(path), &err);
	ck_assert_ptr_nonnull(webhooks);
}

static void teardown(void)
{
	webhooks_free(webhooks);
	arena_release(&arena);
	unlink(path);
}

static enum webhook_outcome take(const char *event, const char *delivery, const char *signature, const char *body)
{
	struct webhook hook = {str_of(event), str_of(delivery), str_of(signature), str_of(body)};
	const char *reason;

	return webhooks_take(webhooks, &hook, &reason);
}

static bool readable(void)
{
	struct pollfd fd = {.fd = webhooks_fd(webhooks), .events = POLLIN};

	return poll(&fd, 1, 0) == 1;
}

/* The repositories that are wanted, one after the other. */
static const char *wanted(void)
{
	static char text[4096];
	struct str *names = NULL;
	size_t len = webhooks_wanted(webhooks, &arena, &names);

	text[0] = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "[%.*s]", STR_ARG(names[i]));
	return text;
}

static const struct {
	const char *event, *delivery, *signature, *body;
	enum webhook_outcome outcome;
	const char *wanted, *about;
} cases[] = {
	{"workflow_run", "1", SHOP_SIGNED, SHOP, WEBHOOK_TAKEN, "[acme/shop]", "a run has ended"},
	{"deployment_status", "1", SHOP_SIGNED, SHOP, WEBHOOK_TAKEN, "[acme/shop]", "a deployment"},
	{"star", "1", SHOP_SIGNED, SHOP, WEBHOOK_IGNORED, "", "nothing that is read"},
	{"ping", "1", NONE_SIGNED, NONE, WEBHOOK_IGNORED, "", "the first one of all"},
	{"installation_repositories", "1", NONE_SIGNED, NONE, WEBHOOK_TAKEN, "[]", "of no repository: all of them"},
	{"workflow_run", "1", SHOP_OTHER, SHOP, WEBHOOK_FORGED, "", "another secret"},
	{"workflow_run", "1", SHOP_SIGNED, SHOP " ", WEBHOOK_FORGED, "", "another body"},
	{"workflow_run", "1", NULL, SHOP, WEBHOOK_FORGED, "", "no signature"},
	{"workflow_run", "1", "", SHOP, WEBHOOK_FORGED, "", "an empty one"},
	{"workflow_run", "1", "sha256=", SHOP, WEBHOOK_FORGED, "", "half of one"},
	{"workflow_run", "1", "sha1=0655ca44bb0ff6d82cc0a24e34cc9b3bacd25ef1", SHOP, WEBHOOK_FORGED, "",
	 "the older header's, as GitHub signed before"},
	{"workflow_run", "1", HELLO_SIGNED, HELLO, WEBHOOK_BROKEN, "", "signed, and no JSON"},
	{NULL, "1", SHOP_SIGNED, SHOP, WEBHOOK_BROKEN, "", "no event"},
	{"workflow_run", NULL, SHOP_SIGNED, SHOP, WEBHOOK_BROKEN, "", "no delivery"},
	{"workflow_run", "0123456789012345678901234567890123456789012345678901234567890123", SHOP_SIGNED, SHOP,
	 WEBHOOK_BROKEN, "", "a delivery that is too long"},
};

START_TEST(a_webhook_is_believed_by_its_signature)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		ck_assert_msg(take(cases[i].event, cases[i].delivery, cases[i].signature, cases[i].body) ==
				      cases[i].outcome,
			      "%s", cases[i].about);
		ck_assert_msg(readable() == (cases[i].outcome == WEBHOOK_TAKEN), "%s", cases[i].about);
		ck_assert_str_eq(wanted(), cases[i].wanted);
		ck_assert(!readable());
		teardown();
		setup();
	}
}
END_TEST

START_TEST(a_delivery_counts_once_and_a_forged_one_does_not_spend_it)
{
	uint64_t counts[WEBHOOK_OUTCOMES];

	ck_assert_int_eq(take("push", "7", SHOP_OTHER, SHOP), WEBHOOK_FORGED);
	ck_assert_int_eq(take("push", "7", SHOP_SIGNED, SHOP), WEBHOOK_TAKEN);
	ck_assert_int_eq(take("push", "7", SHOP_SIGNED, SHOP), WEBHOOK_REPEATED);
	ck_assert_int_eq(take("push", "8", SHOP_SIGNED, SHOP), WEBHOOK_TAKEN);
	ck_assert_str_eq(wanted(), "[acme/shop]");
	ck_assert_int_eq(take("push", "8", SHOP_SIGNED, SHOP), WEBHOOK_REPEATED);
	ck_assert_str_eq(wanted(), "");
	webhooks_counts(webhooks, counts);
	ck_assert_uint_eq(counts[WEBHOOK_TAKEN], 2);
	ck_assert_uint_eq(counts[WEBHOOK_REPEATED], 2);
	ck_assert_uint_eq(counts[WEBHOOK_FORGED], 1);
}
END_TEST

START_TEST(old_deliveries_are_forgotten_when_there_are_many)
{
	char id[16];

	for (int i = 0; i < 1025; i++) {
		snprintf(id, sizeof(id), "%d", i);
		ck_assert_int_eq(take("push", id, SHOP_SIGNED, SHOP), WEBHOOK_TAKEN);
	}
	ck_assert_int_eq(take("push", "1024", SHOP_SIGNED, SHOP), WEBHOOK_REPEATED);
	ck_assert_int_eq(take("push", "1", SHOP_SIGNED, SHOP), WEBHOOK_REPEATED);
	ck_assert_int_eq(take("push", "0", SHOP_SIGNED, SHOP), WEBHOOK_TAKEN);
}
END_TEST

START_TEST(a_secret_that_is_rotated_is_read_again)
{
	ck_assert_int_eq(take("push", "1", SHOP_OTHER, SHOP), WEBHOOK_FORGED);
	write_secret("another secret\n");
	ck_assert_int_eq(take("push", "1", SHOP_OTHER, SHOP), WEBHOOK_TAKEN);
	ck_assert_int_eq(take("push", "2", SHOP_SIGNED, SHOP), WEBHOOK_FORGED);
}
END_TEST

START_TEST(without_a_secret_nothing_is_believed)
{
	struct err err;

	webhooks_free(webhooks);
	webhooks = webhooks_new(STR(""), &err);
	ck_assert_ptr_nonnull(webhooks);
	ck_assert_int_eq(take("push", "1", SHOP_SIGNED, SHOP), WEBHOOK_REFUSED);
	ck_assert_ptr_null(webhooks_new(STR("/nowhere/secret"), &err));
	ck_assert_msg(strstr(err.text, "/nowhere/secret") != NULL, "%s", err.text);
}
END_TEST

UNIT_MAIN_IN("daemon/webhooks", setup, teardown, a_webhook_is_believed_by_its_signature,
	     a_delivery_counts_once_and_a_forged_one_does_not_spend_it,
	     old_deliveries_are_forgotten_when_there_are_many, a_secret_that_is_rotated_is_read_again,
	     without_a_secret_nothing_is_believed)
