// Topics: catalogs at the set-up, topics of one's own with a schema, what happens to events that don't match, and
// topics of enterprise plans.
import { OWNER, chooseTopic, createKey, topicBox } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { client } from '../support/rest.js';

const KEY = 'shop.order.placed';
const SCHEMA = { required: ['order'], properties: { order: { type: 'integer' } } };

async function makeTopic(page, sample, schema) {
  await page.goto('/topics/new');
  await page.getByLabel('Key', { exact: true }).fill(KEY);
  await page.getByLabel('Title', { exact: true }).fill('Order placed');
  await page.getByLabel('Sample payload', { exact: true }).fill(JSON.stringify(sample));
  await page.getByLabel('JSON Schema', { exact: true }).fill(JSON.stringify(schema));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

async function setRule(page, legend, option) {
  await page.goto('/settings');
  await page.getByRole('group', { name: legend }).getByRole('radio', { name: option, exact: true }).check();
  await page.getByRole('button', { name: 'Save rules' }).click();
}

async function publish(page, payload) {
  await page.goto(`/topics/${KEY}`);
  await page.getByLabel('Payload', { exact: true }).fill(JSON.stringify(payload));
  await page.getByRole('button', { name: 'Publish sample event' }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('the set-up asks for catalogs, and only those show', async ({ page, server }) => {
      await page.goto(server.setupLink);
      const topics = page.getByRole('group', { name: 'Topics' });
      await expect(topics.getByLabel('Learning platform')).toBeChecked();
      await topics.getByLabel('Learning platform').uncheck();
      await topics.getByLabel('Membership access').check();
      await page.getByLabel('Name', { exact: true }).fill(OWNER.name);
      await page.getByLabel('E-mail', { exact: true }).fill(OWNER.email);
      await page.getByLabel('Password', { exact: true }).fill('short');
      await page.getByLabel('Marketplace', { exact: true }).fill(OWNER.marketplace);
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(topics.getByLabel('Learning platform'), 'what was chosen comes back').not.toBeChecked();
      await expect(topics.getByLabel('Membership access')).toBeChecked();
      await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page).toHaveURL(`${server.url}/`);
      await page.goto('/webhooks/new');
      await expect(topicBox(page, 'access.product.granted')).toBeVisible();
      await expect(page.locator('input[name="topics"][value^="learning."]')).toHaveCount(0);
    });

    test('an own topic has a schema that its sample matches', async ({ app: page }) => {
      await makeTopic(page, { order: '7' }, SCHEMA);
      await expect(page.getByLabel('Sample payload', { exact: true })).toHaveAccessibleDescription(/order: This has to be a whole number/);
      await makeTopic(page, { order: 7 }, { type: 'strng' });
      await expect(page.getByLabel('JSON Schema', { exact: true })).toHaveAccessibleDescription(/At type: /);
      await makeTopic(page, { order: 7 }, SCHEMA);
      await expect(page).toHaveURL(new RegExp(`/topics/${KEY}`));
      await expect(page.getByRole('region', { name: 'Schema', exact: true })).toContainText('integer');
    });

    test('events are held to the schema', async ({ app: page }) => {
      await makeTopic(page, { order: 7 }, SCHEMA);
      await expect(page).toHaveURL(new RegExp(`/topics/${KEY}`));
      await setRule(page, 'Events that do not match their topic’s schema', 'Warn');
      await publish(page, { order: 'seven' });
      const told = page.getByRole('region', { name: 'Does not match the schema' });
      await expect(told).toContainText('payload.order This has to be a whole number.');

      await setRule(page, 'Events that do not match their topic’s schema', 'Refuse');
      await publish(page, {});
      await expect(page.getByLabel('Payload', { exact: true })).toHaveAccessibleDescription(/order: This is missing/);
      await publish(page, { order: 8 });
      await expect(page).toHaveURL(/\/events\/evt_/);
      await expect(told).toHaveCount(0);
    });

    test('bc_41 enterprise topics are locked where nothing names them', async ({ app: page, server }) => {
      const api = client(server, await createKey(page, 'Platform', 'manage'));
      const group = 'learning.group.created';
      const { body } = await api('POST', '/webhooks', { name: 'Groups', url: 'https://example.com/', topics: [group] });
      await setRule(page, 'Enterprise topics', 'Locked');
      await expect(page.getByRole('group', { name: 'Enterprise topics' })).toContainText('The webhook “Groups” names the topic');
      await expect(page.getByLabel('Name', { exact: true }), 'the other forms stay as they are').toHaveValue(OWNER.marketplace);
      await api('DELETE', `/webhooks/${body.id}`);
      await setRule(page, 'Enterprise topics', 'Locked');
      await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
      await page.goto('/webhooks/new');
      await expect(topicBox(page, group)).toBeDisabled();
      await page.goto(`/topics/${group}`);
      await expect(page.getByText('Enterprise plans, locked')).toBeVisible();
      expect((await api('POST', '/events', { topic: group, payload: {} })).status).toBe(422);
    });

    test('catalogs are folded while there are several, and open where something is chosen', async ({ app: page }) => {
      await page.goto('/settings');
      const on = page.getByRole('group', { name: 'Switched on' });
      await on.getByLabel('Membership access').check();
      await on.getByLabel('Website behaviour').check();
      await page.getByRole('button', { name: 'Save catalogs' }).click();
      await page.goto('/webhooks/new');
      const access = topicBox(page, 'access.product.granted');
      await expect(access).toBeHidden();
      if (javaScriptEnabled) {
        await page.getByLabel('Filter topics').fill('granted');
        await expect(access, 'the filter opens what it finds').toBeVisible();
        await page.getByLabel('Filter topics').fill('');
      }
      await chooseTopic(page, 'access.product.granted');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(access, 'the form came back with it').toBeChecked();
      await expect(access).toBeVisible();
      await expect(topicBox(page, 'visitor.page.viewed')).toBeHidden();
      const sample = page.getByRole('link', { name: /^Sample of / }).first();
      await expect(sample).toHaveAttribute('href', /^\/topics\/.+#sample$/);
    });
  });
}
