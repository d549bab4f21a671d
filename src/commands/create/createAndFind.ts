import { l10n } from 'vscode';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { FailedSandbox } from '../../api/control/createSchema';
import { isAmbiguous } from '../../core/kernel/errors';
import { provisionalSandbox } from '../../core/create/provisional';
import type { Connection } from '../../host/session/connection';
import { UserError } from '../../text/kit/failureText';
import type { AppContext } from '../../app/appContext';
import type { Origins } from '../../core/sandbox/origins';
import type { CreateServices } from './step';

/** The largest difference expected between the clocks of this machine and the service. */
const clockSkewMs = 2 * 60_000;

/**
 * Creates a sandbox and returns its id. A create is never repeated: when the answer is lost, the sandbox is looked
 * up by its name, or found in the next listing (API reference section 6, points 1 and 2).
 */
export async function createAndFind(
  context: AppContext,
  { origins }: Pick<CreateServices, 'origins'>,
  connection: Connection,
  request: CreateSandboxRequest,
): Promise<string> {
  const { control, poller, signal } = connection;
  const before = new Set(context.store.current.rows.keys());
  const startedAtMs = context.clock.now();
  try {
    const created = await control.create(request, signal);
    if (created.kind === 'failed') throw new UserError(failureText(created));
    poller.applyUpdate([provisionalSandbox(request, created, context.clock.now())]);
    recordSource(origins, request, created.sandboxId);
    return created.sandboxId;
  } catch (error) {
    if (!isAmbiguous(error) || signal.aborted) throw error;
    await poller.refresh();
    const found = findLost(context, request, before, startedAtMs - clockSkewMs);
    if (found) {
      recordSource(origins, request, found.id);
      return found.id;
    }
    if (context.store.current.status.kind === 'fresh') throw error;
    throw new UserError(
      l10n.t(
        'The answer was lost, and the list cannot be read. It may have been created: refresh before trying again.',
      ),
    );
  }
}

/** The service does not report which snapshot a sandbox was restored from, so it is recorded here. */
function recordSource(origins: Origins, { snapshotId }: CreateSandboxRequest, id: string): void {
  if (snapshotId !== undefined) origins.record(id, 'snapshot', snapshotId);
}

function failureText({ reason, errorDetails }: FailedSandbox): string {
  const why = [reason, errorDetails].filter(part => part !== undefined).join(': ');
  return why === ''
    ? l10n.t('It did not start, and the service gave no reason.')
    : l10n.t('It did not start: {0}', why);
}

function findLost(
  context: AppContext,
  request: CreateSandboxRequest,
  before: ReadonlySet<string>,
  notBeforeMs: number,
): Sandbox | undefined {
  const isOurs = ({ id, name, state, createdAtMs }: Sandbox): boolean =>
    !before.has(id) &&
    state !== 'terminated' &&
    name === request.name &&
    (name !== undefined || (createdAtMs ?? 0) >= notBeforeMs);
  const found = [...context.store.current.rows.values()].map(row => row.sandbox).filter(isOurs);
  return found.length === 1 ? found[0] : undefined;
}
