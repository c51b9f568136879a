// News as they come: rows don't move under the pointer, and a stream that broke off says so.
import { createKey } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';

async function receiving(page, server, receiver) {
  const api = client(server, await createKey(page, 'Platform', 'manage'));
  const webhook = { name: 'Student sync', url: receiver.url, topics: ['learning.user.created'], timeout_ms: 30_000 };
  const { body } = await api('POST', '/webhooks', webhook);
  await api('POST', `/webhooks/${body.id}/activate`, {});
  return () => api('POST', '/events', { topic: 'learning.user.created', payload: { user_id: 1 } });
}

test('rows stay where the reader points', async ({ app: page, server, receiver }) => {
  const publish = await receiving(page, server, receiver);
  await publish();
  await page.goto('/deliveries?test=false');
  const rows = page.getByRole('table').getByRole('row').filter({ hasText: 'learning.user.created' });
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Live' })).toBeVisible();

  await rows.first().hover();
  await publish();
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();
  await expect(rows).toHaveCount(1);

  await page.mouse.move(0, 0);
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('button', { name: '1 new' })).toBeHidden();
});

test('what happened before the stream opened is shown, too', async ({ app: page, server, receiver }) => {
  const publish = await receiving(page, server, receiver);
  const api = client(server, await createKey(page, 'Reader', 'read'));
  let answer;
  let open;
  receiver.answer.until = new Promise((resolve) => (answer = resolve));
  const opened = new Promise((resolve) => (open = resolve));
  await page.route('**/live', async (route) => {
    await opened;
    await route.continue();
  });
  const { body } = await publish();
  await page.goto(`/events/${body.id}`);
  const story = page.locator('#event-story');
  await expect(story).toContainText('1 on the way');
  // It arrives after the page was drawn, while nobody listens yet.
  answer();
  await expect.poll(async () => (await api('GET', '/deliveries?state=delivered')).body.data.length).toBe(1);
  await expect(story).toContainText('1 on the way');
  open();
  await expect(story).toContainText('1 delivered');
});

test('a stream that broke off says so and comes back', async ({ app: page, server, receiver }) => {
  const publish = await receiving(page, server, receiver);
  await page.route('**/live', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('/deliveries');
  await expect(page.getByRole('button', { name: 'Reconnecting…' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'tries again' })).toBeVisible();
  await publish();

  await page.unroute('**/live');
  await expect(page.getByRole('button', { name: 'Live' })).toBeVisible();
  await expect(page.getByRole('table').getByText('learning.user.created')).toBeVisible();
});
