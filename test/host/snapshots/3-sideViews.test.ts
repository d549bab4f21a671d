import assert from 'node:assert/strict';
import { Lists, type ListsOptions } from '../../../src/app/lists/lists';
import { ApiError } from '../../../src/core/kernel/errors';
import { Emitter } from '../../../src/core/kernel/event';
import { SandboxStore } from '../../../src/core/list/store';
import type { Connection } from '../../../src/host/session/connection';
import type { Session } from '../../../src/host/session/session';
import { FakeClock, settle } from '../../support/fakeClock';
import { sandbox } from '../../support/sandboxBuilder';
import { FakeMemento } from '../../support/storage/fakeMemento';

const unreached = { kind: 'network', message: 'refused' } as const;
const listing = { snapshots: [], badRows: 0, badRowList: [], isCut: false, isTruncated: false };

interface Answer {
  readonly resolve: (value: typeof listing) => void;
  readonly reject: (error: Error) => void;
}

/** The lists of an account whose snapshots are asked for, and not answered. */
function listsOf() {
  const sandboxes = new SandboxStore();
  const sessions = new Emitter<Session | undefined>();
  const answers: Answer[] = [];
  // Only these members are used.
  const connection = {
    signal: new AbortController().signal,
    snapshots: {
      learnEnd: () => undefined,
      list: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    },
  } as unknown as Connection;
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
  const lists = new Lists({
    sandboxes,
    sessions: { onDidChange: sessions.event } as unknown as ListsOptions['sessions'],
    connections: {
      current: connection,
      require: () => Promise.resolve(connection),
    } as unknown as ListsOptions['connections'],
    clock: new FakeClock(),
    logger,
    memento: new FakeMemento(),
  });
  sandboxes.reset({ kind: 'loading' });
  sessions.fire({} as unknown as Session);
  return { sandboxes, lists, answers };
}

function ignore(): void {
  // Nothing is looked for in the log.
}

describe('a view that was never read', () => {
  it('says that the service is not reached as soon as the list of sandboxes does, and is read when that is back', async () => {
    const { sandboxes, lists, answers } = listsOf();
    lists.snapshotLoader.setAttention({ focused: true, visible: true });
    await settle();
    assert.equal(answers.length, 1);
    assert.equal(lists.snapshots.current.status.kind, 'loading');
    sandboxes.fail(unreached);
    assert.deepEqual(lists.snapshots.current.status, { kind: 'failed', failure: unreached });
    assert.deepEqual(lists.catalog.current.status, { kind: 'failed', failure: unreached });
    answers[0]?.reject(new ApiError('network', 'refused'));
    await settle();
    sandboxes.applyListing([sandbox({})], 1, 1, 0);
    await settle();
    assert.equal(answers.length, 2);
    answers[1]?.resolve(listing);
    await settle();
    assert.equal(lists.snapshots.current.status.kind, 'fresh');
    lists.dispose();
  });

  it('takes over nothing else, and nothing once it was read', async () => {
    const { sandboxes, lists, answers } = listsOf();
    sandboxes.fail({ kind: 'forbidden', message: 'no' });
    assert.equal(lists.snapshots.current.status.kind, 'loading');
    lists.snapshotLoader.setAttention({ focused: true, visible: true });
    await settle();
    answers[0]?.resolve(listing);
    await settle();
    sandboxes.fail(unreached);
    assert.equal(lists.snapshots.current.status.kind, 'fresh');
    lists.dispose();
  });
});
