// The pages of a webhook beyond the main job: preview, topics, next steps, the list beside it.
import { fillWebhook, tabOf, testResult, topicBox } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';

const PREVIEW = '#preview';

test('the first minutes: from the overview to a delivered test in two clicks, then to what arrived', async ({
  app: page,
}) => {
  await page.getByRole('button', { name: 'Make my first webhook' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(testResult(page)).toContainText('200');
  await expect(page.getByText(/Receiver answered 200 in .* see result/)).toBeVisible();
  await testResult(page).getByRole('link', { name: 'See what the test receiver got' }).click();
  await expect(page.getByText('learning.user.created').first()).toBeVisible();
});

test('the form counts and filters topics, and shows the body or the line of a mistake', async ({ app: page }) => {
  await page.goto('/webhooks/new');
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await page.getByLabel('Filter topics').fill('bundle upd');
  await expect(topicBox(page, 'learning.course_bundle.updated')).toBeVisible();
  await expect(topicBox(page, 'learning.user.created')).toBeHidden();
  await page.getByLabel('Filter topics').fill('');
  await page.getByRole('checkbox', { name: 'All user topics' }).check();
  await topicBox(page, 'learning.sale.created').check();
  await expect(page.locator('.topics-head')).toContainText('4 of 24 chosen');

  const preview = page.locator(PREVIEW);
  await expect(preview).toContainText('"signup"');

  await fillWebhook(page, { template: '{"who":\n "{{ payload.email }}"}' });
  await expect(preview).toContainText('"who"');
  await expect(preview).not.toContainText('signup');
  await fillWebhook(page, { template: '{"who":\n "{{ payload.emial }}"}' });
  await expect(preview).toContainText('payload.emial');
  await fillWebhook(page, { template: '{"who":\n {{ payload. }}}' });
  await expect(preview).toContainText('line 2');
  await expect(preview.locator('.wrong')).toContainText('{{ payload. }}');

  await fillWebhook(page, { template: '', contentType: 'application/xml' });
  await expect(preview).toContainText('<webhook');
});

test('a draft says what is next, step by step; the list stands beside it', async ({ app: page, receiver }) => {
  await page.goto(`/webhooks/new?name=Student+sync&topics=learning.user.*&url=${encodeURIComponent(receiver.url)}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Signing secret' })).toContainText('whsec_');
  await expect(page.getByRole('button', { name: 'Copy signing secret' })).toBeVisible();

  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(testResult(page)).toContainText('200');
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByRole('main').getByText('Active', { exact: true }).first()).toBeVisible();

  await page.getByLabel('More for Student sync').click();
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  await page.goto('/webhooks?state=draft');
  await page.getByRole('row').filter({ hasText: 'Student sync (copy)' }).getByRole('link').click();
  const beside = page.getByRole('navigation', { name: 'Webhooks' });
  await expect(beside.getByRole('listitem'), 'the list keeps its filter').toHaveCount(1);
  await page.getByLabel('More for Student sync (copy)').click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/state=draft/);
  await expect(page.getByText('Nothing matches')).toBeVisible();
});

test('what was typed into the form of a webhook that is deleted meanwhile is not lost', async ({ app: page }) => {
  await page.goto('/webhooks/new?name=Student+sync&topics=learning.user.*&url=https%3A%2F%2Fexample.com%2F');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await tabOf(page, 'Settings').click();
  await fillWebhook(page, { name: 'Student sync 2', basic: { username: 'crier', password: 's3cret' } });

  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('More for Student sync').click();
  await other.getByRole('button', { name: 'Delete…' }).click();
  await other.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(other.getByText('Student sync', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Somebody deleted this webhook meanwhile.')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Student sync 2');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the preview comes by its button, with what was typed', async ({ app: page }) => {
    await page.goto('/webhooks/new');
    await fillWebhook(page, {
      name: 'Student sync',
      topics: ['learning.user.created'],
      template: '{"who":{{ payload.email }}}',
    });
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page.locator(PREVIEW)).toContainText('"who"');
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Student sync');
    await expect(topicBox(page, 'learning.user.created')).toBeChecked();
  });
});
