import { l10n } from 'vscode';
import { readCreateInput, type InputProblem } from '../createInput';
import { maxCount, type CreateDraft } from '../../../core/create/createDraft';
import { UserError } from '../../../text/kit/failureText';
import { plainText } from '../../../text/kit/plainText';

/** A sentence about a problem of a create input. */
export function inputProblemText({ path, kind, expected }: InputProblem): string {
  const member = plainText(path, 80);
  switch (kind) {
    case 'unknown':
      return l10n.t('"{0}" is not a member of a request.', member);
    case 'type':
      return member === ''
        ? l10n.t('A request is an object.')
        : l10n.t('"{0}" must be of type {1}.', member, expected ?? 'string');
    case 'range':
      return l10n.t('"{0}" is out of its range, 1 to {1}.', member, maxCount);
  }
}

/** @throws UserError naming every member that is unknown or of the wrong type */
export function draftOfInput(input: unknown): CreateDraft {
  const read = readCreateInput(input);
  if ('draft' in read) return read.draft;
  throw new UserError(read.problems.map(inputProblemText).join(' '));
}
