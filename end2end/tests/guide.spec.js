// The guide: the book inside the console.
import { expect, test } from '../support/fixtures.js';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('DI-21: the guide stands in the console, and each area leads to its chapter', async ({ app: page }) => {
      await page.goto('/webhooks');
      await page.getByRole('link', { name: 'Guide: Make a webhook' }).click();
      await expect(page.getByRole('heading', { name: 'Make a webhook', level: 1 })).toBeVisible();
      await page.getByRole('article').getByRole('link', { name: 'profile' }).click();
      await expect(page.getByRole('heading', { name: 'Website visitors', level: 1 })).toBeVisible();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Guide' }).click();
      await page.getByRole('link', { name: 'Moving from Dialog Insight' }).click();
      await expect(page.getByRole('heading', { name: 'Do what you did' })).toBeVisible();
      await expect(page.getByText('DI-17')).toHaveCount(0);
    });
  });
}
