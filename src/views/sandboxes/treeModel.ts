import { l10n } from 'vscode';
import { parseFilter } from '../../core/list/filter';
import { groupRows, type Group, listedRows } from '../../core/list/groups';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { estimateOfAll, isCosting, type Billing } from '../../core/billing/rates';
import { reconcile, type DrawnTree, type TreeChange } from '../../core/list/reconcile';
import type { PanelSnapshot, Row } from '../../core/list/store';
import { hourly } from '../../text/billing';
import { rowHoldsUntil, viewOfRow, type RowMarks } from '../../text/sandbox/rowText';
import { type RowView } from '../../text/kit/rowView';
import type { ViewOptions } from '../../host/storage/viewOptions';

/** What a row is drawn with, besides what the service says of it. */
interface DrawnMarks {
  readonly isPinned: boolean;
  readonly billing: Billing;
  readonly publicEnd: PublicEnd | undefined;
}

function rowMarks({ isPinned, billing: { longRunningHours }, publicEnd }: DrawnMarks): RowMarks {
  return { isPinned, longRunningHours, publicEnd };
}

/** A row as it is drawn, put into words when somebody looks at it: of a long list that is a few. */
export class DrawnRow {
  /** Until when it stands if nothing happens. */
  readonly holdsUntilMs: number;
  private words: RowView | undefined;

  /** @param revision tells it from what was drawn of the row before */
  constructor(
    readonly row: Row,
    private readonly marks: DrawnMarks,
    private readonly drawnAtMs: number,
    readonly revision: number,
  ) {
    this.holdsUntilMs = rowHoldsUntil(row, drawnAtMs, rowMarks(marks));
  }

  get view(): RowView {
    return (this.words ??= viewOfRow(this.row, this.drawnAtMs, rowMarks(this.marks)));
  }

  /** Whether it would be drawn the same now, its tooltip included. */
  isUpToDate(row: Row, { isPinned, billing, publicEnd }: DrawnMarks, nowMs: number): boolean {
    const { marks } = this;
    const isSame = this.row === row && marks.isPinned === isPinned && marks.billing === billing;
    return isSame && marks.publicEnd === publicEnd && nowMs < this.holdsUntilMs;
  }
}

/** What a drawing is made of. Everything in it is immutable, so that identity tells what changed. */
export interface PanelInput {
  readonly snapshot: PanelSnapshot;
  readonly options: ViewOptions;
  readonly billing: Billing;
  /** When public access closes by itself, by sandbox. */
  readonly publicEnds: ReadonlyMap<string, PublicEnd>;
}

const minuteMs = 60_000;

/** Which rows are in the view and how they are grouped and sorted. */
interface Arranged {
  readonly groups: readonly Group[];
  /** How many rows there would be without the filter. */
  readonly total: number;
}

/**
 * What the view Sandboxes shows, line by line. Rows are sorted when their set, their facts or the options change, and
 * drawn anew when they say something else or grow older by enough to say it.
 */
export class DrawnPanel {
  private input: PanelInput | undefined;
  private arranged: Arranged = { groups: [], total: 0 };
  private tree: DrawnTree = { groups: [], rowKeys: new Map() };
  private groupsById = new Map<string, Group>();
  private rowsById: ReadonlyMap<string, DrawnRow> = new Map();
  private holdsUntilMs = -Infinity;

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

  /** Whether the archive holds more of a group than was read. */
  hasMore({ state }: Pick<Group, 'state'>): boolean {
    return state === 'terminated' && this.input?.snapshot.archiveCursor !== undefined;
  }

  row(sandboxId: string): DrawnRow | undefined {
    return this.rowsById.get(sandboxId);
  }

  /** Draws again what is out of date, and tells what looks different. */
  draw(input: PanelInput, nowMs: number): TreeChange {
    const before = this.input;
    this.input = input;
    const isArranged =
      before?.snapshot.rows === input.snapshot.rows &&
      before.snapshot.archive === input.snapshot.archive &&
      before.snapshot.archiveCursor === input.snapshot.archiveCursor &&
      before.options === input.options;
    const hasSameMarks = before?.billing === input.billing && before.publicEnds === input.publicEnds;
    if (isArranged && hasSameMarks && nowMs < this.holdsUntilMs) return { kind: 'none' };
    if (!isArranged) this.arrange(input);
    return this.drawLines(input, nowMs);
  }

  private arrange({ snapshot, options }: PanelInput): void {
    const rows = listedRows(snapshot, options.isHistoryShown);
    const matches = parseFilter(options.filterText);
    const groups = groupRows(
      rows.filter(row => matches(row.sandbox)),
      options,
    );
    this.arranged = { groups, total: rows.length };
    this.groupsById = new Map(groups.map(group => [group.id, group]));
  }

  private drawLines({ options, billing, publicEnds }: PanelInput, nowMs: number): TreeChange {
    const rows = new Map<string, DrawnRow>();
    const rowKeys = new Map<string, string>();
    let holdsUntilMs = Infinity;
    for (const group of this.groups)
      for (const row of group.rows) {
        const { id } = row.sandbox;
        const marks = { isPinned: options.pins.has(id), billing, publicEnd: publicEnds.get(id) };
        const drawn = this.drawRow(row, marks, nowMs);
        rows.set(id, drawn);
        rowKeys.set(id, String(drawn.revision));
        holdsUntilMs = Math.min(holdsUntilMs, drawn.holdsUntilMs);
      }
    this.rowsById = rows;
    // Of many rows one grows older every second; a minute later is soon enough to say it.
    this.holdsUntilMs = Math.max(holdsUntilMs, (Math.floor(nowMs / minuteMs) + 1) * minuteMs);
    const groups = this.groups.map(group => ({
      id: group.id,
      renderKey: JSON.stringify([group.rawState, groupParts(group, billing), this.hasMore(group)]),
      rowIds: group.rows.map(row => row.sandbox.id),
    }));
    const next: DrawnTree = { groups, rowKeys };
    const change = reconcile(this.tree, next);
    this.tree = next;
    return change;
  }

  private drawRow(row: Row, marks: DrawnMarks, nowMs: number): DrawnRow {
    const before = this.rowsById.get(row.sandbox.id);
    if (before?.isUpToDate(row, marks, nowMs)) return before;
    return new DrawnRow(row, marks, nowMs, (before?.revision ?? 0) + 1);
  }
}

/** What stands beside a group's title: how many sandboxes, and what they cost where that can be estimated. */
export function groupParts(
  group: Group,
  { rates }: Billing,
): { readonly count: string; readonly cost?: string } {
  const count = String(group.rows.length);
  if (!rates || !isCosting(group)) return { count };
  const estimate = estimateOfAll(
    group.rows.map(row => row.sandbox),
    rates,
  );
  return { count, cost: l10n.t('estimated {0}', hourly(estimate, rates)) };
}
