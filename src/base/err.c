#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Ends a text that did not fit in "..." without cutting a UTF-8 character in half. */
static void mark_cut(char *text, size_t size)
{
	size_t at = size - 4;

	while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	memcpy(text + at, "...", 4);
}

__attribute__((format(printf, 3, 0))) static void format_into(char *text, size_t size, const char *format, va_list args)
{
	int len = vsnprintf(text, size, format, args);

	if (len < 0)
		text[0] = '\0';
	else if ((size_t)len >= size)
		mark_cut(text, size);
}

bool err_set(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, format);
	format_into(err->text, sizeof(err->text), format, args);
	va_end(args);
	return false;
}

bool err_prefix(struct err *err, const char *format, ...)
{
	char old[sizeof(err->text)];
	char context[512];
	va_list args;
	int len;

	if (!err)
		return false;
	memcpy(old, err->text, sizeof(old));
	va_start(args, format);
	format_into(context, sizeof(context), format, args);
	va_end(args);
	len = snprintf(err->text, sizeof(err->text), "%s: %s", context, old);
	if (len >= (int)sizeof(err->text))
		mark_cut(err->text, sizeof(err->text));
	return false;
}

bool err_errno(struct err *err, int number, const char *what, const char *subject)
{
	char reason[128];

	/* The GNU variant may answer with a static text instead of filling the buffer. */
	return err_set(err, "%s '%s': %s", what, subject, strerror_r(number, reason, sizeof(reason)));
}
