import { commands, l10n } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { mapLimited } from '../../core/kernel/async';
import { isAmbiguous } from '../../core/kernel/errors';
import type { CopyOutcome, AcceptedSandbox } from '../../api/control/sandboxes/createSchema';
import { copyCountViolation, copyLimits } from '../../core/create/createRequest';
import type { Sent } from '../../core/create/lostCreate';
import { provisionalCopy } from '../../core/create/provisional';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { offer, warn } from '../../host/editor/dialogs/messages';
import { cancellableTitle, lostText, publicCopies } from '../../text/create/lostText';
import { UncertainError, UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askText } from '../../host/editor/dialogs/quickInput';
import { rowName } from '../../text/sandbox/rowText';
import { commandIds } from '../../manifest';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import type { Origins } from '../../core/sandbox/origins';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import { failureWords, pickCopy } from './duplicateResults';
import { closeLater } from '../change/closeLater';
import { askInherited, type InheritedAccess } from '../change/questions/askOpening';
import { readAgain } from '../change/reviewChange';
import { sendOffered } from '../../app/offered';
import { findLost, readMade, sentNow } from '../create/made';
import { resolveTarget } from '../../app/targets';

/** The services in which copies are recorded. */
export interface CopyServices {
  readonly origins: Origins;
  readonly deadlines: PublicDeadlines;
}

/** Copies that are read at once. */
const concurrency = 4;

/** Makes live copies of a running sandbox, memory included, and shows the outcome of each (API reference section 2.9). */
export function duplicate(context: AppContext, services: CopyServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the sandbox'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canDuplicate'],
        question: () => l10n.t('Copy which sandbox?'),
        none: () => l10n.t('No running sandbox to copy.'),
      });
      if (!row) return;
      const times = givenCount(args[2]) ?? (await askCount(row.sandbox));
      if (times === undefined) return;
      const access = await askAccess(context, services, connection, row.sandbox, times);
      if (!access) return;
      let outcome: CopyOutcome | undefined;
      await runBatch(context, connection, [row], 'copy', async sandbox => {
        outcome = await copyOnce(context, services, connection, sandbox, { times, access });
        return undefined;
      });
      if (outcome) inBackground(present(context, row.sandbox, outcome, { times, access }));
      return outcome?.copies.flatMap(copy => (copy.kind === 'accepted' ? [copy.sandboxId] : []));
    },
  };
}

async function askCount(sandbox: Sandbox): Promise<number | undefined> {
  const answer = await askText({
    title: l10n.t('Copy {0}', rowName({ sandbox })),
    prompt: l10n.t(
      'How many copies, {0} to {1}. Each runs and bills like the original, with its disk, memory and processes as they are now. Copies have no name and end when idle; rename them to keep them.',
      copyLimits.min,
      copyLimits.max,
    ),
    value: String(copyLimits.min),
    validate: text => countProblem(text.trim() === '' ? Number.NaN : Number(text)),
  });
  return answer.kind === 'value' ? Number(answer.value) : undefined;
}

function givenCount(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const problem = countProblem(typeof value === 'number' ? value : Number.NaN);
  if (problem !== undefined) throw new UserError(problem);
  return Number(value);
}

function countProblem(count: number): string | undefined {
  return copyCountViolation(count) === undefined
    ? undefined
    : l10n.t('A whole number from {0} to {1} is needed.', copyLimits.min, copyLimits.max);
}

/**
 * Asks for how long the copies of a public sandbox are to be public. The service makes them as public as their source,
 * so those that are to be private are closed as soon as they are there.
 *
 * @returns undefined when the user backed out
 */
async function askAccess(
  { clock }: AppContext,
  { deadlines }: CopyServices,
  connection: Connection,
  known: Sandbox,
  times: number,
): Promise<InheritedAccess | undefined> {
  const source = await readAgain(connection, known);
  if (!source.allowUnauthenticatedAccess) return { isPublic: false };
  const name = rowName({ sandbox: source });
  const end = deadlines.ends.get(source.id);
  return await askInherited(clock, {
    title: l10n.t('Public Access to Copies of {0}', name),
    placeholder: l10n.t('{0} is public, and so are its copies. Choose or type for how long.', name),
    question:
      times === 1
        ? l10n.t('Make a public copy of {0}?', name)
        : l10n.t('Make {0} public copies of {1}?', times, name),
    ports: source.exposedPorts,
    ...(end && { source: { name, closesAtMs: end.closesAtMs } }),
  });
}

/** How many copies, and how long they are to be public. */
interface CopyOrder {
  readonly times: number;
  readonly access: InheritedAccess;
}

/**
 * Sends one request and never repeats it: when the answer is lost, or the user does not wait for it, the copies may
 * exist. They are looked for in the list.
 *
 * @throws UncertainError then
 */
async function copyOnce(
  context: AppContext,
  services: CopyServices,
  connection: Connection,
  sandbox: Sandbox,
  { times, access }: CopyOrder,
): Promise<CopyOutcome> {
  const { sandboxes, signal } = connection;
  const sent = sentNow(context);
  const title =
    times === 1
      ? l10n.t('Copying {0}…', rowName({ sandbox }))
      : l10n.t('Making {0} copies of {1}…', times, rowName({ sandbox }));
  const progress = startProgress(cancellableTitle(title), signal);
  let outcome: CopyOutcome;
  try {
    outcome = await progress.until(
      sendOffered(context, connection, sandbox, 'copy', async () =>
        sandboxes.copy(sandbox.id, times, progress.signal),
      ),
    );
  } catch (error) {
    if (!isAmbiguous(error)) throw error;
    const lost = findLost(context, connection, sent, { kind: 'copy' }, times);
    const listed = await lost.then(
      found => found.listed,
      () => {
        // The account changed: nobody can look, which has to be told only of what is open to everybody.
        if (!access.isPublic) throw error;
        return 'unread' as const;
      },
    );
    const text = lostText(error, listed);
    throw new UncertainError(access.isPublic ? publicCopies(text, rowName({ sandbox })) : text);
  }
  return await applyCopies(context, services, connection, sandbox, onlyNew(outcome, sent), access);
}

/** An answer without the sandboxes that were there before: those are no copies, and nothing is known of what was made. */
function onlyNew({ copies, unreadable }: CopyOutcome, { known }: Sent): CopyOutcome {
  const fresh = copies.filter(({ sandboxId }) => !known.has(sandboxId));
  return { copies: fresh, unreadable: unreadable + copies.length - fresh.length };
}

/** Shows the copies in the list, and returns those that the service knows. */
async function applyCopies(
  context: AppContext,
  { origins, deadlines }: CopyServices,
  connection: Connection,
  source: Sandbox,
  { copies, unreadable }: CopyOutcome,
  { isPublic, closesAtMs }: InheritedAccess,
): Promise<CopyOutcome> {
  const { poller } = connection;
  const accepted = copies.filter((copy): copy is AcceptedSandbox => copy.kind === 'accepted');
  const nowMs = context.clock.now();
  for (const { sandboxId } of accepted) origins.record(sandboxId, 'sandbox', source.id);
  const made = accepted.map(copy => provisionalCopy(source, copy, nowMs));
  poller.applyUpdate(made);
  const close = async (): Promise<void> => {
    if (isPublic) await closeLater(context, deadlines, connection, made, closesAtMs);
  };
  void close();
  const unknown = await notKnown(context, connection, accepted);
  void close();
  return {
    copies: copies.filter(({ sandboxId }) => !unknown.has(sandboxId)),
    unreadable: unreadable + unknown.size,
  };
}

/** Ids of the copies that the service does not know although it answered with them. */
async function notKnown(
  context: AppContext,
  connection: Connection,
  accepted: readonly AcceptedSandbox[],
): Promise<ReadonlySet<string>> {
  // These rows are made from the source; the listing replaces them, and drops what it does not have.
  await connection.poller.refresh();
  const { rows, status } = context.store.current;
  if (status.kind !== 'fresh') return new Set();
  const missing = accepted.map(({ sandboxId }) => sandboxId).filter(id => !rows.has(id));
  const unknown = new Set<string>();
  await mapLimited(missing, concurrency, async id => {
    try {
      await readMade(context, connection, id);
    } catch (error) {
      if (!(error instanceof UncertainError)) throw error;
      unknown.add(id);
    }
  });
  return unknown;
}

/** Shows the outcome: a notification when all copies run, a list when some do not. */
async function present(
  context: AppContext,
  source: Sandbox,
  { copies, unreadable }: CopyOutcome,
  { times, access }: CopyOrder,
): Promise<void> {
  const running = copies.filter(copy => copy.kind === 'accepted' && !copy.waitTimedOut);
  const [first] = running;
  const name = rowName({ sandbox: source });
  const isOpenUnseen = access.isPublic && copies.length < times;
  if (first && running.length === times) {
    await context.view.reveal(first.sandboxId);
    const text =
      times === 1
        ? l10n.t('A copy of {0} is running: {1}', name, first.sandboxId)
        : l10n.t('{0} copies of {1} are running.', times, name);
    if (!(await offer(text, times === 1 ? l10n.t('Show Details') : l10n.t('Show Copies')))) return;
    if (times === 1) {
      await commands.executeCommand(commandIds.showDetails, first.sandboxId);
      return;
    }
  } else if (copies.length === 0) {
    const text = l10n.t('The service did not say what became of the copies of {0}.', name);
    warn(isOpenUnseen ? publicCopies(text, name) : text);
    return;
  }
  if (isOpenUnseen)
    warn(publicCopies(l10n.t('The service named only {0} of {1} copies.', copies.length, times), name));
  if (copies.length === 1 && copies[0]?.kind === 'failed') {
    warn(l10n.t('The copy of {0} failed: {1}', name, failureWords(copies[0])));
    return;
  }
  const chosen = await pickCopy(name, copies, times, unreadable);
  if (chosen !== undefined) await commands.executeCommand(commandIds.showDetails, chosen);
}
