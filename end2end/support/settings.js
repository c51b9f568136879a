// What an owner sets.
import { expect } from '@playwright/test';

/** Switches a catalog on. */
export async function switchOn(page, catalog) {
  await page.goto('/settings');
  await page.getByRole('group', { name: 'Switched on' }).getByLabel(catalog).check();
  await page.getByRole('button', { name: 'Save catalogs' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
}
