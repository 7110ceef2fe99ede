"use strict";
// Small things that the browser's tests need: checks that say what they saw, and a list of what has passed.
const fs = require("fs");

function findChromium() {
	const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((one) => fs.existsSync(one));

	if (!found)
		throw new Error("there is no chromium; Debian's package 'chromium' has it");
	return found;
}

function check(truth, what) {
	if (!truth)
		throw new Error(what);
}

function equal(got, wanted, what) {
	const [a, b] = [got, wanted].map((one) => JSON.stringify(one));

	check(a === b, `${what}: ${a}, not ${b}`);
}

// Runs one test at a time, and closes what it has opened.
function suite() {
	let passed = 0, failed = 0;

	return {
		async run(name, body, browser) {
			const begin = Date.now();

			try {
				await body();
				passed++;
				console.log(`ok    ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
			} catch (error) {
				failed++;
				console.log(`FAIL  ${name}\n      ${error.message.split("\n").slice(0, 12).join("\n      ")}`);
			}
			for (const context of browser.contexts())
				await context.close();
		},
		end() {
			console.log(`${passed} passed, ${failed} failed`);
			return failed === 0;
		},
	};
}

module.exports = {findChromium, check, equal, suite};
