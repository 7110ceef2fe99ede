#include "daemon/webhooks.h"

#include "base/limits.h"
#include "base/mem.h"
#include "format/json_tree.h"
#include "net/secret.h"
#include "net/sign.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	REMEMBERED = 1024, /* deliveries: GitHub sends one again on demand, within three days */
	NAME_BYTES = 256,  /* of a repository; GitHub allows 39 + 1 + 100 */
	WANTED = 64,       /* repositories; where there are more, all are read */
	ID_BYTES = 64,     /* of a delivery: GitHub sends 36 */
};

struct webhooks {
	/* server's thread */
	struct secret_file secret;
	char seen[REMEMBERED][ID_BYTES];
	size_t next; /* the oldest of them */

	pthread_mutex_t mutex; /* what follows */
	int fd;
	char wanted[WANTED][NAME_BYTES];
	size_t wanted_len;
	bool all;
	uint64_t counts[WEBHOOK_OUTCOMES];
};

/* Events that may change what is known of a delivery. */
static const char *const telling[] = {"workflow_run", "workflow_job", "deployment",   "deployment_status",
				      "release",      "push",         "pull_request", "pull_request_review",
				      "issues",       "create",       "repository",   "installation_repositories"};

struct webhooks *webhooks_new(struct str secret_file, struct err *err)
{
	struct webhooks *webhooks = xcalloc(1, sizeof(*webhooks));

	pthread_mutex_init(&webhooks->mutex, NULL);
	webhooks->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (webhooks->fd < 0)
		err_errno(err, errno, "cannot set up", "webhooks");
	else if (secret_file_init(&webhooks->secret, secret_file, err))
		return webhooks;
	webhooks_free(webhooks);
	return NULL;
}

void webhooks_free(struct webhooks *webhooks)
{
	if (!webhooks)
		return;
	secret_file_release(&webhooks->secret);
	pthread_mutex_destroy(&webhooks->mutex);
	if (webhooks->fd >= 0)
		close(webhooks->fd);
	free(webhooks);
}

static bool is_seen(const struct webhooks *webhooks, struct str id)
{
	for (size_t i = 0; i < REMEMBERED; i++)
		if (str_is(id, webhooks->seen[i]))
			return true;
	return false;
}

static void remember(struct webhooks *webhooks, struct str id)
{
	char *place = webhooks->seen[webhooks->next];

	webhooks->next = (webhooks->next + 1) % REMEMBERED;
	memcpy(place, id.at, id.len);
	place[id.len] = '\0';
}

static bool is_telling(struct str event)
{
	for (size_t i = 0; i < sizeof(telling) / sizeof(*telling); i++)
		if (str_is(event, telling[i]))
			return true;
	return false;
}

static void want(struct webhooks *webhooks, struct str repository)
{
	static const uint64_t one = 1;
	bool known;

	pthread_mutex_lock(&webhooks->mutex);
	known = webhooks->all;
	for (size_t i = 0; i < webhooks->wanted_len; i++)
		known = known || str_is(repository, webhooks->wanted[i]);
	if (!known && (webhooks->wanted_len == WANTED || !repository.len || repository.len >= NAME_BYTES)) {
		webhooks->all = true;
	} else if (!known) {
		memcpy(webhooks->wanted[webhooks->wanted_len], repository.at, repository.len);
		webhooks->wanted[webhooks->wanted_len++][repository.len] = '\0';
	}
	pthread_mutex_unlock(&webhooks->mutex);
	/* An eventfd refuses only when it is full, and then it is readable already. */
	if (write(webhooks->fd, &one, sizeof(one)) < 0)
		return;
}

static bool is_signed(struct webhooks *webhooks, const struct webhook *hook)
{
	struct str scheme = STR("sha256=");

	secret_file_refresh(&webhooks->secret);
	return str_starts(hook->signature, scheme) &&
	       sign_hmac_sha256_is(secret_reveal(webhooks->secret.secret), hook->body,
				   str_slice(hook->signature, scheme.len, hook->signature.len));
}

static enum webhook_outcome judge(struct webhooks *webhooks, const struct webhook *hook, const char **reason)
{
	struct json_tree *payload;
	struct err err;

	*reason = NULL;
	if (!webhooks->secret.secret) {
		*reason = "webhooks are not enabled: there is no github.webhook_secret_file";
		return WEBHOOK_REFUSED;
	}
	if (!hook->signature.at || !is_signed(webhooks, hook)) {
		*reason =
			hook->signature.at ? "the signature is not of this secret" : "there is no X-Hub-Signature-256";
		return WEBHOOK_FORGED;
	}
	if (!hook->event.len || !hook->delivery.len || hook->delivery.len >= ID_BYTES ||
	    memchr(hook->delivery.at, '\0', hook->delivery.len)) {
		*reason = "it wants the headers X-GitHub-Event and X-GitHub-Delivery";
		return WEBHOOK_BROKEN;
	}
	if (is_seen(webhooks, hook->delivery))
		return WEBHOOK_REPEATED;
	payload = json_tree_read(hook->body, &err);
	if (!payload) {
		*reason = "the body is no JSON; the webhook's content type is to be application/json";
		return WEBHOOK_BROKEN;
	}
	remember(webhooks, hook->delivery);
	if (is_telling(hook->event))
		want(webhooks, json_tree_text(json_tree_get(json_tree_get(payload, "repository"), "full_name")));
	json_tree_free(payload);
	return is_telling(hook->event) ? WEBHOOK_TAKEN : WEBHOOK_IGNORED;
}

enum webhook_outcome webhooks_take(struct webhooks *webhooks, const struct webhook *hook, const char **reason)
{
	enum webhook_outcome outcome = judge(webhooks, hook, reason);

	pthread_mutex_lock(&webhooks->mutex);
	webhooks->counts[outcome]++;
	pthread_mutex_unlock(&webhooks->mutex);
	return outcome;
}

int webhooks_fd(const struct webhooks *webhooks) { return webhooks->fd; }

size_t webhooks_wanted(struct webhooks *webhooks, struct arena *arena, struct str **repositories)
{
	uint64_t asked;
	size_t len;

	if (read(webhooks->fd, &asked, sizeof(asked)) != sizeof(asked))
		return 0;
	pthread_mutex_lock(&webhooks->mutex);
	len = webhooks->all ? 1 : webhooks->wanted_len;
	*repositories = arena_array(arena, len, sizeof(**repositories));
	for (size_t i = 0; i < len; i++)
		(*repositories)[i] = webhooks->all ? STR("") : arena_str(arena, str_of(webhooks->wanted[i]));
	webhooks->all = false;
	webhooks->wanted_len = 0;
	pthread_mutex_unlock(&webhooks->mutex);
	return len;
}

void webhooks_counts(struct webhooks *webhooks, uint64_t counts[WEBHOOK_OUTCOMES])
{
	pthread_mutex_lock(&webhooks->mutex);
	memcpy(counts, webhooks->counts, sizeof(webhooks->counts));
	pthread_mutex_unlock(&webhooks->mutex);
}
