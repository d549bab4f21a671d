import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/core/kernel/errors';
import { settle } from '../../../support/fakeClock';
import { row } from '../../../support/sandboxBuilder';
import { bench } from './closingsBench';

const minute = 60_000;
const hour = 60 * minute;

const open = { id: 'a', exposedPorts: [8080], allowUnauthenticatedAccess: true };

describe('DueClosings', () => {
  it('closes each at its deadline, and leaves no timer behind', async () => {
    const { clock, log, keep } = bench();
    keep('a', 15 * minute);
    keep('b', 5 * minute);
    await clock.advance(5 * minute - 1);
    assert.deepEqual(log, []);
    await clock.advance(hour);
    assert.deepEqual(log, ['300 s close b', '300 s closed b', '900 s close a', '900 s closed a']);
    assert.equal(clock.pending, 0);
  });

  it('sets no timer without a deadline', () => {
    const { clock, closings } = bench();
    closings.check();
    assert.equal(clock.pending, 0);
  });

  it('closes at once what became due while no editor was open', async () => {
    const { log, keep } = bench();
    keep('a', -3 * hour);
    await settle();
    assert.deepEqual(log, ['0 s close a', '0 s closed a']);
  });

  it('closes within half a minute after the machine slept past the deadline', async () => {
    const { clock, log, keep } = bench();
    keep('a', hour);
    await clock.advance(minute);
    clock.sleep(8 * hour);
    await clock.advance(30_000);
    assert.equal(log.length, 2);
  });

  it('closes in time however the clock was set back, and leaves no busy timer', async () => {
    for (const setMs of [-hour, -30 * 24 * hour]) {
      const { clock, log, keep } = bench();
      keep('a', 15 * minute);
      await clock.advance(minute);
      clock.setBy(setMs);
      await clock.advance(14 * minute - 1);
      assert.deepEqual(log, []);
      await clock.advance(1);
      assert.equal(log.length, 2);
    }
  });

  it('gives one no longer than it was set for after the clock was set back and the editor was opened again', async () => {
    const { clock, kept, log, closings } = bench();
    const setAtMs = clock.now() + 24 * hour;
    const of = { name: 'a', endpoint: 'e', account: 'f', profileId: 'p', profileName: 'p' };
    kept.set('a', { sandboxId: 'a', ...of, setAtMs, closesAtMs: setAtMs + 15 * minute });
    closings.check();
    await clock.advance(15 * minute - 1);
    assert.deepEqual(log, []);
    await clock.advance(1);
    assert.equal(log.length, 2);
  });

  it('closes at its time of day when the clock was set forward past it', async () => {
    const { clock, log, keep } = bench();
    keep('a', hour);
    clock.setBy(30 * 24 * hour);
    await clock.advance(30_000);
    assert.equal(log.length, 2);
  });

  for (const setMs of [-hour, hour])
    it(`waits as long as ever between two tries when the clock is set by ${setMs / hour} h`, async () => {
      const { clock, log, answers, keep } = bench();
      answers.push(new ApiError('rateLimited', 'slow', { retryAfterMs: 4 * minute }));
      keep('a', 0);
      await settle();
      clock.setBy(setMs);
      await clock.advance(4 * minute - 1);
      assert.equal(log.length, 1);
      await clock.advance(1);
      assert.equal(log.length, 3);
    });

  it('does not take one that is missed for gone because the clock was set forward', async () => {
    const { clock, log, world, keep, list } = bench();
    world.isPublic = false;
    keep('a', hour);
    await list();
    clock.setBy(2 * minute);
    await list();
    assert.deepEqual(log, []);
    await clock.advance(minute);
    await list();
    assert.equal(log.length, 1);
  });

  it('leaves it to a window in front for a moment', async () => {
    const { clock, log, keep } = bench({ lagMs: 3000 });
    keep('a', minute);
    await clock.advance(minute + 2999);
    assert.deepEqual(log, []);
    await clock.advance(1);
    assert.deepEqual(log, ['63 s close a', '63 s closed a']);
  });

  it('follows a changed and a removed deadline', async () => {
    const { clock, kept, log, closings, keep } = bench();
    keep('a', minute);
    keep('b', minute);
    await clock.advance(50_000);
    keep('a', 5 * minute);
    kept.delete('b');
    closings.check();
    await clock.advance(299_000);
    assert.deepEqual(log, []);
    await clock.advance(1000);
    assert.deepEqual(log, ['350 s close a', '350 s closed a']);
  });

  it('keeps trying while the service cannot be reached: sooner at first, later once a minute', async () => {
    const { clock, log, answers, keep } = bench();
    answers.push(...Array.from({ length: 8 }, () => 'network' as const));
    keep('a', 0);
    await clock.advance(10 * minute);
    const times = log.filter(line => line.includes('close ')).map(line => Number.parseInt(line, 10));
    assert.deepEqual(times, [0, 5, 15, 35, 75, 135, 195, 255, 315]);
    assert.deepEqual(log.slice(-2), ['315 s close a', '315 s closed a']);
  });

  it('obeys Retry-After', async () => {
    const { clock, log, answers, keep } = bench();
    answers.push(new ApiError('rateLimited', 'slow down', { retryAfterMs: 4 * minute }));
    keep('a', 0);
    await clock.advance(4 * minute - 1);
    assert.deepEqual(log, ['0 s close a']);
    await clock.advance(1);
    assert.equal(log.at(-1), '240 s closed a');
  });

  for (const kind of ['unauthenticated', 'forbidden', 'invalid', 'schema'] as const) {
    it(`closes after one temporary refusal, without a warning: ${kind}`, async () => {
      const { clock, log, answers, keep } = bench();
      answers.push(kind);
      keep('a', 0);
      await clock.advance(hour);
      assert.deepEqual(log, ['0 s close a', '5 s close a', '5 s closed a']);
    });

    it(`warns once that it cannot close, and tries until it can: ${kind}`, async () => {
      const { clock, log, answers, keep } = bench();
      answers.push(...Array.from({ length: 9 }, () => kind));
      keep('a', 0);
      await clock.advance(hour);
      const tries = log.filter(line => line.includes('close ')).map(line => Number.parseInt(line, 10));
      assert.deepEqual(tries, [0, 5, 15, 35, 75, 155, 315, 615, 915, 1215]);
      assert.deepEqual(
        log.filter(line => !line.includes('close ')),
        [`5 s told a ${kind}`, '1215 s closed a'],
      );
      assert.equal(clock.pending, 0);
    });
  }

  it('warns once when the service is unreachable for minutes', async () => {
    const { clock, log, answers, keep } = bench();
    answers.push(...Array.from({ length: 9 }, () => 'network' as const));
    keep('a', 0);
    await clock.advance(hour);
    assert.deepEqual(
      log.filter(line => !line.includes('close ')),
      ['135 s told a network', '375 s closed a'],
    );
  });

  it('does not warn again after another window has warned', async () => {
    const { clock, log, kept, answers, closings, keep } = bench();
    answers.push('forbidden', 'forbidden', 'forbidden');
    keep('a', minute);
    for (const [id, deadline] of kept) kept.set(id, { ...deadline, failure: 'forbidden' });
    closings.check();
    await clock.advance(hour);
    assert.equal(log.filter(line => line.includes('told')).length, 0);
    assert.match(log.at(-1) ?? '', /closed a$/);
  });

  it('tries again at a new deadline what could not be closed', async () => {
    const { clock, log, answers, keep } = bench();
    answers.push('forbidden');
    keep('a', 0);
    await settle();
    keep('a', minute);
    await clock.advance(minute);
    assert.equal(log.at(-1), '60 s closed a');
  });

  it('drops the deadline of a sandbox that is gone', async () => {
    const { clock, log, answers, kept, keep, list } = bench();
    answers.push('notFound');
    keep('a', minute);
    await list(row(open));
    await clock.advance(minute);
    assert.deepEqual(log, ['60 s close a', '60 s over a']);
    assert.equal(kept.size, 0);
  });

  it('keeps trying where the service does not know a sandbox yet', async () => {
    const { log, clock, answers, world, keep, list } = bench();
    world.isPublic = false;
    answers.push('notFound', 'notFound');
    keep('a', 0);
    await list();
    await clock.advance(20_000);
    assert.deepEqual(log, ['0 s close a', '5 s close a', '15 s close a', '15 s closed a']);
    assert.equal(world.rechecks, 0);
  });

  it('does not flood the service when a try is cancelled', async () => {
    const { clock, log, answers, keep } = bench();
    answers.push(...Array.from({ length: 1000 }, () => 'cancelled' as const));
    keep('a', 0);
    await clock.advance(minute);
    assert.ok(log.length > 1 && log.length < 20, `${log.length} requests in a minute`);
    await clock.advance(hour);
    assert.ok(log.every(line => !line.includes('told')));
  });

  it('drops the deadline of a sandbox that is not known for a minute', async () => {
    const { log, clock, answers, keep } = bench();
    answers.push(...Array.from({ length: 8 }, () => 'notFound' as const));
    keep('a', 0);
    await clock.advance(hour);
    assert.equal(log.at(-1), '75 s over a');
  });

  it('keeps a deadline when only an older list says that access is closed', async () => {
    const { log, world, keep, list } = bench();
    keep('a', hour);
    await list(row({ ...open, allowUnauthenticatedAccess: false }));
    assert.equal(world.rechecks, 1);
    assert.deepEqual(log, []);
  });

  for (const [what, rows] of [
    ['another client closed', [row({ ...open, allowUnauthenticatedAccess: false })]],
    ['ended', [row({ ...open, state: 'terminated' })]],
    ['is not listed any more', []],
  ] as const)
    it(`drops the deadline of a sandbox that ${what}, once the service confirms it`, async () => {
      const { log, world, keep, list } = bench();
      keep('a', hour);
      await list(row(open));
      world.isPublic = false;
      await list(...rows);
      assert.deepEqual(log, ['0 s over a']);
    });

  it('keeps the deadline of one that only the answer to its create has shown, while lists lack it', async () => {
    const { clock, log, world, keep, list } = bench();
    keep('a', hour);
    await list(row({ ...open, state: 'pending' }, { isUnlisted: true }));
    await list(row(open, { isUnlisted: true }));
    world.isPublic = false;
    await list();
    await clock.advance(minute - 1);
    await list();
    assert.deepEqual([log, world.rechecks], [[], 0]);
    await clock.advance(1);
    await list();
    assert.deepEqual(log, ['60 s over a']);
  });

  it('does not check a sandbox that is public, is being changed, or was just checked', async () => {
    const { clock, world, keep, list, closings } = bench();
    keep('a', hour);
    await list(row(open));
    await list(row({ ...open, allowUnauthenticatedAccess: false }, { action: 'update' }));
    await list(row({ ...open, allowUnauthenticatedAccess: false, state: 'pending' }));
    closings.observe({ status: { kind: 'loading' }, rows: new Map() });
    assert.equal(world.rechecks, 0);
    world.isPublic = 'unreachable';
    for (const seconds of [0, 15, 30, 45]) {
      await clock.advance(seconds === 0 ? 0 : 15_000);
      await list();
    }
    assert.equal(world.rechecks, 1);
    await clock.advance(15_000);
    await list();
    assert.equal(world.rechecks, 2);
  });

  it('does nothing once it is disposed, not even when an answer arrives', async () => {
    const { clock, log, closings, keep } = bench();
    keep('a', 0);
    keep('b', minute);
    closings.dispose();
    await clock.advance(hour);
    assert.deepEqual(log, ['0 s close a']);
    assert.equal(clock.pending, 0);
  });
});
