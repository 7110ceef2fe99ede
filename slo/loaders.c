#include "slo/keeping.h"

#include <string.h>

const struct loader *const loaders[] = {
	&loader_native,
	&loader_policy,
	&loader_corrections,
	&loader_delivery,
	&loader_template,
	&loader_kept,
	&loader_sloth,
	&loader_sloth_crd,
	&loader_sloth_windows,
	&loader_pyrra,
	&loader_openslo_v1,
	&loader_openslo_v2alpha,
	&loader_openslo_v1alpha,
	&loader_slo_generator,
	&loader_slo_generator_config,
	NULL,
};

static struct str text_of(const struct yaml_node *node)
{
	return node && node->kind == YAML_SCALAR ? node->text : STR("");
}

static bool claims(const struct loader *loader, const struct yaml_node *document)
{
	if (loader->claims)
		return loader->claims(document);
	return str_is(text_of(yaml_get(document, "apiVersion")), loader->api_version) &&
	       (!*loader->kind || str_is(text_of(yaml_get(document, "kind")), loader->kind));
}

static const struct loader *loader_of(const struct yaml_node *document)
{
	for (size_t i = 0; loaders[i]; i++)
		if (claims(loaders[i], document))
			return loaders[i];
	return NULL;
}

bool document_of_others(const struct yaml_node *document)
{
	const struct loader *loader = document->kind == YAML_MAP ? loader_of(document) : NULL;

	return loader && !(loader->api_version && strcmp(loader->api_version, "wick/v1") == 0);
}

/* The documents that stand in this one: of a list, or of a List as Kubernetes writes them. */
static const struct yaml_node *items_of(const struct yaml_node *document)
{
	const struct yaml_node *items = yaml_get(document, "items");

	if (document->kind == YAML_LIST)
		return document;
	return items && items->kind == YAML_LIST && str_ends(text_of(yaml_get(document, "kind")), STR("List")) ? items
													       : NULL;
}

static bool is_marked(const struct loader *loader, struct str file)
{
	return loader->declare && file.len && memmem(file.at, file.len, loader->marker, strlen(loader->marker));
}

bool may_declare(struct str file)
{
	for (size_t i = 0; loaders[i]; i++)
		if (is_marked(loaders[i], file))
			return true;
	return false;
}

void declare_broken(struct reader *reader, struct str file)
{
	for (size_t i = 0; loaders[i]; i++)
		if (loaders[i]->declare_broken && is_marked(loaders[i], file))
			loaders[i]->declare_broken(reader);
}

void declare_document(struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *items = items_of(document);
	const struct loader *loader = loader_of(document);

	for (size_t i = 0; items && i < items->len; i++)
		declare_document(reader, items->items[i]);
	if (!items && loader && loader->declare)
		loader->declare(reader, document);
}

static void put_known(struct buf *known)
{
	for (size_t i = 0; loaders[i]; i++)
		if (loaders[i]->api_version)
			buf_fmt(known, "%s%s%s%s", known->len ? ", " : "", loaders[i]->api_version,
				*loaders[i]->kind ? " " : "", loaders[i]->kind);
}

static bool version_known(struct str version)
{
	for (size_t i = 0; loaders[i]; i++)
		if (loaders[i]->api_version && str_is(version, loaders[i]->api_version))
			return true;
	return false;
}

/* A slip of the pen: the longer a word, the more of them. */
static bool near(struct str a, struct str b)
{
	unsigned most = b.len < 4 ? 0 : b.len < 6 ? 1 : 2;

	return str_distance(a, b, most + 1) <= most;
}

/* "pyrra.dev" of "pyrra.dev/v1alpha1"; what has no version is a group as a whole. */
static struct str group_of(struct str version) { return str_slice(version, 0, str_find(version, '/')); }

/* Of the same makers as one that is known, or meant to be: pyrra/v1, OpenSLO/v2, wik/v1. */
static bool version_is_near(struct str version)
{
	static const struct str sloth = STR_INIT("version: ");
	struct str group = group_of(version);

	for (size_t i = 0; loaders[i]; i++) {
		struct str known = str_of(loaders[i]->api_version);

		if (str_starts(known, sloth))
			known = str_slice(known, sloth.len, known.len);
		if (known.len && (near(group, group_of(known)) ||
				  near(str_slice(group, 0, str_find(group, '.')),
				       str_slice(group_of(known), 0, str_find(group_of(known), '.')))))
			return true;
	}
	return false;
}

/* What tools call definitions of SLOs, and nothing else. Kinds such as Service, Policy and Template others have, too.
 */
static bool kind_is_near(struct str kind)
{
	static const char *const ours[] = {"ServiceLevels",
					   "ServiceLevelObjective",
					   "PrometheusServiceLevel",
					   "AlertWindows",
					   "Corrections",
					   "Delivery",
					   "AlertCondition",
					   "AlertPolicy",
					   "AlertNotificationTarget",
					   "SLO",
					   "SLI",
					   NULL};

	for (size_t i = 0; ours[i]; i++)
		if (near(kind, str_of(ours[i])))
			return true;
	return kind.len && (memmem(kind.at, kind.len, "SLO", 3) || memmem(kind.at, kind.len, "ServiceLevel", 12));
}

/* v1, v1alpha1 and the like behind the group, as all of Kubernetes has it. */
static bool is_version(struct str text)
{
	size_t slash = str_find(text, '/');
	struct str version = slash < text.len ? str_slice(text, slash + 1, text.len) : text;

	return version.len >= 2 && version.at[0] == 'v' && ascii_digit(version.at[1]);
}

/* Something else altogether, such as a ConfigMap in the same folder. */
static bool is_no_definition(const struct yaml_node *document)
{
	struct str version = text_of(yaml_get(document, "apiVersion")), kind = text_of(yaml_get(document, "kind"));

	return document->kind == YAML_MAP && is_version(version) && kind.len && !yaml_get(document, "version") &&
	       !version_is_near(version) && !kind_is_near(kind);
}

static void unknown(struct reader *reader, const struct yaml_node *document)
{
	const struct yaml_node *version = yaml_get(document, "apiVersion"), *kind = yaml_get(document, "kind");
	bool of_kind = !version || (kind && version_known(text_of(version)));
	struct buf known;

	buf_init(&known, 1024);
	put_known(&known);
	if (document->kind != YAML_MAP)
		reader_error(reader, document, "", "unknown-kind",
			     "a document must be a map that begins with its apiVersion and kind, not %s; known are %s",
			     yaml_what(document), known.at);
	else if (!version && !kind && yaml_get(document, "source"))
		reader_error(reader, document, "apiVersion", "unknown-kind",
			     "is missing in the document, which looks like settings: give those by -c");
	else if (!version && !kind)
		reader_error(reader, document, "apiVersion", "unknown-kind", "is missing in the document; known are %s",
			     known.at);
	else
		reader_error(reader, of_kind ? kind : version, of_kind ? "kind" : "apiVersion", "unknown-kind",
			     "'%.*s' with kind '%.*s' is not known; known are %s", VALUE_ARG(text_of(version)),
			     VALUE_ARG(text_of(kind)), known.at);
	buf_release(&known);
}

void load_document(struct reader *reader, const struct yaml_node *document, struct loaded *loaded)
{
	const struct yaml_node *items = items_of(document);
	const struct loader *loader = loader_of(document);

	for (size_t i = 0; items && i < items->len; i++)
		load_document(reader, items->items[i], loaded);
	if (items)
		return;
	if (!loader && is_no_definition(document)) {
		reader_note(reader, yaml_get(document, "apiVersion"), "apiVersion", "no-definition",
			    "'%.*s' with kind '%.*s' defines nothing for wick: it is passed over",
			    VALUE_ARG(text_of(yaml_get(document, "apiVersion"))),
			    VALUE_ARG(text_of(yaml_get(document, "kind"))));
		return;
	}
	if (!loader) {
		unknown(reader, document);
		return;
	}
	size_t slos = loaded->slos_len;

	keeping_begin(reader, document);
	loader->load(reader, document, loaded);
	keeping_end(reader, document, loaded, slos);
}
