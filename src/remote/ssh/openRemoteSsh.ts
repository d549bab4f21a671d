import { homedir } from 'node:os';
import {
  commands,
  env,
  ExtensionKind,
  extensions,
  l10n,
  UIKind,
  Uri,
  window,
  workspace,
  type Memento,
} from 'vscode';
import { resolveTarget } from '../../app/targets';
import type { AppContext } from '../../app/appContext';
import { opensOverSsh } from './model/remoteExtension';
import {
  identityPath,
  ownSshSection,
  remoteSshAuthority,
  sshAlias,
  sshEntryText,
  sshHost,
  sshSections,
  withSshEntry,
  type SshEntry,
  type SshFiles,
} from './model/sshConfig';
import { inBackground } from '../../core/kernel/unexpected';
import type { Endpoint } from '../../core/account/endpoint';
import { judgeSandboxHost } from '../../core/account/sandboxHost';
import { parentPath } from '../../core/files/remotePath';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { copyText } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { askModal, offerAny } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { targetOf } from '../files/tree/fileTargets';
import { offerEntry } from './offerEntry';
import { requireInside } from '../../app/offeredInside';
import { reach, reachRunning, resolveReachable } from '../../app/reach';
import {
  asBytes,
  changeConfig,
  configObstacle,
  configPath,
  entriesPath,
  includedPath,
  isReadOnlyFailure,
  readConfig,
  refuseDamaged,
  sshCommand,
  tildePath,
} from './configFile';
import { noteCreated } from './createdKeys';
import { askIdentity, chooseIdentity, type Identity } from './identity';
import { ensureRegistered, registeredKeys } from './registration';
import { SshMemory } from './sshMemory';

/** Finds an extension that opens folders over SSH in every gallery; its id is another one in each. */
const extensionSearch = 'remote ssh';

/** Home folder of the login user (API reference section 3.10). */
const homeFolder = '/home/tl-user';

/** Dependencies of the SSH commands. */
export interface SshSetup {
  /** Global storage, shared by all windows. */
  readonly memento: Memento;
  /** Where this extension runs. */
  readonly extensionKind: ExtensionKind;
}

/** Opens a folder of a sandbox over SSH in a new window. */
export function openRemoteSsh(app: AppContext, setup: SshSetup): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open with Remote-SSH'),
    run: async (...args) => {
      refuseRemoteHost(setup);
      // Before a key is asked for, and anything is resumed.
      if (!hasRemoteSsh() && !(await isSshEnough())) return undefined;
      const { args: named, folder } = placeOf(args);
      const question = (): string => l10n.t('Open which sandbox with Remote-SSH?');
      const row = await resolveReachable(app, named, question, ['canOpenSsh']);
      const reached = row && (await reach(app, row));
      if (!reached) return undefined;
      await requireInside(app, reached, 'ssh');
      const { connection, sandbox } = reached;
      const identity = await registeredIdentity(setup.memento, connection);
      if (!identity) return undefined;
      const alias = await writeEntry(sandbox, identity);
      if (alias !== undefined) await openFolder(alias, folder);
      return alias;
    },
  };
}

/** The key to log in with, registered with the service as far as that can be checked. */
async function registeredIdentity(memento: Memento, connection: Connection): Promise<Identity | undefined> {
  const memory = new SshMemory(memento, connection.session);
  const registered = await registeredKeys(connection);
  const known = registered ?? new Set<string>();
  const onCreated = (created: Identity): Promise<void> => noteCreated(memento, created);
  let identity = await chooseIdentity(memory.usedPath, known, onCreated);
  while (identity) {
    const outcome = await ensureRegistered(memory, connection, identity, registered);
    if (outcome === 'cancelled') return undefined;
    if (outcome === 'registered') {
      await memory.setUsedPath(identity.publicPath);
      return identity;
    }
    identity = await askIdentity(known, onCreated);
  }
  return undefined;
}

/** Copies the ssh command that logs in to a sandbox. */
export function copySshCommand(app: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the SSH command'),
    run: async (...args) => {
      const row = await resolveTarget(app, args, {
        anyOf: ['hasUrl'],
        needsRest: false,
        question: () => l10n.t('Copy the SSH command of which sandbox?'),
        none: () => l10n.t('No sandbox with an address: they have one while they run.'),
      });
      if (!row) return;
      const { id, sandboxUrl } = row.sandbox;
      await refuseWithoutSsh(app, row.sandbox);
      const known = sshSections(await readConfig())?.find(({ sandboxId }) => sandboxId === id);
      const { session } = await app.connections.require();
      const host = isRefused(session.endpoint, row.sandbox) ? undefined : sshHost(id, sandboxUrl);
      if (!known && host === undefined)
        throw new UserError(l10n.t('The service gave no address for the sandbox that ssh can be told.'));
      await copyText(known ? sshCommand(known.alias) : `ssh ${id}@${host ?? ''}`);
    },
  };
}

/** A sandbox of the open-source server has an address, behind which is no SSH of it. */
async function refuseWithoutSsh(app: AppContext, { id, server }: Sandbox): Promise<void> {
  if (server !== 'openSource') return;
  const connection = await app.connections.require();
  await requireInside(app, await reachRunning(connection, id), 'ssh');
}

/** Whether the address of a sandbox only looks like the service's, so that nothing else goes there either. */
function isRefused(endpoint: Endpoint, { id, sandboxUrl }: Sandbox): boolean {
  if (sandboxUrl === undefined || !URL.canParse(sandboxUrl)) return false;
  return judgeSandboxHost(endpoint, new URL(sandboxUrl), id).kind === 'refused';
}

/** Remote-SSH reads the configuration of the user's own machine, so the extension must run there to change it. */
function refuseRemoteHost({ extensionKind }: SshSetup): void {
  const isRemote = env.uiKind === UIKind.Desktop && env.remoteName !== undefined;
  if (isRemote && extensionKind === ExtensionKind.Workspace)
    throw new UserError(
      l10n.t(
        'The extension runs on {0} in this window, and the SSH configuration of your own machine is out of its reach. Use a local window.',
        env.remoteName ?? '',
      ),
    );
}

/** A node of the file tree determines both the sandbox and the folder. */
function placeOf(args: readonly unknown[]): { readonly args: readonly unknown[]; readonly folder: string } {
  const target = targetOf(args[0]);
  if (!target) return { args, folder: homeFolder };
  const { sandboxId, path, isFolder } = target;
  return { args: [sandboxId], folder: isFolder === false ? parentPath(path) : path };
}

/**
 * Adds the sandbox to the SSH configuration, after a confirmation if it is new there.
 *
 * @returns undefined when the user backed out
 */
async function writeEntry(sandbox: Sandbox, identity: Identity): Promise<string | undefined> {
  const before = await readConfig();
  const sections = sshSections(before) ?? (await refuseDamaged());
  const isKnown = sections.some(({ sandboxId }) => sandboxId === sandbox.id);
  const own = isKnown ? undefined : ownSshSection(before, sandbox.id);
  if (own) return own.alias;
  const entry = entryOf(sandbox, identity, sshAlias(sandbox, sections));
  let { alias } = entry;
  const change = (files: SshFiles): SshFiles | undefined => {
    // Another window may have added a sandbox of the same name meanwhile.
    alias = sshAlias(sandbox, sshSections(files) ?? []);
    const bytes = { ...entry, alias, identityFile: asBytes(entry.identityFile) };
    return withSshEntry(files, bytes, asBytes(includedPath()));
  };
  const isWritten = (change(before) ?? before).config !== before.config;
  const obstacle = isWritten ? await configObstacle() : undefined;
  if (obstacle) {
    await offerEntry(entry, obstacle);
    return undefined;
  }
  if (!isKnown && !(await isAgreed(entry, before.config !== ''))) return undefined;
  try {
    if (!(await changeConfig(change))) await refuseDamaged();
  } catch (error) {
    if (!isReadOnlyFailure(error)) throw error;
    await offerEntry(entry, { kind: 'readOnly' });
    return undefined;
  }
  return alias;
}

function entryOf({ id, sandboxUrl }: Sandbox, { path }: Identity, alias: string): SshEntry {
  const hostName = sshHost(id, sandboxUrl);
  if (hostName === undefined)
    throw new UserError(l10n.t('The service gave no address for the sandbox that ssh can be told.'));
  const identityFile = identityPath(path, homedir());
  if (identityFile === undefined)
    throw new UserError(l10n.t('The path of the key cannot be written to an SSH configuration: {0}', path));
  return { alias, hostName, sandboxId: id, identityFile };
}

async function isAgreed(entry: SshEntry, hasFile: boolean): Promise<boolean> {
  const add = l10n.t('Add and Open');
  const show = l10n.t('Show File');
  const path = tildePath(configPath());
  const chosen = await askModal(
    l10n.t('Add {0} to your SSH configuration?', entry.alias),
    l10n.t(
      'In {0}, which a line at the start of {1} includes; the rest of that file stays as it is. "Remove SSH Entries…" takes it out again.\n\n{2}',
      tildePath(entriesPath()),
      path,
      sshEntryText(entry),
    ),
    hasFile ? [add, show] : [add],
  );
  if (chosen === show)
    await window.showTextDocument(await workspace.openTextDocument(Uri.file(configPath())));
  return chosen === add;
}

function hasRemoteSsh(): boolean {
  return extensions.all.some(opensOverSsh);
}

/** Says that the extension is missing; true when the user wants to log in from a terminal, which needs none. */
async function isSshEnough(): Promise<boolean> {
  const install = l10n.t('Find Extension');
  const setUp = l10n.t('Set Up SSH Only');
  const chosen = await askModal(
    l10n.t('An extension that opens folders over SSH, such as Remote-SSH, is not installed.'),
    l10n.t('SSH can be set up without it, to log in from a terminal.'),
    [install, setUp],
  );
  if (chosen === install && !(await tryEditorCommand('workbench.extensions.search', extensionSearch)))
    throw new UserError(
      l10n.t('This editor searches its extensions for no other. Search them for "{0}".', extensionSearch),
    );
  return chosen === setUp;
}

async function openFolder(alias: string, folder: string): Promise<void> {
  if (hasRemoteSsh()) {
    const uri = Uri.from({ scheme: 'vscode-remote', authority: remoteSshAuthority(alias), path: folder });
    await commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
    return;
  }
  const copy = l10n.t('Copy Command');
  const text = l10n.t('{0} is in your SSH configuration: "{1}" logs in.', alias, sshCommand(alias));
  inBackground(
    offerAny(text, [copy]).then(async chosen => {
      if (chosen === copy) await copyText(sshCommand(alias));
    }),
  );
}
