"use strict";
// Two things that pages do better with a script than without: times in the reader's zone, with UTC on hover; and the
// numbers renewed while somebody looks at them. Everything else is there without it.
(() => {
	const full = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "short"});
	const day = new Intl.DateTimeFormat(undefined, {month: "short", day: "numeric", timeZone: "UTC"}); // its mark stands at midnight there
	const hour = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit"});
	const controls = "a, summary, button, input, select, [tabindex]";
	const every = 1000 * Number(document.body.dataset.renew || 0);
	const told = document.getElementById("live");
	let paused = false, busy = false;

	function localTimes(root) {
		for (const time of root.querySelectorAll("time[datetime]")) {
			time.title = time.dateTime.replace("T", " ").replace("Z", " UTC");
			time.textContent = full.format(new Date(time.dateTime));
		}
		for (const text of root.querySelectorAll("text[data-day]"))
			text.textContent = day.format(new Date(text.dataset.day));
		for (const text of root.querySelectorAll("text[data-time]"))
			text.textContent = hour.format(new Date(text.dataset.time));
	}

	// Nothing changes under the hands of a reader: while a field has the focus, or text is selected.
	function inUse(main) {
		const active = document.activeElement;
		const selection = getSelection();

		return (main.contains(active) && active.matches("input, select")) || (selection && !selection.isCollapsed);
	}

	function put(main, next) {
		const before = [...main.querySelectorAll(controls)];
		const focused = before.indexOf(document.activeElement);
		const open = [...main.querySelectorAll("details")].map((details) => details.open);
		const scrolled = [...main.querySelectorAll(".scroll")].map((box) => box.scrollLeft);

		localTimes(next);
		next.querySelectorAll("details").forEach((details, i) => { details.open = open[i] ?? details.open; });
		main.replaceWith(next);
		next.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
		if (focused >= 0) {
			const again = next.querySelectorAll(controls)[focused];

			if (again && again.tagName === before[focused].tagName)
				again.focus({preventScroll: true});
		}
	}

	async function renew() {
		const main = document.querySelector("main");

		if (paused || busy || document.hidden || inUse(main))
			return;
		busy = true;
		try {
			const answer = await fetch(location.href, {cache: "no-store", headers: {Accept: "text/html"}});

			if (!answer.ok)
				throw new Error(`it answers ${answer.status}`);
			const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
			if (next && !paused && !inUse(main))
				put(main, document.adoptNode(next));
			told.textContent = "";
		} catch (error) {
			told.textContent = `These numbers are not renewed at the moment: ${error.message}`;
		}
		busy = false;
	}

	function offerPause() {
		const button = document.createElement("button");

		button.type = "button";
		button.textContent = "Pause live updates";
		button.addEventListener("click", () => {
			paused = !paused;
			button.textContent = paused ? "Resume live updates" : "Pause live updates";
		});
		document.querySelector("footer").append(button);
	}

	localTimes(document);
	document.getElementById("zone").textContent =
		`Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}; UTC is shown on hover. Days below charts are those of UTC.`;
	if (every) {
		offerPause();
		setInterval(renew, every);
		document.addEventListener("visibilitychange", renew);
	}
})();
