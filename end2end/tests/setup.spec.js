// From the first start to a signed-in manager.
import { OWNER, setUp, signIn } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';

test('the set-up link makes the owner and ends on the overview; it works once', async ({ page, server }) => {
  expect(server.setupLink, 'a link on stdout').toBeTruthy();
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Create account' }), 'no set-up without the link').toHaveCount(0);

  await setUp(page, server);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Overview/);
  await expect(page.getByText(OWNER.marketplace).first()).toBeVisible();

  await page.goto(server.setupLink);
  await expect(page.getByRole('button', { name: 'Create account' })).toHaveCount(0);
});

test('signs out and in again; a wrong password stays outside', async ({ app: page }) => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);

  await page.goto('/webhooks');
  await expect(page, 'signed out').toHaveURL(/\/login/);

  await signIn(page, OWNER.email, 'not the password');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page).toHaveURL(/\/login/);
  await expect(page.getByLabel('E-mail', { exact: true })).toHaveValue(OWNER.email);

  await signIn(page, OWNER.email, OWNER.password);
  await expect(page).not.toHaveURL(/\/login/);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('the form says at the field what is wrong', async ({ page, server }) => {
  await page.goto(server.setupLink);
  await page.getByLabel('Name', { exact: true }).fill('Mira');
  await page.getByLabel('E-mail', { exact: true }).fill('mira@example.com');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Marketplace', { exact: true }).fill('Northwind');
  // The browser's own check would stop the form before the server sees it.
  await page.locator('form').evaluateAll((forms) => forms.forEach((form) => (form.noValidate = true)));
  await page.getByRole('button', { name: 'Create account' }).click();

  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toHaveAccessibleDescription(/character/);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Mira');
});
