#include "demo/history.h"

#include "base/limits.h"
#include "base/num.h"

#include <errno.h>
#include <unistd.h>

enum { KEY_OFFSET = 600 };

struct writer {
	int fd;
	struct buf out;
	int error; /* the errno of the first write that failed */
};

static void writer_flush(struct writer *writer)
{
	size_t sent = 0;

	while (sent < writer->out.len && !writer->error) {
		ssize_t wrote = write(writer->fd, writer->out.at + sent, writer->out.len - sent);

		if (wrote >= 0)
			sent += (size_t)wrote;
		else if (errno != EINTR)
			writer->error = errno;
	}
	buf_clear(&writer->out);
}

struct instant history_scrape_after(const struct story *story, const struct target *target, struct instant at)
{
	uint64_t key = KEY_OFFSET + target->process * 16 + target->slot;
	int64_t offset = (int64_t)(story_noise(story, key, 0) * HISTORY_SCRAPE_MS);
	int64_t minute = (at.ms - offset) / HISTORY_SCRAPE_MS;

	return (struct instant){(minute + 1) * HISTORY_SCRAPE_MS + offset};
}

static void write_scrape(struct writer *writer, const struct series *series, size_t len, const struct target *target,
			 const struct story *story, struct instant at)
{
	for (size_t i = 0; i < len; i++) {
		double value;

		if (!series_value(&series[i], target, story, at, &value))
			continue;
		buf_put(&writer->out, series[i].text, series[i].len);
		buf_char(&writer->out, ' ');
		num_write_double(&writer->out, value);
		buf_fmt(&writer->out, " %lld.%03d\n", (long long)(at.ms / 1000), (int)(at.ms % 1000));
	}
	if (writer->out.len > MIB(1))
		writer_flush(writer);
}

static void write_target(struct writer *writer, struct target *target, enum family family, const struct story *story,
			 struct instant from, struct instant to)
{
	struct series series[TARGET_SERIES];
	size_t len = target_series(target, family, true, series);
	struct instant at = from.ms < target->born.ms ? (struct instant){target->born.ms - 1} : from;

	for (at = history_scrape_after(story, target, at); len && at.ms <= to.ms && target_listed(target, at);
	     at.ms += HISTORY_SCRAPE_MS) {
		if (stretch_holds(story->hole, at))
			continue;
		if (series[0].kind != VALUE_OTHER)
			target_move(target, story, at.ms < target->died.ms ? at : target->died);
		write_scrape(writer, series, len, target, story, at);
	}
}

bool history_write(struct world *world, struct instant from, struct instant to, int fd, struct err *err)
{
	struct writer writer = {.fd = fd};

	buf_init(&writer.out, MIB(2));
	for (int family = FAMILY_UP; family < FAMILIES; family++) {
		family_write(&writer.out, (enum family)family, true);
		for (size_t i = 0; i < world->len; i++)
			write_target(&writer, &world->targets[i], (enum family)family, &world->story, from, to);
	}
	buf_cstr(&writer.out, "# EOF\n");
	writer_flush(&writer);
	buf_release(&writer.out);
	return !writer.error || err_errno(err, writer.error, "cannot write", "the history");
}
