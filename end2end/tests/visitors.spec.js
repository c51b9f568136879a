// The website tag on a website that is not ours: plain Node, another origin. Views arrive as events, and only who is
// proven to be known is known.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createKey } from '../support/console.js';
import { expect, test as base } from '../support/fixtures.js';
import { client } from '../support/rest.js';

/** A website: `site.pages['/x']` is the HTML of a page. */
const test = base.extend({
  site: async ({}, use) => {
    const site = { pages: {} };
    const server = createServer((request, response) => {
      const html = site.pages[new URL(request.url, 'http://x').pathname];
      response.writeHead(html ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(html);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    site.origin = `http://127.0.0.1:${server.address().port}`;
    await use(site);
    server.close();
    server.closeAllConnections();
  },
});

async function switchOn(page, origins) {
  await page.goto('/settings');
  await page.getByRole('group', { name: 'Switched on' }).getByLabel(/^Website behaviour/).check();
  await page.getByRole('button', { name: 'Save catalogs' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
  await page.getByRole('link', { name: 'Website tag' }).click();
  await page.getByLabel('Websites, one on a line').fill(origins);
  await page.getByRole('button', { name: 'Switch on' }).click();
  const secret = await page.getByRole('region', { name: 'Identify secret', exact: true }).locator('code').textContent();
  const tag = await page.getByRole('group', { name: 'Script tag' }).textContent();
  return { secret, tag: tag.trim() };
}

test('dt_3_ dt_7_ dt_8_ views arrive as events, and a webhook sends the chosen fields of who is known', async ({
  app: page,
  server,
  receiver,
  site,
  browser,
}) => {
  const { secret, tag } = await switchOn(page, `${site.origin}\n\nhttps://shop.example.com/`);
  expect(tag).toMatch(new RegExp(`^<script async src="${server.url}/track.js" data-key="crt_\\w+"></script>$`));
  await page.goto('/settings/tag');
  await expect(page.getByText(secret), 'the secret is shown once').toHaveCount(0);
  await expect(page.getByLabel('Websites, one on a line')).toHaveValue(`${site.origin}\nhttps://shop.example.com`);

  const api = client(server, await createKey(page, 'Platform', 'manage'));
  const profile = { email: 'ada@example.com', gender: 'female', city: 'London' };
  expect((await api('PUT', '/profiles/p-1', profile)).status).toBe(201);
  const webhook = {
    name: 'Mails',
    url: receiver.url,
    topics: ['visitor.*'],
    preset: 'datatrics',
    conditions: { field: 'profile.profileid', op: 'exists' },
    fields: [
      { name: 'profileid', from: 'profile.profileid' },
      { name: 'email', from: 'profile.email' },
      { name: 'phone', from: 'profile.phone' },
      { name: 'automationid', value: '7' },
    ],
  };
  const { id } = (await api('POST', '/webhooks', webhook)).body;
  expect((await api('POST', `/webhooks/${id}/activate`, {})).status).toBe(200);

  const hmac = (id, key) => createHmac('sha256', key).update(id).digest('hex');
  const call = (...calls) =>
    `<script>window.crier = window.crier || [];${calls.map((call) => `crier.push(${JSON.stringify(call)});`).join('')}</script>`;
  const html = (head) => `<!doctype html><html><head>${tag}<title>Guides</title>${head}</head><body>Hello</body></html>`;
  site.pages = {
    '/guides': html('<meta name="crier:page-type" content="article">'),
    '/p/1': html(call(['item', { id: 'TP-28', price: 1.5 }])),
    '/account': html(call(['identify', 'p-1', hmac('p-1', secret)])),
    '/forged': html(call(['identify', 'p-1', hmac('p-1', 'cis_guessed')])),
    '/broken': html('').replace(/data-key="\w+"/, ''),
  };

  const events = async () => {
    const { data } = (await api('GET', '/events?topic=visitor.*&limit=200')).body;
    return Promise.all(data.map(async ({ id }) => (await api('GET', `/events/${id}`)).body));
  };
  const seen = async (count) => {
    await expect.poll(async () => (await events()).length).toBe(count);
    return events();
  };

  const context = await browser.newContext();
  const visitor = await context.newPage();
  const errors = [];
  visitor.on('pageerror', (error) => errors.push(error));
  await visitor.goto(`${site.origin}/guides?a=1`);
  const [first] = await seen(1);
  expect(first.topic).toBe('visitor.page.viewed');
  expect(first.profile).toBeNull();
  const visitorid = first.payload.visitorid;
  expect(visitorid).toMatch(/^[0-9a-z]{10,40}$/);
  expect(first.payload).toEqual({ visitorid, url: `${site.origin}/guides?a=1`, page_type: 'article', title: 'Guides' });

  await visitor.goto(`${site.origin}/p/1`);
  const [item] = (await seen(3)).filter(({ topic }) => topic === 'visitor.item.viewed');
  expect(item.payload.item).toEqual({ id: 'TP-28', price: 1.5 });
  expect(item.payload.visitorid, 'the visitor is the same one').toBe(visitorid);

  // A wrong proof makes nobody known; the view counts all the same.
  await visitor.goto(`${site.origin}/forged`);
  expect((await seen(4)).map(({ profile }) => profile)).toEqual([null, null, null, null]);
  expect(receiver.requests).toEqual([]);

  // A right one does, from this view on.
  await visitor.goto(`${site.origin}/account`);
  const [known] = await seen(5);
  expect(known.payload.profileid).toBe('p-1');
  expect(known.profile).toEqual({ profileid: 'p-1', ...profile });
  await expect.poll(() => receiver.requests.length).toBe(1);
  expect(receiver.requests[0].body).toBe('{"profileid":"p-1","email":"ada@example.com","automationid":"7"}');
  await visitor.goto(`${site.origin}/guides`);
  expect((await seen(6))[0].profile.email).toBe('ada@example.com');
  await expect.poll(() => receiver.requests.length).toBe(2);
  // A view that is refused for another reason does not make the visitor forgotten.
  const tooLong = visitor.waitForResponse((response) => response.status() === 422);
  await visitor.evaluate(() => crier.page({ type: 'x'.repeat(101) }));
  await (await tooLong).finished();
  await visitor.evaluate(() => crier.page({ type: 'known' }));
  await expect.poll(async () => (await events())[0].payload.page_type).toBe('known');
  expect((await events())[0].profile.email).toBe('ada@example.com');
  await expect.poll(() => receiver.requests.length).toBe(3);
  await visitor.evaluate(() => {
    crier.identify();
    crier.page({ type: 'list' });
  });
  const [after] = await seen(8);
  expect([after.profile, after.payload.page_type]).toEqual([null, 'list']);

  // Without a key, or from a website that is not allowed, nothing is reported and nothing breaks.
  await visitor.goto(`${site.origin}/broken`);
  await api('PUT', '/tracking', { origins: [] });
  // The page can't read a refusal: to it the request failed.
  const refused = visitor.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/visits'));
  await visitor.goto(`${site.origin}/guides`);
  await refused;
  expect((await events()).length).toBe(8);
  expect(errors).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  await context.close();

  await page.goto(`/events/${known.id}`);
  await expect(page.getByRole('region', { name: 'Profile' })).toContainText('ada@example.com');
  await page.goto('/settings/tag');
  await expect(page.getByText('none so far')).toHaveCount(0);
});

test('the settings of the tag say what is wrong and what is not on', async ({ app: page }) => {
  await page.goto('/settings/tag');
  await expect(page.getByRole('status')).toContainText('Website behaviour');
  await page.getByLabel('Websites, one on a line').fill('https://shop.example.com\nshop');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expect(page.getByRole('alert')).toContainText('“shop”');
  await expect(page.getByLabel('Websites, one on a line')).toHaveValue('https://shop.example.com\nshop');
  await page.getByLabel('Websites, one on a line').fill('https://shop.example.com');
  await page.getByRole('button', { name: 'Switch on' }).click();
  const secret = page.getByRole('region', { name: 'Identify secret', exact: true }).locator('code');
  const before = await secret.textContent();
  await page.getByRole('button', { name: 'New identify secret…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'New identify secret' }).click();
  await expect(secret).not.toHaveText(before);
  await page.getByRole('radio', { name: 'Refused' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Refused' })).toBeChecked();
});
