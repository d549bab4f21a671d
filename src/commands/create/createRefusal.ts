import { l10n } from 'vscode';
import { draftViolations, type CreateDraft } from '../../core/create/createDraft';
import { UserError } from '../../host/editor/messages';
import type { CommandContext } from '../../app/appContext';
import type { CreateStage } from './step';
import { violationText } from '../../text/create/violationText';

/** A test for names that a sandbox has which is not terminated. */
export function nameTaken({ store }: CommandContext): CreateStage['isTaken'] {
  return name =>
    [...store.current.rows.values()].some(
      ({ sandbox }) => sandbox.name === name && sandbox.state !== 'terminated',
    );
}

/** Everything that is wrong with a draft before it is sent, in words. */
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
