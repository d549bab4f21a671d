import assert from 'node:assert/strict';
import { eachInSteps, type Steps } from '../../../../../src/core/kernel/steps';
import { ListObserver } from '../../../../../src/core/list/polling/listObserver';
import { type PanelChange, SandboxStore } from '../../../../../src/core/list/store';
import { FakeClock } from '../../../../support/fakeClock';
import { sandbox } from '../../../../support/sandboxBuilder';

function listing(store: SandboxStore, clock: FakeClock) {
  return (count: number): void => {
    const rows = Array.from({ length: count }, (_, index) => sandbox({ id: `s${index}` }));
    store.applyListing(rows, clock.now(), clock.now(), 0);
  };
}

const sizesOf = ({ previous, current }: PanelChange): string =>
  `${previous.rows.size} to ${current.rows.size}`;

/** An observer whose update returns nothing. */
function observed() {
  const store = new SandboxStore();
  const clock = new FakeClock();
  const changes: string[] = [];
  const observer = new ListObserver(store, clock, change => {
    changes.push(sizesOf(change));
    return undefined;
  });
  return { store, clock, observer, list: listing(store, clock), taken: () => changes.splice(0) };
}

/** An observer whose update takes a turn for each step. */
function working() {
  const store = new SandboxStore();
  const clock = new FakeClock();
  const done: string[] = [];
  let steps = 0;
  function* update(change: PanelChange): Steps<void> {
    const items = Array.from({ length: 1_000 });
    yield* eachInSteps(items, () => {
      steps += 1;
    });
    done.push(sizesOf(change));
  }
  // One reading for the end of the turn, the next of a time after it.
  let readings = 0;
  const monotonic = (): number => (readings += 1_000);
  const observer = new ListObserver(
    store,
    { after: (delayMs, act) => clock.after(delayMs, act), monotonic },
    update,
  );
  return {
    store,
    clock,
    observer,
    list: listing(store, clock),
    done: () => done.splice(0),
    steps: () => steps,
  };
}

describe('ListObserver', () => {
  it('tells of a change of a short list at once', () => {
    const { list, taken, clock } = observed();
    list(5_000);
    assert.deepEqual([taken(), clock.pending], [['0 to 5000'], 0]);
  });

  it('tells of changes of a long list once, in a turn of its own', async () => {
    const { list, taken, clock } = observed();
    list(6_000);
    list(7_000);
    assert.deepEqual(taken(), []);
    await clock.advance(0);
    assert.deepEqual(taken(), ['0 to 7000']);
    await clock.advance(1_000);
    assert.deepEqual(taken(), []);
  });

  it('tells at once when a long list becomes a short one, and then not again', async () => {
    const { store, list, taken, clock } = observed();
    list(7_000);
    store.reset({ kind: 'signedOut' });
    assert.deepEqual(taken(), ['0 to 0']);
    await clock.advance(0);
    assert.deepEqual([taken(), clock.pending], [[], 0]);
  });

  it('works on a long list in turns, and then on what has changed meanwhile', async () => {
    const { list, done, steps, clock, observer } = working();
    list(6_000);
    let isUpToDate = false;
    void observer.whenUpToDate().then(() => (isUpToDate = true));
    const seen: number[] = [];
    const watch = (): void => {
      seen.push(steps());
      if (seen.length === 2) list(7_000);
      if (!isUpToDate) clock.after(0, watch);
    };
    watch();
    await clock.advance(0);
    assert.deepEqual(done(), ['0 to 6000', '6000 to 7000']);
    assert.ok(isUpToDate);
    const jumps = seen.map((count, index) => count - (seen[index - 1] ?? 0));
    assert.ok(Math.max(...jumps) <= 200, jumps.join(' '));
  });

  it('drops work on a long list when it becomes a short one', async () => {
    const { list, done, clock } = working();
    list(6_000);
    clock.after(0, () => list(10));
    await clock.advance(0);
    assert.deepEqual(done(), ['0 to 10']);
    assert.equal(clock.pending, 0);
  });

  it('is up to date while nothing is to be done, and once it is disposed', async () => {
    const { list, observer } = observed();
    await observer.whenUpToDate();
    list(6_000);
    const waiting = observer.whenUpToDate();
    observer.dispose();
    await waiting;
  });

  it('takes something else than the list as a change of it', async () => {
    const { list, taken, observer, clock } = observed();
    list(10);
    observer.refresh();
    assert.deepEqual(taken(), ['0 to 10', '10 to 10']);
    list(6_000);
    observer.refresh();
    await clock.advance(0);
    assert.deepEqual(taken(), ['10 to 6000']);
  });

  it('goes on after an update that fails', async () => {
    const store = new SandboxStore();
    const clock = new FakeClock();
    let fails = true;
    const sizes: number[] = [];
    const observer = new ListObserver(store, clock, ({ current }) => {
      if (fails) throw new Error('broken');
      sizes.push(current.rows.size);
      return undefined;
    });
    const list = listing(store, clock);
    list(6_000);
    const waiting = observer.whenUpToDate();
    await assert.rejects(clock.advance(0), /broken/);
    await waiting;
    fails = false;
    list(7_000);
    await clock.advance(0);
    assert.deepEqual(sizes, [7_000]);
  });

  it('tells nothing after it is disposed', async () => {
    const { list, taken, clock, observer } = observed();
    list(6_000);
    observer.dispose();
    list(10);
    await clock.advance(0);
    assert.deepEqual(taken(), []);
  });
});
