// Automations: the documented steps, from an empty console to what arrives at somebody's endpoint.
import { createKey, testResult } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client, recorded } from '../support/rest.js';
import { switchOn } from '../support/settings.js';

const KEY = 'S3cretKey42';

/** Switches the catalog on and sets the secret key, as an owner does once. */
async function prepare(page) {
  await switchOn(page, /^Membership access/);
  await page.getByLabel('Secret key', { exact: true }).fill('not-alphanumeric');
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(page.getByLabel('Secret key', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Secret key', { exact: true }).fill(KEY);
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
  await expect(page.getByLabel('Secret key', { exact: true }), 'it is never shown').toHaveValue('');
}

/** The documented steps 1 to 4. */
async function automate(page, url) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Automations' }).click();
  await page.getByRole('link', { name: 'New automation' }).click();
  await page.getByLabel('Product', { exact: true }).fill('7');
  await page.getByRole('button', { name: 'Start automation' }).click();
  await expect(page).toHaveURL(/\/automations\/aut_/);

  await page.getByRole('button', { name: 'Add a Trigger' }).click();
  await page.getByRole('button', { name: 'Save Trigger' }).click();
  await expect(page.getByLabel('Trigger', { exact: true }), 'one has to be chosen').toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Trigger', { exact: true }).selectOption('User receives access to Product');
  await page.getByRole('button', { name: 'Save Trigger' }).click();
  await expect(page.getByRole('region', { name: 'When: the trigger' })).toContainText('User receives access to Product');

  await page.getByRole('button', { name: 'Add an Action' }).click();
  await page.getByLabel('Destination', { exact: true }).selectOption('Webhook');
  await page.getByLabel('URL', { exact: true }).fill(url);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByLabel('URL', { exact: true }), 'what was typed is still there').toHaveValue(url);
}

function action(page, name) {
  return page.getByRole('region', { name: 'Then: the actions' }).getByRole('listitem').filter({ hasText: name });
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('dap 6 to 18: the steps, and what arrives byte by byte', async ({ app: page, server, receiver }) => {
      await prepare(page);
      const api = client(server, await createKey(page, 'Platform', 'manage'));
      receiver.answer = { status: 204, headers: {}, body: '' };
      await automate(page, receiver.url);
      await expect(testResult(page)).toContainText('HEAD');
      await expect(testResult(page)).toContainText('204');
      await expect(testResult(page)).toContainText(/\d ms/);
      expect(receiver.requests.map(({ method }) => method)).toEqual(['HEAD']);
      await page.getByRole('button', { name: 'Save Action' }).click();
      await expect(action(page, '127.0.0.1')).toContainText('Active');
      await expect(action(page, '127.0.0.1')).not.toContainText('not verified');

      receiver.requests.length = 0;
      const member = {
        user_id: 48211,
        user_name: 'amira',
        first_name: 'Amira',
        email: 'amira@example.com',
        productId: 7,
        fields: { last_name: 'Castell', address1: '', address2: '', city: 'Porto', state: '', zip: '4050', country: 'PT', phone: '1' },
      };
      const publish = async (topic, payload) => (await api('POST', '/events', { topic, payload })).body.deliveries;
      expect(await publish('access.product.granted', { ...member, productId: 8 }), 'another product').toBe(0);
      expect(await publish('access.product.revoked', member), 'the other way').toBe(0);
      expect(await publish('access.product.granted', member)).toBe(1);
      await expect.poll(() => receiver.requests.length).toBe(1);
      const [{ method, headers, body }] = receiver.requests;
      expect(method).toBe('POST');
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-topic': 'access.product.granted' });
      expect(body).toBe(JSON.stringify({ ...member, fields: { ...member.fields, secretKey: KEY } }));

      // The log shows the body without the key.
      await recorded(api);
      await action(page, '127.0.0.1').getByRole('link', { name: 'Deliveries' }).click();
      await page.getByRole('row').filter({ hasText: 'Delivered' }).getByRole('link').first().click();
      await expect(page.getByRole('main')).toContainText('••••••••');
      expect(await page.content()).not.toContain(KEY);
    });

    test('dap 14: an action without a passed test is saved, and says so', async ({ app: page, server, receiver }) => {
      await prepare(page);
      receiver.answer = { status: 500, headers: {}, body: '' };
      await automate(page, receiver.url);
      await expect(testResult(page)).toContainText('POST');
      await expect(testResult(page)).toContainText('500');
      expect(receiver.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
      await page.getByLabel('Name', { exact: true }).fill('CRM');
      await page.getByRole('button', { name: 'Save Action' }).click();
      await expect(page.getByRole('status').filter({ hasText: 'not verified' })).toBeVisible();
      await expect(action(page, 'CRM')).toContainText('not verified');
      await page.goto('/automations');
      await expect(page.getByRole('row').filter({ hasText: 'CRM' })).toContainText('not verified');

      // A second action, which is not tested at all; the first is verified by what it takes.
      receiver.answer = { status: 200, headers: {}, body: '' };
      await page.getByRole('link', { name: 'Product 7' }).click();
      await page.getByRole('button', { name: 'Add an Action' }).click();
      await page.getByRole('button', { name: 'Save Action' }).click();
      await expect(page.getByLabel('URL', { exact: true })).toHaveAttribute('aria-invalid', 'true');
      await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/second`);
      await page.getByLabel('Name', { exact: true }).fill('Second');
      await page.getByRole('button', { name: 'Save Action' }).click();
      await expect(action(page, 'Second')).toContainText('not verified');
      receiver.requests.length = 0;
      const automation = page.url();
      const api = client(server, await createKey(page, 'Platform', 'manage'));
      await api('POST', '/events', { topic: 'access.product.granted', payload: { productId: '7' } });
      await expect.poll(() => receiver.requests.map(({ url }) => url).sort()).toEqual(['/hook', '/hook/second']);
      await page.goto(automation);
      await expect(async () => {
        await page.reload();
        await expect(action(page, 'CRM')).not.toContainText('not verified', { timeout: 100 });
      }).toPass();

      // An action is a webhook whose topic and condition stand under the automation.
      await action(page, 'CRM').getByRole('link', { name: 'Settings' }).click();
      await expect(page.getByText('Part of the automation').first()).toBeVisible();
      await expect(page.getByRole('checkbox', { name: /access\.product/ })).toHaveCount(0);
      await page.getByLabel('Name', { exact: true }).fill('Billing');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Billing');
      await page.goto('/automations');
      await page.getByRole('link', { name: 'Product 7' }).click();
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await expect(page.getByText('No automations yet')).toBeVisible();
    });
  });
}
