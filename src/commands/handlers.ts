import type { CommandHandlers } from '../host/editor/commandRegistry';
import { panelCommandIds as commandIds, type PanelCommandId } from '../manifest';
import { attachFileSystem, detachFileSystem } from './change/attach';
import { clearActivity, filterActivity, showActivity, showAllActivity } from './panel/activity';
import { loadMoreHistory } from './panel/archive';
import { claimFromPool, createFromImage, refreshCatalog } from './catalog/catalog';
import type { CommandContext } from '../app/appContext';
import { copy } from './panel/copy';
import { create } from './create/create';
import { duplicate } from './lifecycle/duplicate';
import { editNetwork } from './change/editNetwork';
import { editPorts } from './change/editPorts';
import { deleteOldSnapshots } from './snapshots/deleteOldSnapshots';
import { deleteSnapshot } from './snapshots/deleteSnapshots';
import { createAgain } from './create/createAgain';
import { createFromLast } from './create/createFromLast';
import { createFromPreset } from './create/createFrom';
import { clearFilter, filter } from './panel/filter';
import { goTo } from './panel/reveal';
import { pressKey } from './panel/nodeKeys';
import { pick } from './panel/pick';
import { pin } from './panel/pin';
import { setPublicAccess } from './change/publicAccess';
import { addProfile, removeProfile, switchProfile } from './account/profiles';
import { rename } from './change/rename';
import { resize } from './change/resize';
import { restore } from './create/restore';
import { resume } from './lifecycle/resume';
import { show } from './panel/show';
import { signIn, signOut } from './account/signIn';
import { snapshot } from './snapshots/snapshot';
import { snapshotAndTerminate } from './snapshots/snapshotAndTerminate';
import {
  copySnapshotId,
  refreshSnapshots,
  restoreSnapshot,
  showSnapshot,
} from './snapshots/snapshotCommands';
import { sort } from './panel/sort';
import { suspend } from './lifecycle/suspend';
import { terminate } from './lifecycle/terminate';
import { openInDashboard, openSettings, refresh, setHistory, showLog } from './panel/viewCommands';

/** Every command of the manifest; a missing one does not compile. */
export function handlersOf(context: CommandContext): CommandHandlers<PanelCommandId> {
  return {
    [commandIds.signIn]: signIn(context),
    [commandIds.signOut]: signOut(context),
    [commandIds.switchProfile]: switchProfile(context),
    [commandIds.addProfile]: addProfile(context),
    [commandIds.removeProfile]: removeProfile(context),
    [commandIds.create]: create(context),
    [commandIds.createFromLast]: createFromLast(context),
    [commandIds.createFromPreset]: createFromPreset(context),
    [commandIds.createAgain]: createAgain(context),
    [commandIds.restore]: restore(context),
    [commandIds.suspend]: suspend(context),
    [commandIds.resume]: resume(context),
    [commandIds.terminate]: terminate(context),
    [commandIds.snapshot]: snapshot(context),
    [commandIds.rename]: rename(context),
    [commandIds.editNetwork]: editNetwork(context),
    [commandIds.editPorts]: editPorts(context),
    [commandIds.setPublicAccess]: setPublicAccess(context),
    [commandIds.resize]: resize(context),
    [commandIds.attachFileSystem]: attachFileSystem(context),
    [commandIds.detachFileSystem]: detachFileSystem(context),
    [commandIds.duplicate]: duplicate(context),
    [commandIds.copyId]: copy(context, 'id'),
    [commandIds.copyName]: copy(context, 'name'),
    [commandIds.copyUrl]: copy(context, 'url'),
    [commandIds.showDetails]: show(context, 'details'),
    [commandIds.showRawJson]: show(context, 'raw'),
    [commandIds.openInDashboard]: openInDashboard(context),
    [commandIds.pick]: pick(context),
    [commandIds.pin]: pin(context, true),
    [commandIds.unpin]: pin(context, false),
    [commandIds.refresh]: refresh(context),
    [commandIds.filter]: filter(context),
    [commandIds.clearFilter]: clearFilter(context),
    [commandIds.sort]: sort(context),
    [commandIds.goTo]: goTo(context),
    [commandIds.showHistory]: setHistory(context, true),
    [commandIds.hideHistory]: setHistory(context, false),
    [commandIds.loadMoreHistory]: loadMoreHistory(context),
    [commandIds.snapshotAndTerminate]: snapshotAndTerminate(context),
    [commandIds.refreshSnapshots]: refreshSnapshots(context),
    [commandIds.deleteOldSnapshots]: deleteOldSnapshots(context),
    [commandIds.restoreSnapshot]: restoreSnapshot(context),
    [commandIds.deleteSnapshot]: deleteSnapshot(context),
    [commandIds.copySnapshotId]: copySnapshotId(context),
    [commandIds.showSnapshotDetails]: showSnapshot(context, 'details'),
    [commandIds.showSnapshotJson]: showSnapshot(context, 'raw'),
    [commandIds.showActivity]: showActivity(context),
    [commandIds.filterActivity]: filterActivity(context),
    [commandIds.showAllActivity]: showAllActivity(context),
    [commandIds.clearActivity]: clearActivity(context),
    [commandIds.refreshCatalog]: refreshCatalog(context),
    [commandIds.claim]: claimFromPool(context),
    [commandIds.createFromImage]: createFromImage(context),
    [commandIds.renameLine]: pressKey(context, 'rename'),
    [commandIds.deleteLine]: pressKey(context, 'delete'),
    [commandIds.copyLine]: pressKey(context, 'copy'),
    [commandIds.showLog]: showLog(context),
    [commandIds.openSettings]: openSettings(),
  };
}
