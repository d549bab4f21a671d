import { l10n } from 'vscode';
import { parseFilter } from '../../core/list/filter';
import { type Attention, attentionKinds, attentionOf } from '../../core/list/attention';
import { groupingRows, type Group, listedRows } from '../../core/list/groups';
import { atOnce, eachInSteps, type Steps } from '../../core/kernel/steps';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { estimateOfAll, isCosting, type Billing } from '../../core/billing/rates';
import { groupTokens, type GroupToken } from '../../core/list/groupActions';
import { reconcile, type DrawnTree, type TreeChange } from '../../core/list/reconcile';
import type { Row } from '../../core/list/rows';
import type { PanelSnapshot } from '../../core/list/store';
import { hourly } from '../../text/billing';
import type { AttentionCounts } from '../../text/sandbox/attentionText';
import { rowHoldsUntil, viewOfRow, type RowMarks } from '../../text/sandbox/rowText';
import { type RowView } from '../../text/kit/rowView';
import type { ViewOptions } from '../../host/storage/viewOptions';

/** What a row depends on besides the sandbox itself. */
interface RowInput {
  readonly isPinned: boolean;
  readonly isDefault: boolean;
  readonly billing: Billing;
  readonly publicEnd: PublicEnd | undefined;
  readonly dismissed: ReadonlySet<string>;
}

/** A row of the tree. Its texts are made when the editor asks for them: of a long list it asks for the visible few. */
export class RowModel {
  /** Until when the row looks the same if nothing happens. */
  readonly holdsUntilMs: number;
  readonly attention: Attention | undefined;
  private lazyView: RowView | undefined;
  private readonly marks: RowMarks;

  /** @param revision differs from that of the row before it */
  constructor(
    readonly row: Row,
    private readonly input: RowInput,
    private readonly madeAtMs: number,
    readonly revision: number,
  ) {
    const { isPinned, isDefault, billing, publicEnd, dismissed } = input;
    this.attention = attentionOf(row, dismissed, madeAtMs);
    this.marks = {
      isPinned,
      isDefault,
      longRunningHours: billing.longRunningHours,
      publicEnd,
      attention: this.attention,
    };
    this.holdsUntilMs = rowHoldsUntil(row, madeAtMs, this.marks);
  }

  get view(): RowView {
    return (this.lazyView ??= viewOfRow(this.row, this.madeAtMs, this.marks));
  }

  /** Whether it would look the same if it were made now, its tooltip included. */
  isUpToDate(row: Row, given: RowInput, nowMs: number): boolean {
    const { isPinned, isDefault, billing, publicEnd, dismissed } = given;
    const { input } = this;
    const isSame = this.row === row && input.isPinned === isPinned && input.billing === billing;
    const hasSameMarks =
      input.publicEnd === publicEnd && input.dismissed === dismissed && input.isDefault === isDefault;
    return isSame && hasSameMarks && nowMs < this.holdsUntilMs;
  }
}

/** What the tree is made from. Everything in it is immutable, so that identity tells what changed. */
export interface TreeInput {
  readonly snapshot: PanelSnapshot;
  readonly options: ViewOptions;
  readonly billing: Billing;
  /** When public access closes by itself, by sandbox. */
  readonly publicEnds: ReadonlyMap<string, PublicEnd>;
  /** Ids of the sandboxes whose unexpected end the user has seen. */
  readonly dismissed: ReadonlySet<string>;
  /** Ids of the sandboxes that commands take when none is named. */
  readonly defaults: ReadonlySet<string>;
  /**
   * Whether more than one row is selected. Then nothing is made again for the time alone, as a selected row that is drawn
   * again would not stay lit.
   */
  readonly areSeveralSelected: boolean;
}

const minuteMs = 60_000;

/** The rows of the view, filtered, grouped and sorted. */
interface Arranged {
  readonly groups: readonly Group[];
  /** How many rows there would be without the filter. */
  readonly total: number;
}

/** What a group shows beside its title: how many sandboxes, and what they cost where that can be estimated. */
interface GroupParts {
  readonly count: string;
  readonly cost?: string;
}

/** What the row of a group says of the rows in it. */
interface GroupSummary extends GroupParts {
  readonly attention: AttentionCounts;
  readonly tokens: readonly GroupToken[];
}

/** How many rows are shown at first, so that a long list appears at once: as many as fit most windows. */
const firstRows = 60;

/**
 * What the view Sandboxes shows. Rows are sorted when the rows or the options change; a row is made again when it or
 * an age that it shows changed.
 */
export class TreeModel {
  private input: TreeInput | undefined;
  private arranged: Arranged = { groups: [], total: 0 };
  private tree: DrawnTree = { groups: [], rowKeys: new Map() };
  private groupsById: ReadonlyMap<string, Group> = new Map();
  private rowsById: ReadonlyMap<string, RowModel> = new Map();
  private summaries: ReadonlyMap<string, GroupSummary> = new Map();
  private holdsUntilMs = -Infinity;
  /** Groups of which only the first rows are shown; absent once all rows are. */
  private cutGroups: Set<string> | undefined = new Set();

  get groups(): readonly Group[] {
    return this.arranged.groups;
  }

  get shown(): number {
    return this.rowsById.size;
  }

  get total(): number {
    return this.arranged.total;
  }

  group(id: string): Group | undefined {
    return this.groupsById.get(id);
  }

  summary(groupId: string): GroupSummary | undefined {
    return this.summaries.get(groupId);
  }

  /** Whether the archive holds more of a group than was read. */
  hasMore(group: Pick<Group, 'state'>): boolean {
    return this.input !== undefined && hasMore(group, this.input);
  }

  row(sandboxId: string): RowModel | undefined {
    return this.rowsById.get(sandboxId);
  }

  /** The rows that are shown at first, from all groups. */
  firstShown(): readonly Row[] {
    const rows: Row[] = [];
    for (const group of this.groups) rows.push(...group.rows.slice(0, firstRows - rows.length));
    return rows;
  }

  /** The rows of a group to show: the first ones of a long list until `showAll`, then all. */
  shownRows(group: Group): readonly Row[] {
    if (!this.cutGroups) return group.rows;
    let above = 0;
    for (const each of this.groups) {
      if (each === group) break;
      above += each.rows.length;
    }
    const shown = group.rows.slice(0, Math.max(1, firstRows - above));
    if (shown.length < group.rows.length) this.cutGroups.add(group.id);
    return shown;
  }

  /** Shows all rows from now on; returns the ids of the groups that get more rows by that. */
  showAll(): readonly string[] {
    const cut = this.cutGroups ?? [];
    this.cutGroups = undefined;
    return [...cut];
  }

  /** What needs a person among the rows of a group, or of all groups. */
  attention(groups: readonly Group[] = this.groups): AttentionCounts {
    const counts: Partial<Record<Attention, number>> = {};
    for (const { id } of groups)
      for (const kind of attentionKinds) {
        const count = this.summary(id)?.attention[kind] ?? 0;
        if (count > 0) counts[kind] = (counts[kind] ?? 0) + count;
      }
    return counts;
  }

  /** Makes again what is out of date, and tells what looks different. */
  update(input: TreeInput, nowMs: number): TreeChange {
    return atOnce(this.updating(input, nowMs));
  }

  /** As `update`, for a list that may be long: what the view shows is as it was before until all is made. */
  *updating(input: TreeInput, nowMs: number): Steps<TreeChange> {
    const before = this.input;
    const isArranged =
      before?.snapshot.rows === input.snapshot.rows &&
      before.snapshot.archive === input.snapshot.archive &&
      before.snapshot.archiveCursor === input.snapshot.archiveCursor &&
      before.options === input.options &&
      before.dismissed === input.dismissed;
    const hasSameMarks =
      before?.billing === input.billing &&
      before.publicEnds === input.publicEnds &&
      before.defaults === input.defaults;
    const holds = input.areSeveralSelected || nowMs < this.holdsUntilMs;
    if (isArranged && hasSameMarks && holds) {
      this.input = input;
      return { kind: 'none' };
    }
    const arranged = isArranged ? this.arranged : yield* arranging(input, nowMs);
    return yield* this.makingRows(arranged, input, nowMs);
  }

  private *makingRows(arranged: Arranged, input: TreeInput, nowMs: number): Steps<TreeChange> {
    const { options, billing, publicEnds, dismissed, defaults, areSeveralSelected } = input;
    const rows = new Map<string, RowModel>();
    const rowKeys = new Map<string, string>();
    const summaries = new Map<string, GroupSummary>();
    const agedToMs = areSeveralSelected ? -Infinity : nowMs;
    const groups: DrawnTree['groups'][number][] = [];
    let holdsUntilMs = Infinity;
    for (const group of arranged.groups) {
      const counts: Partial<Record<Attention, number>> = {};
      const rowIds: string[] = [];
      yield* eachInSteps(group.rows, row => {
        const { id } = row.sandbox;
        const own = { isPinned: options.pins.has(id), isDefault: defaults.has(id) };
        const marks = { ...own, billing, publicEnd: publicEnds.get(id), dismissed };
        const model = this.makeRow(row, marks, agedToMs, nowMs);
        const { attention } = model;
        rows.set(id, model);
        rowIds.push(id);
        rowKeys.set(id, String(model.revision));
        if (attention !== undefined) counts[attention] = (counts[attention] ?? 0) + 1;
        holdsUntilMs = Math.min(holdsUntilMs, model.holdsUntilMs);
      });
      const tokens = yield* groupTokens(group);
      const summary = { ...groupParts(group, billing), attention: counts, tokens };
      summaries.set(group.id, summary);
      const shown = [group.rawState, summary, hasMore(group, input)];
      groups.push({ id: group.id, renderKey: JSON.stringify(shown), rowIds });
      yield;
    }
    const next: DrawnTree = { groups, rowKeys };
    const change = reconcile(this.tree, next);
    yield;
    // With many rows an age changes every second or so; once a minute is often enough to show that.
    const nextMinuteMs = (Math.floor(nowMs / minuteMs) + 1) * minuteMs;
    this.holdsUntilMs = areSeveralSelected ? -Infinity : Math.max(holdsUntilMs, nextMinuteMs);
    this.input = input;
    this.arranged = arranged;
    this.groupsById = new Map(arranged.groups.map(group => [group.id, group]));
    this.rowsById = rows;
    this.summaries = summaries;
    this.tree = next;
    return change;
  }

  /** @param agedToMs a row that looked the same until then is kept */
  private makeRow(row: Row, marks: RowInput, agedToMs: number, nowMs: number): RowModel {
    const before = this.rowsById.get(row.sandbox.id);
    if (before?.isUpToDate(row, marks, agedToMs)) return before;
    return new RowModel(row, marks, nowMs, (before?.revision ?? 0) + 1);
  }
}

function* arranging({ snapshot, options, dismissed }: TreeInput, nowMs: number): Steps<Arranged> {
  const needsSeeing = (row: Row): boolean => attentionOf(row, dismissed, nowMs) !== undefined;
  const rows = listedRows(snapshot, options.isHistoryShown, needsSeeing);
  yield;
  const matches = parseFilter(options.filterText);
  const matching: Row[] = [];
  yield* eachInSteps(rows, row => {
    if (matches(row.sandbox)) matching.push(row);
  });
  return { groups: yield* groupingRows(matching, options), total: rows.length };
}

function hasMore({ state }: Pick<Group, 'state'>, { snapshot }: TreeInput): boolean {
  return state === 'terminated' && snapshot.archiveCursor !== undefined;
}

function groupParts(group: Group, { rates }: Billing): GroupParts {
  const count = String(group.rows.length);
  if (!rates || !isCosting(group)) return { count };
  const estimate = estimateOfAll(
    group.rows.map(row => row.sandbox),
    rates,
  );
  return { count, cost: l10n.t('estimated {0}', hourly(estimate, rates)) };
}
