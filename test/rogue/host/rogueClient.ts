import assert from 'node:assert/strict';
import * as z from 'zod';

const url = process.env['TENSORLAKE_TEST_URL'] ?? '';

const counts = z.object({ requests: z.number(), met: z.number() });

/** Requests of the client since an attack began, and those of them that it met. */
export type Counts = z.infer<typeof counts>;

async function call(method: string, path: string): Promise<Counts> {
  const response = await fetch(`${url}/_rogue${path}`, { method, headers: { connection: 'close' } });
  assert.equal(response.status, 200);
  return counts.parse(await response.json());
}

/** Tells the server what to do. */
export const rogue = {
  begin: (name: string) => call('POST', `/attack/${name}`),
  counts: () => call('GET', ''),
  /** Ends the attack and all connections. */
  end: () => call('DELETE', '/attack/'),
};
