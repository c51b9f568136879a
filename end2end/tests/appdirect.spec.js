// What a marketplace manager of AppDirect does: a webhook with a token, events of subscriptions, the log's tabs.
import { createKey, fillWebhook } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client, recorded } from '../support/rest.js';
import { switchOn } from '../support/settings.js';

const SUBSCRIPTION = {
  type: 'SUBSCRIPTION',
  uuid: '3f2c9a44-6f1e-4a0b-9a55-b1b6f2c0d7e1',
  url: 'https://market.example.com/api/billing/v1/subscriptions/3f2c9a44-6f1e-4a0b-9a55-b1b6f2c0d7e1',
  content: { id: 7, status: 'ACTIVE', price: '19.90' },
};

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('AD-8 to AD-14: from the destination to what arrives, and the log', async ({ app: page, server, receiver }) => {
      await switchOn(page, /^Orders and subscriptions/);
      await page.goto('/webhooks/new?preset=appdirect');
      const topics = ['marketplace.subscription.changed', 'marketplace.subscription.removed'];
      await fillWebhook(page, { name: 'Billing', url: receiver.url, topics });
      await page.getByRole('radio', { name: 'Header', exact: true }).check();
      await expect(page.getByLabel('Header of the key')).toHaveValue('x-appdirect-webhook-token');
      await page.getByLabel('Key', { exact: true }).fill('t0ken-of-the-receiver');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Activate' }).click();
      await expect(page.getByRole('main').getByText('Active', { exact: true }).first()).toBeVisible();

      const api = client(server, await createKey(page, 'Platform', 'manage'));
      for (const topic of topics) {
        const { status } = await api('POST', '/events', { topic, payload: SUBSCRIPTION, occurred_at: '2026-11-28T10:00:00.205Z' });
        expect(status).toBe(202);
      }
      await expect.poll(() => receiver.requests.length).toBe(2);
      await recorded(api);
      const { content, ...reference } = SUBSCRIPTION;
      for (const [resourceAction, resource] of [['CHANGED', SUBSCRIPTION], ['REMOVED', reference]]) {
        const topic = `marketplace.subscription.${resourceAction.toLowerCase()}`;
        const { method, headers, body } = receiver.requests.find(({ headers }) => headers['webhook-topic'] === topic);
        expect(method).toBe('POST');
        expect(headers).toMatchObject({
          'content-type': 'application/json',
          'x-appdirect-webhook-token': 't0ken-of-the-receiver',
        });
        const { uuid } = JSON.parse(body);
        expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(body).toBe(JSON.stringify({ uuid, timestamp: 1795860000205, resource, resourceAction }));
      }

      // AD-P6: one tab for each way to end; what failed is found and sent again by hand.
      await page.goto('/deliveries');
      const tabs = page.getByRole('navigation', { name: 'State' });
      await expect(tabs.getByRole('link')).toHaveText(['All 2', 'Successful 2', 'Pending 0', 'Failed 0', 'Discarded 0']);
      await tabs.getByRole('link', { name: 'Pending' }).click();
      await expect(page.getByRole('navigation', { name: 'Pending' }).getByRole('link')).toHaveCount(3);
      receiver.answer = { status: 401, headers: {}, body: '' };
      await api('POST', '/events', { topic: topics[0], payload: SUBSCRIPTION });
      await expect.poll(() => receiver.requests.length).toBe(3);
      await expect(async () => {
        await page.goto('/deliveries?state=retrying');
        await expect(page.getByRole('row').filter({ hasText: '401' })).toHaveCount(1, { timeout: 500 });
      }).toPass();
      expect(await page.content()).not.toContain('t0ken-of-the-receiver');
    });
  });
}
