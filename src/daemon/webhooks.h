/* GitHub's webhooks (docs.github.com, "Validating webhook deliveries"): says of each whether it is to be believed, and
 * keeps which repositories are to be read next. Nothing that it says is taken for a fact: it only wakes the reading, so
 * one that is lost, late or repeated changes no number. The server's thread takes them, the engine's thread looks. */
#ifndef WICK_DAEMON_WEBHOOKS_H
#define WICK_DAEMON_WEBHOOKS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/health.h"

struct webhooks;

/* The secret's file is read again whenever it changes. An empty path: all are refused. NULL with `err` where the secret
 * cannot be read. */
struct webhooks *webhooks_new(struct str secret_file, struct err *err);
void webhooks_free(struct webhooks *webhooks); /* NULL is legal */

/* One as it came; at == NULL: that header was not sent. */
struct webhook {
	struct str event;     /* X-GitHub-Event */
	struct str delivery;  /* X-GitHub-Delivery: the same where it is sent again */
	struct str signature; /* X-Hub-Signature-256 */
	struct str body;
};

/* What becomes of it. Its signature is compared in a time that does not depend on where it differs. The reason for
 * people, where there is something to say. Server's thread. */
enum webhook_outcome webhooks_take(struct webhooks *webhooks, const struct webhook *hook, const char **reason);

/* Readable while a repository is to be read. */
int webhooks_fd(const struct webhooks *webhooks);
/* The repositories that are to be read since the last call ("owner/name", in the arena), each once; an empty name
 * stands for all of them. Engine's thread. */
size_t webhooks_wanted(struct webhooks *webhooks, struct arena *arena, struct str **repositories);

/* How many came, by outcome. */
void webhooks_counts(struct webhooks *webhooks, uint64_t counts[WEBHOOK_OUTCOMES]);

#endif
