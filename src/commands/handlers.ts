import type { CommandHandlers } from '../host/commandRegistry';
import { panelCommandIds as commandIds, type PanelCommandId } from '../manifest';
import { attachFileSystem, detachFileSystem } from './attach';
import { clearActivity, filterActivity, showActivity, showAllActivity } from './activity';
import { loadMoreHistory } from './archive';
import { claimFromPool, createFromImage, refreshCatalog } from './catalogCommands';
import type { CommandContext } from './commandContext';
import { copy } from './copy';
import { create } from './create';
import { duplicate } from './duplicate';
import { editNetwork } from './editNetwork';
import { editPorts } from './editPorts';
import { deleteOldSnapshots } from './deleteOldSnapshots';
import { deleteSnapshot } from './deleteSnapshots';
import { createAgain } from './createAgain';
import { createFromLast } from './createFromLast';
import { createFromPreset } from './createFromPreset';
import { clearFilter, filter } from './filter';
import { goTo } from './goTo';
import { pressKey } from './lineKeys';
import { pick } from './pick';
import { pin } from './pin';
import { setPublicAccess } from './publicAccess';
import { addProfile, removeProfile, switchProfile } from './profiles';
import { rename } from './rename';
import { resize } from './resize';
import { restore } from './restore';
import { resume } from './resume';
import { show } from './show';
import { signIn, signOut } from './signIn';
import { snapshot } from './snapshot';
import { snapshotAndTerminate } from './snapshotAndTerminate';
import { copySnapshotId, refreshSnapshots, restoreSnapshot, showSnapshot } from './snapshotCommands';
import { sort } from './sort';
import { suspend } from './suspend';
import { terminate } from './terminate';
import { openInDashboard, openSettings, refresh, setHistory, showLog } from './viewCommands';

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
