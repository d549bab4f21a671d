import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, env, extensions, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { messagesOf } from '../../host/support/answers';
import { waitFor } from '../../support/waitFor';
import { attacks } from '../attacks';
import { sandboxId } from '../server/world';
import { deeds } from './deeds';
import { rogue } from './rogueClient';
import { Watch } from './watch';

/** How long an attack is endured that does not end by itself. */
const endureMs = 6_000;
/** The same, of one that lets the client read for long. */
const endureLongMs = 90_000;
/** Of processor time: what other processes take does not count. */
const mostTurnMs = 200;
const mostMiB = 100;
/** What a row that is let in may take, in MiB: what was received of it, what was read, and its places in the views. */
const mibOfRow = 2.5 / 1024;
/** Requests in that time, whatever is answered: what the user asked for, and the watching of eight sandboxes. */
const mostRequests = 100;

async function isListed(): Promise<boolean> {
  await commands.executeCommand(commandIds.refresh);
  await env.clipboard.writeText('');
  await commands.executeCommand(commandIds.copyId, sandboxId);
  return (await env.clipboard.readText()) === sandboxId;
}

describe('a server that', () => {
  const rejected: unknown[] = [];
  const note = (reason: unknown): void => void rejected.push(reason);

  before(async () => {
    process.on('unhandledRejection', note);
    await extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes')?.activate();
    await workspace.getConfiguration('tensorlake').update('useEnvironmentKey', true, true);
    await waitFor('the sandbox to be listed', isListed);
  });
  after(() => process.off('unhandledRejection', note));

  const chosen = (process.env['TENSORLAKE_TEST_ATTACKS'] ?? '').split(' ').filter(name => name !== '');
  for (const attack of attacks.filter(({ name }) => chosen.length === 0 || chosen.includes(name)))
    it(attack.what, async () => {
      rejected.length = 0;
      await rogue.begin(attack.name);
      const roomMiB = mostMiB + mibOfRow * (attack.rowsLetIn ?? 0);
      const watch = new Watch(roomMiB);
      const messages: string[] = [];
      let counts = { requests: 0, met: 0 };
      messages.push(
        ...(await messagesOf(async () => {
          const { done, cancel } = deeds[attack.deed]();
          const settled = Promise.resolve(done).then(
            () => 'done',
            (error: unknown) => `failed: ${String(error)}`,
          );
          const over = pause(attack.rowsLetIn === undefined ? endureMs : endureLongMs, 'endured');
          const outcome = await (attack.isLasting ? over : Promise.race([settled, over]));
          counts = await rogue.counts();
          messages.push(outcome.slice(0, 200));
          await cancel?.();
          await rogue.end();
          await settled;
        })),
      );
      const strain = watch.end();
      console.log(
        `      pause ${strain.longestPauseMs} ms, turn ${strain.longestTurnMs} ms, click ${strain.slowestClickMs} ms, memory +${strain.peakMiB} MiB, kept ${strain.keptMiB} MiB, ${counts.met} of ${counts.requests} requests; ${messages.map(text => text.slice(0, 160)).join(' | ')}`,
      );
      assert.ok(counts.met > 0, 'The attack met no request');
      assert.ok(await isListed(), 'The list has recovered');
      assert.deepEqual(rejected, []);
      assert.ok(counts.requests <= (attack.mostPages ?? mostRequests), `${counts.requests} requests`);
      assert.ok(strain.longestTurnMs <= mostTurnMs, `Stood still for ${strain.longestTurnMs} ms`);
      assert.ok(strain.peakMiB <= roomMiB, `Memory grew by ${strain.peakMiB} MiB`);
    });
});
