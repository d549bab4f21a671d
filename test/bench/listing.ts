import assert from 'node:assert/strict';
import { UndiciTransport } from '../../src/api/http/undiciTransport';
import { contract } from '../contract/support';
import { sandboxesOf } from './controlPlane';

/*
 * Listing 10,000 sandboxes by validated pages of 100, compared with as many pages by the official SDK and by plain
 * fetch, on one emulator. Run: npx tsx scripts/testContract.ts test/bench/listing.ts
 */

const sandboxes = 10_000;
const pages = 100;
const rounds = 9;
const mostOfSdk = 0.5;

describe('listing 10,000 sandboxes', () => {
  const sdk = contract({ sandboxes });

  it('takes at most half the time of the SDK', async function () {
    this.timeout(120_000);
    const { client, at } = sdk();
    const signal = new AbortController().signal;
    const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
    const headers = { authorization: `Bearer ${at.apiKey}` };
    const readers: Readonly<Record<string, () => Promise<unknown>>> = {
      // The SDK reads only the first page, so it reads that as often.
      sdk: async () => {
        for (let page = 0; page < pages; page += 1) await client.list();
      },
      fetch: async () => {
        for (let page = 0; page < pages; page += 1)
          await (await fetch(`${at.apiUrl}/sandboxes`, { headers })).json();
      },
      ours: async () => {
        // A new client each time, so that no page is cached.
        const api = sandboxesOf(transport, at.apiUrl, at.apiKey);
        let rows = 0;
        for (let cursor: string | undefined = ''; cursor !== undefined;) {
          const page = await api.listPage(cursor === '' ? {} : { cursor }, signal);
          rows += page.sandboxes.length;
          cursor = page.nextCursor;
        }
        assert.equal(rows, sandboxes);
      },
    };
    const times: Record<string, number[]> = { sdk: [], fetch: [], ours: [] };
    for (let round = 0; round < rounds; round += 1)
      for (const [name, read] of Object.entries(readers)) {
        const begun = performance.now();
        await read();
        times[name]?.push(performance.now() - begun);
      }
    transport.dispose();
    const medians = Object.entries(times).map(
      ([name, found]) => [name, found.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN] as const,
    );
    const of = new Map(medians);
    const share = (of.get('ours') ?? NaN) / (of.get('sdk') ?? NaN);
    const each = medians.map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', ');
    console.log(`      ${each}; ours is ${share.toFixed(2)} of the SDK`);
    assert.ok(share <= mostOfSdk);
  });
});
