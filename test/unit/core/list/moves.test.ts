import assert from 'node:assert/strict';
import { followMove, moves } from '../../../../src/core/list/moves';
import type { SandboxState } from '../../../../src/core/sandbox/state';
import { sandbox } from '../../../support/sandboxBuilder';
import { open, refused, second, soFar, started, unfocused } from './poller/pollerSession';

/** Where a sandbox is when nothing comes of a request, what shows that something does, and where it ends. */
const table: Readonly<
  Record<keyof typeof moves, { from: SandboxState; via?: SandboxState; goal: SandboxState }>
> = {
  suspend: { from: 'running', via: 'suspending', goal: 'suspended' },
  resume: { from: 'suspended', via: 'pending', goal: 'running' },
  terminate: { from: 'running', goal: 'terminated' },
};

describe('followMove', () => {
  for (const [verb, { from, via, goal }] of Object.entries(table)) {
    const move = moves[verb as keyof typeof moves];

    it(`${verb}: ten seconds without a change mean that nothing happened`, async () => {
      const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a', state: from })] });
      const following = followMove(poller, 'a', move);
      await clock.advance(9.9 * second);
      assert.equal(await soFar(following), 'open');
      await clock.advance(0.2 * second);
      const outcome = await following;
      assert.ok(outcome.kind === 'unchanged' && outcome.item?.state === from, JSON.stringify(outcome));
      assert.ok(source.take().filter(line => line.endsWith('get a')).length >= 5);
    });

    it(`${verb}: the goal settles it at once`, async () => {
      const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a', state: from })] });
      const following = followMove(poller, 'a', move);
      source.put(sandbox({ id: 'a', state: goal }));
      await clock.advance(1.1 * second);
      const outcome = await following;
      assert.ok(outcome.kind === 'settled' && outcome.item.state === goal, JSON.stringify(outcome));
    });

    if (via)
      it(`${verb}: once it is ${via} it may take its time`, async () => {
        const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a', state: from })] });
        const following = followMove(poller, 'a', move);
        await clock.advance(5 * second);
        source.put(sandbox({ id: 'a', state: via }));
        await clock.advance(60 * second);
        assert.equal(await soFar(following), 'open');
        source.put(sandbox({ id: 'a', state: goal }));
        await clock.advance(6 * second);
        const outcome = await following;
        assert.ok(outcome.kind === 'settled' && outcome.item.state === goal, JSON.stringify(outcome));
      });
  }

  it('ends where a sandbox goes back to where it came from', async () => {
    const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a' })] });
    const following = followMove(poller, 'a', moves.suspend);
    source.put(sandbox({ id: 'a', state: 'suspending' }));
    await clock.advance(1.1 * second);
    source.put(sandbox({ id: 'a' }));
    await clock.advance(6 * second);
    const outcome = await following;
    assert.ok(outcome.kind === 'settled' && outcome.item.state === 'running', JSON.stringify(outcome));
  });

  it('is over when the service does not know the sandbox any more', async () => {
    const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a' })] });
    const following = followMove(poller, 'a', moves.terminate);
    source.drop('a');
    await clock.advance(1.1 * second);
    assert.deepEqual(await following, { kind: 'gone' });
  });

  it('says when nothing could be read, and looks in a window without focus too', async () => {
    const session = open({ sandboxes: [sandbox({ id: 'a' })], conditions: unfocused });
    await session.clock.advance(0);
    session.source.getFailure = refused;
    const following = followMove(session.poller, 'a', moves.suspend);
    await session.clock.advance(10 * second);
    assert.deepEqual(await following, { kind: 'unchanged', item: undefined });
  });
});
