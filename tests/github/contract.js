// Holds exchanges of requests and answers to GitHub's OpenAPI description: `node contract.js MODULES EXCHANGES`.
//
// MODULES is a node_modules with @octokit/openapi, ajv and ajv-formats. EXCHANGES is a file of JSON lines {description, version, method, url,
// status, body}: the description is "api.github.com" or "ghes-3.19"; without a body only the request is looked at. `wrong` marks what has to be
// refused: "answer", or what is the matter with the request. Prints what is wrong and how much was held to it; exit 1 where something is wrong.
// ALL_PATHS=1: an answer of every path in the list has to be among them.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, exchanges] = process.argv.slice(2);
const load = (name) => require(path.resolve(modules, name));
const Ajv = load("ajv/dist/2019").default;
const formats = load("ajv-formats").default;

// What any route may say, whether its description lists it or not.
const ERRORS = new Set([301, 304, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503]);
const PATHS = [
  "/repos/{owner}/{repo}", "/repos/{owner}/{repo}/actions/runs", "/repos/{owner}/{repo}/actions/workflows",
  "/repos/{owner}/{repo}/actions/workflows/{workflow_id}", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
  "/repos/{owner}/{repo}/actions/runs/{run_id}", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
  "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}", "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
  "/repos/{owner}/{repo}/deployments", "/repos/{owner}/{repo}/deployments/{deployment_id}", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
  "/repos/{owner}/{repo}/compare/{basehead}", "/repos/{owner}/{repo}/commits", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
  "/repos/{owner}/{repo}/commits/{ref}", "/repos/{owner}/{repo}/pulls", "/repos/{owner}/{repo}/pulls/{pull_number}",
  "/repos/{owner}/{repo}/pulls/{pull_number}/commits", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "/repos/{owner}/{repo}/issues",
  "/repos/{owner}/{repo}/issues/{issue_number}", "/repos/{owner}/{repo}/releases/{release_id}", "/repos/{owner}/{repo}/releases", "/repos/{owner}/{repo}/tags", "/repos/{owner}/{repo}/environments", "/repos/{owner}/{repo}/properties/values",
  "/repos/{owner}/{repo}/branches", "/repos/{owner}/{repo}/branches/{branch}", "/repos/{owner}/{repo}/labels", "/users/{username}/repos",
  "/orgs/{org}/repos", "/installation/repositories", "/app/installations", "/app/installations/{installation_id}/access_tokens", "/rate_limit",
];

// --- the description, as JSON Schema

const follow = (root, thing) => {
  while (thing && thing.$ref) thing = thing.$ref.slice(2).split("/").reduce((at, key) => at[key.replace(/~1/g, "/").replace(/~0/g, "~")], root);
  return thing;
};

// RFC 7396: what a newer version of the API changes in a description.
function patched(value, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const out = value && typeof value === "object" && !Array.isArray(value) ? value : {};
  for (const [key, inner] of Object.entries(patch)) {
    if (inner === null) delete out[key];
    else out[key] = patched(out[key], inner);
  }
  return out;
}

// OpenAPI 3.0 says null with `nullable`; and no object has a field that its description does not know.
function schemaOf(schema, part) {
  if (Array.isArray(schema)) return schema.map((one) => schemaOf(one, part));
  if (!schema || typeof schema !== "object") return schema;
  if (schema.$ref) return { $ref: part && schema.$ref.startsWith("#/components/schemas/") ? schema.$ref.replace("/schemas/", "/parts/") : schema.$ref };
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (["example", "examples", "nullable", "discriminator", "description", "title", "default", "deprecated", "externalDocs", "readOnly", "xml"].includes(key) || key.startsWith("x-")) continue;
    if (key === "properties") out.properties = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, schemaOf(inner, false)]));
    else if (key === "allOf") out.allOf = schemaOf(value, true);
    else if (["items", "additionalProperties", "not", "anyOf", "oneOf"].includes(key)) out[key] = schemaOf(value, part && (key === "anyOf" || key === "oneOf"));
    else out[key] = value;
  }
  if (!part && (out.properties || out.allOf) && out.additionalProperties === undefined) out.unevaluatedProperties = false;
  return schema.nullable ? { anyOf: [{ type: "null" }, out] } : out;
}

function describe(name, version) {
  const root = JSON.parse(fs.readFileSync(path.join(modules, "@octokit/openapi/generated", `${name}.json`), "utf8"));
  // said twice there: once as the component, and once so that an account would be a user and an enterprise at the same time
  const list = root.paths["/app/installations"].get.responses["200"].content["application/json"].schema;
  list.items = { $ref: "#/components/schemas/installation" };
  const wanted = new Set();
  const collect = (thing) => {
    if (Array.isArray(thing)) thing.forEach(collect);
    else if (thing && typeof thing === "object") {
      if (typeof thing.$ref === "string" && !wanted.has(thing.$ref)) {
        wanted.add(thing.$ref);
        collect(follow(root, thing));
      }
      Object.entries(thing).forEach(([key, inner]) => key !== "examples" && collect(inner));
    }
  };
  const paths = PATHS.filter((one) => root.paths[one]).map((one) => ({ template: one, item: root.paths[one] }));
  const change = (thing) => {
    for (const one of (thing && thing["x-github-breaking-changes"]) || []) if (one.version <= version) {
      if (Array.isArray(one.patch)) throw new Error(`'${one.changeset}' is a list of operations, which is not read here`);
      patched(thing, one.patch);
    }
  };
  paths.forEach(({ item }) => ["get", "post"].forEach((method) => item[method] && (change(item[method]), collect(item[method]))));
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  formats(ajv);
  ajv.addFormat("email", true); // "1+dependabot[bot]@users.noreply.github.com" is none, and real
  const schemas = {}, parts = {};
  for (const ref of wanted) {
    const [, kind, key] = ref.slice(2).split("/");
    if (kind !== "schemas") continue;
    const schema = root.components.schemas[key];
    change(schema);
    schemas[key] = schemaOf(schema, false);
    parts[key] = schemaOf(schema, true);
  }
  ajv.addSchema({ $id: "github", components: { schemas, parts } });
  return { root, paths, ajv, compiled: new Map(), count: Object.keys(schemas).length };
}

// --- requests

const BIG = new Set(["basehead", "ref", "branch"]); // may hold slashes
function find(description, url) {
  let [route, query] = url.replace(/^\/api\/v3\//, "/").split("?");
  route = route.replace(/^\/repositories\/\d+/, "/repos/id/id").replace(/^\/organizations\/\d+\//, "/orgs/id/");
  for (const { template, item } of description.paths) {
    const names = [];
    const pattern = template.replace(/\{(\w+)\}/g, (_, name) => (names.push(name), BIG.has(name) ? "(.+)" : "([^/]+)"));
    const found = route.match(new RegExp(`^${pattern}$`));
    if (found) return { template, item, values: names.map((name, at) => [name, decodeURIComponent(found[at + 1])]), query: [...new URLSearchParams(query || "")] };
  }
  return null;
}

function requestFaults(description, found, method) {
  const operation = found.item[method.toLowerCase()];
  if (!operation) return [`there is no ${method}`];
  const known = [...(found.item.parameters || []), ...(operation.parameters || [])].map((one) => follow(description.root, one));
  const faults = [];
  const hold = (where, name, value) => {
    const parameter = known.find((one) => one.in === where && one.name === name);
    if (!parameter) return faults.push(`no parameter '${name}' in the ${where}`);
    const schema = { ...schemaOf(follow(description.root, parameter.schema), true) };
    if (name === "created") delete schema.format; // a range: GitHub's documentation links to the syntax of its search
    const readings = [value, ...(/^\d+$/.test(value) ? [Number(value)] : []), ...(["true", "false"].includes(value) ? [value === "true"] : [])];
    if (!readings.some((one) => description.ajv.validate(schema, one))) faults.push(`${where} ${name}=${value}: ${description.ajv.errorsText()}`);
    if (name === "per_page" && !(value >= 1 && value <= 100) || name === "page" && !(value >= 1)) faults.push(`${name}=${value}`);
  };
  found.values.forEach(([name, value]) => hold("path", name, value));
  found.query.forEach(([name, value]) => hold("query", name, value));
  if (new Set(found.query.map(([name]) => name)).size !== found.query.length) faults.push("a parameter twice");
  return faults;
}

// --- answers

function answerFaults(description, found, exchange) {
  const operation = found.item[exchange.method.toLowerCase()];
  const listed = operation.responses[exchange.status];
  if (exchange.status === 304) return exchange.body === null ? [] : ["304 has a body"];
  if (!listed && !ERRORS.has(exchange.status)) return [`status ${exchange.status} is not listed`];
  const key = `${found.template} ${exchange.method} ${exchange.status}`;
  if (!description.compiled.has(key)) {
    const response = follow(description.root, listed);
    const schema = response && response.content && response.content["application/json"] && response.content["application/json"].schema;
    const text = JSON.stringify(schemaOf(schema || { $ref: "#/components/schemas/basic-error" }, exchange.status >= 300)).replace(/"#\/components/g, '"github#/components');
    description.compiled.set(key, description.ajv.compile(JSON.parse(text)));
  }
  const validate = description.compiled.get(key);
  return validate(exchange.body) ? [] : validate.errors.slice(0, 3).map((one) =>
    `${one.instancePath || "/"} ${one.message} ${JSON.stringify(one.params)} where it is ${JSON.stringify(one.instancePath.slice(1).split("/").filter(Boolean).reduce((at, name) => at[name], exchange.body)).slice(0, 80)}`);
}

const descriptions = new Map(), held = new Map();
let wrong = 0, requests = 0, answers = 0;
for (const line of fs.readFileSync(exchanges, "utf8").split("\n").filter(Boolean)) {
  const exchange = JSON.parse(line);
  const key = `${exchange.description} ${exchange.version}`;
  if (!descriptions.has(key)) descriptions.set(key, describe(exchange.description, exchange.version));
  const description = descriptions.get(key), found = find(description, exchange.url);
  const faults = found ? requestFaults(description, found, exchange.method) : ["no such path"];
  // an answer that is to be wrong comes from a request that may be wrong
  const meant = exchange.wrong ? faults.splice(0) : [];
  requests++;
  if (exchange.body !== undefined && found && found.item[exchange.method.toLowerCase()]) {
    answers++;
    const said = answerFaults(description, found, exchange);
    if (exchange.wrong !== "answer") faults.push(...said);
    else if (!said.length) faults.push("this answer is spoiled, and is not refused");
    held.set(`${found.template} ${exchange.status}`, true);
  }
  if (exchange.wrong && exchange.wrong !== "answer" && !meant.length) faults.push("this request is not refused by the description, and should be");
  if (faults.length && wrong++ < 40) console.log(`${key}: ${exchange.method} ${exchange.url} -> ${exchange.status}\n    ${faults.join("\n    ")}`);
}
const shown = new Set([...held.keys()].filter((one) => one.endsWith(" 200") || one.endsWith(" 201")).map((one) => one.split(" ")[0]));
for (const one of process.env.ALL_PATHS ? PATHS.filter((each) => !shown.has(each)) : []) {
  console.log(`no answer of ${one} was held to its description`);
  wrong++;
}
console.log(`${requests} requests and ${answers} answers (${held.size} kinds) held to ${descriptions.size} descriptions, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);
