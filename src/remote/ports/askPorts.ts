import { l10n } from 'vscode';
import type { Reached } from '../../app/reach';
import { createLimits } from '../../core/sandbox/rules';
import { askPick, linesOf, type PickItem } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { UserError } from '../../text/kit/failureText';
import type { Forwards } from './forwards';
import { listeningPorts } from './listening';
import type { ListeningPort } from './model/listening';
import { isPort, localAddress } from './model/port';

/** What is to be forwarded. */
export interface AskedPorts {
  readonly remote: number;
  /** Exactly this one of this machine; by default, a free one. */
  readonly local?: number;
  /** Whether a program was seen to listen. */
  readonly isListening?: boolean;
}

/**
 * Lets the user choose among what listens inside, which is read now, and what is exposed, or type `8080`, or `8080:3000`
 * for port 3000 of this machine.
 *
 * @returns undefined when they backed out
 */
export async function askPorts(forwards: Forwards, reached: Reached): Promise<AskedPorts | undefined> {
  const { sandbox } = reached;
  const describe = (port: number, ...parts: readonly string[]): string => {
    const at = forwards.find(sandbox.id, port);
    const forwarded = at ? [l10n.t('forwarded to {0}', localAddress(at.localPort))] : [];
    return [...parts.filter(part => part !== ''), ...forwarded].join(' · ');
  };
  const lineOf = ({ port, program = '', isReachable }: ListeningPort): PickItem<AskedPorts> => ({
    label: String(port),
    description: describe(
      port,
      plainText(program, 40),
      isReachable ? '' : l10n.t('not on 127.0.0.1, so it cannot be forwarded'),
    ),
    answer: { remote: port, isListening: isReachable },
  });
  const listening = linesOf(listeningPorts(reached), ports => ports.map(lineOf));
  const answer = await askPick<AskedPorts | undefined>({
    title: l10n.t('Forward a Port of {0}', rowName(reached)),
    placeholder: l10n.t(
      'Port inside the sandbox; "8080:3000" takes port 3000 of this machine. Only this machine can connect.',
    ),
    items: sandbox.exposedPorts.map(port => ({
      label: String(port),
      description: describe(port, l10n.t('exposed')),
      answer: { remote: port },
    })),
    more: listening,
    typed: text => {
      const read = readPorts(text);
      if (!read) return { label: portRule(), answer: undefined, isOnly: true };
      const label = read.local === undefined ? String(read.remote) : `${read.remote} → ${read.local}`;
      return { label, answer: read, isOnly: true };
    },
  });
  if (answer.kind !== 'value') return undefined;
  if (!answer.value) throw new UserError(portRule());
  return answer.value;
}

function readPorts(text: string): AskedPorts | undefined {
  const [remote, local, ...more] = text
    .split(':')
    .map(part => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (!isPort(remote) || more.length > 0 || (local !== undefined && !isPort(local))) return undefined;
  return { remote, ...(local !== undefined && { local }) };
}

function portRule(): string {
  return l10n.t('A port is a whole number from 1 to {0}.', createLimits.portMax);
}
