// The same console where JavaScript is off.
import { OWNER, signIn } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';
import { mainJob } from '../support/main-job.js';

test.use({ javaScriptEnabled: false });

test('the main job works without JavaScript', async ({ app: page, server, receiver, browser }) => {
  test.slow();
  await mainJob({ page, server, receiver, browser });
});

test('signs out and in without JavaScript', async ({ app: page }) => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await signIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});
