import { l10n, ThemeIcon } from 'vscode';
import { ApiError } from '../core/kernel/errors';
import { errorOf } from '../core/list/listStatus';
import { isMember } from '../core/kernel/formats/json';
import type { Row } from '../core/list/rows';
import { type Capability, isAbleTo } from '../core/sandbox/capabilities';
import { lackedCall } from '../core/sandbox/lackedCall';
import { inform } from '../host/editor/dialogs/messages';
import { askPick } from '../host/editor/dialogs/quickPick';
import { UserError } from '../text/kit/failureText';
import { describeRow, rowName } from '../text/sandbox/rowText';
import type { AppContext } from './appContext';
import { lacking } from './offered';

/** What a command can act on. */
export interface TargetQuery {
  /** A sandbox is eligible with one of these; an empty list accepts every sandbox. */
  readonly anyOf: readonly Capability[];
  /** Whether a sandbox with an action under way is left out. */
  readonly needsRest?: boolean;
  /** Whether the pick list offers terminated sandboxes, instead of all others. */
  readonly isOfHistory?: boolean;
  /** Whether the default sandbox of the workspace folder is taken without a question where it is eligible. */
  readonly takesDefault?: boolean;
  /** Whether it is asked whatever is selected: what is selected was the first of two answers. */
  readonly asksAlways?: boolean;
  /** A further condition that is no capability. */
  readonly accepts?: (row: Row) => boolean;
  /** What the pick list asks, such as "Suspend which sandbox?". */
  readonly question: () => string;
  /** The error when no sandbox is eligible. */
  readonly none: () => string;
}

/** What key bindings pass in `from`, to act on the selected rows or the one under the keyboard. */
const fromSelection = 'selection';

/**
 * The sandboxes that a command acts on: those it was called with, else the selected ones, else one that the user picks.
 *
 * @param args whatever the caller passed: a row and the selected rows, an id or name, `{ "from": "selection" }`, or nothing
 * @returns an empty list when the user backed out
 * @throws UserError when nothing is eligible
 */
export async function resolveTargets(
  context: AppContext,
  args: readonly unknown[],
  query: TargetQuery,
): Promise<readonly Row[]> {
  return await targetsOf(context, args, query, Infinity);
}

async function targetsOf(
  context: AppContext,
  args: readonly unknown[],
  query: TargetQuery,
  mostSelected: number,
): Promise<readonly Row[]> {
  const { poller } = await context.connections.require();
  if (context.store.current.status.kind === 'loading') await poller.refresh();
  refuseWithoutList(context);
  const asked =
    (await askedFor(context, args)) ??
    (query.asksAlways === true
      ? undefined
      : (selectedFor(context, query, mostSelected) ?? insideSelected(context, query)));
  if (asked === undefined) return await pick(context, query);
  // A key was pressed on a node that is no sandbox.
  if (asked.length === 0) return [];
  const rows = await Promise.all(asked.map(name => findRow(context, name)));
  const eligible = rows.filter(row => row !== undefined).filter(row => isEligible(row, query));
  if (eligible.length === 0) throw noneFor(rows, query);
  const left = rows.length - eligible.length;
  if (left === 1) inform(l10n.t('1 selected sandbox was left out: its state does not allow it.'));
  else if (left > 1)
    inform(l10n.t('{0} selected sandboxes were left out: their state does not allow it.', left));
  return eligible;
}

/** Like `resolveTargets`, for a command that takes one sandbox: the first, or the only selected one. */
export async function resolveTarget(
  context: AppContext,
  args: readonly unknown[],
  query: TargetQuery,
): Promise<Row | undefined> {
  const [first] = await targetsOf(context, args.slice(0, 1), query, 1);
  return first;
}

/** @throws ApiError with the reason why there is no list, which says more than that nothing is eligible */
export function refuseWithoutList({ store }: AppContext): void {
  const { status, rows } = store.current;
  if (status.kind === 'failed' && rows.size === 0) throw errorOf(status.failure);
}

/** The selected sandboxes, for a command from the palette, where it can act on one of them; else it asks. */
function selectedFor(
  { view, store }: AppContext,
  query: TargetQuery,
  most: number,
): readonly string[] | undefined {
  const { rows, archive } = store.current;
  const ids = view.selection() ?? [];
  if (ids.length > most) return undefined;
  const known = ids.map(id => rows.get(id) ?? archive.get(id)).filter(row => row !== undefined);
  return known.some(row => isEligible(row, query)) ? ids : undefined;
}

/** The sandbox whose files, processes or ports are selected, for a command from the palette that goes inside. */
function insideSelected({ view, store }: AppContext, query: TargetQuery): readonly string[] | undefined {
  if (query.takesDefault !== true) return undefined;
  const ids = new Set(
    view.selectedNodes().map(node => (isMember(node, 'sandboxId') ? node.sandboxId : undefined)),
  );
  const [id] = ids;
  const row = ids.size === 1 && typeof id === 'string' ? store.current.rows.get(id) : undefined;
  return row && isEligible(row, query) ? [row.sandbox.id] : undefined;
}

/** Why nothing is eligible: that the server lacks what it takes says more than that nothing is in a state for it. */
function noneFor(
  rows: readonly (Row | undefined)[],
  { anyOf, needsRest, accepts, none }: TargetQuery,
): UserError {
  const lacked = rows
    .filter(row => row !== undefined && accepts?.(row) !== false)
    .map(row => row && lackedCall(row, anyOf, needsRest))
    .find(call => call !== undefined);
  return lacked === undefined ? new UserError(none()) : lacking(lacked);
}

function isEligible(row: Row, { anyOf, needsRest = true, accepts }: TargetQuery): boolean {
  if (accepts?.(row) === false) return false;
  return anyOf.length === 0 || isAbleTo(row, anyOf, needsRest);
}

/** Ids or names the command was called with; `undefined` for none at all. */
async function askedFor(
  context: AppContext,
  [first, selected]: readonly unknown[],
): Promise<readonly string[] | undefined> {
  if (isFromSelection(first)) {
    const nodes = await context.view.nodesUnderKey();
    return nodes.length === 0 ? undefined : nodes.map(idOf).filter(id => id !== undefined);
  }
  const clicked = idOf(first);
  const others = Array.isArray(selected) ? selected.map(idOf).filter(id => id !== undefined) : [];
  if (clicked === undefined) return others.length === 0 ? undefined : others;
  return others.includes(clicked) ? others : [clicked];
}

/** Whether it was a key that ran the command. */
export function isFromSelection(value: unknown): boolean {
  return isMember(value, 'from') && value.from === fromSelection;
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  // A node below a sandbox has its id too, but selecting a file must never terminate its sandbox.
  if (isMember(value, 'kind') && value.kind !== 'sandbox') return undefined;
  return isMember(value, 'sandboxId') && typeof value.sandboxId === 'string' ? value.sandboxId : undefined;
}

/** Arguments of a command that nodes below a sandbox offer too, with the sandbox in place of such a node. */
export function withSandboxOf([node, ...rest]: readonly unknown[]): readonly unknown[] {
  return [isMember(node, 'sandboxId') ? node.sandboxId : node, ...rest];
}

/** The row of an id or name. A sandbox that is not in the list is read from the service, or from its archive. */
async function findRow(context: AppContext, idOrName: string): Promise<Row | undefined> {
  const { rows, archive } = context.store.current;
  const known =
    rows.get(idOrName) ??
    [...rows.values()].find(row => row.sandbox.name === idOrName && row.sandbox.state !== 'terminated') ??
    archive.get(idOrName);
  if (known) return known;
  const { sandboxes, poller, signal } = await context.connections.require();
  try {
    const sandbox = await sandboxes.get(idOrName, signal);
    poller.applyUpdate([sandbox]);
    return context.store.current.rows.get(sandbox.id);
  } catch (error) {
    if (!ApiError.is(error, 'notFound', 'invalid')) throw error;
    return ApiError.is(error, 'notFound') ? await findArchived(context, idOrName) : undefined;
  }
}

/** A sandbox that ended and left the list, shown until the next listing. */
async function findArchived({ store, connections }: AppContext, id: string): Promise<Row | undefined> {
  const { sandboxes, poller, signal } = await connections.require();
  try {
    const sandbox = await sandboxes.getArchived(id, signal);
    poller.applyUpdate([sandbox]);
    return store.current.rows.get(sandbox.id);
  } catch (error) {
    if (ApiError.is(error, 'notFound', 'invalid')) return undefined;
    throw error;
  }
}

async function pick(context: AppContext, query: TargetQuery): Promise<readonly Row[]> {
  const { rows: present, archive } = context.store.current;
  const candidates = context.view
    .groups(query.isOfHistory === true ? [...present.values(), ...archive.values()] : present.values())
    .flatMap(group => group.rows)
    .filter(row => (row.sandbox.state === 'terminated') === (query.isOfHistory === true));
  const rows = candidates.filter(row => isEligible(row, query));
  if (rows.length === 0) throw noneFor(candidates, query);
  const usual = query.takesDefault === true ? context.defaults.here : undefined;
  const usualRow = rows.find(({ sandbox }) => sandbox.id === usual);
  if (usualRow) return [usualRow];
  const nowMs = context.clock.now();
  const asDefault = { iconPath: new ThemeIcon('star-empty'), tooltip: l10n.t('Take It From Now On') };
  const chosen = { isFromNowOn: false };
  const answer = await askPick<Row>({
    placeholder: query.question(),
    items: rows.map(row => ({
      label: rowName(row),
      description: describeRow(row, nowMs),
      ...(query.takesDefault === true && { buttons: [asDefault] }),
      answer: row,
    })),
    onButton: row => {
      chosen.isFromNowOn = true;
      return row;
    },
  });
  if (answer.kind !== 'value') return [];
  if (chosen.isFromNowOn) await context.defaults.setHere(answer.value.sandbox.id);
  return [answer.value];
}
