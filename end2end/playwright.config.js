// Browser tests against the real program. Run by `cargo xtask test`, which sets CRIER_BIN (the program)
// and CHROMIUM (the browser); both have defaults for running `npx playwright test` by hand.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './tests',
  // Times for a slow machine: a test takes up to 15 s on a quiet one.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 900 },
    // Contrast is measured when a change of colours is over.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
