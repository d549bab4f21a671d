import { l10n } from 'vscode';
import { sandboxNameViolation } from '../../../core/sandbox/rules';
import type { Sandbox } from '../../../core/sandbox/sandbox';
import type { Connection } from '../../../host/session/connection';
import { askText } from '../../../host/editor/dialogs/quickInput';
import type { AppContext } from '../../../app/appContext';
import { sendOffered } from '../../../app/offered';
import { nameRuleText } from '../../../text/create/violationText';

/** Asks for a sandbox name. `undefined` when the user backed out. */
export async function askName(
  context: AppContext,
  question: {
    readonly title: string;
    readonly prompt: string;
    readonly value?: string;
    readonly own?: Sandbox;
    /** Names that others of the same command are about to get. */
    readonly taken?: ReadonlySet<string>;
    /** Gives the name; what it throws is shown, and the box stays open. */
    readonly accept?: (name: string) => Promise<void>;
  },
): Promise<string | undefined> {
  const { accept } = question;
  const answer = await askText({
    title: question.title,
    prompt: question.prompt,
    value: question.value ?? '',
    placeholder: 'api-dev',
    validate: text =>
      question.taken?.has(text) === true ? nameInUse() : nameProblem(context, text, question.own),
    ...(accept && {
      accept: async name => {
        await accept(name);
        return undefined;
      },
    }),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** A sentence about what is wrong with a name: it breaks a naming rule, or another sandbox has it. */
export function nameProblem(context: AppContext, name: string, own?: Sandbox): string | undefined {
  const rule = sandboxNameViolation(name);
  if (rule !== undefined) return nameRuleText(rule);
  return nameTaken(context, own)(name) ? nameInUse() : undefined;
}

function nameInUse(): string {
  return l10n.t('Another sandbox has this name.');
}

/** Tests whether another sandbox that is not terminated has a name. */
export function nameTaken({ store }: AppContext, own?: Sandbox): (name: string) => boolean {
  return name =>
    [...store.current.rows.values()].some(
      ({ sandbox }) => sandbox.name === name && sandbox.id !== own?.id && sandbox.state !== 'terminated',
    );
}

/** Names or renames a sandbox, and returns it as the service reports it then. */
export async function giveName(
  context: AppContext,
  connection: Connection,
  sandbox: Sandbox,
  name: string,
): Promise<Sandbox> {
  const { sandboxes, poller, signal } = connection;
  const renamed = await sendOffered(context, connection, sandbox, 'rename', () =>
    sandboxes.update(sandbox.id, { name }, signal),
  );
  poller.applyUpdate([renamed]);
  return renamed;
}
