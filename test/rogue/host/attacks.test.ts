import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, env, extensions, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { messagesOf } from '../../host/support/answers';
import { waitFor } from '../../support/waitFor';
import type { Attack } from '../attack';
import { attacks } from '../attacks';
import { sandboxId } from '../server/world';
import { type Begun, deeds, printHere } from './deeds';
import { type Counts, rogue } from './rogueClient';
import { type Strain, Watch } from './watch';

/** How long an attack is endured that does not end by itself. */
const endureMs = 6_000;
/** The same, of one that lets the client read for long. */
const endureLongMs = 90_000;
/** Of processor time: what other processes take does not count. */
const mostTurnMs = 200;
const mostMiB = 100;
const mostClickMs = 200;
/**
 * How many times as long a click may take as without the attack. A click needs the window too, and on a machine that
 * others use any click takes what it takes: so where one takes longer than it should, the same is done once more, with
 * an honest server or, where a terminal was filled, with a program on this machine that fills one. The slowest click of
 * one try is sometimes half as slow again as that of the next.
 */
const mostTimesCalm = 2.5;
/** Attacks with a slow click are tried so often: other work on the machine comes and goes. */
const mostTries = 3;
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

/** What came of an attack. */
interface Endured {
  readonly strain: Strain;
  readonly counts: Counts;
  /** How it ended, and the messages that the user got. */
  readonly words: readonly string[];
}

function roomOf({ rowsLetIn = 0 }: Attack): number {
  return mostMiB + mibOfRow * rowsLetIn;
}

/** Waits for the end of what was begun, as long as is endured; of what lasts, so long. */
async function endured({ done }: Begun, isLasting: boolean, mostMs: number): Promise<string> {
  const settled = Promise.resolve(done).then(
    () => 'done',
    (error: unknown) => `failed: ${String(error)}`,
  );
  const over = pause(mostMs, 'endured');
  return await (isLasting ? over : Promise.race([settled, over]));
}

async function endure(attack: Attack): Promise<Endured> {
  await rogue.begin(attack.name);
  const watch = new Watch(roomOf(attack));
  let outcome = '';
  let counts: Counts = { requests: 0, met: 0 };
  const messages = await messagesOf(async () => {
    const begun = deeds[attack.deed]();
    const mostMs = attack.rowsLetIn === undefined ? endureMs : endureLongMs;
    outcome = await endured(begun, attack.isLasting === true, mostMs);
    counts = await rogue.counts();
    await begun.cancel?.();
    await rogue.end();
    await Promise.resolve(begun.done).catch(() => undefined);
  });
  return { strain: await watch.end(), counts, words: [outcome, ...messages] };
}

/** The slowest click while the same is done and nobody attacks. */
async function slowestCalmClick(attack: Attack): Promise<number> {
  const watch = new Watch(roomOf(attack));
  await messagesOf(async () => {
    const begun = attack.prints ? printHere() : deeds[attack.deed]();
    await endured(begun, true, endureMs);
    await begun.cancel?.();
    // An honest terminal lasts until it is closed.
    if (!attack.prints) await Promise.resolve(begun.done).catch(() => undefined);
  });
  return (await watch.end()).slowestClickMs;
}

function print({ strain, counts, words }: Endured): void {
  const { longestPauseMs, longestTurnMs, slowestClickMs, usualClickMs, peakMiB, keptMiB } = strain;
  const said = words.map(text => text.slice(0, 160)).join(' | ');
  console.log(
    `      pause ${longestPauseMs} ms, turn ${longestTurnMs} ms, click ${slowestClickMs} ms (usual ${usualClickMs}), memory +${peakMiB} MiB, kept ${keptMiB} MiB, ${counts.met} of ${counts.requests} requests; ${said}`,
  );
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

  async function withstand(attack: Attack): Promise<Strain> {
    rejected.length = 0;
    const result = await endure(attack);
    print(result);
    const { strain, counts } = result;
    assert.ok(counts.met > 0, 'The attack met no request');
    assert.ok(await isListed(), 'The list has recovered');
    assert.deepEqual(rejected, []);
    assert.ok(counts.requests <= mostRequests + (attack.mostPages ?? 0), `${counts.requests} requests`);
    assert.ok(strain.longestTurnMs <= mostTurnMs, `Stood still for ${strain.longestTurnMs} ms`);
    assert.ok(strain.peakMiB <= roomOf(attack), `Memory grew by ${strain.peakMiB} MiB`);
    return strain;
  }

  const chosen = (process.env['TENSORLAKE_TEST_ATTACKS'] ?? '').split(' ').filter(name => name !== '');
  for (const attack of attacks.filter(({ name }) => chosen.length === 0 || chosen.includes(name)))
    it(attack.what, async () => {
      for (let tries = 1; ; tries += 1) {
        const { slowestClickMs } = await withstand(attack);
        if (slowestClickMs <= mostClickMs) return;
        const calmMs = await slowestCalmClick(attack);
        console.log(
          `      without the attack, click ${calmMs} ms${attack.prints ? ' (a program here that prints)' : ''}`,
        );
        if (slowestClickMs <= mostTimesCalm * calmMs) return;
        assert.ok(tries < mostTries, `A click took ${slowestClickMs} ms, and ${calmMs} without the attack`);
      }
    });
});
