// Everything that failed is sent again, with the count first, progress and a stop; with and without JavaScript.
import { createKey } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';

/** A webhook that gave up on `count` events of a receiver that was down. */
async function gaveUp(page, server, receiver, count) {
  const api = client(server, await createKey(page, 'Platform', 'manage'));
  const webhook = {
    name: 'Student sync',
    url: receiver.url,
    topics: ['learning.user.created'],
    retry: { preset: 'none' },
    max_in_flight: 1,
  };
  const { body } = await api('POST', '/webhooks', webhook);
  await api('POST', `/webhooks/${body.id}/activate`, {});
  receiver.answer = { status: 404, headers: {}, body: '' };
  const events = Array.from({ length: count }, (_, n) => ({ topic: 'learning.user.created', payload: { user_id: n } }));
  await api('POST', '/events/batch', { events });
  const failed = async () =>
    (await api('POST', `/webhooks/${body.id}/replay`, { filter: { state: 'exhausted' }, count_only: true })).body.count;
  await expect.poll(failed, { timeout: 60_000 }).toBe(count);
  receiver.answer = { status: 200, headers: {}, body: '' };
  return { api, id: body.id };
}

/** From the log to a started replay. */
async function replay(page, id, count) {
  await page.goto(`/webhooks/${id}/deliveries?state=exhausted`);
  await page.getByRole('link', { name: 'Replay…' }).click();
  await expect(page.getByText(`${count} deliveries match`)).toBeVisible();
  await expect(page.getByText('Filtered by Failed.')).toBeVisible();
  await page.getByRole('button', { name: `Replay ${count} deliveries` }).click();
}

test('what failed is sent again while the page shows how far it is', async ({ app: page, server, receiver }) => {
  const { id } = await gaveUp(page, server, receiver, 60);
  await replay(page, id, 60);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText('60 of 60 put in line')).toBeVisible();
  await expect(page.getByText('Finished: all of them are on their way or sent.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  await expect.poll(() => receiver.requests.length).toBe(120);
  await page.getByRole('link', { name: 'See the log' }).click();
  await expect(page.getByRole('link', { name: 'Successful 60' })).toBeVisible();
});

test('a replay that was stopped sends no more', async ({ app: page, server, receiver }) => {
  const { api, id } = await gaveUp(page, server, receiver, 200);
  // Nothing is taken while the receiver is silent, so that most of it waits for its turn.
  receiver.answer = { status: 200, headers: {}, body: '', after: 300 };
  await replay(page, id, 200);
  await page.goto(`/webhooks/${id}/deliveries`);
  await page.getByRole('link', { name: 'Open it' }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped: what was put in line is sent')).toBeVisible();
  const { body } = await api('GET', `/webhooks/${id}/replays`);
  expect(body.data[0].state).toBe('stopped');
  expect(body.data[0].done).toBeLessThan(200);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the same forms do it', async ({ app: page, server, receiver }) => {
    const { api, id } = await gaveUp(page, server, receiver, 5);
    await replay(page, id, 5);
    await expect(page.getByRole('progressbar')).toBeVisible();
    const state = async () => (await api('GET', `/webhooks/${id}/replays`)).body.data[0].state;
    await expect.poll(state).toBe('finished');
    await page.reload();
    await expect(page.getByText('5 of 5 put in line')).toBeVisible();
    await page.goto(`/webhooks/${id}/replay`);
    await expect(page.getByRole('table', { name: 'Earlier replays' })).toContainText('Finished');
  });
});
