import assert from 'node:assert/strict';
import { setUnexpectedErrorHandler } from '../../../../../src/core/kernel/unexpected';
import { Poller } from '../../../../../src/core/list/polling/poller';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  hour,
  ids,
  isSuspended,
  manual,
  open,
  refused,
  rejected,
  second,
  soFar,
  started,
  statusOf,
  unfocused,
  watched,
} from './pollerSession';

describe('Poller, when something hangs or throws', () => {
  const pending = Array.from({ length: 8 }, (_, index) => sandbox({ id: `p${index}`, state: 'pending' }));

  it('refreshes for the user at once behind eight reads that hang', async () => {
    const session = await started({ sandboxes: pending });
    const { clock, source, poller } = session;
    source.hold();
    await clock.advance(2 * second);
    assert.deepEqual(source.take(), ['1 get p0']);
    const refreshed = poller.refresh();
    await clock.advance(0);
    assert.deepEqual(source.take(), ['2 list']);
    assert.equal(await soFar(refreshed), 'open');
  });

  it('refreshes for the user while a listing hangs, whose answer then counts for nothing', async () => {
    const session = open({ sandboxes: [sandbox({ id: 'old' })] });
    const { clock, source, poller } = session;
    const release = source.hold({ isDeaf: true });
    await clock.advance(0);
    assert.deepEqual(source.take(), ['0 list']);
    const refreshed = poller.refresh();
    const releaseNext = (await clock.advance(0), source.hold());
    assert.deepEqual(source.take(), ['0 list']);
    source.sandboxes = [sandbox({ id: 'new' })];
    releaseNext();
    void poller.refresh();
    await clock.advance(4 * second);
    assert.equal(await soFar(refreshed), undefined);
    assert.deepEqual(ids(session), ['new']);
    release();
    await clock.advance(0);
    assert.deepEqual(ids(session), ['new']);
    assert.equal(statusOf(session).kind, 'fresh');
  });

  it('does not take a listing for a success whose place a refresh took that failed', async () => {
    const session = open();
    const { clock, source, poller } = session;
    const release = source.hold({ isDeaf: true });
    await clock.advance(0);
    source.hold()();
    source.listFailure = refused;
    void poller.refresh();
    await clock.advance(0);
    assert.equal(statusOf(session).kind, 'failed');
    release();
    await clock.advance(second);
    assert.deepEqual([statusOf(session).kind, poller.listedAtMs], ['failed', undefined]);
    assert.deepEqual(source.take(), ['0 list', '0 list']);
  });

  it('sets no timer while a listing hangs that nobody waits for', async () => {
    const { clock, source, poller } = await started();
    source.hold();
    await clock.advance(20 * second);
    poller.setConditions(watched);
    await clock.advance(hour);
    assert.deepEqual([source.take(), clock.pending], [['15 list'], 0]);
  });

  it('waits 3 s at most for an earlier refresh of the user, and answers both with the later one', async () => {
    const { clock, source, poller } = await started();
    source.hold();
    const first = poller.refresh();
    await clock.advance(second);
    const release = source.hold();
    const next = poller.refresh();
    await clock.advance(2 * second - 1);
    assert.deepEqual(source.take(), ['0 list']);
    await clock.advance(1);
    assert.deepEqual(source.take(), ['3 list']);
    release();
    await clock.advance(0);
    assert.equal(await soFar(Promise.all([first, next]).then(() => 'both')), 'both');
  });

  it('waits for an earlier refresh of the user for as long as pages come', async () => {
    const sandboxes = ['a', 'b', 'c'].map(id => sandbox({ id }));
    const { clock, source, poller } = await started({ sandboxes, pageSize: 1, latencyMs: 2 * second });
    await clock.advance(10 * second);
    source.take();
    void poller.refresh();
    await clock.advance(second);
    void poller.refresh();
    await clock.advance(5 * second);
    assert.deepEqual(source.take(), ['10 list', '12 list 1', '14 list 2', '16 list']);
  });

  it('goes back to its interval once a refresh of the user took the place of what hung', async () => {
    const { clock, source, poller } = await started();
    source.hold();
    await clock.advance(20 * second);
    source.hold()();
    void poller.refresh();
    await clock.advance(31 * second);
    assert.deepEqual(source.take(), ['15 list', '20 list', '35 list', '50 list']);
  });

  it('looks at a rejected key once more each time the window comes to the front, a minute apart', async () => {
    const session = await started();
    const { clock, source, poller } = session;
    source.listFailure = rejected;
    await clock.advance(15 * second);
    source.take();
    const comeBack = (): void => [unfocused, watched].forEach(each => poller.setConditions(each));
    comeBack();
    comeBack();
    await clock.advance(hour);
    assert.deepEqual(source.take(), ['75 list']);
    comeBack();
    await clock.advance(hour);
    assert.deepEqual(source.take(), ['3615 list']);
    [unfocused, manual].forEach(each => poller.setConditions(each));
    await clock.advance(hour);
    assert.deepEqual(source.take(), []);
    source.listFailure = undefined;
    comeBack();
    await clock.advance(0);
    assert.deepEqual(source.take(), ['10815 list']);
    assert.equal(statusOf(session).kind, 'fresh');
  });

  describe('with callbacks that throw', () => {
    let unexpected: string[];
    beforeEach(() => {
      unexpected = [];
      setUnexpectedErrorHandler(error => unexpected.push(String(error)));
    });
    afterEach(() => setUnexpectedErrorHandler(undefined));
    const broken = (): never => {
      throw new Error('broken');
    };

    it('goes on with its listings behind a listener of the store that throws, and answers who asked', async () => {
      const session = await started();
      session.store.onDidChange(broken);
      const heard: string[] = [];
      session.store.onDidChange(({ current }) => heard.push(current.status.kind));
      await session.clock.advance(second);
      const refreshed = session.poller.refresh();
      await session.clock.advance(16 * second);
      assert.equal(await soFar(refreshed), undefined);
      assert.deepEqual(session.source.take(), ['1 list', '16 list']);
      assert.deepEqual(unexpected, ['Error: broken', 'Error: broken']);
      assert.deepEqual(heard, ['fresh', 'fresh']);
      assert.equal(statusOf(session).kind, 'fresh');
    });

    it('ends the follow whose test throws, and no other', async () => {
      const { clock, source, poller } = await started();
      const thrower = poller.follow('a', broken);
      const other = poller.follow('a', isSuspended);
      await clock.advance(second);
      assert.deepEqual(await soFar(thrower), { kind: 'stopped' });
      assert.deepEqual(unexpected, ['Error: broken']);
      source.put(sandbox({ id: 'a', state: 'suspended' }));
      await clock.advance(2 * second);
      const outcome = await soFar(other);
      assert.ok(outcome !== 'open' && outcome.kind === 'settled');
    });

    it('tries again after a failure whose report throws', async () => {
      const { clock, source, store } = open();
      const poller = new Poller({
        source,
        store,
        clock,
        conditions: watched,
        random: () => 0,
        onFailure: broken,
      });
      source.listFailure = new Error('no');
      await clock.advance(0);
      const refreshed = poller.refresh();
      await clock.advance(0);
      assert.equal(await soFar(refreshed), undefined);
      assert.ok(unexpected.every(each => each === 'Error: broken') && unexpected.length > 0);
      poller.dispose();
    });
  });
});
