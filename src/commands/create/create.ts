import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { requestsOf } from '../../core/create/createDraft';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { isCancellation, UncertainError } from '../../text/kit/failureText';
import { nameTaken } from '../change/questions/askName';
import { followMade } from './afterCreation';
import { agreeOnOpening } from './wizard/agreeOnOpening';
import { attemptCreates, batchOf } from './attempt';
import { isCreateInput } from './createInput';
import { draftOfInput } from './wizard/inputText';
import { type CreateServices, refuseInvalid } from './wizard/step';
import { idOrIds, openCreateWizard } from './wizard/wizard';

/**
 * Creates a sandbox: one press of Enter for the defaults, or no question at all when called with a request for a private
 * one. Returns the id, or ids when several were wanted.
 */
export function create(context: AppContext, services: CreateServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not create the sandbox'),
    run: async (...args) => {
      const [input] = args;
      if (isCreateInput(input)) return await createFromInput(context, services, input);
      return idOrIds(await openCreateWizard(context, services, {}));
    },
  };
}

async function createFromInput(
  context: AppContext,
  services: CreateServices,
  input: object,
): Promise<string | readonly string[] | undefined> {
  const connection = await context.connections.require();
  const isTaken = nameTaken(context);
  const draft = draftOfInput(input);
  refuseInvalid({ isTaken }, draft);
  const agreed = await agreeOnOpening({ context, title: l10n.t('New Sandbox') }, draft);
  if (!agreed) return undefined;
  const { created, failures, uncertain } = await attemptCreates(
    { context, services, connection },
    requestsOf(agreed.draft, isTaken),
    agreed.opening?.span,
  );
  const [first] = created;
  if (first !== undefined) await context.view.reveal(first.id);
  followMade(services, { connection, made: created });
  const told = [...failures, ...uncertain].filter(({ error }) => !isCancellation(error));
  const [only] = told;
  if (!only) return idOrIds(created.map(({ id }) => id));
  if (draft.count === 1 && !(only.error instanceof UncertainError)) throw only.error;
  throw batchOf(told, draft.count);
}
