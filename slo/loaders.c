#include "slo/loader.h"

const struct loader *const loaders[] = {&loader_native, &loader_policy, &loader_template, NULL};

static bool claims(const struct loader *loader, struct str api_version, struct str kind)
{
	return str_is(api_version, loader->api_version) && str_is(kind, loader->kind);
}

static struct str text_of(const struct yaml_node *node)
{
	return node && node->kind == YAML_SCALAR ? node->text : STR("");
}

void load_document(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	const struct yaml_node *version = yaml_get(document, "apiVersion"), *kind = yaml_get(document, "kind");
	struct buf known;

	for (size_t i = 0; loaders[i]; i++)
		if (claims(loaders[i], text_of(version), text_of(kind))) {
			loaders[i]->load(reader, document, loaded);
			return;
		}
	buf_init(&known, 1024);
	for (size_t i = 0; loaders[i]; i++)
		buf_fmt(&known, "%s'apiVersion: %s' with 'kind: %s'", i ? ", " : "", loaders[i]->api_version,
			loaders[i]->kind);
	if (document->kind != YAML_MAP)
		reader_error(reader, document, "", "unknown-kind",
			     "a document must be a map that begins with %s, not %s", known.at, yaml_what(document));
	else if (!version && !kind && yaml_get(document, "source"))
		reader_error(reader, document, "apiVersion", "unknown-kind",
			     "is missing in the document, which looks like settings: give those by -c");
	else if (!version && !kind)
		reader_error(reader, document, "apiVersion", "unknown-kind", "is missing in the document; known is %s",
			     known.at);
	else
		reader_error(reader, version ? version : kind, version ? "apiVersion" : "kind", "unknown-kind",
			     "'%.*s' with kind '%.*s' is not known; known is %s", VALUE_ARG(text_of(version)),
			     VALUE_ARG(text_of(kind)), known.at);
	buf_release(&known);
}
