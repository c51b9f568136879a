// Finds every page of the console by its links, so that a new page is looked at without being listed anywhere.

/** Addresses reached by links from `/`, one for each shape (ids count as the same). */
export async function crawl(page) {
  const origin = new URL(page.url()).origin;
  const shapes = new Map();
  const waiting = ['/'];
  while (waiting.length) {
    const address = waiting.shift();
    const shape = shapeOf(address);
    if (shapes.has(shape)) continue;
    await page.goto(address);
    shapes.set(shape, address);
    const links = await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.href));
    for (const link of links.map((link) => new URL(link))) {
      const page = link.origin === origin && !/^\/(api|bin|do|pkg)\//.test(link.pathname);
      if (page) waiting.push(link.pathname + link.search);
    }
  }
  return [...shapes.values()].sort();
}

/** The address with ids and topics left out, and filters as one. */
function shapeOf(address) {
  const { pathname, search } = new URL(address, 'http://x');
  const path = pathname.replace(/\b[a-z]+_[0-9a-z-]{8,}/g, ':id').replace(/\/[a-z_]+\.[a-z_]+\.[a-z_]+/g, '/:topic');
  return search ? `${path}?` : path;
}
