// A real browser without a window: Debian's chromium, or the one that CHROMIUM_PATH names.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** Where the browser is. Undefined where there is none: a test is then skipped, but not in CI, which has to have one. */
export function findBrowser(): string | undefined {
  const path = process.env.CHROMIUM_PATH ?? USUAL.find((one) => existsSync(one));
  if (path === undefined && process.env.CI) throw new Error('CI has no chromium. .ci/run installs it; elsewhere set CHROMIUM_PATH.');
  if (path === undefined) console.warn('The tests in a browser are skipped: there is no chromium here. Install it, or set CHROMIUM_PATH.');
  return path;
}

/** Starts it, with these flags. */
export async function startBrowser(path: string, args: string[] = []): Promise<Browser> {
  // Chromium does not run as root in its sandbox.
  return await chromium.launch({ executablePath: path, chromiumSandbox: process.getuid?.() !== 0, args });
}
