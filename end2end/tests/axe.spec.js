// Every page: no violation that axe can find, in light and dark, and no sideways scroll on a small screen.
import { AxeBuilder } from '@axe-core/playwright';
import { createKey, fillWebhook, testResult } from '../support/console.js';
import { crawl } from '../support/crawl.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';

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

async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(' | ')}`);
}

/** What is wrong on these pages: each finding once, with the pages that have it. */
async function look(page, addresses) {
  const found = new Map();
  const add = (what, where) => found.set(what, [...(found.get(what) ?? []), where]);
  const size = page.viewportSize();
  for (const address of addresses) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      for (const violation of await violations(page)) add(violation, `${address} (${colorScheme})`);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) add('scrolls sideways on a screen of 320 px', address);
    await page.setViewportSize(size);
  }
  const short = (where) => (where.length > 4 ? [...where.slice(0, 3), `and ${where.length - 3} more`] : where);
  return Object.fromEntries([...found].map(([what, where]) => [what, short(where)]));
}

test('pages for people who are not signed in', async ({ page, server }) => {
  expect(await look(page, [server.setupLink, '/login', '/nothing-here'])).toEqual({});
});

test('an empty console', async ({ app: page }) => {
  test.setTimeout(240_000);
  expect(await look(page, await crawl(page))).toEqual({});
});

test('a console at work', async ({ app: page, server, receiver }) => {
  test.setTimeout(240_000);
  await furnish(page, server, receiver);
  const addresses = await crawl(page);
  for (const part of ['/webhooks/whk_', '/deliveries/dlv_', '/events/evt_', '/bins/bin_', '/webhooks/new', '/settings']) {
    expect(addresses.some((address) => address.startsWith(part)), part).toBe(true);
  }
  expect(await look(page, addresses)).toEqual({});
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
