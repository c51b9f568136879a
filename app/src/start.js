(js, wasm) => {
	// The same walk as Leptos' island_script.js: an island may hold children with islands of their own.
	const parents = [];
	const walk = async (node, mod) => {
		const tag = node.tagName.toLowerCase();
		if (tag === "leptos-island") {
			parents.at(-1)?.();
			await mod[node.dataset.component]?.(node);
		}
		if (tag === "leptos-children") parents.push(node.$$on_hydrate);
		for (const child of node.children) await walk(child, mod);
		if (tag === "leptos-children") parents.pop();
	};
	import(js)
		.then(async (mod) => {
			await mod.default({ module_or_path: wasm });
			mod.hydrate();
			await walk(document.body, mod);
			document.documentElement.dataset.ready = "";
		})
		.catch((error) => {
			console.error(error);
			document.documentElement.dataset.broken = "";
		});
}
