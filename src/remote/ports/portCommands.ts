import { env, l10n, Uri } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { withSandboxOf } from '../../app/targets';
import { inBackground } from '../../core/kernel/unexpected';
import { portUrl } from '../../core/sandbox/portUrl';
import { displayName } from '../../core/sandbox/sandbox';
import { copyAddresses } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { requireInside } from '../../app/offeredInside';
import { reach, resolveReachable } from '../../app/reach';
import { askPorts, type AskedPorts } from './askPorts';
import { isPort, localAddress } from './model/port';
import type { PortForward } from './portForward';
import type { Forwards } from './forwards';

/** Opens a local port that leads into a sandbox; the remote port is not exposed. */
export function forward(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not forward the port'),
    run: async (...args) => {
      const question = (): string => l10n.t('Forward a port of which sandbox?');
      const row = await resolveReachable(app, withSandboxOf(args), question, ['canForward']);
      const reached = row && (await reach(app, row));
      if (!row || !reached) return undefined;
      await requireInside(app, reached, 'tunnels');
      const asked = isPort(args[2]) ? { remote: args[2] } : await askPorts(forwards, reached);
      if (!asked) return undefined;
      const { localPort } = await open(forwards, row.sandbox.id, asked);
      const text = l10n.t('Port {0} of {1} is at {2}.', asked.remote, rowName(row), localAddress(localPort));
      inBackground(
        offer(text, l10n.t('Open in Browser')).then(async isWanted => {
          if (isWanted) await env.openExternal(Uri.parse(localUrl(localPort)));
        }),
      );
      return localPort;
    },
  };
}

/** Opens a forwarded or exposed port in the browser. */
export function openPort(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the port'),
    run: async (...args) => {
      const url = await resolveUrl(app, forwards, args[0]);
      if (url !== undefined) await env.openExternal(Uri.parse(url));
    },
  };
}

/** Copies the address of a forwarded or exposed port, or of each selected one, one to a line. */
export function copyPortUrl(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the address'),
    run: async (...args) => {
      const urls: string[] = [];
      for (const node of nodesIn(args)) urls.push(...[await resolveUrl(app, forwards, node)].filter(isThere));
      if (urls.length > 0) await copyAddresses(urls);
    },
  };
}

/** Closes forwards and their connections. */
export function stopForward(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not stop forwarding'),
    run: async (...args) => {
      for (const node of nodesIn(args)) {
        const found = forwardIn(node) ?? (await pickForward(app, forwards));
        if (found) forwards.remove(found);
      }
    },
  };
}

/** The node that a command was called with, or the selected ones if it is one of them. */
function nodesIn([first, selected]: readonly unknown[]): readonly unknown[] {
  return Array.isArray(selected) && selected.includes(first) ? selected : [first];
}

function isThere(url: string | undefined): url is string {
  return url !== undefined;
}

async function open(
  forwards: Forwards,
  sandboxId: string,
  { remote, local, isListening = false }: AskedPorts,
): Promise<PortForward> {
  try {
    return await forwards.open(sandboxId, remote, { localPort: local, isListening });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new UserError(
        l10n.t('Port {0} of this machine is in use. Leave it out to take another.', local ?? 0),
      );
    if (code === 'EACCES')
      throw new UserError(
        l10n.t('Port {0} of this machine needs rights the editor does not have.', local ?? 0),
      );
    throw error;
  }
}

async function resolveUrl(app: AppContext, forwards: Forwards, node: unknown): Promise<string | undefined> {
  const exposed = exposedUrl(app, node);
  if (exposed !== undefined) return exposed;
  const found = forwardIn(node) ?? (await pickForward(app, forwards));
  return found && localUrl(found.localPort);
}

function localUrl(localPort: number): string {
  return `http://${localAddress(localPort)}/`;
}

function exposedUrl({ store }: AppContext, node: unknown): string | undefined {
  if (!isNode(node) || !('exposedPort' in node) || !isPort(node.exposedPort)) return undefined;
  const sandbox = store.current.rows.get(node.sandboxId)?.sandbox;
  const url = sandbox && portUrl(sandbox, node.exposedPort);
  if (url === undefined) throw new UserError(l10n.t('The port has no address: the sandbox is not running.'));
  return url;
}

function forwardIn(node: unknown): PortForward | undefined {
  return isForwardNode(node) ? node.forward : undefined;
}

function isForwardNode(node: unknown): node is { readonly forward: PortForward } {
  return isNode(node) && 'forward' in node && typeof node.forward === 'object';
}

function isNode(value: unknown): value is { readonly sandboxId: string } {
  return (
    typeof value === 'object' && value !== null && 'sandboxId' in value && typeof value.sandboxId === 'string'
  );
}

async function pickForward({ store }: AppContext, forwards: Forwards): Promise<PortForward | undefined> {
  const open = forwards.list();
  if (open.length === 0) throw new UserError(l10n.t('No port is forwarded.'));
  const nameOf = (id: string): string => {
    const sandbox = store.current.rows.get(id)?.sandbox;
    return plainText(sandbox ? displayName(sandbox) : id);
  };
  const answer = await askPick<PortForward>({
    title: l10n.t('Forwarded Ports'),
    placeholder: l10n.t('Which port?'),
    items: open.map(each => ({
      label: `${each.remotePort} → ${localAddress(each.localPort)}`,
      description: nameOf(each.sandboxId),
      answer: each,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
