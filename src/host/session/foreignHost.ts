import { l10n } from 'vscode';
import { UserError } from '../../text/kit/failureText';

/** A sandbox is at a host of another domain than the API's, and the user has not agreed that the key goes there. */
export class ForeignHostError extends UserError {
  constructor(readonly host: string) {
    super(
      l10n.t(
        'The service says that the sandbox is at {0}, which is not below its own domain. The API key goes there only if you allow it: open a terminal in the sandbox to be asked.',
        host,
      ),
    );
  }
}
