// A form that is refused: the summary has the focus, each of its entries leads to its field, nothing that is wrong is
// folded away, and what was typed is still there. With and without JavaScript.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../support/fixtures.js';

/** Goes along an entry of the summary, as by keyboard, to the field that has to get the focus. */
async function follow(page, entry, field) {
  await page.getByRole('alert').getByRole('link', { name: entry }).press('Enter');
  await expect(field).toBeFocused();
  await expect(field).toBeInViewport();
}

async function refused(page) {
  await page.goto('/webhooks/new');
  await page.getByText('Request headers', { exact: true }).click();
  await page.getByText('Add a header').first().click();
  await page.getByText('Add a header').nth(1).click();
  const row = page.getByRole('group', { name: 'Header 2' });
  await row.getByLabel('Header', { exact: true }).fill('Host');
  await row.getByLabel('Header value').fill('elsewhere');
  await page.getByText('Delivery and retries', { exact: true }).click();
  await page.getByLabel('Time limit in seconds').fill('soon');
  await page.getByLabel('Body template', { exact: true }).fill('{\n"a": {{ payload.email }');
  await page.getByRole('radio', { name: 'Yes' }).check();
  await page.getByLabel('Username', { exact: true }).fill('sync');
  await page.getByRole('button', { name: 'Send test' }).click();

  const summary = page.getByRole('alert').filter({ hasText: 'need another look' });
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(summary.getByRole('link')).toHaveText([
    /^Name: /,
    /^URL: /,
    /^Topics: /,
    /^Body template: .*\(line 2, column \d+\)$/,
    /^Password: /,
    /^Header, row 2: /,
    /^Time limit in seconds: Type a number of seconds/,
  ]);
  await expect(page.getByRole('group', { name: 'Topics', exact: true })).toHaveAccessibleDescription(
    'Choose at least one topic.',
  );
  await follow(page, /^Topics/, page.getByRole('group', { name: 'Topics', exact: true }));
  await follow(page, /^Body template/, page.getByLabel('Body template', { exact: true }));
  await follow(page, /^Password/, page.getByLabel('Password', { exact: true }));
  const header = row.getByLabel('Header', { exact: true });
  await follow(page, /^Header/, header);
  await expect(header).toHaveValue('Host');
  await expect(header).toHaveAccessibleDescription(/Crier sets this header itself/);
  const limit = page.getByLabel('Time limit in seconds');
  await follow(page, /^Time limit/, limit);
  await expect(limit).toHaveValue('soon');
  await expect(limit).toHaveAttribute('aria-invalid', 'true');
}

test('a refused form leads to each field', async ({ app: page }) => {
  await refused(page);
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
  expect(dark.violations.map(({ id }) => id)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a refused form leads to each field', async ({ app: page }) => {
    await refused(page);
  });
});
