import type { Clock } from '../../core/kernel/time/clock';
import type { DisposableStore } from '../../core/kernel/disposable';
import type { ApiError } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import { Poller, type PollerConditions } from '../../core/list/polling/poller';
import { RequestBudget } from '../../core/list/polling/requestBudget';
import type { SandboxStore } from '../../core/list/store';
import { loggingBadRows, type Services } from './openServices';
import { RunningSandboxes } from './runningSandboxes';
import type { Session } from './session';

/** Everything that lives exactly as long as a session. */
export interface Connection extends Omit<Services, 'dispose' | 'inside'> {
  readonly session: Session;
  readonly poller: Poller;
  /** The requests that the session sends in the background. */
  readonly budget: RequestBudget;
  /** The inside of sandboxes that run, for what the user asks for only. */
  readonly running: RunningSandboxes;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

export interface ConnectedParts {
  readonly session: Session;
  readonly services: Services;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly conditions: PollerConditions;
  /** Owns what is made, and the services. */
  readonly owned: DisposableStore;
  /** What the calls under way fail with when it ends. */
  readonly endedBy: () => ApiError | undefined;
}

/** Makes everything that lives as long as a session, and begins to read the list. */
export function connected(parts: ConnectedParts): Connection {
  const { session, services, store, clock, logger, owned } = parts;
  const abort = new AbortController();
  owned.add(services);
  const budget = new RequestBudget(clock);
  const poller = owned.add(
    new Poller({
      source: loggingBadRows(services.sandboxes.withoutRetries(), logger),
      store,
      clock,
      conditions: parts.conditions,
      random: Math.random,
      budget,
      onFailure: error => logger.warn(`Refresh failed (${error.kind}): ${error.message}`),
    }),
  );
  // First of all, so that what is under way learns why it ends.
  owned.add({ dispose: () => abort.abort(parts.endedBy()) });
  const { signal } = abort;
  const { sandboxes, inside } = services;
  const running = new RunningSandboxes({ sandboxes, poller, store, clock, inside, signal });
  return { ...services, session, poller, budget, running, signal };
}
