import assert from 'node:assert/strict';

/** Time between two checks of a condition. */
const pollMs = 50;

/** Waits until `read` gives something other than `undefined` or `false`, and returns it. */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > until) assert.fail(`Waited ${timeoutMs} ms for ${what}`);
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}

/** Repeats assertions about a window until they hold; after `timeoutMs`, fails with the last failure. */
export async function soon(assertions: () => Promise<void>, timeoutMs = 15_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      await assertions();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}
