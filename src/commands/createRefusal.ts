import { validateCreateRequest, type CreateSandboxRequest } from '../core/createRequest';
import { UserError } from '../host/messages';
import type { CommandContext } from './commandContext';
import { nameProblem } from './naming';
import { violationText } from './violationText';

/** Everything that is wrong with a request before it is sent, in words. */
export function requestProblems(context: CommandContext, request: CreateSandboxRequest): readonly string[] {
  const problems = validateCreateRequest(request).map(violationText);
  if (request.name === undefined || problems.length > 0) return problems;
  const taken = nameProblem(context, request.name);
  return taken === undefined ? [] : [taken];
}

/** @throws UserError when a request breaks a rule that is known without asking the service */
export function refuseInvalid(context: CommandContext, request: CreateSandboxRequest): void {
  const problems = requestProblems(context, request);
  if (problems.length > 0) throw new UserError(problems.join(' '));
}
