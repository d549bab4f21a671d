import { l10n } from 'vscode';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import type { FailedSandbox } from '../../api/control/sandboxes/createSchema';
import { isAmbiguous, cancelledBy } from '../../core/kernel/errors';
import { provisionalSandbox } from '../../core/create/provisional';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { inform } from '../../host/editor/dialogs/messages';
import type { Connection } from '../../host/session/connection';
import { lostText } from '../../text/create/lostText';
import { isCancellation, UncertainError, UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import type { AppContext } from '../../app/appContext';
import type { KnownBy } from '../../app/features';
import type { Origins } from '../../core/sandbox/origins';
import { findLost, readMade, requireNew, sentNow } from './made';
import type { CreateServices } from './wizard/step';

/** A sandbox that was made, as it was read since; undefined where it could not be read. */
export interface Made {
  readonly id: string;
  readonly sandbox: Sandbox | undefined;
  readonly known: KnownBy;
}

/**
 * Creates a sandbox and returns it. A create is never repeated: when the answer is lost, or the user does not wait
 * for it, the sandbox is looked for in the list (API reference section 6, points 1 and 2).
 *
 * @param cancel aborted when the user does not want to wait; it includes the end of the session
 * @param onAnswered called with the id once the service named it, though it may not know it yet
 * @throws UncertainError when it may have been created
 */
export async function createAndFind(
  context: AppContext,
  { origins }: Pick<CreateServices, 'origins'>,
  connection: Connection,
  request: CreateSandboxRequest,
  cancel: AbortSignal,
  onAnswered: (id: string) => void,
): Promise<Made> {
  if (cancel.aborted) throw cancelledBy(cancel, true);
  const sent = sentNow(context);
  try {
    const created = await connection.sandboxes.create(request, cancel);
    if (created.kind === 'failed') throw new UserError(startFailureText(created));
    requireNew(created.sandboxId, sent);
    onAnswered(created.sandboxId);
    connection.poller.applyUpdate([provisionalSandbox(request, created, context.clock.now())]);
    const sandbox = await readMade(context, connection, created.sandboxId);
    recordSource(origins, request, created.sandboxId);
    return { id: created.sandboxId, sandbox, known: 'answer' };
  } catch (error) {
    if (!isAmbiguous(error) || connection.signal.aborted) throw error;
    const { found, listed } = await findLost(context, connection, sent, {
      kind: 'create',
      name: request.name,
    });
    const [only, ...others] = found;
    if (!only || others.length > 0) throw new UncertainError(lostText(error, listed));
    recordSource(origins, request, only.id);
    if (isCancellation(error))
      inform(l10n.t('{0} was created before it could be cancelled.', rowName({ sandbox: only })));
    return { id: only.id, sandbox: only, known: knownAfter(error) };
  }
}

/** How what was found in the list is known. @param error why the answer is missing */
export function knownAfter(error: unknown): KnownBy {
  return isCancellation(error) ? 'listAfterCancel' : 'list';
}

/** The service does not report which snapshot a sandbox was restored from, so it is recorded here. */
function recordSource(origins: Origins, { snapshotId }: CreateSandboxRequest, id: string): void {
  if (snapshotId !== undefined) origins.record(id, 'snapshot', snapshotId);
}

/** A sentence about a sandbox that the service accepted and that failed to start. */
export function startFailureText({ reason, errorDetails }: FailedSandbox): string {
  const why = [reason, errorDetails].filter(part => part !== undefined).join(': ');
  return why === ''
    ? l10n.t('It did not start, and the service gave no reason.')
    : l10n.t('It did not start: {0}', plainText(why));
}
