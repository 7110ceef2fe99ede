// Holds dashboards to Grafana's own types (npm @grafana/schema): node types.mjs NODE_MODULES FOLDER
//
// Each dashboard becomes TypeScript, every panel with the options and field configuration of its kind; a member that the types do not
// have is an error, as is a value of another kind. Prints "N passed, N failed"; checks itself first, on panels that are wrong on purpose.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [modules, folder] = process.argv.slice(2).map((one) => path.resolve(one));
const ts = createRequire(path.join(modules, 'x.js'))('typescript');
const schema = path.join(modules, '@grafana/schema/dist/types');
const kinds = { timeseries: 'TimeSeries', stat: 'Stat', table: 'Table', 'state-timeline': 'StateTimeline', bargauge: 'BarGauge' };

// A text is no member of an enum to TypeScript, though it is to Grafana: enums become unions of their values.
function loosened(text) {
	return text.replace(/export declare (?:const )?enum (\w+) \{([^}]*)\}/g, (_, name, body) => {
		const members = [...body.matchAll(/(\w+) = ("[^"]*"|-?\d+)/g)];
		const own = members.map(([, member, value]) => `type ${member} = ${value};`).join(' ');
		return `export type ${name} = ${members.map((one) => one[2]).join(' | ')}; export declare namespace ${name} { ${own} }`;
	});
}

function source(dashboards) {
	const lines = [
		"import type { Dashboard, Panel, RowPanel, AnnotationQuery, VariableModel, FieldConfig, DataSourceRef } from '@grafana/schema';",
		...Object.entries(kinds).map(([kind, name]) => `import type * as ${name} from '${schema}/raw/composable/${kind.replace('-', '')}/panelcfg/x/types.gen';`),
		'type Deep<T> = T extends (infer I)[] ? Deep<I>[] : T extends object ? { [K in keyof T]?: Deep<T[K]> } : T;',
		'type Of<O, C> = Omit<Panel, "options" | "fieldConfig"> & { options?: Deep<O>; fieldConfig?: { defaults: Omit<FieldConfig, "custom"> & { custom?: Deep<C> };',
		'  overrides: { matcher: { id: string; options?: string }; properties: { id: string; value?: unknown }[] }[] } };',
		// what a Prometheus adds to an annotation, and a query to a variable
		'type Note = AnnotationQuery & { expr?: string; step?: string; titleFormat?: string; textFormat?: string; tagKeys?: string; useValueForTime?: "on" };',
		'type Frame = Omit<Dashboard, "annotations" | "templating" | "panels"> & { annotations: { list: Note[] }; templating: { list: (VariableModel & { definition?: string })[] } };',
	];
	const whose = [];
	const add = (name, type, value) => {
		whose[lines.length] = name;
		lines.push(`export const c${lines.length}: ${type} = ${JSON.stringify(value)};`);
	};
	for (const [name, { panels, ...frame }] of Object.entries(dashboards)) {
		add(`${name}: the frame`, 'Frame', frame);
		for (const panel of panels) {
			const kind = kinds[panel.type];
			// what has no configuration of its own is held to none
			const custom = ['Stat', 'BarGauge'].includes(kind) ? '{}' : `${kind}.FieldConfig`;
			add(`${name}: ${panel.title}`, panel.type === 'row' ? 'RowPanel' : kind ? `Of<${kind}.Options, ${custom}>` : 'never', panel);
		}
	}
	return { text: lines.join('\n'), whose };
}

// {which: [faults]}
function faults(dashboards) {
	const { text, whose } = source(dashboards), file = path.join(modules, '../dashboards.ts');
	const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
	const host = ts.createCompilerHost(options), read = host.getSourceFile;
	host.getSourceFile = (name, ...more) => name === file ? ts.createSourceFile(name, text, ...more)
		: name.startsWith(schema) ? ts.createSourceFile(name, loosened(fs.readFileSync(name, 'utf8')), ...more) : read(name, ...more);
	const exists = host.fileExists;
	host.fileExists = (name) => name === file || exists(name);
	const out = {};
	for (const one of ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))) {
		const words = ts.flattenDiagnosticMessageText(one.messageText, ' ');
		const at = one.file?.fileName === file ? whose[ts.getLineAndCharacterOfPosition(one.file, one.start).line] : undefined;
		(out[at ?? 'the types themselves'] ??= []).push(words.slice(0, 300));
	}
	return out;
}

const dashboards = Object.fromEntries(fs.readdirSync(folder).filter((one) => one.endsWith('.json')).sort()
	.map((one) => [one.slice(0, -5), JSON.parse(fs.readFileSync(path.join(folder, one), 'utf8'))]));

// Each of these has to be found.
const panel = (type) => structuredClone(Object.values(dashboards).flatMap((one) => one.panels).find((one) => one.type === type));
const change = (title, type, how) => { const one = panel(type); how(one); return { ...one, title }; };
const wrong = [
	change('an option that there is not', 'stat', (p) => { p.options.colour = 'value'; }),
	change('an option of another kind', 'stat', (p) => { p.options.colorMode = 'purple'; }),
	change('a field option of another kind', 'timeseries', (p) => { p.fieldConfig.defaults.custom.spanNulls = 'sometimes'; }),
	change('a legend where there cannot be one', 'timeseries', (p) => { p.options.legend.placement = 'left'; }),
	change('a member of a panel that there is not', 'table', (p) => { p.colour = 1; }),
	change('a unit that is a number', 'table', (p) => { p.fieldConfig.defaults.unit = 7; }),
	change('a threshold without a colour', 'bargauge', (p) => { delete p.fieldConfig.defaults.thresholds.steps[0].color; }),
	change('a kind that there is not', 'stat', (p) => { p.type = 'gouge'; }),
];
const frame = structuredClone(Object.values(dashboards)[0]);
const found = faults({ ...dashboards, wrong: { ...frame, tags: 'wick', panels: wrong } });
let failed = 0, passed = 0;
const say = (name, list) => {
	list.length ? failed++ : passed++;
	console.log((list.length ? 'FAIL  ' : 'ok    ') + name + list.map((one) => `\n      ${one}`).join(''));
};
say('the check itself', ['the frame', ...wrong.map((one) => one.title)].filter((one) => !found[`wrong: ${one}`]).map((one) => `a fault that it does not see: ${one}`));
say('the types themselves', found['the types themselves'] ?? []);
for (const name of Object.keys(dashboards))
	say(name, Object.entries(found).filter(([at]) => at.startsWith(`${name}: `)).flatMap(([at, list]) => list.map((one) => `${at.slice(name.length + 2)}: ${one}`)));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
