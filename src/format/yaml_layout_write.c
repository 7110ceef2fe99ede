#include "base/num.h"
#include "format/yaml_layout.h"

enum {
	LINE_WIDTH = 120,
	INDENT = 2,
	ALIGNED_MOST = 80, /* further to the right, a comment has no column to keep */
};

struct printing {
	struct buf *buf;
	bool fresh; /* at the beginning of a collection or of the text: no empty line here */
	bool kept;  /* behind a block text to which empty lines would belong */
};

static void write_entries(struct printing *p, const struct layout_node *node, size_t column, bool inside);

static void put_blank_line(struct printing *p)
{
	if (!p->fresh && !p->kept && !str_ends(buf_view(p->buf), STR("\n\n")))
		buf_char(p->buf, '\n');
}

static void put_comments(struct printing *p, const struct layout_comments *comments, size_t column)
{
	for (size_t i = 0; i < comments->len; i++) {
		if (comments->at[i].apart)
			put_blank_line(p);
		buf_fill(p->buf, ' ', column);
		buf_str(p->buf, comments->at[i].text);
		buf_char(p->buf, '\n');
		p->fresh = p->kept = false;
	}
}

static size_t width_of(struct str text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += ((unsigned char)text.at[i] & 0xC0) != 0x80;
	return width;
}

static size_t line_width(const struct buf *buf)
{
	struct str text = buf_view(buf);
	size_t from = text.len;

	while (from > 0 && text.at[from - 1] != '\n')
		from--;
	return width_of(str_slice(text, from, text.len));
}

/* Ends the line. A comment stays in its column where there is room, so that those below each other do. */
static void end_line(struct printing *p, const struct layout_comment *beside)
{
	if (beside->text.at) {
		size_t width = line_width(p->buf);
		bool aligned = beside->col > width + 1 && beside->col <= ALIGNED_MOST;

		buf_fill(p->buf, ' ', aligned ? beside->col - 1 - width : 1);
		buf_str(p->buf, beside->text);
	}
	buf_char(p->buf, '\n');
	p->fresh = p->kept = false;
}

static bool is_block_text(const struct layout_node *node) { return node->style == '|' || node->style == '>'; }

static void put_properties(struct buf *buf, const struct layout_node *node)
{
	buf_str(buf, node->properties);
	if (node->properties.len && (node->kind != YAML_SCALAR || node->source.len))
		buf_char(buf, ' ');
}

/* A text of one line. What stands behind a tag stays: quotes are a part of what it means. */
static void put_text(struct buf *buf, const struct layout_node *node)
{
	if (node->style && !node->properties.len && yaml_plain_safe(node->text))
		buf_str(buf, node->text);
	else
		buf_str(buf, node->source);
}

static void put_key(struct buf *buf, const struct layout_node *key)
{
	put_properties(buf, key);
	put_text(buf, key);
	/* a name may hold a colon */
	buf_cstr(buf, str_starts(key->source, STR("*")) ? " :" : ":");
}

static bool one_line(const struct layout_node *node)
{
	return str_find(node->source, '\n') == node->source.len ||
	       (!is_block_text(node) && !node->properties.len && yaml_plain_safe(node->text));
}

/* False where it cannot stand in one line. */
static bool put_flow(struct buf *buf, const struct layout_node *node)
{
	if (node->kind == YAML_SCALAR) {
		put_properties(buf, node);
		put_text(buf, node);
		return node->source.len && one_line(node);
	}
	if (!node->flow)
		return false;
	put_properties(buf, node);
	buf_char(buf, node->kind == YAML_MAP ? '{' : '[');
	for (size_t i = 0; i < node->len; i++) {
		const struct layout_entry *entry = &node->entries[i];

		buf_cstr(buf, i ? ", " : "");
		if (node->kind == YAML_LIST && entry->value->kind == YAML_MAP)
			return false; /* a list of maps stands in lines */
		if (entry->key && (!entry->key->source.len || !one_line(entry->key)))
			return false;
		if (entry->key) {
			put_key(buf, entry->key);
			buf_char(buf, ' ');
		}
		if (!put_flow(buf, entry->value))
			return false;
	}
	return buf_char(buf, node->kind == YAML_MAP ? '}' : ']');
}

static void take_back(struct buf *buf, size_t len)
{
	buf->len = len;
	if (buf->at)
		buf->at[len] = '\0';
}

/* Writes a list or map in brackets behind what the line holds; nothing where it does not fit. */
static bool fits(struct printing *p, const struct layout_node *node)
{
	size_t before = p->buf->len;

	if (node->len == 0) {
		put_properties(p->buf, node);
		return buf_cstr(p->buf, node->kind == YAML_MAP ? "{}" : "[]");
	}
	if (put_flow(p->buf, node) && line_width(p->buf) <= LINE_WIDTH)
		return true;
	take_back(p->buf, before);
	return false;
}

static void put_lines(struct printing *p, struct str lines, size_t indent, size_t column)
{
	while (lines.len) {
		size_t end = str_find(lines, '\n'), from = 0;

		while (from < indent && from < end && lines.at[from] == ' ')
			from++;
		if (from < end) {
			buf_fill(p->buf, ' ', column);
			buf_str(p->buf, str_slice(lines, from, end));
		}
		buf_char(p->buf, '\n');
		lines = str_slice(lines, end < lines.len ? end + 1 : end, lines.len);
	}
}

/* Without a last line of no more than the indentation: it says nothing, and where its line is not ended either, it is
 * not even one. */
static struct str without_blank_line(struct str lines, size_t indent)
{
	size_t end = lines.len - str_ends(lines, STR("\n")), from = end;

	while (from > 0 && lines.at[from - 1] == ' ')
		from--;
	/* blanks beyond the indentation are the text's own */
	if (end - from <= indent && (from == 0 || lines.at[from - 1] == '\n'))
		lines.len = from;
	return lines;
}

/* '-', '+' or '\0': what becomes of its last line end. At the end of a file it may lack what it would be given. */
static char chomping(const struct layout_node *node)
{
	size_t line = str_find(node->source, '\n');

	if (node->text.len && !str_ends(node->text, STR("\n")))
		return '-';
	for (size_t i = 1; i < line && node->source.at[i] != '#'; i++)
		if (node->source.at[i] == '+' || node->source.at[i] == '-')
			return node->source.at[i];
	return '\0';
}

static bool says_indent(const struct layout_node *node)
{
	size_t line = str_find(node->source, '\n'), at = 1;

	while (at < line && node->source.at[at] != '#' && !ascii_digit(node->source.at[at]))
		at++;
	return at < line && node->source.at[at] != '#';
}

/* Its first line anew; the others byte for byte, but for their indentation. */
static void write_block_text(struct printing *p, const struct layout_entry *entry, size_t column)
{
	const struct layout_node *node = entry->value;
	size_t line = str_find(node->source, '\n'), before;
	struct str lines = str_slice(node->source, line < node->source.len ? line + 1 : line, node->source.len);
	char chomp = chomping(node);

	buf_char(p->buf, node->style);
	if (says_indent(node))
		buf_fmt(p->buf, "%d", INDENT);
	if (chomp)
		buf_char(p->buf, chomp);
	end_line(p, &entry->beside);
	if (chomp == '+' && !str_ends(lines, STR("\n")))
		lines = without_blank_line(lines, node->indent);
	do {
		before = lines.len;
		if (chomp != '+')
			lines = without_blank_line(lines, node->indent);
	} while (lines.len != before);
	put_lines(p, lines, node->indent, column + INDENT);
	p->kept = chomp == '+';
}

/* A text in quotes, or a plain one, that goes on in further lines: these are indented, as YAML does not mind. */
static void write_text(struct printing *p, const struct layout_entry *entry, size_t column)
{
	const struct layout_node *node = entry->value;
	struct str rest = node->source;

	if (one_line(node)) {
		put_text(p->buf, node);
		end_line(p, &entry->beside);
		return;
	}
	for (bool first = true;; first = false) {
		size_t end = str_find(rest, '\n');
		struct str line = str_slice(rest, 0, end);

		while (line.len && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
			line.len--;
		if (!first) {
			line = str_trim(line);
			buf_char(p->buf, '\n');
			buf_fill(p->buf, ' ', line.len ? column + INDENT : 0);
		}
		buf_str(p->buf, line);
		if (end == rest.len)
			break;
		rest = str_slice(rest, end + 1, rest.len);
	}
	end_line(p, &entry->beside);
}

/* What stands behind a '-' begins on its line, unless something is to stand there that belongs to the whole. */
static bool begins_beside(const struct layout_entry *entry) { return !entry->key && !entry->value->properties.len; }

/* Behind "key:" or "-"; `column` is that of the entry. */
static void write_value(struct printing *p, const struct layout_entry *entry, size_t column)
{
	const struct layout_node *node = entry->value;

	if (node->kind == YAML_SCALAR && !node->source.len && !node->properties.len) {
		end_line(p, &entry->beside);
		return;
	}
	buf_char(p->buf, ' ');
	if (node->kind == YAML_SCALAR) {
		put_properties(p->buf, node);
		if (is_block_text(node))
			write_block_text(p, entry, column);
		else
			write_text(p, entry, column);
		return;
	}
	if (fits(p, node)) {
		end_line(p, &entry->beside);
		return;
	}
	if (begins_beside(entry)) {
		write_entries(p, node, column + INDENT, true);
		return;
	}
	if (node->properties.len)
		buf_str(p->buf, node->properties);
	else
		take_back(p->buf, p->buf->len - 1);
	end_line(p, &entry->beside);
	p->fresh = true;
	write_entries(p, node, column + INDENT, false);
}

static bool would_fit(struct printing *p, const struct layout_node *node, size_t column)
{
	size_t before = p->buf->len;
	bool fit;

	buf_fill(p->buf, ' ', column);
	fit = fits(p, node);
	take_back(p->buf, before);
	return fit;
}

/* The comments of what begins on the line of a '-' go above that line. */
static void put_inner_comments(struct printing *p, const struct layout_entry *entry, size_t column)
{
	size_t inner = column;

	while (begins_beside(entry) && entry->value->kind != YAML_SCALAR &&
	       !would_fit(p, entry->value, inner += INDENT)) {
		struct layout_comment beside = entry->beside;

		beside.apart = false;
		if (beside.text.at)
			put_comments(p, &(struct layout_comments){&beside, 1}, column);
		entry = &entry->value->entries[0];
		put_comments(p, &entry->before, column);
	}
}

static void write_entry(struct printing *p, const struct layout_entry *entry, size_t column, bool inside)
{
	if (!inside) {
		put_comments(p, &entry->before, column);
		if (entry->apart)
			put_blank_line(p);
		put_inner_comments(p, entry, column);
		buf_fill(p->buf, ' ', column);
	}
	if (entry->key)
		put_key(p->buf, entry->key);
	else
		buf_char(p->buf, '-');
	write_value(p, entry, column);
}

/* `inside`: the first entry stands on a line that has begun. */
static void write_entries(struct printing *p, const struct layout_node *node, size_t column, bool inside)
{
	for (size_t i = 0; i < node->len; i++) {
		if (i && node->spaced)
			put_blank_line(p);
		write_entry(p, &node->entries[i], column, inside && i == 0);
	}
	put_comments(p, &node->footer, column);
}

static void write_root(struct printing *p, const struct layout_node *root)
{
	static const struct layout_comment none;

	if (root->kind != YAML_SCALAR && !fits(p, root)) {
		write_entries(p, root, 0, false);
		return;
	}
	if (root->kind == YAML_SCALAR)
		buf_str(p->buf, root->source);
	end_line(p, &none);
}

static void write_document(struct printing *p, const struct layout_document *document)
{
	put_comments(p, &document->before, 0);
	if (document->marked) {
		if (document->mark_apart)
			put_blank_line(p);
		buf_cstr(p->buf, "---");
		end_line(p, &document->beside);
		p->fresh = true;
	}
	put_comments(p, &document->head, 0);
	if (document->root) {
		if (document->apart)
			put_blank_line(p);
		write_root(p, document->root);
	}
	put_comments(p, &document->footer, 0);
}

bool layout_write(struct buf *buf, const struct layout *layout)
{
	struct printing printing = {.buf = buf, .fresh = true};

	for (size_t i = 0; i < layout->len; i++)
		write_document(&printing, &layout->documents[i]);
	return !buf->full;
}
