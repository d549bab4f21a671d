import { l10n } from 'vscode';
import type { SandboxPatch } from '../../api/control/sandboxes/updateSchema';
import { isAmbiguous } from '../../core/kernel/errors';
import { createLimits } from '../../core/sandbox/rules';
import { portDifferences, portViolation, splitPorts } from '../../core/sandbox/exposedPorts';
import { portUrl } from '../../core/sandbox/portUrl';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { publicEndText, publicPortLines } from '../../text/publicAccess';
import { askText, type Answer } from '../../host/editor/dialogs/quickInput';
import { rowName } from '../../text/sandbox/rowText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import { askSpan, endOf, foreverItem, spanSentence, type PublicSpan } from './questions/askPublicSpan';
import { ignored, sendOffered } from '../../app/offered';
import { reviewChange, type ChangeLine, type ReviewedChange } from './reviewChange';
import { resolveTarget } from '../../app/targets';
import { violationText } from '../../text/create/violationText';

/** Ports and their access, so that a change to public access meanwhile is noticed. */
interface Ports {
  readonly ports: readonly number[];
  readonly isPublic: boolean;
}

/** Adds and removes exposed ports after a review. */
export function editPorts(context: AppContext, deadlines: PublicDeadlines): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not change the exposed ports'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canUpdate'],
        question: () => l10n.t('Change the exposed ports of which sandbox?'),
        none: () => l10n.t('No sandbox whose ports can be changed.'),
      });
      if (!row) return;
      const given = givenPorts(args[2]);
      let span: PublicSpan | undefined;
      const agreed = await reviewChange(
        connection,
        row,
        portsOf(row.sandbox, async (sandbox, ports) => {
          span = await confirmOpening(context, deadlines, sandbox, ports, given !== undefined);
          return span !== undefined;
        }),
        given && { wanted: { ports: given, isPublic: row.sandbox.allowUnauthenticatedAccess } },
      );
      if (!agreed) return;
      const { ports } = agreed.wanted;
      const patch = patchOf(agreed.sandbox, ports);
      const end = span?.kind === 'forSeconds' ? endOf(span, context.clock.now()) : undefined;
      await runBatch(context, connection, [row], 'update', async () => {
        const changed = await send(context, connection, deadlines, agreed.sandbox, patch, end);
        const isClosed = patch.allowUnauthenticatedAccess === false && !changed.allowUnauthenticatedAccess;
        if (isClosed) await deadlines.set(connection.session, [changed], undefined);
        const { added, removed } = portDifferences(changed.exposedPorts, ports);
        if (added.length + removed.length > 0) throw ignored('ports');
        return undefined;
      });
    },
  };
}

/**
 * Changes the ports. A new end of public access is recorded before the request, which may arrive though its answer is
 * lost; it is forgotten when nothing was changed.
 */
async function send(
  context: AppContext,
  connection: Connection,
  deadlines: PublicDeadlines,
  sandbox: Sandbox,
  patch: SandboxPatch,
  closesAtMs: number | undefined,
): Promise<Sandbox> {
  const { sandboxes, poller, session, signal } = connection;
  if (closesAtMs !== undefined) await deadlines.set(session, [sandbox], closesAtMs);
  try {
    const changed = await sendOffered(context, connection, sandbox, 'ports', async () =>
      sandboxes.update(sandbox.id, patch, signal),
    );
    poller.applyUpdate([changed]);
    return changed;
  } catch (error) {
    if (closesAtMs !== undefined && !isAmbiguous(error)) await deadlines.set(session, [sandbox], undefined);
    throw error;
  }
}

/** Turns public access off with the last port, since it would open the next port unseen (API reference section 2.6). */
function patchOf(sandbox: Sandbox, exposedPorts: readonly number[]): SandboxPatch {
  return exposedPorts.length === 0 && sandbox.allowUnauthenticatedAccess
    ? { exposedPorts, allowUnauthenticatedAccess: false }
    : { exposedPorts };
}

function portsOf(
  named: Sandbox,
  confirm: (sandbox: Sandbox, ports: readonly number[]) => Promise<boolean>,
): ReviewedChange<Ports> {
  const title = l10n.t('Exposed Ports of {0}', rowName({ sandbox: named }));
  return {
    title,
    read: ({ exposedPorts, allowUnauthenticatedAccess }) => ({
      ports: exposedPorts.toSorted((a, b) => a - b),
      isPublic: allowUnauthenticatedAccess,
    }),
    ask: async (sandbox, draft) => {
      const answer = await askPorts(title, draft.ports);
      return answer.kind === 'value'
        ? { kind: 'value', value: { ports: answer.value, isPublic: sandbox.allowUnauthenticatedAccess } }
        : answer;
    },
    lines: linesOf,
    refusal: ({ unreadPorts }) =>
      unreadPorts === undefined
        ? undefined
        : l10n.t(
            'Its list of ports could be read in part only: to send it back would close the others. Change it with another tool.',
          ),
    confirm: async (sandbox, { ports }) => await confirm(sandbox, ports),
  };
}

function linesOf(before: Ports, after: Ports, sandbox: Sandbox): readonly ChangeLine[] {
  const { removed, added } = portDifferences(before.ports, after.ports);
  const line = (sign: ChangeLine['sign'], port: number): ChangeLine => {
    const detail = portUrl(sandbox, port);
    return { sign, text: l10n.t('port {0}', port), ...(detail !== undefined && { detail }) };
  };
  const closes = removed.length > 0 && after.ports.length === 0 && before.isPublic;
  return [
    ...removed.map(port => line('removed', port)),
    ...(closes ? [{ sign: 'removed' as const, text: l10n.t('public access, with the last port') }] : []),
    ...added.map(port => line('added', port)),
  ];
}

async function askPorts(title: string, ports: readonly number[]): Promise<Answer<readonly number[]>> {
  const answer = await askText({
    title,
    prompt: l10n.t(
      'Ports that the proxy forwards, separated by blanks: 1 to {0} without {1}. Empty for none.',
      createLimits.portMax,
      createLimits.managementPort,
    ),
    placeholder: '8080 9000',
    value: ports.join(' '),
    validate: text => portsProblem(splitPorts(text)),
  });
  return answer.kind === 'value' ? { kind: 'value', value: splitPorts(answer.value) } : answer;
}

function portsProblem(ports: readonly number[]): string | undefined {
  const violation = portViolation(ports);
  return violation && violationText(violation);
}

function givenPorts(value: unknown): readonly number[] | undefined {
  if (value === undefined) return undefined;
  const ports: readonly unknown[] = Array.isArray(value) ? value : [value];
  const numbers = ports.map(port => (typeof port === 'number' ? port : Number.NaN));
  const problem = portsProblem(numbers);
  if (problem !== undefined) throw new UserError(problem);
  return splitPorts(numbers.join(' '));
}

/**
 * Asks before a port is added to a sandbox with public access, which opens it to everybody at once. Asks for how long,
 * too, if public access has no end yet.
 *
 * @returns undefined when the user backed out
 */
async function confirmOpening(
  { clock }: AppContext,
  deadlines: PublicDeadlines,
  sandbox: Sandbox,
  ports: readonly number[],
  isGiven: boolean,
): Promise<PublicSpan | undefined> {
  const forever: PublicSpan = { kind: 'forever' };
  const { added } = portDifferences(sandbox.exposedPorts, ports);
  if (!sandbox.allowUnauthenticatedAccess || added.length === 0) return forever;
  const nowMs = clock.now();
  const end = deadlines.ends.get(sandbox.id);
  const span = end || isGiven ? forever : await askEnd(sandbox, nowMs);
  if (!span) return undefined;
  const endText = end && publicEndText(sandbox, end, nowMs);
  const isAgreed = await confirmModal(
    added.length === 1
      ? l10n.t('Open port {0} of {1} to everybody?', added[0] ?? 0, rowName({ sandbox }))
      : l10n.t('Open {0} ports of {1} to everybody?', added.length, rowName({ sandbox })),
    [
      publicPortLines(sandbox, added),
      endText === undefined ? spanSentence(span) : l10n.t('Public access ends: {0}.', endText),
    ].join('\n\n'),
    l10n.t('Open'),
  );
  return isAgreed ? span : undefined;
}

async function askEnd(sandbox: Sandbox, nowMs: number): Promise<PublicSpan | undefined> {
  const answer = await askSpan({
    title: l10n.t('Public Access to {0}', rowName({ sandbox })),
    placeholder: l10n.t('For how long are its ports to be public? Choose, or type a time such as 45m or 2h.'),
    first: [foreverItem(l10n.t('Until I close it, as now'))],
    nowMs,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
