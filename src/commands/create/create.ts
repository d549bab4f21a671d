import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { requestsOf } from '../../core/create/createDraft';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { BatchError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { nameTaken } from '../change/askName';
import { agreeOnOpening } from './agreeOnOpening';
import { attemptCreates } from './attempt';
import { isCreateInput } from './createInput';
import { draftOfInput } from './inputText';
import { type CreateServices, refuseInvalid } from './step';
import { idOrIds, openCreateWizard } from './wizard';

/**
 * Creates a sandbox: two presses of Enter for the defaults, or no question at all when called with a request for a private
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
  const { created, failures } = await attemptCreates(
    { context, services, connection },
    requestsOf(agreed.draft, isTaken),
    agreed.opening?.span,
  );
  const [first] = created;
  if (first !== undefined) await context.view.reveal(first);
  const [failure] = failures;
  if (!failure) return idOrIds(created);
  if (draft.count === 1) throw failure.error;
  const named = failures.map(({ request, error }) => ({
    name: plainText(request.name ?? l10n.t('ephemeral')),
    error,
  }));
  throw new BatchError(named, draft.count);
}
