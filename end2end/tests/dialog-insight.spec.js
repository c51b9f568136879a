// What a user of Dialog Insight does: a webhook for events of messages and contacts, checked by its signature.
import { createVerify } from 'node:crypto';
import { createKey, fillWebhook, OWNER, testResult } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';
import { switchOn } from '../support/settings.js';

const BOUNCE = {
  ContactID: { idContact: 90412 },
  f_EMail: 'amira@example.com',
  idMessage: 5121,
  CommunicationType: 'Newsletter',
  MailingType: 'unitary',
};

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('DI-5 to DI-30: from the callback URL to a verified notification', async ({ app: page, server, receiver }) => {
      await switchOn(page, /^Messages and contacts/);
      await page.goto('/webhooks/new?preset=dialog_insight');
      const topics = ['engagement.message.bounced', 'engagement.contact.opted_out'];
      await expect(page.getByRole('heading', { name: 'Which messages' })).toBeHidden();
      await fillWebhook(page, { name: 'Contacts', url: receiver.url, topics });

      // DI-11: all types of communications and unitary mailings, at first.
      await expect(page.getByRole('radio', { name: 'All types' })).toBeChecked();
      await expect(page.getByRole('checkbox', { name: /^Unitary sending/ })).toBeChecked();
      await expect(page.getByRole('checkbox', { name: 'Batch or campaign' })).not.toBeChecked();
      await page.getByRole('radio', { name: 'Specific types' }).check();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByLabel('Types', { exact: true })).toHaveAccessibleDescription(/Type at least one value/);
      await page.getByLabel('Types', { exact: true }).fill('Newsletter, Order confirmation');
      if (!(await page.locator('#alerts').getAttribute('open'))) await page.locator('#alerts > summary').click();
      await page.getByRole('checkbox', { name: OWNER.email }).check();

      // DI-9: a test says that it is one.
      await page.getByRole('button', { name: 'Send test' }).click();
      await expect(testResult(page)).toContainText('200');
      expect(JSON.parse(receiver.requests[0].body).isTest).toBe(true);
      receiver.requests.length = 0;

      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page).toHaveURL(/whk_/);
      // What a manager is asked to give away is the public key, and never the private one.
      await expect(page.getByRole('heading', { name: 'New public key' })).toBeVisible();
      await expect(page.getByRole('main')).toContainText('-----BEGIN PUBLIC KEY-----');
      await expect(page.getByText('Signing secret')).toHaveCount(0);
      await page.getByRole('link', { name: 'Signing', exact: true }).click();
      await expect(page.getByText('openssl_verify')).toBeVisible();
      await expect(page.getByText('<RSAKeyValue>').first()).toBeVisible();
      await expect(page.getByText('-----BEGIN PUBLIC KEY-----').first()).toBeVisible();
      // DI-20: nothing is sent before Activate.
      const api = client(server, await createKey(page, 'Platform', 'manage'));
      const publish = (topic, payload) => api('POST', '/events', { topic, payload, occurred_at: '2026-11-28T10:00:00.205Z' });
      expect((await publish(topics[0], BOUNCE)).body.deliveries).toBe(0);
      const { body: list } = await api('GET', '/webhooks');
      const [webhook] = list.data;
      await page.goto(`/webhooks/${webhook.id}`);
      await page.getByRole('button', { name: 'Activate' }).click();
      await expect(page.getByRole('main').getByText('Active', { exact: true }).first()).toBeVisible();

      // DI-13, DI-14: only what the filters take; events that are not about messages pass.
      const wanted = async (topic, payload) => (await publish(topic, payload)).body.deliveries;
      expect(await wanted(topics[0], { ...BOUNCE, MailingType: 'campaign' })).toBe(0);
      expect(await wanted(topics[0], { ...BOUNCE, CommunicationType: 'Alert' })).toBe(0);
      const contact = { ContactID: { idContact: 90412 }, OptinField: 'news', f_City: 'Porto' };
      expect(await wanted(topics[1], contact)).toBe(1);
      expect(await wanted(topics[0], BOUNCE)).toBe(1);
      await expect.poll(() => receiver.requests.length).toBe(2);

      const { headers, body } = receiver.requests.find(({ headers }) => headers['webhook-topic'] === topics[0]);
      expect(body).toBe(
        JSON.stringify({
          Type: 'sending_Bounce',
          EventUniqueID: headers['webhook-id'],
          dtExecution: '2026-11-28T10:00:00.205Z',
          idCompany: 'default',
          idProject: 'default',
          ...BOUNCE,
        }),
      );
      const signed = createVerify('RSA-SHA256').update(body);
      expect(signed.verify(webhook.signing.public_key, headers['x-di-signature'], 'base64')).toBe(true);

      // DI-24 to DI-26: only 200 counts; five more tries.
      receiver.answer = { status: 204, headers: {}, body: '' };
      expect(await wanted(topics[1], contact)).toBe(1);
      await expect(async () => {
        const { body: log } = await api('GET', '/deliveries?state=retrying');
        expect(log.data).toHaveLength(1);
        await page.goto(`/deliveries/${log.data[0].id}`);
        await expect(page.getByRole('main')).toContainText('2 of 6');
      }).toPass();
    });
  });
}
