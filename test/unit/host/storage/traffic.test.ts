import assert from 'node:assert/strict';
import { Traffic } from '../../../../src/host/storage/traffic';
import { FakeClock } from '../../../support/fakeClock';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { sandbox } from '../../../support/sandboxBuilder';

const minute = 60_000;

function fail(error: unknown): never {
  throw error;
}

describe('the traffic of this computer', () => {
  it('is noted once a minute, in all windows', async () => {
    const memento = new FakeMemento();
    const clock = new FakeClock();
    const [one, other] = [new Traffic(memento, clock, fail), new Traffic(memento, clock, fail)];
    const startMs = clock.now();
    one.begin();
    one.note(['a', 'a']);
    other.note(['b']);
    assert.deepEqual(one.of(sandbox({ id: 'b' })), { atMs: startMs, isSeen: true });
    const stored = memento.get('tensorlake.traffic', undefined as unknown);
    await clock.advance(minute - 1);
    one.note(['a']);
    assert.deepEqual(memento.get('tensorlake.traffic', undefined as unknown), stored);
    await clock.advance(1);
    one.note(['a']);
    assert.deepEqual(other.of(sandbox({ id: 'a' })), { atMs: startMs + minute, isSeen: true });
  });

  it('counts from the beginning of the record where there was none', async () => {
    const clock = new FakeClock();
    const traffic = new Traffic(new FakeMemento(), clock, fail);
    const startMs = clock.now();
    traffic.begin();
    await clock.advance(3 * minute);
    traffic.begin();
    assert.deepEqual(traffic.of(sandbox({ createdAtMs: 0 })), { atMs: startMs, isSeen: false });
  });

  it('is noted again when the clock was set back', () => {
    const clock = new FakeClock(100 * minute);
    const traffic = new Traffic(new FakeMemento(), clock, fail);
    traffic.begin();
    traffic.note(['a']);
    clock.setBy(-90 * minute);
    traffic.note(['a']);
    assert.deepEqual(traffic.of(sandbox({ id: 'a' })), { atMs: 10 * minute, isSeen: true });
  });

  it('tells of what could not be stored', async () => {
    const memento = new FakeMemento();
    memento.update = () => Promise.reject(new Error('full'));
    const failures: unknown[] = [];
    const traffic = new Traffic(memento, new FakeClock(), error => failures.push(error));
    traffic.note(['a']);
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(failures.length, 1);
  });
});
