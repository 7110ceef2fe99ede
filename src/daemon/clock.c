#include "daemon/clock.h"

#include "base/file.h"

bool clock_read(const char *file, struct instant *now, struct err *err)
{
	struct buf text;
	bool ok;

	if (!file) {
		*now = instant_now();
		return true;
	}
	buf_init(&text, 256);
	ok = file_read(file, &text, err);
	if (ok && !instant_read(str_trim(buf_view(&text)), now))
		ok = err_set(err, "'%s' does not hold a time", file);
	buf_release(&text);
	return ok;
}
