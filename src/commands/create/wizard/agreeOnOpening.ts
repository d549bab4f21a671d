import { l10n } from 'vscode';
import { type CreateDraft, withoutPublicAccess } from '../../../core/create/createDraft';
import { isDeepEqual } from '../../../core/kernel/formats/json';
import { fieldTitle } from '../../../text/create/fieldText';
import { plainText } from '../../../text/kit/plainText';
import { askOpening } from '../../change/questions/askOpening';
import type { PublicSpan } from '../../change/questions/askPublicSpan';
import type { CreateStage } from './step';

/** What the user agreed to, so that another try does not ask again. */
export interface AgreedOpening {
  readonly ports: readonly number[];
  readonly name: string | undefined;
  readonly count: number;
  readonly span: PublicSpan;
}

/** A draft that may be sent. */
interface AgreedDraft {
  readonly draft: CreateDraft;
  /** Absent for one that is private. */
  readonly opening?: AgreedOpening;
}

/**
 * Asks for how long a draft that says so is to be public, unless the user agreed to just that before, or to more of it.
 *
 * @returns undefined when the user backed out
 */
export async function agreeOnOpening(
  { context, title }: Pick<CreateStage, 'context' | 'title'>,
  draft: CreateDraft,
  before?: AgreedOpening,
): Promise<AgreedDraft | undefined> {
  const { allowUnauthenticatedAccess, exposedPorts: ports = [], name } = draft.request;
  if (allowUnauthenticatedAccess !== true) return { draft };
  const isAgreed =
    before && isDeepEqual(before.ports, ports) && before.name === name && draft.count <= before.count;
  if (isAgreed) return { draft, opening: before };
  const wish = await askOpening({
    title: `${title}: ${fieldTitle('allowUnauthenticatedAccess')}`,
    placeholder: l10n.t('The request makes it public. Keep it private, or choose or type for how long.'),
    question:
      draft.count > 1
        ? l10n.t('Make {0} new sandboxes public?', draft.count)
        : name === undefined
          ? l10n.t('Make the new sandbox public?')
          : l10n.t('Make {0} public?', plainText(name, 80)),
    ports,
    nowMs: context.clock.now(),
  });
  if (!wish) return undefined;
  return wish.kind === 'closed'
    ? { draft: { ...draft, request: withoutPublicAccess(draft.request) } }
    : { draft, opening: { ports, name, count: draft.count, span: wish } };
}
