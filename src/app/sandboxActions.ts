import { l10n } from 'vscode';
import { capabilitiesOf, type Capability } from '../core/sandbox/capabilities';
import type { Group } from '../core/list/groups';
import type { Row } from '../core/list/rows';
import type { PickItem } from '../host/editor/dialogs/quickPick';
import { describeRow, rowName, stateLook } from '../text/sandbox/rowText';
import { commandIds, type CommandId } from '../manifest';

/** Something that can be done with one sandbox, shown as a button or as an item of a pick list. */
export interface RowAction {
  readonly command: CommandId;
  /** Codicon. */
  readonly icon: string;
  readonly title: () => string;
  /** The sandbox needs one of these; an empty list means that the action is always possible. */
  readonly needs: readonly Capability[];
}

/** For actions inside a sandbox. A suspended one is resumed first, after a question. */
const inside: RowAction['needs'] = ['canConnect', 'canWake'];

const actions: readonly RowAction[] = [
  { command: commandIds.openTerminal, icon: 'terminal', title: () => l10n.t('Open Terminal'), needs: inside },
  { command: commandIds.runCommand, icon: 'play', title: () => l10n.t('Run Command…'), needs: inside },
  {
    command: commandIds.forwardPort,
    icon: 'plug',
    title: () => l10n.t('Forward Port…'),
    needs: ['canForward'],
  },
  {
    command: commandIds.openRemoteSsh,
    icon: 'remote',
    title: () => l10n.t('Open with Remote-SSH…'),
    needs: ['canOpenSsh'],
  },
  {
    command: commandIds.suspend,
    icon: 'debug-pause',
    title: () => l10n.t('Suspend'),
    needs: ['canSuspend', 'canNameAndSuspend'],
  },
  { command: commandIds.resume, icon: 'debug-start', title: () => l10n.t('Resume'), needs: ['canResume'] },
  {
    command: commandIds.snapshot,
    icon: 'device-camera',
    title: () => l10n.t('Create Snapshot…'),
    needs: ['canSnapshot'],
  },
  {
    command: commandIds.duplicate,
    icon: 'files',
    title: () => l10n.t('Duplicate…'),
    needs: ['canDuplicate'],
  },
  { command: commandIds.rename, icon: 'edit', title: () => l10n.t('Rename…'), needs: ['canRename'] },
  {
    command: commandIds.editNetwork,
    icon: 'globe',
    title: () => l10n.t('Edit Network Policy…'),
    needs: ['canUpdate'],
  },
  {
    command: commandIds.editPorts,
    icon: 'plug',
    title: () => l10n.t('Edit Exposed Ports…'),
    needs: ['canUpdate'],
  },
  {
    command: commandIds.setPublicAccess,
    icon: 'unlock',
    title: () => l10n.t('Turn Public Access On or Off…'),
    needs: ['canUpdate'],
  },
  { command: commandIds.resize, icon: 'arrow-both', title: () => l10n.t('Resize…'), needs: ['canResize'] },
  {
    command: commandIds.attachFileSystem,
    icon: 'database',
    title: () => l10n.t('Attach File System…'),
    needs: ['canAttach'],
  },
  {
    command: commandIds.detachFileSystem,
    icon: 'database',
    title: () => l10n.t('Detach File System…'),
    needs: ['canDetach'],
  },
  {
    command: commandIds.createAgain,
    icon: 'add',
    title: () => l10n.t('Create Again…'),
    needs: ['canCreateAgain'],
  },
  { command: commandIds.showLogs, icon: 'output', title: () => l10n.t('Show Logs'), needs: ['hasLogs'] },
  { command: commandIds.showDetails, icon: 'info', title: () => l10n.t('Show Details'), needs: [] },
  { command: commandIds.showRawJson, icon: 'json', title: () => l10n.t('Show Raw JSON'), needs: [] },
  { command: commandIds.copyId, icon: 'copy', title: () => l10n.t('Copy Id'), needs: [] },
  { command: commandIds.copyUrl, icon: 'link', title: () => l10n.t('Copy URL'), needs: ['hasUrl'] },
  {
    command: commandIds.terminate,
    icon: 'trash',
    title: () => l10n.t('Terminate…'),
    needs: ['canTerminate'],
  },
];

/** The actions that a sandbox allows now, in the order of its menu. */
export function sandboxActions(
  row: Pick<Row, 'sandbox' | 'lacks'> & { readonly action?: Row['action'] | undefined },
): readonly RowAction[] {
  const has = capabilitiesOf(row);
  return actions.filter(({ needs }) => needs.length === 0 || needs.some(token => has.includes(token)));
}

/** The sandboxes of groups as items of a pick list, in the order of the view. */
export function sandboxItems(
  groups: readonly Pick<Group, 'rows'>[],
  nowMs: number,
): readonly PickItem<Row>[] {
  return groups.flatMap(({ rows }) =>
    rows.map(row => ({
      icon: stateLook(row.sandbox.state).icon,
      label: rowName(row),
      description: describeRow(row, nowMs),
      answer: row,
    })),
  );
}
