import { l10n } from 'vscode';
import { isAmbiguous, ApiError } from '../../core/kernel/errors';
import { errorOf } from '../../core/list/listStatus';
import { claimedOf, type SandboxPool } from '../../core/catalog/pool';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { inform } from '../../host/editor/dialogs/messages';
import { lostText, unendedPublic } from '../../text/create/lostText';
import { isCancellation, UncertainError, UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { describePool, poolName } from '../../text/catalog';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { pendingReason } from '../../text/sandbox/stateText';
import { plainText } from '../../text/kit/plainText';
import { viewIds } from '../../manifest';
import type { AppContext } from '../../app/appContext';
import type { MadeSandbox } from '../../app/features';
import type { ViewLoader } from '../../app/lists/viewLoader';
import type { CatalogStore } from '../../core/catalog/catalogStore';
import { closeLater } from '../change/closeLater';
import { askInherited, type InheritedAccess } from '../change/questions/askOpening';
import { followMade } from '../create/afterCreation';
import { knownAfter, startFailureText } from '../create/createAndFind';
import { findLost, readMade, requireNew, sentNow, whileMaking } from '../create/made';
import type { CreateServices } from '../create/wizard/step';
import { openCreateWizard } from '../create/wizard/wizard';
import { isMember } from '../../core/kernel/formats/json';

/** The services that commands for pools and images use. */
export interface CatalogServices {
  readonly catalog: CatalogStore;
  readonly catalogLoader: ViewLoader;
}

/** A claim that takes longer than this waits for the pool. The list is then read, so that it shows the sandbox. */
const promptMs = 2000;

/** Reads pools and images now. */
export function refreshCatalog(context: AppContext, { catalogLoader }: CatalogServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh'),
    run: async () => {
      await context.connections.require();
      await catalogLoader.refresh();
    },
  };
}

/** Claims a sandbox from a pool: a warm one at once, or one that still has to boot or to wait for capacity. */
export function claimFromPool(
  context: AppContext,
  services: CatalogServices,
  { deadlines, followCreation }: Pick<CreateServices, 'deadlines' | 'followCreation'>,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not claim a sandbox'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const poolId = textMember(args[0], 'poolId') ?? (await pickPool(context, services));
      if (poolId === undefined) return undefined;
      const access = await askAccess(context, services, connection, poolId);
      if (!access) return undefined;
      const { id, known } = await withViewProgress(
        claim(context, connection, poolId).finally(() => services.catalogLoader.invalidate()),
        viewIds.catalog,
      ).catch((error: unknown) => {
        throw access.isPublic ? unendedPublic(error, false) : error;
      });
      const closeAt = (atMs: number | undefined): void =>
        void closeLater(context, deadlines, connection, [{ id, name: undefined }], atMs);
      if (access.isPublic) closeAt(access.closesAtMs);
      if (context.connections.current !== connection) return undefined;
      const sandbox = await readMade(context, connection, id);
      if (access.isPublic) closeAt(access.closesAtMs);
      // The pool may have been made public since it was asked about.
      else if (sandbox?.allowUnauthenticatedAccess === true) closeAt(context.clock.now());
      await context.view.reveal(id);
      followMade({ followCreation }, { connection, made: [{ id, known, isRestored: false }] });
      if (sandbox?.state === 'pending')
        inform(l10n.t('The claimed sandbox is not running yet: {0}.', pendingReason(sandbox.pendingReason)));
      return id;
    },
  };
}

/** Opens the create wizard with an image filled in. */
export function createFromImage(
  context: AppContext,
  services: CatalogServices,
  create: CreateServices,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not create the sandbox'),
    run: async (...args) => {
      const image = textMember(args[0], 'image') ?? (await pickImage(context, services));
      return image === undefined ? undefined : await openCreateWizard(context, create, { image });
    },
  };
}

/**
 * Asks for how long a sandbox of a public pool is to be public: a claim cannot choose, and takes what the pool says.
 *
 * @returns undefined when the user backed out
 */
async function askAccess(
  { clock }: AppContext,
  { catalog }: CatalogServices,
  { pools, signal }: Connection,
  poolId: string,
): Promise<InheritedAccess | undefined> {
  const known = catalog.pool(poolId);
  const pool = await pools.get(poolId, signal).catch((error: unknown) => {
    if (!ApiError.is(error) || ApiError.is(error, 'cancelled')) throw error;
    // The claim says that there is no such pool.
    if (!known && ApiError.is(error, 'notFound')) return null;
    return known;
  });
  if (pool === null || pool?.allowUnauthenticatedAccess === false) return { isPublic: false };
  const name = pool ? poolName(pool) : plainText(poolId, 80);
  return await askInherited(clock, {
    title: l10n.t('Public Access to a Sandbox of {0}', name),
    placeholder: pool
      ? l10n.t('The pool makes public sandboxes. Choose or type for how long.')
      : l10n.t('The pool cannot be read, and may make public sandboxes. Choose or type for how long.'),
    question: l10n.t('Claim a public sandbox from {0}?', name),
    ports: pool?.exposedPorts ?? [],
  });
}

/** A claimed sandbox. */
type Claimed = Pick<MadeSandbox, 'id' | 'known'>;

/**
 * Claims a sandbox. When the answer is lost, or the user does not wait for it, the sandbox is looked
 * for in the list.
 *
 * @throws UncertainError when one may have been claimed
 */
async function claim(context: AppContext, connection: Connection, poolId: string): Promise<Claimed> {
  const { pools, poller, signal } = connection;
  const sent = sentNow(context);
  const timer = context.clock.after(promptMs, () => void poller.refresh());
  const progress = whileMaking(context, connection, l10n.t('Claiming a sandbox…'));
  try {
    const outcome = await progress.until(pools.claim(poolId, progress.signal));
    if (outcome.kind === 'failed') throw new UserError(startFailureText(outcome));
    requireNew(outcome.sandboxId, sent);
    return { id: outcome.sandboxId, known: 'answer' };
  } catch (error) {
    if (ApiError.is(error, 'notFound')) throw new UserError(l10n.t('There is no such pool any more.'));
    if (ApiError.is(error, 'conflict'))
      throw new UserError(l10n.t('The pool gives out no sandbox now: {0}', plainText(error.message)));
    if (!isAmbiguous(error) || signal.aborted) throw error;
    const { found, listed } = await findLost(context, connection, sent, { kind: 'claim', poolId });
    const [only, ...others] = found;
    if (!only || others.length > 0) throw new UncertainError(lostText(error, listed));
    if (isCancellation(error))
      inform(l10n.t('{0} was claimed before it could be cancelled.', rowName({ sandbox: only })));
    return { id: only.id, known: knownAfter(error) };
  } finally {
    timer.dispose();
  }
}

async function pickPool(context: AppContext, services: CatalogServices): Promise<string | undefined> {
  const { pools } = await requireCatalog(context, services);
  if ('failure' in pools) throw errorOf(pools.failure);
  if (pools.ok.length === 0) throw new UserError(l10n.t('The project has no pools.'));
  const sandboxes = [...context.store.current.rows.values()].map(row => row.sandbox);
  const answer = await askPick<string>({
    title: l10n.t('Claim a Sandbox'),
    placeholder: l10n.t('From which pool?'),
    items: pools.ok.map((pool: SandboxPool) => ({
      label: poolName(pool),
      description: describePool(pool, claimedOf(pool, sandboxes)),
      detail: pool.id,
      answer: pool.id,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

async function pickImage(context: AppContext, services: CatalogServices): Promise<string | undefined> {
  const { images } = await requireCatalog(context, services);
  if ('failure' in images) throw errorOf(images.failure);
  const answer = await askPick<string>({
    title: l10n.t('New Sandbox from Image'),
    placeholder: l10n.t('From which image?'),
    items: images.ok.map(({ name, isManaged }) => ({
      label: plainText(name),
      description: isManaged ? l10n.t('managed') : l10n.t('registered'),
      answer: name,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** The catalog, read now if it is not fresh. @throws ApiError when it cannot be read */
async function requireCatalog({ connections }: AppContext, { catalog, catalogLoader }: CatalogServices) {
  await connections.require();
  if (catalog.current.status.kind !== 'fresh') await catalogLoader.refresh();
  const { status } = catalog.current;
  if (status.kind === 'failed') throw errorOf(status.failure);
  return catalog.current;
}

function textMember(value: unknown, key: string): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return isMember(value, key) && typeof value[key] === 'string' ? value[key] : undefined;
}
