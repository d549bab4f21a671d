import { l10n } from 'vscode';
import type { SandboxPatch } from '../api/updateSchema';
import { createLimits } from '../core/createRequest';
import { portDifferences, portUrl, portViolation, splitPorts } from '../core/exposedPorts';
import type { Sandbox } from '../core/sandbox';
import type { CommandHandler } from '../host/commandRegistry';
import { confirmModal, UserError } from '../host/messages';
import { askText, type Answer } from '../host/quickInput';
import { rowName } from '../host/rowText';
import { runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { publicPortLines } from './publicPorts';
import { ignored, sendOffered } from './refusal';
import { reviewChange, type ChangeLine, type ReviewedChange } from './reviewedChange';
import { resolveTarget } from './targets';
import { violationText } from './violationText';

/** Ports with the access they have: what is public must not be widened unseen. */
interface Ports {
  readonly ports: readonly number[];
  readonly isPublic: boolean;
}

/** Adds and removes exposed ports, after showing the difference. */
export function editPorts(context: CommandContext): CommandHandler {
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
      const agreed = await reviewChange(
        connection,
        row,
        portsOf(row.sandbox),
        given && { wanted: { ports: given, isPublic: row.sandbox.allowUnauthenticatedAccess } },
      );
      if (!agreed) return;
      const { ports } = agreed.wanted;
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const feature = l10n.t('exposed ports');
        const changed = await sendOffered(connection, sandbox, feature, async () =>
          connection.control.update(sandbox.id, patchOf(agreed.sandbox, ports), connection.signal),
        );
        connection.poller.learn([changed]);
        const { added, removed } = portDifferences(changed.exposedPorts, ports);
        if (added.length + removed.length > 0) throw ignored(feature);
        return undefined;
      });
    },
  };
}

/** Public access without any port would open the next one unseen, so it goes with the last (API reference section 2.6). */
function patchOf(sandbox: Sandbox, exposedPorts: readonly number[]): SandboxPatch {
  return exposedPorts.length === 0 && sandbox.allowUnauthenticatedAccess
    ? { exposedPorts, allowUnauthenticatedAccess: false }
    : { exposedPorts };
}

function portsOf(named: Sandbox): ReviewedChange<Ports> {
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
    confirm: async (sandbox, { ports }) => await isOpeningConfirmed(sandbox, ports),
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

/** A port added to a sandbox with public access is open to everybody at once. */
async function isOpeningConfirmed(sandbox: Sandbox, ports: readonly number[]): Promise<boolean> {
  const { added } = portDifferences(sandbox.exposedPorts, ports);
  if (!sandbox.allowUnauthenticatedAccess || added.length === 0) return true;
  return await confirmModal(
    added.length === 1
      ? l10n.t('Open port {0} of {1} to everybody?', added[0] ?? 0, rowName({ sandbox }))
      : l10n.t('Open {0} ports of {1} to everybody?', added.length, rowName({ sandbox })),
    publicPortLines(sandbox, added),
    l10n.t('Open'),
  );
}
