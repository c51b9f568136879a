// Settings: people and what they may do, one's own password and devices, looks and times, changes.
import { OWNER, createKey, signIn } from '../support/console.js';
import { expect, test } from '../support/fixtures.js';

const VIEWER = { name: 'Vera Quist', email: 'vera@example.com', password: 'looks but never touches' };

async function addViewer(page) {
  await page.goto('/settings/people');
  await page.getByLabel('Name', { exact: true }).fill(VIEWER.name);
  await page.getByLabel('E-mail', { exact: true }).fill(VIEWER.email);
  await page.getByLabel('Password', { exact: true }).fill(VIEWER.password);
  await page.getByRole('radio', { name: 'Viewer' }).check();
  await page.getByRole('button', { name: 'Add person' }).click();
  await expect(page.getByRole('status').filter({ hasText: VIEWER.name })).toBeVisible();
}

/** Another browser, signed in as somebody. */
async function signedIn(browser, server, { email, password }) {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/login');
  await signIn(page, email, password);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  return page;
}

test('a viewer is added, sees everything and is offered nothing to change', async ({ app: page, server, browser }) => {
  await addViewer(page);
  const viewer = await signedIn(browser, server, VIEWER);
  await viewer.goto('/webhooks');
  await expect(viewer.getByRole('heading', { level: 1 })).toHaveText('Webhooks');
  await expect(viewer.getByRole('link', { name: 'New webhook' })).toHaveCount(0);
  await viewer.goto('/settings/keys');
  await expect(viewer.getByRole('button', { name: 'Create key' })).toHaveCount(0);
  const answer = await viewer.goto('/webhooks/new');
  expect(answer.status()).toBe(403);
  await expect(viewer.getByRole('heading', { level: 1 })).toHaveText('Not allowed');

  // Made manager, the same person may at once.
  await page.getByLabel(`More for ${VIEWER.name}`).click();
  await page.getByRole('button', { name: 'Make manager' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'manager' })).toBeVisible();
  await viewer.goto('/webhooks');
  await expect(viewer.getByRole('link', { name: 'New webhook' }).first()).toBeVisible();

  // Removed, they are signed out at once.
  await page.getByLabel(`More for ${VIEWER.name}`).click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('cell', { name: VIEWER.name })).toHaveCount(0);
  await viewer.goto('/webhooks');
  await expect(viewer).toHaveURL(/\/login/);
  await viewer.context().close();
});

test('the last owner stays', async ({ app: page }) => {
  await page.goto('/settings/people');
  await page.getByLabel(`More for ${OWNER.name}`).click();
  await page.getByRole('button', { name: 'Make viewer' }).click();
  await expect(page.getByRole('alert')).toContainText('owner');
  await expect(page.getByRole('row', { name: OWNER.name })).toContainText('Owner');
});

test('a new password signs the other devices out', async ({ app: page, server, browser }) => {
  const other = await signedIn(browser, server, OWNER);
  await page.goto('/settings/devices');
  await expect(page.getByRole('row')).toHaveCount(3);

  await page.goto('/settings/account');
  await page.getByLabel('Current password').fill('not it at all');
  await page.getByLabel('New password').fill('a better one, longer');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');

  await page.getByLabel('Current password').fill(OWNER.password);
  await page.getByLabel('New password').fill('a better one, longer');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Changed' })).toBeVisible();
  await other.goto('/webhooks');
  await expect(other).toHaveURL(/\/login/);
  await signIn(other, OWNER.email, 'a better one, longer');
  await expect(other.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await other.context().close();
});

test('a key is shown once and can be deleted', async ({ app: page, server }) => {
  const key = await createKey(page, 'Platform', 'manage');
  const call = () => fetch(`${server.url}/api/v1/webhooks`, { headers: { authorization: `Bearer ${key}` } });
  expect((await call()).status).toBe(200);
  await page.goto('/settings/keys');
  await expect(page.getByText(key)).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('There are no API keys yet')).toBeVisible();
  expect((await call()).status).toBe(401);

  await page.goto('/settings/audit');
  const changes = page.getByRole('list', { name: 'Changes, newest first' });
  await expect(changes.getByRole('listitem').first()).toContainText('API key deleted');
});

test('the chosen theme is in the page from its first byte', async ({ app: page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/topics');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page).toHaveURL(/\/topics$/);
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  expect(await (await page.request.get('/topics')).text()).toContain('data-theme="dark"');
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(ground).toBe('dark');
});

test('times are local, or UTC when chosen', async ({ browser, app, server }) => {
  const context = await browser.newContext({
    baseURL: server.url,
    timezoneId: 'Asia/Kathmandu',
    storageState: await app.context().storageState(),
  });
  const page = await context.newPage();
  const tip = page.locator('time.ago').first();
  await page.goto('/settings/audit');
  await expect(tip).toHaveAttribute('data-tip', /GMT\+5:45/);

  await page.goto('/settings/account');
  await page.getByRole('radio', { name: 'UTC' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await page.goto('/settings/audit');
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await expect(tip).toHaveAttribute('data-tip', /UTC$/);
  await context.close();
});
