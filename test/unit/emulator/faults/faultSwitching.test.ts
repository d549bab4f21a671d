import assert from 'node:assert/strict';
import { z } from 'zod';
import { faultNames } from '../../../../emulator/faults/table';
import { withEmulator } from '../harness';
import { raw, switchOn, type Raw, type Sent } from '../rawClient';

describe('emulator faults: switching', () => {
  it(
    'applies to the next n requests, to every n-th one, by method and by route',
    withEmulator({}, async client => {
      const id = await client.create();
      const statuses = async (count: number, sent?: Sent): Promise<readonly number[]> => {
        const all: number[] = [];
        for (let index = 0; index < count; index += 1) all.push((await raw(client, sent)).status);
        return all;
      };
      await switchOn(client, '500', { next: 2 });
      assert.deepEqual(await statuses(3), [500, 500, 200]);
      await switchOn(client, '502', { every: 3 });
      assert.deepEqual(await statuses(6), [200, 200, 502, 200, 200, 502]);
      const admin = client.as(client.emulator.adminKey);
      await admin.expect(200, 'DELETE', '/_emulator/faults');

      await switchOn(client, '503', { method: 'get', route: '/sandboxes/{id}' });
      await switchOn(client, '504', { route: '/snap*' });
      assert.deepEqual(await statuses(1), [200]);
      assert.deepEqual(await statuses(1, { path: `/sandboxes/${id}` }), [503]);
      assert.deepEqual(await statuses(1, { path: `/v1/namespaces/n/sandboxes/${id}` }), [503]);
      assert.deepEqual(await statuses(1, { path: '/snapshots' }), [504]);
      assert.deepEqual(await statuses(1, { path: `/sandboxes/${id}`, method: 'DELETE' }), [200]);
      const host = { 'x-tensorlake-sandbox-id': id };
      assert.notDeepEqual(await statuses(1, { path: '/snapshots', headers: host }), [504], 'another plane');
    }),
  );

  it(
    'are listed with counts, removed singly or together, and documented',
    withEmulator({ faults: [{ fault: '500', route: '/snapshots' }] }, async client => {
      const admin = client.as(client.emulator.adminKey);
      await raw(client, { path: '/snapshots' });
      await switchOn(client, '429', { every: 2, retryAfter: '3' });
      const listed = await admin.expect(200, 'GET', '/_emulator/faults');
      const status = z.looseObject({
        id: z.number(),
        fault: z.string(),
        seen: z.number(),
        fired: z.number(),
      });
      const [first, second] = z.tuple([status, status]).parse(listed['faults']);
      assert.deepEqual([first.fault, first.seen, first.fired], ['500', 1, 1]);
      assert.deepEqual([second.fault, second.seen, second.fired], ['429', 0, 0]);
      const kinds = z.array(z.looseObject({ fault: z.string(), about: z.string() })).parse(listed['kinds']);
      assert.deepEqual(
        kinds.map(({ fault }) => fault),
        faultNames,
      );
      await admin.expect(200, 'DELETE', `/_emulator/faults/${first.id}`);
      await admin.refused(404, 'DELETE', `/_emulator/faults/${first.id}`);
      await client.expect(200, 'GET', '/snapshots');
      await admin.expect(200, 'DELETE', '/_emulator/faults');
      assert.deepEqual((await admin.expect(200, 'GET', '/_emulator/state'))['faults'], []);

      const wrong: readonly (readonly [unknown, RegExp])[] = [
        [{}, /name/],
        [{ fault: '418' }, /There is no fault '418'; there are 413, /],
        [{ fault: '500', code: 'x' }, /Fault '500': .*code/],
        [{ fault: 'times', unit: 'weeks' }, /unit/],
        [{ fault: '500', next: 0 }, /next/],
      ];
      for (const [body, message] of wrong) {
        assert.match(await admin.refused(400, 'POST', '/_emulator/faults', body), message);
      }
      await client.refused(401, 'POST', '/_emulator/faults', { fault: '500' });
    }),
  );

  it(
    'can be requested in a header, with the admin key only',
    withEmulator({}, async client => {
      const key = { 'x-emulator-admin-key': client.emulator.adminKey };
      const ask = async (spec: string, more: Record<string, string> = key): Promise<Raw> =>
        raw(client, { headers: { 'x-emulator-fault': spec, ...more } });
      const limited = await ask('429:retryAfter=9');
      assert.deepEqual([limited.status, limited.headers['retry-after']], [429, '9']);
      assert.equal((await ask('500', {})).status, 200);
      assert.equal((await ask('500', { 'x-emulator-admin-key': 'guess' })).status, 200);
      assert.equal((await ask('plain-text; html:status=404')).status, 404);
      assert.equal((await ask('nonsense')).status, 400);
      assert.equal((await ask('429:retryAfter')).status, 400);
      assert.equal((await raw(client)).status, 200);
      await withEmulator({ faultHeader: true }, async open => {
        assert.equal((await raw(open, { headers: { 'x-emulator-fault': '502' } })).status, 502);
      })();
    }),
  );
});
