"use strict";
// Every page of wick in a real browser: with data, without, with errors, with a thousand SLOs; without a script, by keyboard, on a
// phone, on paper, in light and dark. `node browser.js OUT WICK`; the servers are stage.py's.
const {spawn} = require("child_process");
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const {findChromium, check, equal, suite} = require("./support");

const [out, wick] = process.argv.slice(2);
const {chromium} = require(path.join(out, "node_modules", "playwright-core"));
const axe = fs.readFileSync(path.join(out, "node_modules", "axe-core", "axe.min.js"), "utf8");
const shots = path.join(out, "shots");

const SLO = "/slo/shop/availability";
const PAGES = ["/", "/calendar", "/dora", "/policy", "/status"];
const DATA_PAGES = [...PAGES, "/runbooks/", "/dashboards/", SLO, "/slo/edge/probe", "/slo/reports/hostile", "/slo/shop/per-instance", "/dora/edge", "/runbooks/error-budget-burn/edge/probe",
	"/?q=shop&sort=burn", "/?state=nonsense&sort=nonsense", "/?q=nobody"];
const ALL = {"data": DATA_PAGES, "many": [...PAGES, "/slo/shop/slo-1", "/?page=3"], "empty": PAGES,
	"without data": [...PAGES, "/slo/shop/nothing"], "error": [...PAGES, "/slo/shop/availability"]};

async function startServers() {
	const child = spawn("/usr/bin/python3", [path.join(__dirname, "stage.py"), wick], {stdio: ["pipe", "pipe", "inherit"]});
	const lines = readline.createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const next = async () => {
		const {value, done} = await lines.next();

		if (done)
			throw new Error("the servers have ended");
		return JSON.parse(value);
	};

	return {urls: await next(), step: () => { child.stdin.write("\n"); return next(); }, end: () => child.stdin.end()};
}

// A page that notes whatever goes wrong in it, and whatever it asks of others.
async function open(browser, url, options = {}) {
	const context = await browser.newContext({locale: "en-GB", timezoneId: "UTC", ...options});
	const page = await context.newPage();

	page.wrong = [];
	page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") page.wrong.push(message.text()); });
	page.on("pageerror", (error) => page.wrong.push(String(error)));
	page.on("dialog", (dialog) => { page.wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
	page.on("request", (request) => { if (new URL(request.url()).origin !== new URL(url).origin) page.wrong.push(`asks ${request.url()}`); });
	page.status = (await page.goto(url)).status();
	return page;
}

async function violations(page, rules) {
	if (!await page.evaluate(() => "axe" in globalThis))
		await page.evaluate(axe);
	const {violations: found} = await page.evaluate((only) => globalThis.axe.run(document, {resultTypes: ["violations"], runOnly: only}), rules);

	return found.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

const shotName = (state, address) => `${state}${address}`.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");

async function main() {
	const servers = await startServers();
	const browser = await chromium.launch({executablePath: findChromium(), args: process.getuid() === 0 ? ["--no-sandbox"] : []});
	const at = (state, address) => servers.urls[state] + address;
	const tests = suite();
	const test = (name, body) => tests.run(name, body, browser);

	fs.mkdirSync(shots, {recursive: true});
	for (const [state, addresses] of Object.entries(ALL))
		for (const address of addresses)
			await test(`${state}, ${address}: whole, its own, and for everybody`, async () => {
				const page = await open(browser, at(state, address), {viewport: {width: 1200, height: 900}});

				equal(page.status, 200, "status");
				equal(await page.locator("h1").count(), 1, "headings");
				check((await page.locator("h1").innerText()).length > 2, "the heading says nothing");
				check((await page.content()).length < 100000, `it has ${(await page.content()).length} characters`);
				equal(await violations(page), [], "what axe finds");
				if (state === "data") {
					await page.screenshot({path: path.join(shots, `${shotName(state, address)}.png`), fullPage: true});
					await page.emulateMedia({colorScheme: "dark"});
					equal(await violations(page, ["color-contrast"]), [], "what axe finds in the dark");
				}
				equal(page.wrong, [], "what went wrong");
				equal(await page.evaluate(() => window.hostile), undefined, "what a name has run");
				equal(await page.locator("img, iframe, object").count(), 0, "what is not ours");
			});
	await test("a phone: no page is wider than the screen", async () => {
		const page = await open(browser, at("data", "/"), {viewport: {width: 360, height: 740}, isMobile: true, hasTouch: true});

		for (const address of DATA_PAGES) {
			await page.goto(at("data", address));
			equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, `the width of ${address}`);
			if (["/", SLO, "/dora/edge"].includes(address))
				equal(await violations(page), [], `what axe finds at ${address}`);
			await page.screenshot({path: path.join(shots, `phone-${shotName("data", address)}.png`)});
		}
	});
	await test("without a script every page says the same, in UTC", async () => {
		const [bare, whole] = await Promise.all([open(browser, at("data", "/"), {javaScriptEnabled: false}), open(browser, at("data", "/"))]);

		for (const address of DATA_PAGES) {
			const [answer] = await Promise.all([bare.goto(at("data", address)), whole.goto(at("data", address))]);
			const text = async (page) => (await page.locator("main").innerText()).replace(/\d{1,4}[- ]\w{2,3}[- ]\d{2,4},? \d\d:\d\d( UTC)?|[A-Z][a-z]{2} \d+|\d+ [A-Z][a-z]{2,3}/g, "T");

			equal(answer.status(), 200, "status");
			equal((await text(bare)).replace(/\s+/g, " "), (await text(whole)).replace(/\s+/g, " "), `the text of ${address}`);
			if (address === SLO)
				check(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/.test(await bare.locator("main").innerText()), "no time in UTC");
		}
	});
	await test("without a script a list is searched, filtered and sorted, and a link keeps it", async () => {
		const page = await open(browser, at("many", "/"), {javaScriptEnabled: false});

		equal(await page.locator("tbody tr").count(), 40, "rows");
		await page.getByLabel("Search").fill("slo-99");
		await page.getByLabel("Team").selectOption("team-39");
		await page.getByRole("button", {name: "Show"}).click();
		equal(await page.locator("tbody th a").allInnerTexts(), ["shop/slo-999"], "what is found");
		await page.getByRole("link", {name: "Burn 1h"}).click();
		equal(Object.fromEntries(new URL(page.url()).searchParams), {q: "slo-99", team: "team-39", sort: "burn"}, "the address");
		equal(await page.locator("tbody th a").allInnerTexts(), ["shop/slo-999"], "what is still found");
		equal(await page.locator("th[aria-sort]").innerText(), "Burn 1h", "what it is sorted by");
		equal(await page.getByLabel("Search").inputValue(), "slo-99", "what the field says");
		await page.getByRole("link", {name: "All"}).click();
		equal(await page.locator("tbody tr").count(), 40, "rows again");
	});
	await test("a long list is shown in parts that hold every SLO once", async () => {
		const page = await open(browser, at("many", "/?sort=name"));
		const names = new Set();

		for (let part = 1; ; part++) {
			for (const name of await page.locator("tbody th a").allInnerTexts())
				names.add(name);
			equal(new URL(page.url()).searchParams.get("sort"), "name", "the order");
			const more = page.getByRole("link", {name: "Next"});

			if (!await more.count()) {
				equal(part, 25, "parts");
				break;
			}
			await more.click();
			await page.waitForLoadState(); // a part that is still coming lacks rows
		}
		equal(names.size, 1000, "SLOs");
	});
	await test("by keyboard: to the content, through every link, into the numbers", async () => {
		const page = await open(browser, at("data", SLO));
		const focused = () => page.evaluate(() => document.activeElement.tagName + " " + document.activeElement.textContent.slice(0, 40).trim());

		await page.keyboard.press("Tab");
		equal(await focused(), "A To the content", "what has the focus first");
		check(await page.locator(".skip").evaluate((link) => link.getBoundingClientRect().left >= 0), "it is not to be seen");
		await page.keyboard.press("Enter");
		check(page.url().endsWith("#main"), "it leads nowhere");
		const wanted = await page.locator("main a, main summary, main [tabindex]").count();
		const seen = new Set();

		for (let i = 0; i < wanted + 20; i++) {
			await page.keyboard.press("Tab");
			const place = await page.evaluate(() => {
				const active = document.activeElement;
				const outline = getComputedStyle(active).outlineStyle;

				return document.querySelector("main").contains(active)
					? [...document.querySelectorAll("main a, main summary, main [tabindex]")].indexOf(active) + (outline === "none" ? " unseen" : "") : null;
			});

			if (place !== null)
				seen.add(place);
		}
		check(![...seen].some((place) => String(place).includes("unseen")), "a focus that is not to be seen");
		const hidden = await page.locator("details:not([open]) [tabindex], details:not([open]) a").count();

		equal(seen.size, wanted - hidden, "what the keyboard reaches");
		await page.locator("#burn-down summary").focus();
		await page.keyboard.press("Enter");
		check(await page.locator("#burn-down table").isVisible(), "the numbers do not open");
		await page.keyboard.press("Tab");
		equal(await page.evaluate(() => document.activeElement.className), "scroll", "what comes behind them");
	});
	await test("a drawing has a name, a sentence and a table with all of its numbers", async () => {
		for (const address of [SLO, "/dora/edge"]) {
			const page = await open(browser, at("data", address));

			check(await page.locator("figure svg.chart").count() >= 1, "nothing is drawn");
			for (const figure of await page.locator("figure:has(svg.chart)").all()) {
				const chart = figure.locator("svg.chart");
				const label = await chart.evaluate((svg) => svg.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id).textContent));

				check(label.every((text) => text.length > 5), `it is called ${label}`);
				await figure.locator("summary").click();
				const points = await chart.locator("path.line").evaluateAll((paths) => Math.max(0, ...paths.map((one) => (one.getAttribute("d").match(/[ML]/g) || []).length)));

				check(await figure.locator("tbody tr").count() >= points, "the table has less than the drawing");
			}
		}
	});
	await test("on paper: no navigation, the numbers open, light", async () => {
		const page = await open(browser, at("data", SLO), {colorScheme: "dark"});

		await page.emulateMedia({media: "print", colorScheme: "light"});
		check(!await page.locator("header").isVisible(), "the navigation is printed");
		check(!await page.locator("footer button").isVisible(), "a button is printed");
		equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)", "the paper");
		const pdf = await page.pdf({path: path.join(shots, "slo.pdf"), format: "A4"});

		check(pdf.length > 20000 && pdf.subarray(0, 5).toString() === "%PDF-", "no PDF");
	});
	await test("times are those of the reader, with UTC on hover", async () => {
		const page = await open(browser, at("data", "/"), {timezoneId: "Asia/Tokyo"});
		const time = page.locator("main time").first();
		const utc = await time.getAttribute("datetime");
		const wanted = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo"}).format(new Date(utc));

		equal((await time.innerText()).replace(/\s/g, " "), wanted.replace(/\s/g, " "), "the time");
		equal(await time.getAttribute("title"), utc.replace("T", " ").replace("Z", " UTC"), "what stands on hover");
		check((await page.locator("#zone").innerText()).includes("Asia/Tokyo"), "the zone is not named");
	});
	await test("days below a chart are those that its marks stand at, west of UTC too", async () => {
		const page = await open(browser, at("data", "/slo/reports/fortnight"), {timezoneId: "America/Los_Angeles"});
		const marks = await page.locator("text[data-day]").evaluateAll((texts) => texts.map((text) => [text.dataset.day, text.textContent]));
		const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

		check(marks.length > 3, `there are ${marks.length} days`);
		for (const [moment, text] of marks) {
			const [, month, day] = /^\d+-(\d+)-(\d+)T00:00:00Z$/.exec(moment);

			equal(text, `${Number(day)} ${months[month - 1]}`, `the day at ${moment}`);
		}
	});
	await test("what is new comes by itself, and takes away neither focus nor what is open", async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		const counted = () => page.locator("main time").nth(1).getAttribute("datetime");

		await page.clock.install();
		await page.goto(at("data", SLO));
		await page.locator("#events summary").click();
		await page.locator("#events summary").focus();
		const before = await counted();

		await servers.step();
		await page.clock.runFor(61000);
		await page.waitForFunction((old) => document.querySelectorAll("main time")[1].dateTime !== old, before);
		check(await page.locator("#events details").evaluate((details) => details.open), "what was open is closed");
		equal(await page.evaluate(() => document.activeElement.closest("figure").id), "events", "the figure that has the focus");

		await page.goto(at("data", "/"));
		await page.getByLabel("Search").fill("half a wor");
		const frozen = await counted();

		await servers.step();
		await page.clock.runFor(61000);
		equal([await page.getByLabel("Search").inputValue(), await counted()], ["half a wor", frozen], "what is written meanwhile, and the page behind it");
		await page.getByRole("button", {name: "Pause live updates"}).click();
		await page.clock.runFor(61000);
		equal(await counted(), frozen, "what a paused page shows");
		await page.getByRole("button", {name: "Resume live updates"}).click();
		await page.clock.runFor(61000);
		await page.waitForFunction((old) => document.querySelectorAll("main time")[1].dateTime !== old, frozen);
		await page.route("**/*", (route) => route.abort());
		await page.clock.runFor(61000);
		await page.waitForFunction(() => document.getElementById("live").textContent.includes("not renewed"));
	});
	await test("the content policy holds: nothing inline runs", async () => {
		const page = await open(browser, at("data", "/"));
		const answer = await page.request.get(at("data", "/"));
		const ran = await page.evaluate(() => {
			const script = document.createElement("script");

			script.textContent = "window.inline = 1";
			document.body.append(script);
			return window.inline;
		});

		equal(ran, undefined, "what ran");
		check(!/unsafe|\*|http/.test(answer.headers()["content-security-policy"]), "the policy is loose");
	});
	await test("what is not there says so", async () => {
		for (const address of ["/slo/shop/nobody", "/dora/nobody", "/runbooks/nothing", "/nothing"])
			equal((await open(browser, at("data", address)).catch((error) => ({status: String(error)}))).status, 404, address);
		const page = await open(browser, at("data", "/slo/shop/per-instance?group=0123456789abcdef"));

		check((await page.locator("main").innerText()).includes("not there any more"), "a group that is gone is shown");
	});
	await test("a thousand SLOs answer within 50 ms", async () => {
		const page = await open(browser, at("many", "/"));

		for (const address of ["/", "/?sort=burn", "/?q=slo-99&sort=name", "/policy", "/calendar", "/status", "/slo/shop/slo-1"]) {
			let best = Infinity;

			for (let i = 0; i < 5; i++) {
				const begin = process.hrtime.bigint();
				const answer = await page.request.get(at("many", address));

				check((await answer.body()).length < 100000, `${address} is too large`);
				best = Math.min(best, Number(process.hrtime.bigint() - begin) / 1e6);
			}
			check(best < 50, `${address} takes ${best.toFixed(1)} ms`);
		}
	});
	await browser.close();
	servers.end();
	process.exitCode = tests.end() ? 0 : 1;
}

main().catch((error) => { console.error(error); process.exit(1); });
