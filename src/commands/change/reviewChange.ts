import { l10n } from 'vscode';
import { isDeepEqual } from '../../core/kernel/formats/json';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { Row } from '../../core/list/rows';
import type { Connection } from '../../host/session/connection';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { type Answer } from '../../host/editor/dialogs/quickInput';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';

/** One thing that a change adds or removes. */
export interface ChangeLine {
  readonly sign: 'added' | 'removed';
  readonly text: string;
  /** Shown as the description. */
  readonly detail?: string;
}

/** A part of a sandbox that the user edits and reviews before it is sent. */
export interface ReviewedChange<T> {
  readonly title: string;
  readonly read: (sandbox: Sandbox) => T;
  /** @param draft what the user wanted before, when they come back from the review */
  readonly ask: (sandbox: Sandbox, draft: T) => Promise<Answer<T>>;
  readonly lines: (before: T, after: T, sandbox: Sandbox) => readonly ChangeLine[];
  /** A sentence about the result. */
  readonly effect?: (wanted: T) => string;
  /** Why it cannot be edited here, such as because it could be read in part only: the rest would be lost unseen. */
  readonly refusal?: (sandbox: Sandbox) => string | undefined;
  /** One more confirmation before it is sent, for a change that opens something. */
  readonly confirm?: (sandbox: Sandbox, wanted: T) => Promise<boolean>;
}

/** What to send, and the sandbox as it was when the user agreed. */
export interface Agreed<T> {
  readonly sandbox: Sandbox;
  readonly wanted: T;
}

/**
 * Lets the user edit and review a part of a sandbox. Before it returns, the sandbox is read once more. If that part was
 * changed meanwhile, the user reviews the change again, so that nothing is overwritten unseen.
 *
 * @param given what the caller wants; then the user is not asked, and a change meanwhile is an error
 * @returns undefined when the user backed out, or nothing differs
 */
export async function reviewChange<T>(
  connection: Connection,
  row: Row,
  change: ReviewedChange<T>,
  given?: { readonly wanted: T },
): Promise<Agreed<T> | undefined> {
  let shown = row.sandbox;
  refuse(change, shown);
  if (given) {
    const now = await readAgain(connection, shown);
    refuse(change, now);
    if (!isDeepEqual(change.read(now), change.read(shown))) throw new UserError(changedMeanwhile());
    if (change.lines(change.read(now), given.wanted, now).length === 0) return undefined;
    return (await isConfirmed(change, now, given.wanted))
      ? { sandbox: now, wanted: given.wanted }
      : undefined;
  }
  let draft = change.read(shown);
  let note: string | undefined;
  for (;;) {
    if (note === undefined) {
      const answer = await change.ask(shown, draft);
      if (answer.kind !== 'value') return undefined;
      draft = answer.value;
    }
    const verdict = await review(change, shown, draft, note);
    note = undefined;
    if (verdict === 'cancel') return undefined;
    if (verdict === 'edit') continue;
    if (!(await isConfirmed(change, shown, draft))) return undefined;
    const now = await readAgain(connection, shown);
    refuse(change, now);
    if (isDeepEqual(change.read(now), change.read(shown))) return { sandbox: now, wanted: draft };
    shown = now;
    note = changedMeanwhile();
  }
}

function refuse<T>(change: ReviewedChange<T>, sandbox: Sandbox): void {
  const reason = change.refusal?.(sandbox);
  if (reason !== undefined) throw new UserError(reason);
}

async function isConfirmed<T>(change: ReviewedChange<T>, sandbox: Sandbox, wanted: T): Promise<boolean> {
  return (await change.confirm?.(sandbox, wanted)) ?? true;
}

function changedMeanwhile(): string {
  return l10n.t('It was changed by somebody else meanwhile.');
}

/** Reads the sandbox as it is now. */
export async function readAgain(
  { sandboxes, poller, signal }: Connection,
  { id }: Sandbox,
): Promise<Sandbox> {
  const now = await sandboxes.get(id, signal);
  poller.applyUpdate([now]);
  return now;
}

async function review<T>(
  change: ReviewedChange<T>,
  sandbox: Sandbox,
  wanted: T,
  note: string | undefined,
): Promise<'apply' | 'edit' | 'cancel'> {
  const lines = change.lines(change.read(sandbox), wanted, sandbox);
  const answer = await askPick<'apply' | 'edit' | 'close'>({
    title: change.title,
    placeholder: [
      note,
      lines.length === 0 ? l10n.t('Nothing changes.') : l10n.t('This is what changes.'),
      change.effect?.(wanted),
    ]
      .filter(part => part !== undefined)
      .join(' '),
    hasBack: true,
    items: [
      lines.length === 0
        ? { icon: 'close', label: l10n.t('Leave it as it is'), answer: 'close' }
        : { icon: 'check', label: l10n.t('Apply to {0}', rowName({ sandbox })), answer: 'apply' },
      ...lines.map(({ sign, text, detail }) => ({
        icon: sign === 'added' ? 'diff-added' : 'diff-removed',
        label: sign === 'added' ? `+ ${text}` : `− ${text}`,
        ...(detail !== undefined && { description: detail }),
        answer: 'edit' as const,
      })),
      { icon: 'edit', label: l10n.t('Edit again…'), answer: 'edit' },
    ],
  });
  if (answer.kind === 'back') return 'edit';
  return answer.kind === 'value' && answer.value !== 'close' ? answer.value : 'cancel';
}
