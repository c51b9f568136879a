// Finds every page of the console by its links, so that a new page is looked at without being listed anywhere.

/** Visits each page that links from `/` lead to, one of each shape; `look` sees it while it is open. */
export async function crawl(page, look) {
  const origin = new URL(page.url()).origin;
  const seen = new Set();
  const waiting = ['/'];
  while (waiting.length) {
    const address = waiting.shift();
    if (seen.has(shapeOf(address))) continue;
    seen.add(shapeOf(address));
    await page.goto(address);
    await look(address);
    const links = await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.href));
    for (const link of links.map((link) => new URL(link))) {
      const isPage = link.origin === origin && !/^\/(api|bin|do|pkg)\//.test(link.pathname);
      if (isPage) waiting.push(link.pathname + link.search);
    }
  }
  return [...seen];
}

/** The address with ids and topics left out, and filters as one. */
function shapeOf(address) {
  const { pathname, searchParams } = new URL(address, 'http://x');
  // A detail that keeps the filters of its list looks as it does without.
  searchParams.delete('list');
  const search = searchParams.size > 0;
  // The chapters are made from text in the same way.
  const page = pathname.replace(/^\/guide\/.+/, '/guide/:chapter');
  const path = page.replace(/\b[a-z]+_[0-9a-z-]{8,}/g, ':id').replace(/\/[a-z_]+\.[a-z_]+\.[a-z_]+/g, '/:topic');
  return search ? `${path}?` : path;
}
