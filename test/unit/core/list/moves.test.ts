import assert from 'node:assert/strict';
import { followMove, moves } from '../../../../src/core/list/moves';
import type { SandboxState } from '../../../../src/core/sandbox/state';
import { sandbox } from '../../../support/sandboxBuilder';
import { open, refused, second, soFar, started, unfocused } from './poller/pollerSession';

/** Per request: the state before it, the state while it is carried out, and its goal. */
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

    it(`${verb}: is unchanged after ten seconds without a change`, async () => {
      const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a', state: from })] });
      const following = followMove(poller, 'a', move);
      await clock.advance(9.9 * second);
      assert.equal(await soFar(following), 'open');
      await clock.advance(0.2 * second);
      const outcome = await following;
      assert.ok(outcome.kind === 'unchanged' && outcome.item?.state === from, JSON.stringify(outcome));
      assert.ok(source.take().filter(line => line.endsWith('get a')).length >= 5);
    });

    it(`${verb}: is settled as soon as the goal is reached`, async () => {
      const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a', state: from })] });
      const following = followMove(poller, 'a', move);
      source.put(sandbox({ id: 'a', state: goal }));
      await clock.advance(1.1 * second);
      const outcome = await following;
      assert.ok(outcome.kind === 'settled' && outcome.item.state === goal, JSON.stringify(outcome));
    });

    if (via)
      it(`${verb}: has no ten-second limit once the sandbox is ${via}`, async () => {
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

  it('is settled when a sandbox returns to its first state', async () => {
    const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a' })] });
    const following = followMove(poller, 'a', moves.suspend);
    source.put(sandbox({ id: 'a', state: 'suspending' }));
    await clock.advance(1.1 * second);
    source.put(sandbox({ id: 'a' }));
    await clock.advance(6 * second);
    const outcome = await following;
    assert.ok(outcome.kind === 'settled' && outcome.item.state === 'running', JSON.stringify(outcome));
  });

  it('is gone when the service no longer knows the sandbox', async () => {
    const { poller, clock, source } = await started({ sandboxes: [sandbox({ id: 'a' })] });
    const following = followMove(poller, 'a', moves.terminate);
    source.drop('a');
    await clock.advance(1.1 * second);
    assert.deepEqual(await following, { kind: 'gone' });
  });

  it('is unchanged without a row when nothing could be read, and polls in an unfocused window too', async () => {
    const session = open({ sandboxes: [sandbox({ id: 'a' })], conditions: unfocused });
    await session.clock.advance(0);
    session.source.getFailure = refused;
    const following = followMove(session.poller, 'a', moves.suspend);
    await session.clock.advance(10 * second);
    assert.deepEqual(await following, { kind: 'unchanged', item: undefined });
  });
});
