#include "format/template.h"

enum piece_kind { PIECE_TEXT, PIECE_LABEL, PIECE_VALUE, PIECE_UNKNOWN };

struct piece {
	enum piece_kind kind;
	struct str source; /* as it stands in the text */
	struct str label;
};

static bool starts(struct str text, const char *what) { return str_starts(text, str_of(what)); }

/* Where `what`, two characters, first stands, or text.len. */
static size_t find_pair(struct str text, const char *what)
{
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.at[i] == what[0] && text.at[i + 1] == what[1])
			return i;
	return text.len;
}

static struct piece place(struct str source, struct str inside)
{
	static const struct str labels = STR_INIT("$labels.");
	struct piece piece = {PIECE_UNKNOWN, source, {NULL, 0}};

	inside = str_trim(inside);
	if (str_is(inside, "$value"))
		piece.kind = PIECE_VALUE;
	if (!str_starts(inside, labels))
		return piece;
	piece.label = str_slice(inside, labels.len, inside.len);
	if (label_name_ok(piece.label))
		piece.kind = PIECE_LABEL;
	return piece;
}

/* Takes the next piece off `rest`; false at the end. */
static bool next_piece(struct str *rest, struct piece *piece)
{
	size_t end;

	if (rest->len == 0)
		return false;
	if (starts(*rest, "{{")) {
		struct str inside = str_slice(*rest, 2, rest->len);

		end = find_pair(inside, "}}");
		*piece = end < inside.len ? place(str_slice(*rest, 0, end + 4), str_slice(inside, 0, end))
					  : (struct piece){PIECE_UNKNOWN, *rest, {NULL, 0}};
	} else {
		end = find_pair(*rest, "{{");
		*piece = (struct piece){PIECE_TEXT, str_slice(*rest, 0, end), {NULL, 0}};
	}
	*rest = str_slice(*rest, piece->source.len, rest->len);
	return true;
}

bool template_check(struct str text, struct err *err)
{
	struct piece piece;

	while (next_piece(&text, &piece))
		if (piece.kind == PIECE_UNKNOWN)
			return err_set(err, "'%.*s' cannot be filled in; known are {{ $labels.NAME }} and {{ $value }}",
				       (int)(piece.source.len < 60 ? piece.source.len : 60), piece.source.at);
	return true;
}

bool template_write(struct buf *out, struct str text, struct labels labels, struct str value)
{
	struct piece piece;

	while (next_piece(&text, &piece))
		buf_str(out, piece.kind == PIECE_LABEL   ? labels_get(labels, piece.label)
			     : piece.kind == PIECE_VALUE ? value
							 : piece.source);
	return !out->full;
}

/* Only what opens a place means anything outside of one. */
bool template_literal_write(struct buf *out, struct str text)
{
	while (text.len) {
		size_t open = find_pair(text, "{{");

		buf_str(out, str_slice(text, 0, open));
		if (open < text.len)
			buf_cstr(out, "{{ \"{{\" }}");
		text = str_slice(text, open < text.len ? open + 2 : open, text.len);
	}
	return !out->full;
}

bool template_write_some(struct buf *out, struct str text, struct labels labels)
{
	struct piece piece;

	while (next_piece(&text, &piece)) {
		struct str value = piece.kind == PIECE_LABEL ? labels_get(labels, piece.label) : (struct str){0};

		if (value.at)
			template_literal_write(out, value);
		else
			buf_str(out, piece.source);
	}
	return !out->full;
}

bool template_replace(struct buf *out, struct str text, struct labels labels)
{
	struct piece piece;

	while (next_piece(&text, &piece)) {
		struct str value = piece.kind == PIECE_LABEL ? labels_get(labels, piece.label) : (struct str){0};

		buf_str(out, value.at ? value : piece.source);
	}
	return !out->full;
}

struct str template_label(struct str text, struct str prefix)
{
	struct piece piece;

	while (next_piece(&text, &piece))
		if (piece.kind == PIECE_LABEL && str_starts(piece.label, prefix))
			return piece.label;
	return STR("");
}
