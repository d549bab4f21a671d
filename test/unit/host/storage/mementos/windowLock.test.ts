import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { takeWindowLock } from '../../../../../src/host/storage/mementos/windowLock';
import { FakeClock } from '../../../../support/fakeClock';
import { waitFor } from '../../../../support/waitFor';

describe('a lock of one window at a time', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;

  beforeEach(() => {
    // The times of files are the machine's.
    clock = new FakeClock(Date.now());
    folder = mkdtempSync(path.join(tmpdir(), 'tl-lock-'));
    file = path.join(folder, 'new', 'a.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is had by one, and by the next when it was given back', async () => {
    const first = await takeWindowLock(file, clock);
    assert.equal(await first?.isHeld(), true);
    assert.equal(await takeWindowLock(file, clock), undefined);
    await first?.release();
    assert.ok(!existsSync(file));
    const second = await takeWindowLock(file, clock);
    assert.equal(await second?.isHeld(), true);
    await second?.release();
  });

  it('is had by one of many that try at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => takeWindowLock(file, clock)));
    assert.equal(all.filter(lock => lock !== undefined).length, 1);
    for (const lock of all) await lock?.release();
  });

  it('is taken from a window that has been silent for a minute, which finds out and leaves it', async () => {
    const dead = await takeWindowLock(file, clock);
    const longAgo = clock.now() / 1000 - 61;
    utimesSync(file, longAgo, longAgo);
    const next = await takeWindowLock(file, clock);
    assert.equal(await next?.isHeld(), true);
    assert.equal(await dead?.isHeld(), false);
    await dead?.release();
    assert.equal(await next?.isHeld(), true);
    await next?.release();
  });

  it('is kept by a window that lives, however long', async () => {
    const own = new FakeClock(Date.now());
    const held = await takeWindowLock(file, own);
    for (let minutes = 0; minutes < 5; minutes += 1) {
      for (let times = 0; times < 6; times += 1) {
        await own.advance(10_000);
        // The time of the file is written by the disk, not by the clock.
        await waitFor('the next sign of life', () => own.pending > 0);
      }
      assert.equal(await takeWindowLock(file, own), undefined);
    }
    await held?.release();
    assert.equal(own.pending, 0);
  });
});
