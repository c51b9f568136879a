// Every page: no violation that axe can find, in light and dark, and no sideways scroll on a small screen.
import { AxeBuilder } from '@axe-core/playwright';
import { createKey, fillWebhook, testResult } from '../support/console.js';
import { crawl } from '../support/crawl.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';
import { switchOn } from '../support/settings.js';

test.describe.configure({ mode: 'parallel' });

/** A console in which every page has something to show: sent, failed and waiting deliveries. */
async function furnish(page, server, receiver) {
  const api = client(server, await createKey(page, 'Platform', 'manage'));
  const make = async (name, url) => {
    const webhook = { name, url, topics: ['learning.user.created', 'learning.sale.created'], retry: { preset: 'none' } };
    const { body } = await api('POST', '/webhooks', webhook);
    await api('POST', `/webhooks/${body.id}/activate`, {});
    return body.id;
  };
  await make('Student sync', receiver.url);
  // Nothing listens on port 1.
  await make('Broken', 'http://127.0.0.1:1/');
  const paused = await make('Paused', receiver.url);
  await api('POST', `/webhooks/${paused}/pause`, {});
  await api('POST', '/bins', {});
  for (let number = 0; number < 3; number++) {
    const payload = { user_id: number, email: `someone${number}@example.com`, name: 'Someone' };
    await api('POST', '/events', { topic: 'learning.user.created', payload });
  }
  await expect.poll(() => receiver.requests.length).toBe(3);
  await expect
    .poll(async () => (await api('GET', '/deliveries?state=exhausted')).body.data.length)
    .toBe(3);
}

/** What axe finds on the open page, in light; in dark only the colours can differ. */
async function violations(page) {
  // Frames are brought together in another tab, which takes as long as the look itself: only where there are any.
  const isOne = page.frames().length === 1;
  const axe = () => new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(isOne);
  const light = await axe().analyze();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await axe().withRules('color-contrast').analyze();
  await page.emulateMedia({ colorScheme: 'light' });
  const words = ({ violations }, where) =>
    violations.map(({ id, nodes }) => `${id}${where}: ${nodes.map((node) => node.target).join(' | ')}`);
  return [...words(light, ''), ...words(dark, ' in dark')];
}

/** Collects what is wrong: each finding once, with the pages that have it. */
class Findings {
  #found = new Map();

  /** Looks at the page that is open. */
  async look(page, address) {
    const size = page.viewportSize();
    const found = await violations(page);
    await page.setViewportSize({ width: 320, height: 640 });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
      found.push('scrolls sideways on a screen of 320 px');
    }
    await page.setViewportSize(size);
    for (const what of found) this.#found.set(what, [...(this.#found.get(what) ?? []), address]);
  }

  /** For `toEqual({})`, short enough to be read. */
  all() {
    const short = (where) => (where.length > 4 ? [...where.slice(0, 3), `and ${where.length - 3} more`] : where);
    return Object.fromEntries([...this.#found].map(([what, where]) => [what, short(where)]));
  }
}

test('pages for people who are not signed in', async ({ page, server }) => {
  const findings = new Findings();
  for (const address of [server.setupLink, '/login', '/nothing-here']) {
    await page.goto(address);
    await findings.look(page, address);
  }
  expect(findings.all()).toEqual({});
});

test('an empty console', async ({ app: page }) => {
  test.setTimeout(600_000);
  const findings = new Findings();
  await crawl(page, (address) => findings.look(page, address));
  // The longest chapter, with code and tables.
  await page.goto('/guide/braincert');
  await findings.look(page, '/guide/braincert');
  expect(findings.all()).toEqual({});
});

test('a console at work', async ({ app: page, server, receiver }) => {
  test.setTimeout(600_000);
  await furnish(page, server, receiver);
  const findings = new Findings();
  const pages = await crawl(page, (address) => findings.look(page, address));
  const details = ['/webhooks/:id', '/webhooks/:id/test', '/deliveries/:id', '/events/:id', '/bins/:id'];
  expect(pages).toEqual(expect.arrayContaining(details));
  expect(findings.all()).toEqual({});
});

test('the form with mistakes, and with the answer to a test', async ({ app: page, receiver }) => {
  await page.goto('/webhooks/new');
  await page.locator('form').evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true)));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('URL', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  expect(await violations(page)).toEqual([]);

  await fillWebhook(page, { name: 'Student sync', url: receiver.url, topics: ['learning.user.created'] });
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(testResult(page)).toContainText('200');
  expect(await violations(page)).toEqual([]);
});

test('the steps of an automation', async ({ app: page, receiver }) => {
  test.setTimeout(300_000);
  const findings = new Findings();
  const look = () => findings.look(page, page.url());
  await page.goto('/automations');
  await look();
  await switchOn(page, /^Membership access/);
  await page.goto('/automations/new');
  await page.getByRole('button', { name: 'Start automation' }).click();
  // A page must stand before it is looked at: what comes in between ends the look.
  await expect(page.getByLabel('Product', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await look();
  await page.getByLabel('Product', { exact: true }).fill('7');
  await page.getByRole('button', { name: 'Start automation' }).click();
  await page.getByRole('button', { name: 'Add a Trigger' }).click();
  await expect(page.getByLabel('Trigger', { exact: true })).toBeVisible();
  await look();
  await page.getByLabel('Trigger', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Save Trigger' }).click();
  await page.getByRole('button', { name: 'Add an Action' }).click();
  await page.getByLabel('URL', { exact: true }).fill(receiver.url);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(testResult(page)).toContainText('200');
  await look();
  await page.getByRole('button', { name: 'Save Action' }).click();
  await expect(page.getByRole('region', { name: 'Then: the actions' }).getByRole('listitem')).toHaveCount(1);
  await look();
  await page.goto('/automations');
  await look();
  expect(findings.all()).toEqual({});
});
