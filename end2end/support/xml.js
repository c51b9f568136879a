// Reads the XML that receivers get with the browser's own parser, by the rules in the book and not by the
// program's decoder.

/** The JSON value that an XML body stands for; throws where it is not well-formed. */
export async function readXml(browser, text) {
  const page = await browser.newPage();
  try {
    return await page.evaluate((text) => {
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
      const parsed = new DOMParser().parseFromString(text, 'application/xml');
      const error = parsed.querySelector('parsererror');
      if (error) throw new Error(`${error.textContent}\n${text}`);
      if (parsed.documentElement.tagName !== 'webhook') throw new Error(`the root is ${parsed.documentElement.tagName}`);
      return value(parsed.documentElement);
    }, text);
  } finally {
    await page.close();
  }
}
