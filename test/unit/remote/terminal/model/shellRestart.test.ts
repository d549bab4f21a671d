import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { SandboxState } from '../../../../../src/core/sandbox/state';
import type { ShellConnection, ShellConnectionEvents } from '../../../../../src/core/terminal/shellEvents';
import { Shell } from '../../../../../src/remote/terminal/model/shell';
import { FakeClock, settle } from '../../../../support/fakeClock';

const ignore = (): void => undefined;
const unknown = new ApiError('notFound', 'Sandbox not found', { status: 404, code: 'SANDBOX_NOT_FOUND' });

/** A shell behind a proxy that may be told to know the sandbox no more. */
async function attachedShell() {
  const clock = new FakeClock();
  const told: string[] = [];
  const scene: { state: SandboxState; refusal: ApiError | undefined; events?: ShellConnectionEvents } = {
    state: 'running',
    refusal: undefined,
  };
  const connection: ShellConnection = {
    write: ignore,
    resize: ignore,
    pause: ignore,
    resume: ignore,
    probe: ignore,
    close: ignore,
    dispose: ignore,
  };
  const shell = new Shell(
    {
      attach: events => {
        scene.events = events;
        return scene.refusal ? Promise.reject(scene.refusal) : Promise.resolve(connection);
      },
      sandboxState: () => Promise.resolve(scene.state),
      wake: () => Promise.resolve(),
      abandon: ignore,
      isSignedOut: () => false,
    },
    { push: ignore, clear: ignore, replayBegins: ignore, replayEnds: ignore },
    {
      notice: ({ kind }) => void told.push(kind),
      ended: end => {
        told.push(`end ${end.kind}`);
        if (end.kind === 'gone' && end.isSudden) told.push('suddenly');
      },
    },
    clock,
  );
  shell.start({ rows: 24, cols: 80 }, false);
  await settle();
  const lose = async (): Promise<void> => {
    scene.events?.ended({ kind: 'lost', reason: 'reset' });
    await settle();
    await clock.advance(0);
  };
  return { clock, told, scene, lose, shell };
}

describe('a shell whose way was started again', () => {
  it('is not told to be gone while the proxy does not know the sandbox yet, and comes back', async () => {
    const { clock, told, scene, lose, shell } = await attachedShell();
    scene.refusal = unknown;
    await lose();
    await clock.advance(1_000);
    assert.deepEqual(told, ['lost']);
    scene.refusal = undefined;
    await clock.advance(2_000);
    await clock.advance(1_000);
    assert.deepEqual(told, ['lost', 'reconnected']);
    shell.dispose();
  });

  it('is gone all of a sudden when the inside knows it no more, and not once the service may have ended it', async () => {
    const gone = new ApiError('notFound', 'No such session', { status: 404, code: 'SESSION_NOT_FOUND' });
    const sudden = await attachedShell();
    sudden.scene.refusal = gone;
    await sudden.lose();
    assert.deepEqual(sudden.told, ['lost', 'end gone', 'suddenly']);
    const late = await attachedShell();
    late.scene.refusal = unknown;
    await late.lose();
    await late.clock.advance(300_000);
    late.scene.refusal = gone;
    await late.clock.advance(15_000);
    late.shell.write('\r');
    await late.clock.advance(1_000);
    assert.equal(late.told.at(-1), 'end gone');
    const known = await attachedShell();
    known.scene.refusal = gone;
    known.scene.events?.ended({ kind: 'lagged' });
    await settle();
    await known.clock.advance(0);
    assert.equal(known.told.at(-1), 'suddenly');
  });

  it('ends with its sandbox, as soon as the service says so', async () => {
    const { clock, told, scene, lose } = await attachedShell();
    scene.refusal = unknown;
    await lose();
    scene.state = 'terminated';
    await clock.advance(1_000);
    assert.deepEqual(told, ['lost', 'end sandboxGone']);
  });
});
