#include "format/yaml_layout.h"

#include "base/mem.h"
#include "base/num.h"
#include "format/yaml_source.h"

#include <stdlib.h>
#include <yaml.h>

/* One look at the tokens, of which one is the current one. Comments are what stands between tokens. */
struct layouting {
	struct arena *arena;
	struct layout *layout;
	struct yaml_fault *fault;
	bool failed;
	yaml_parser_t parser;
	struct yaml_cursor cursor;
	yaml_token_t token;
	size_t from, to; /* the token's bytes */
	size_t taken;    /* comments of the layout that are attached; those behind are waiting */
	size_t cap;
};

static struct layout_node *read_node(struct layouting *r, size_t column, struct layout_entry *entry);

static void refuse(struct layouting *r, size_t byte, const char *why)
{
	if (r->failed)
		return;
	r->failed = true;
	r->fault->text = str_of(why);
	yaml_place_of(r->layout->source, byte, &r->fault->line, &r->fault->col);
}

static size_t line_start(struct str source, size_t byte)
{
	while (byte > 0 && source.at[byte - 1] != '\n')
		byte--;
	return byte;
}

static size_t column_of(const struct layouting *r, size_t byte) { return byte - line_start(r->layout->source, byte); }

/* Whether an empty line stands before what stands at `byte`. */
static bool apart(struct str source, size_t byte)
{
	size_t lines = 0;

	while (byte > 0 && ascii_space(source.at[byte - 1]))
		lines += source.at[--byte] == '\n';
	return lines >= 2;
}

static struct layout_comment make_comment(const struct layouting *r, size_t from, size_t end)
{
	struct str source = r->layout->source;
	struct layout_comment comment = {.apart = apart(source, from)};
	unsigned line;

	comment.beside = str_trim(str_slice(source, line_start(source, from), from)).len > 0;
	while (end > from && ascii_space(source.at[end - 1]))
		end--;
	comment.text = str_slice(source, from, end);
	yaml_place_of(str_slice(source, line_start(source, from), source.len), from - line_start(source, from), &line,
		      &comment.col);
	return comment;
}

static void keep_comment(struct layouting *r, size_t from, size_t end)
{
	struct layout_comments *comments = &r->layout->comments;

	XGROW(comments->at, comments->len, r->cap);
	comments->at[comments->len++] = make_comment(r, from, end);
}

/* Between two tokens there is nothing but blanks and comments. */
static void find_comments(struct layouting *r, size_t from, size_t to)
{
	struct str source = r->layout->source;

	while (from < to) {
		size_t end = from;

		if (source.at[from] != '#') {
			from++;
			continue;
		}
		while (end < to && source.at[end] != '\n')
			end++;
		keep_comment(r, from, end);
		from = end;
	}
}

/* That of a block text stands inside of its token: behind the indicators. */
static void find_header_comment(struct layouting *r)
{
	struct str line = str_slice(r->layout->source, r->from, r->to);
	size_t hash;

	line = str_slice(line, 0, str_find(line, '\n'));
	hash = str_find(line, '#');
	if (hash < line.len)
		keep_comment(r, r->from + hash, r->from + line.len);
}

static yaml_token_type_t type(const struct layouting *r) { return r->failed ? YAML_STREAM_END_TOKEN : r->token.type; }

static void advance(struct layouting *r)
{
	size_t before = r->to;

	if (type(r) == YAML_STREAM_END_TOKEN)
		return;
	yaml_token_delete(&r->token);
	if (!yaml_parser_scan(&r->parser, &r->token)) {
		refuse(r, r->to, "cannot be read");
		return;
	}
	r->from = yaml_cursor_byte(&r->cursor, r->token.start_mark.index);
	r->to = yaml_cursor_byte(&r->cursor, r->token.end_mark.index);
	find_comments(r, before, r->from);
}

static size_t waiting(const struct layouting *r) { return r->layout->comments.len - r->taken; }

static const struct layout_comment *first_waiting(const struct layouting *r)
{
	return waiting(r) ? &r->layout->comments.at[r->taken] : NULL;
}

static void refuse_waiting(struct layouting *r, const char *why)
{
	if (waiting(r))
		refuse(r, (size_t)(first_waiting(r)->text.at - r->layout->source.at), why);
}

/* Attaches the next `count` of those that wait behind those that `to` has. */
static void take(struct layouting *r, size_t count, struct layout_comments *to)
{
	struct layout_comment *all;

	if (!count)
		return;
	all = arena_array(r->arena, to->len + count, sizeof(*all));
	if (to->len)
		memcpy(all, to->at, to->len * sizeof(*all));
	memcpy(all + to->len, first_waiting(r), count * sizeof(*all));
	to->at = all;
	to->len += count;
	r->taken += count;
}

static void take_all(struct layouting *r, struct layout_comments *to) { take(r, waiting(r), to); }

/* Those that stand at least as far to the right as the entries of what ends here. */
static void take_footer(struct layouting *r, size_t column, struct layout_comments *to)
{
	size_t count = 0;

	while (count < waiting(r) && first_waiting(r)[count].col > column)
		count++;
	take(r, count, to);
}

/* Of two beside one entry the first goes before it. */
static void take_beside(struct layouting *r, struct layout_entry *entry)
{
	const struct layout_comment *comment = first_waiting(r);

	if (!comment || !comment->beside)
		return;
	if (entry->beside.text.at) {
		struct layout_comments *before = &entry->before;

		struct layout_comment *all = arena_array(r->arena, before->len + 1, sizeof(*all));

		if (before->len)
			memcpy(all, before->at, before->len * sizeof(*all));
		all[before->len] = entry->beside;
		all[before->len++].apart = false;
		before->at = all;
	}
	entry->beside = *comment;
	r->taken++;
}

/* A key's list may stand no further to the right than the key; behind a '-' another one begins the next item. */
static bool begins_block(const struct layouting *r, const struct layout_entry *entry)
{
	return type(r) == YAML_BLOCK_SEQUENCE_START_TOKEN || type(r) == YAML_BLOCK_MAPPING_START_TOKEN ||
	       (type(r) == YAML_BLOCK_ENTRY_TOKEN && entry && entry->key);
}

static bool block_node(const struct layout_node *node)
{
	return (node->kind != YAML_SCALAR && !node->flow) || node->style == '|' || node->style == '>';
}

static bool begins_node(const struct layouting *r)
{
	return type(r) == YAML_SCALAR_TOKEN || type(r) == YAML_ALIAS_TOKEN || type(r) == YAML_ANCHOR_TOKEN ||
	       type(r) == YAML_TAG_TOKEN || type(r) == YAML_FLOW_SEQUENCE_START_TOKEN ||
	       type(r) == YAML_FLOW_MAPPING_START_TOKEN || type(r) == YAML_BLOCK_SEQUENCE_START_TOKEN ||
	       type(r) == YAML_BLOCK_MAPPING_START_TOKEN;
}

static struct layout_node *empty_node(struct layouting *r)
{
	struct layout_node *node = arena_alloc(r->arena, sizeof(*node));

	node->text = node->source = STR("");
	return node;
}

static struct layout_entry *add_entry(struct layouting *r, struct layout_node *node)
{
	node->entries = arena_grow(r->arena, node->entries, node->len, sizeof(*node->entries));
	node->entries[node->len] = (struct layout_entry){.apart = apart(r->layout->source, r->from)};
	return &node->entries[node->len++];
}

static void read_value(struct layouting *r, struct layout_entry *entry, size_t column)
{
	take_beside(r, entry);
	if (begins_node(r) && !begins_block(r, entry))
		take_all(r, &entry->before);
	entry->value = begins_node(r) || begins_block(r, entry) ? read_node(r, column, entry) : empty_node(r);
	if (!block_node(entry->value) || entry->value->kind == YAML_SCALAR)
		take_beside(r, entry);
}

/* The key, up to its value. */
static struct layout_node *read_key(struct layouting *r, size_t column)
{
	struct layout_node *key;

	if (r->to > r->from)
		refuse(r, r->from, "a key after a '?' cannot be formatted");
	advance(r);
	key = begins_node(r) ? read_node(r, column, NULL) : empty_node(r);
	refuse_waiting(r, "a comment inside of a key cannot be kept in its place");
	return key;
}

static void read_map(struct layouting *r, struct layout_node *node, size_t column)
{
	node->kind = YAML_MAP;
	advance(r);
	while (type(r) == YAML_KEY_TOKEN) {
		struct layout_entry *entry = add_entry(r, node);

		take_all(r, &entry->before);
		entry->key = read_key(r, column);
		if (type(r) != YAML_VALUE_TOKEN)
			refuse(r, r->from, "a key without a ':' cannot be formatted");
		advance(r);
		read_value(r, entry, column);
	}
	take_footer(r, column, &node->footer);
	if (type(r) != YAML_BLOCK_END_TOKEN)
		refuse(r, r->from, "cannot be formatted");
	advance(r);
}

/* A list that stands no further to the right than its key ends where the next key begins, and so do comments there. */
static void read_list(struct layouting *r, struct layout_node *node, size_t column)
{
	bool indented = type(r) == YAML_BLOCK_SEQUENCE_START_TOKEN;

	node->kind = YAML_LIST;
	if (indented)
		advance(r);
	while (type(r) == YAML_BLOCK_ENTRY_TOKEN) {
		struct layout_entry *entry = add_entry(r, node);

		take_all(r, &entry->before);
		advance(r);
		read_value(r, entry, column);
	}
	take_footer(r, indented ? column : column + 1, &node->footer);
	if (indented && type(r) != YAML_BLOCK_END_TOKEN)
		refuse(r, r->from, "cannot be formatted");
	if (indented)
		advance(r);
}

static void read_pair(struct layouting *r, struct layout_node *map)
{
	struct layout_entry *entry = add_entry(r, map);

	entry->key = type(r) == YAML_KEY_TOKEN ? read_key(r, 0)
		     : begins_node(r)          ? read_node(r, 0, NULL)
					       : empty_node(r);
	if (str_find(entry->key->source, '\n') < entry->key->source.len)
		refuse(r, (size_t)(entry->key->source.at - r->layout->source.at),
		       "a key of more than one line cannot be formatted");
	if (type(r) == YAML_VALUE_TOKEN)
		advance(r);
	entry->value = begins_node(r) ? read_node(r, 0, NULL) : empty_node(r);
}

static void read_flow(struct layouting *r, struct layout_node *node)
{
	yaml_token_type_t end =
		type(r) == YAML_FLOW_MAPPING_START_TOKEN ? YAML_FLOW_MAPPING_END_TOKEN : YAML_FLOW_SEQUENCE_END_TOKEN;

	node->kind = end == YAML_FLOW_MAPPING_END_TOKEN ? YAML_MAP : YAML_LIST;
	node->flow = true;
	for (advance(r); !r->failed;) {
		refuse_waiting(
			r, "a comment inside of brackets cannot be kept in its place; write the list or map in lines");
		if (type(r) == end)
			break;
		if (type(r) == YAML_FLOW_ENTRY_TOKEN) {
			advance(r);
		} else if (node->kind == YAML_MAP &&
			   (type(r) == YAML_KEY_TOKEN || type(r) == YAML_VALUE_TOKEN || begins_node(r))) {
			read_pair(r, node);
		} else if (type(r) == YAML_KEY_TOKEN) {
			struct layout_node *map = empty_node(r);

			map->kind = YAML_MAP;
			map->flow = true;
			read_pair(r, map);
			add_entry(r, node)->value = map;
		} else if (begins_node(r)) {
			struct layout_node *item = read_node(r, 0, NULL);

			add_entry(r, node)->value = item;
		} else {
			refuse(r, r->from, "cannot be formatted");
		}
	}
	advance(r);
}

/* The indentation of a block text: what its indicator says, or its first line that is not blank. */
static size_t block_indent(struct str source, size_t column)
{
	size_t at = 1;

	for (; at < source.len && source.at[at] != '\n' && source.at[at] != '#'; at++)
		if (ascii_digit(source.at[at]))
			return column + (size_t)(source.at[at] - '0');
	for (at = str_find(source, '\n'); at < source.len;) {
		size_t line = ++at;

		while (at < source.len && source.at[at] == ' ')
			at++;
		if (at < source.len && source.at[at] != '\n')
			return at - line;
	}
	return SIZE_MAX; /* blank lines alone have none */
}

/* A last line of blanks beyond the indentation is a part of the text that nobody sees, and how much of it counts hangs
 * on what comes behind it. */
static bool ends_in_blanks(const struct layout_node *node)
{
	struct str lines = str_slice(node->source, str_find(node->source, '\n'), node->source.len);
	size_t end = lines.len, from;

	while (end > 0 && lines.at[end - 1] == '\n')
		end--;
	for (from = end; from > 0 && (lines.at[from - 1] == ' ' || lines.at[from - 1] == '\t');)
		from--;
	return from > 0 && lines.at[from - 1] == '\n' && end - from > node->indent;
}

static void read_scalar(struct layouting *r, struct layout_node *node, size_t column)
{
	static const char styles[] = {[YAML_PLAIN_SCALAR_STYLE] = '\0',
				      [YAML_SINGLE_QUOTED_SCALAR_STYLE] = '\'',
				      [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = '"',
				      [YAML_LITERAL_SCALAR_STYLE] = '|',
				      [YAML_FOLDED_SCALAR_STYLE] = '>'};
	const char *value = (const char *)r->token.data.scalar.value;

	node->text = arena_str(r->arena, (struct str){value, r->token.data.scalar.length});
	node->style = styles[r->token.data.scalar.style];
	node->source = str_slice(r->layout->source, r->from, r->to);
	if (node->style == '|' || node->style == '>') {
		node->indent = block_indent(node->source, column);
		find_header_comment(r);
		if (ends_in_blanks(node))
			refuse(r, r->from, "a block text that ends in a line of blanks cannot be formatted");
	}
	advance(r);
}

/* Behind those of a block there may be comments: beside them, and before the block's first entry. */
static void read_properties(struct layouting *r, struct layout_node *node, struct layout_entry *entry)
{
	size_t from = r->from, to = r->from;

	while (type(r) == YAML_ANCHOR_TOKEN || type(r) == YAML_TAG_TOKEN) {
		r->layout->named = true;
		to = r->to;
		advance(r);
	}
	if (to > from && entry && begins_block(r, entry))
		take_beside(r, entry);
	else if (to > from)
		refuse_waiting(r, "a comment behind an anchor or a tag cannot be kept in its place");
	node->properties = str_slice(r->layout->source, from, to);
}

/* `column` is that of the entries around it, from 0; `entry` the one whose value it is, or NULL. */
static struct layout_node *read_node(struct layouting *r, size_t column, struct layout_entry *entry)
{
	struct layout_node *node = empty_node(r);

	read_properties(r, node, entry);
	if (type(r) == YAML_SCALAR_TOKEN) {
		read_scalar(r, node, column);
	} else if (type(r) == YAML_ALIAS_TOKEN) {
		r->layout->named = true;
		node->source = str_slice(r->layout->source, r->from, r->to);
		advance(r);
	} else if (type(r) == YAML_FLOW_SEQUENCE_START_TOKEN || type(r) == YAML_FLOW_MAPPING_START_TOKEN) {
		read_flow(r, node);
	} else if (type(r) == YAML_BLOCK_MAPPING_START_TOKEN) {
		read_map(r, node, column_of(r, r->from));
	} else if (begins_block(r, entry)) {
		read_list(r, node, column_of(r, r->from));
	}
	return node;
}

static void read_document(struct layouting *r, struct layout_document *document)
{
	if (type(r) == YAML_VERSION_DIRECTIVE_TOKEN || type(r) == YAML_TAG_DIRECTIVE_TOKEN)
		refuse(r, r->from, "a file with directives cannot be formatted");
	if (type(r) == YAML_DOCUMENT_START_TOKEN) {
		document->marked = true;
		document->mark_apart = apart(r->layout->source, r->from);
		take_all(r, &document->before);
		advance(r);
		if (waiting(r) && first_waiting(r)->beside) {
			document->beside = *first_waiting(r);
			r->taken++;
		}
	}
	take_all(r, &document->head);
	document->apart = apart(r->layout->source, r->from);
	if (begins_node(r))
		document->root = read_node(r, 0, NULL);
	if (document->root && document->root->properties.len)
		refuse(r, (size_t)(document->root->properties.at - r->layout->source.at),
		       "a document with an anchor or a tag cannot be formatted");
	take_all(r, &document->footer);
	if (type(r) == YAML_DOCUMENT_END_TOKEN)
		refuse(r, r->from, "a '...' cannot be formatted; '---' between documents is enough");
	else if (type(r) != YAML_DOCUMENT_START_TOKEN && type(r) != YAML_STREAM_END_TOKEN)
		refuse(r, r->from, "cannot be formatted");
}

static void read_documents(struct layouting *r)
{
	struct layout *layout = r->layout;

	advance(r); /* to the start of the stream, and over it */
	advance(r);
	do {
		layout->documents = arena_grow(r->arena, layout->documents, layout->len, sizeof(*layout->documents));
		layout->documents[layout->len] = (struct layout_document){.marked = false};
		read_document(r, &layout->documents[layout->len++]);
	} while (type(r) != YAML_STREAM_END_TOKEN);
}

/* YAML has more line ends than the normal form. */
static void check_line_ends(struct layouting *r)
{
	struct str source = r->layout->source;

	for (size_t at = 0; at < source.len && !r->failed;) {
		size_t before = at;
		int32_t rune = str_rune(source, &at);

		if (rune == '\r' || rune == 0x85 || rune == 0x2028 || rune == 0x2029)
			refuse(r, before, "a line end that is neither LF nor CR LF cannot be formatted");
	}
}

bool layout_read(struct arena *arena, struct str source, struct layout *layout, struct yaml_fault *fault)
{
	struct layouting r = {.arena = arena, .layout = layout, .fault = fault};
	struct layout_comment *comments;

	*layout = (struct layout){.source = source};
	check_line_ends(&r);
	if (r.failed)
		return false;
	yaml_cursor_init(&r.cursor, source);
	if (!yaml_parser_initialize(&r.parser))
		abort();
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)source.at, source.len);
	read_documents(&r);
	yaml_token_delete(&r.token);
	yaml_parser_delete(&r.parser);
	/* from the heap, where they grew, to the arena */
	comments = arena_array(arena, layout->comments.len, sizeof(*comments));
	if (layout->comments.len)
		memcpy(comments, layout->comments.at, layout->comments.len * sizeof(*comments));
	free(layout->comments.at);
	layout->comments.at = comments;
	return !r.failed;
}
