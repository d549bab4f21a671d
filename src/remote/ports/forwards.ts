import type { CommandContext } from '../../app/appContext';
import { isNothingListening } from '../../api/data/tunnel';
import { ApiError } from '../../core/kernel/errors';
import { reachRunning } from '../../app/reach';
import type { PortForward } from './portForward';
import { PortForwards } from './portForwards';

const known = new WeakMap<CommandContext, PortForwards>();

/** The forwards of this window. They end with the session that opened them, and with the sandbox. */
export function forwardsOf(context: CommandContext): PortForwards {
  const before = known.get(context);
  if (before) return before;
  const forwards = context.own(new PortForwards());
  known.set(context, forwards);
  context.own(
    forwards.onDidChange(({ sandboxId, remotePort, state: { trouble } }) => {
      if (trouble?.kind !== 'failed') return;
      const reason = trouble.error instanceof Error ? trouble.error.message : String(trouble.error);
      context.log.warn(`Port ${remotePort} of ${sandboxId} could not be reached: ${reason}`);
    }),
  );
  context.own(
    context.store.onDidChange(({ current }) => {
      for (const forward of forwards.list()) {
        const row = current.rows.get(forward.sandboxId);
        const isOver = row ? row.sandbox.state === 'terminated' : current.status.kind === 'fresh';
        if (isOver) forwards.remove(forward);
      }
    }),
  );
  return forwards;
}

/**
 * Forwards a port of a running sandbox to this machine, or returns the forward that does so already. A connection that
 * comes in while the sandbox is suspended is refused, since it would wake it.
 *
 * @param localPort exactly this one, or any
 */
export async function forwardPort(
  context: CommandContext,
  sandboxId: string,
  remotePort: number,
  localPort?: number,
): Promise<PortForward> {
  const forwards = forwardsOf(context);
  const before = forwards.find(sandboxId, remotePort);
  if (before && (localPort === undefined || before.localPort === localPort)) return before;
  const connection = await context.connections.require();
  const { session, signal: sessionSignal } = connection;
  const isLoopback = session.endpoint.isLoopback;
  const forward = await forwards.add(
    {
      sandboxId,
      remotePort,
      isNothingListening,
      open: async signal => {
        const { client } = await reachRunning(context, connection, sandboxId);
        return await client.tunnel(remotePort, signal);
      },
    },
    // Sandboxes of a service on this machine may share its ports, and a forward must not lead to itself.
    localPort ?? (isLoopback ? 0 : undefined),
  );
  // Another account must not serve, nor show, what was forwarded under this one.
  sessionSignal.addEventListener('abort', () => forwards.remove(forward), { once: true });
  if (sessionSignal.aborted) {
    forwards.remove(forward);
    throw new ApiError('cancelled', '');
  }
  return forward;
}
