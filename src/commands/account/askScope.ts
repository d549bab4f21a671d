import { l10n } from 'vscode';
import type { NamedThing } from '../../api/control/account/accounts';
import type { ProjectScope } from '../../core/account/profile';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { type SecretTarget, withServices } from './secretTarget';

/** The organization and project for a token: the only ones there are, or those that the user picks. */
export async function askScope(
  target: SecretTarget,
  token: string,
  title: string,
): Promise<ProjectScope | undefined> {
  return await withServices(target, token, async ({ accounts }) => {
    const load = async (read: (signal: AbortSignal) => Promise<readonly NamedThing[]>) => {
      const progress = startProgress(l10n.t('Reading organizations and projects…'));
      return await progress.until(read(progress.signal));
    };
    for (;;) {
      const organizations = await load(signal => accounts.listOrganizations(signal));
      if (organizations.length === 0)
        throw new UserError(l10n.t('This access token belongs to no organization.'));
      const organization = await pickOne(organizations, title, l10n.t('Which organization?'), false);
      if (organization === undefined || organization === 'back') return undefined;
      const projects = await load(signal => accounts.listProjects(organization.id, signal));
      if (projects.length === 0)
        throw new UserError(l10n.t('{0} has no project.', plainText(organization.name)));
      const hasBack = organizations.length > 1;
      const project = await pickOne(projects, title, l10n.t('Which project?'), hasBack);
      if (project === undefined) return undefined;
      if (project !== 'back')
        return {
          organizationId: organization.id,
          organizationName: organization.name,
          projectId: project.id,
          projectName: project.name,
        };
    }
  });
}

async function pickOne(
  things: readonly NamedThing[],
  title: string,
  placeholder: string,
  hasBack: boolean,
): Promise<NamedThing | 'back' | undefined> {
  const [only] = things;
  if (things.length === 1 && only) return only;
  const answer = await askPick<NamedThing>({
    title,
    placeholder,
    items: things.map(thing => ({
      label: plainText(thing.name),
      description: thing.id === thing.name ? '' : plainText(thing.id),
      answer: thing,
    })),
    hasBack,
  });
  return answer.kind === 'value' ? answer.value : answer.kind === 'back' ? 'back' : undefined;
}
