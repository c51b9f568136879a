// Reads the XML that receivers get with the browser's own parser, by the rules in the book and not by the
// program's decoder.

/** The JSON values that XML bodies stand for; throws where one is not well-formed. */
export async function readXml(browser, texts) {
  const page = await browser.newPage();
  try {
    return await page.evaluate((texts) => {
      const value = (element) => {
        const children = [...element.children];
        switch (element.getAttribute('type')) {
          case 'object':
            return Object.fromEntries(children.map((c) => [c.getAttribute('key') ?? c.tagName, value(c)]));
          case 'array':
            return children.map(value);
          case 'number':
            return Number(element.textContent);
          case 'boolean':
            return element.textContent === 'true';
          case 'null':
            return null;
          case null:
            return element.textContent;
          default:
            throw new Error(`unknown type of ${element.outerHTML}`);
        }
      };
      return texts.map((text) => {
        const parsed = new DOMParser().parseFromString(text, 'application/xml');
        const error = parsed.querySelector('parsererror');
        if (error) throw new Error(`${error.textContent}\n${text}`);
        const root = parsed.documentElement;
        if (root.tagName !== 'webhook') throw new Error(`the root is ${root.tagName}`);
        return value(root);
      });
    }, texts);
  } finally {
    await page.close();
  }
}
