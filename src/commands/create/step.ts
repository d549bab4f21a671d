import { l10n } from 'vscode';
import type { CreateDraft } from '../../core/create/createDraft';
import type { Connection } from '../../host/session/connection';
import { errorText } from '../../host/editor/messages';
import { heading, type Answer, type PickHeading } from '../../host/editor/quickInput';
import type { CommandContext } from '../../app/appContext';

/** What every step of the create wizard has at hand. */
export interface CreateStage {
  readonly context: CommandContext;
  readonly connection: Connection;
  readonly title: string;
  /** Whether a sandbox that is not terminated has the name. */
  readonly isTaken: (name: string) => boolean;
}

/** Asks for one field, and gives the draft with it. */
export type CreateStep = (stage: CreateStage, draft: CreateDraft) => Promise<Answer<CreateDraft>>;

/** What the button says that ends the wizard at any step. */
export function createNow(): string {
  return l10n.t('Create Now');
}

/** Lines for what a list of the project holds; one that cannot be read is said, and what is known can be typed. */
export async function linesOf<T, Line>(
  list: Promise<readonly T[]>,
  lines: (list: readonly T[]) => readonly Line[],
): Promise<readonly (Line | PickHeading)[]> {
  try {
    return lines(await list);
  } catch (error) {
    return [heading(l10n.t('The list cannot be read: {0}', errorText(error)))];
  }
}
