// Webhooks that start with a preset, as the managers of the systems they are named after make them.
import { fillWebhook, tabOf, testResult } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { switchOn } from '../support/settings.js';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('AppDirect sends JSON only, and what is removed without its content', async ({ app: page, receiver }) => {
      await switchOn(page, /^Orders and subscriptions/);
      await page.goto('/webhooks/new');
      await page.locator('#presets > summary').click();
      await page.getByRole('link', { name: /^AppDirect/ }).click();
      await expect(page.getByText('AppDirect sends JSON only.')).toBeVisible();
      const topics = ['marketplace.subscription.removed'];
      await fillWebhook(page, { name: 'Billing', url: receiver.url, topics, contentType: 'application/xml' });
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByRole('group', { name: 'Content type' })).toContainText('take the preset AppDirect off');

      await fillWebhook(page, { contentType: 'application/json' });
      await page.getByRole('button', { name: 'Send test' }).click();
      await expect(testResult(page)).toContainText('200');
      const body = JSON.parse(receiver.requests[0].body);
      expect(Object.keys(body)).toEqual(['uuid', 'timestamp', 'resource', 'resourceAction']);
      expect(Object.keys(body.resource)).toEqual(['type', 'uuid', 'url']);
      expect(body.resourceAction).toBe('REMOVED');

      // Without the preset XML can be chosen; what was filled in stays.
      await page.getByLabel('Take the preset off').check();
      await fillWebhook(page, { contentType: 'application/xml' });
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(page.getByRole('region', { name: 'Signing secret' })).toContainText('whsec_');
      await tabOf(page, 'Settings').click();
      await expect(page.getByLabel('When it fails')).toHaveValue('eleven');
      await expect(page.getByText('AppDirect sends JSON only.')).toHaveCount(0);
    });

    test('chosen fields go out side by side', async ({ app: page, receiver }) => {
      const topics = 'topics=learning.user.created';
      await page.goto(`/webhooks/new?preset=datatrics&name=Campaign&url=${encodeURIComponent(receiver.url)}&${topics}`);
      await page.locator('#fields > summary').click();
      const field = (n) => page.getByRole('group', { name: `Chosen field ${n}`, exact: true });
      await field(1).getByLabel('Taken from').fill('payload.user_id');
      await field(2).getByLabel('Taken from').fill('payload.email');
      await page.getByText('Add a field').first().click();
      await field(4).getByLabel('Send as').fill('automationid');
      await field(4).getByLabel('Or always').fill('7');
      await page.getByRole('button', { name: 'Send test' }).click();
      await expect(testResult(page)).toContainText('200');
      expect(Object.keys(JSON.parse(receiver.requests[0].body))).toEqual(['profileid', 'email', 'automationid']);
    });
  });
}
