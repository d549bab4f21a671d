import type { AppContext } from '../app/appContext';
import type { DismissedEnds } from '../app/ends/dismissedEnds';
import type { SandboxPages } from '../app/features';
import type { CatalogPresence } from '../app/lists/catalogPresence';
import { onKey } from '../app/nodes/nodeKeys';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import type { ViewOptionsStore } from '../host/storage/viewOptions';
import { panelCommandIds as commandIds, type PanelCommandId } from '../manifest';
import { addProfile, removeProfile, switchProfile } from './account/profiles';
import { removeAllData, type RemovalServices } from './account/removeAllData';
import { type AccountServices, signIn, signOut } from './account/signIn';
import { type CatalogServices, claimFromPool, createFromImage, refreshCatalog } from './catalog/catalog';
import { attachFileSystem, detachFileSystem } from './change/attach';
import { editNetwork } from './change/editNetwork';
import { editPorts } from './change/editPorts';
import { setPublicAccess } from './change/publicAccess';
import { rename } from './change/rename';
import { resize } from './change/resize';
import { cleanUp, type CleanUpServices } from './cleanUp/cleanUp';
import { Countdown } from './cleanUp/countdown';
import { create } from './create/create';
import { createAgain, createFromLast, createFromPreset, restore, restoreSnapshot } from './create/createFrom';
import type { CreateServices } from './create/wizard/step';
import { type CopyServices, duplicate } from './lifecycle/duplicate';
import { checkConnection } from './diagnostics/checkConnection';
import { copyDiagnostics, reportIssue } from './diagnostics/copyDiagnostics';
import type { DiagnosticsServices } from './diagnostics/services';
import { actOnAll } from './lifecycle/groupActions';
import { resume, type ResumeServices } from './lifecycle/resume';
import { suspend } from './lifecycle/suspend';
import { terminate } from './lifecycle/terminate';
import {
  type ActivityServices,
  clearActivity,
  filterActivity,
  showActivity,
  showAllActivity,
} from './panel/activity';
import { loadMoreHistory } from './panel/archive';
import { copy } from './panel/row/copy';
import { clearDefault, setDefault } from './panel/defaultSandbox';
import { copyCommand } from './panel/row/copyCommand';
import { clearFilter, filter } from './panel/filter';
import { dismissEnd } from './panel/row/dismissEnd';
import { openRow } from './panel/row/openRow';
import { pick } from './panel/pick';
import { pin } from './panel/row/pin';
import { reveal } from './panel/row/reveal';
import { show } from './panel/show';
import { sort } from './panel/sort';
import { openInDashboard, refresh, setHistory, showLog, showSettings } from './panel/viewCommands';
import { deleteOldSnapshots } from './snapshots/deleteOldSnapshots';
import { deleteSnapshot, type DeleteServices } from './snapshots/deleteSnapshots';
import { snapshot } from './snapshots/snapshot';
import { snapshotAndTerminate } from './snapshots/snapshotAndTerminate';
import { copySnapshotId, refreshSnapshots, showSnapshot } from './snapshots/snapshotCommands';

/** The services of the panel commands. Each command is given the one or few it uses. */
export interface PanelServices
  extends
    AccountServices,
    RemovalServices,
    CreateServices,
    DeleteServices,
    CopyServices,
    ActivityServices,
    CatalogServices,
    CleanUpServices,
    DiagnosticsServices,
    ResumeServices {
  readonly options: ViewOptionsStore;
  readonly catalogPresence: () => Promise<CatalogPresence>;
  readonly pages: SandboxPages;
  readonly dismissedEnds: DismissedEnds;
  readonly keys: ContextKeys;
}

/** All panel commands of the manifest; a missing one does not compile. */
export function handlersOf(context: AppContext, services: PanelServices): CommandHandlers<PanelCommandId> {
  const { options, deadlines, pages, dismissedEnds, extensionId, keys } = services;
  const countdown = new Countdown(context.clock, keys);
  return {
    [commandIds.signIn]: signIn(context, services),
    [commandIds.signOut]: signOut(context, services),
    [commandIds.switchProfile]: switchProfile(context, services),
    [commandIds.addProfile]: addProfile(context, services),
    [commandIds.removeProfile]: removeProfile(services),
    [commandIds.removeAllData]: removeAllData(context, services),
    [commandIds.create]: create(context, services),
    [commandIds.createFromLast]: createFromLast(context, services),
    [commandIds.createFromPreset]: createFromPreset(context, services),
    [commandIds.createAgain]: createAgain(context, services),
    [commandIds.restore]: restore(context, services),
    [commandIds.suspend]: suspend(context),
    [commandIds.resume]: resume(context, services),
    [commandIds.terminate]: onKey(context, 'delete', terminate(context)),
    [commandIds.suspendAll]: actOnAll(context, 'canSuspendAll'),
    [commandIds.resumeAll]: actOnAll(context, 'canResumeAll'),
    [commandIds.terminateAll]: actOnAll(context, 'canTerminateAll'),
    [commandIds.dismissEnd]: dismissEnd(context, dismissedEnds),
    [commandIds.snapshot]: snapshot(context, services),
    [commandIds.rename]: onKey(context, 'rename', rename(context)),
    [commandIds.editNetwork]: editNetwork(context),
    [commandIds.editPorts]: editPorts(context, deadlines),
    [commandIds.setPublicAccess]: setPublicAccess(context, deadlines),
    [commandIds.resize]: resize(context),
    [commandIds.attachFileSystem]: attachFileSystem(context),
    [commandIds.detachFileSystem]: detachFileSystem(context),
    [commandIds.duplicate]: duplicate(context, services),
    [commandIds.copyId]: onKey(context, 'copy', copy(context, 'id', extensionId)),
    [commandIds.copyName]: copy(context, 'name', extensionId),
    [commandIds.copyUrl]: copy(context, 'url', extensionId),
    [commandIds.copyCommand]: copyCommand(context),
    [commandIds.copyLink]: copy(context, 'link', extensionId),
    [commandIds.showDetails]: show(context, pages, 'details'),
    [commandIds.showRawJson]: show(context, pages, 'raw'),
    [commandIds.openInDashboard]: openInDashboard(context),
    [commandIds.pick]: pick(context),
    [commandIds.pin]: pin(context, options, true),
    [commandIds.unpin]: pin(context, options, false),
    [commandIds.setDefault]: setDefault(context),
    [commandIds.clearDefault]: clearDefault(context),
    [commandIds.refresh]: refresh(context, options, services.catalogPresence),
    [commandIds.filter]: filter(context, options),
    [commandIds.clearFilter]: clearFilter(options),
    [commandIds.sort]: sort(options),
    [commandIds.cleanUp]: cleanUp(context, services, countdown),
    [commandIds.stopCleanUp]: countdown.stopping,
    [commandIds.goTo]: reveal(context, options),
    [commandIds.showHistory]: setHistory(context, options, true),
    [commandIds.hideHistory]: setHistory(context, options, false),
    [commandIds.loadMoreHistory]: loadMoreHistory(context),
    [commandIds.snapshotAndTerminate]: snapshotAndTerminate(context, services),
    [commandIds.refreshSnapshots]: refreshSnapshots(context, services),
    [commandIds.deleteOldSnapshots]: deleteOldSnapshots(context, services),
    [commandIds.restoreSnapshot]: restoreSnapshot(context, services),
    [commandIds.deleteSnapshot]: deleteSnapshot(context, services),
    [commandIds.copySnapshotId]: copySnapshotId(context, services),
    [commandIds.showSnapshotDetails]: showSnapshot(context, services, 'details'),
    [commandIds.showSnapshotJson]: showSnapshot(context, services, 'raw'),
    [commandIds.showActivity]: showActivity(context, services),
    [commandIds.filterActivity]: filterActivity(services),
    [commandIds.showAllActivity]: showAllActivity(services),
    [commandIds.clearActivity]: clearActivity(services),
    [commandIds.refreshCatalog]: refreshCatalog(context, services),
    [commandIds.claim]: claimFromPool(context, services, services),
    [commandIds.createFromImage]: createFromImage(context, services, services),
    [commandIds.openLine]: openRow(context),
    [commandIds.showLog]: showLog(context),
    [commandIds.checkConnection]: checkConnection(context, services),
    [commandIds.copyDiagnostics]: copyDiagnostics(context, services),
    [commandIds.reportIssue]: reportIssue(context, services),
    [commandIds.openSettings]: showSettings(),
  };
}
