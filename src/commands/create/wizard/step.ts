import { l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { type CreateDraft, draftViolations } from '../../../core/create/createDraft';
import type { Origins } from '../../../core/sandbox/origins';
import type { Answer } from '../../../host/editor/dialogs/quickInput';
import type { Connection } from '../../../host/session/connection';
import type { LastCreate } from '../../../host/storage/lastCreate';
import type { PublicDeadlines } from '../../../host/storage/publicDeadlines';
import { violationText } from '../../../text/create/violationText';
import { UserError } from '../../../text/kit/failureText';
import type { AfterCreationServices } from '../afterCreation';

/** The services that creating uses. */
export interface CreateServices extends AfterCreationServices {
  readonly lastCreate: LastCreate;
  readonly origins: Origins;
  /** When what is created as public is closed. */
  readonly deadlines: PublicDeadlines;
}

/** What every step of the create wizard is given. */
export interface CreateStage {
  readonly context: AppContext;
  readonly services: CreateServices;
  readonly connection: Connection;
  readonly title: string;
  /** Whether a sandbox that is not terminated has this name. */
  readonly isTaken: (name: string) => boolean;
}

/** Asks for one field, and returns the draft with it. */
export type CreateStep = (stage: CreateStage, draft: CreateDraft) => Promise<Answer<CreateDraft>>;

/** The label of the button that ends the wizard at any step. */
export function createNow(): string {
  return l10n.t('Create Now');
}

/** Sentences about everything that is wrong with a draft. */
export function draftProblems(
  { isTaken }: Pick<CreateStage, 'isTaken'>,
  draft: CreateDraft,
): readonly string[] {
  const problems = draftViolations(draft, isTaken).map(violationText);
  const { name } = draft.request;
  return problems.length === 0 && draft.count === 1 && name !== undefined && isTaken(name)
    ? [l10n.t('Another sandbox has this name.')]
    : problems;
}

/** @throws UserError when a draft breaks a rule that is known without asking the service */
export function refuseInvalid(stage: Pick<CreateStage, 'isTaken'>, draft: CreateDraft): void {
  const problems = draftProblems(stage, draft);
  if (problems.length > 0) throw new UserError(problems.join(' '));
}
