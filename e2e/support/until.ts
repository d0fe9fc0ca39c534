import type { Page } from 'playwright-core';

const PAUSE_MS = 50;

/**
 * Waits until an expression holds in a page. Playwright's own waiting evaluates it inside the page when it does not hold
 * at once, which pages forbid whose policy allows no `eval`.
 */
export async function until(page: Page, expression: string, timeoutMs = 30_000): Promise<void> {
  const last = Date.now() + timeoutMs;
  while (!(await page.evaluate<unknown>(expression))) {
    if (Date.now() > last) throw new Error(`it did not come true in ${timeoutMs} ms: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
