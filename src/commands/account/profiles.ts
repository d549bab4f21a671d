import { l10n } from 'vscode';
import {
  defaultProfileId,
  profileNameMaxLength,
  profileNameViolation,
  type Profile,
  type ProfileNameRule,
} from '../../core/account/profile';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { newProfile, secretSlot } from '../../host/session/profiles';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { askText } from '../../host/editor/dialogs/quickInput';
import { plainText } from '../../text/kit/plainText';
import type { AppContext } from '../../app/appContext';
import { askSecret } from './askSecret';
import { type AccountServices, keepSecret, requireEndpoint } from './signIn';

/** Switches to another profile. The views forget what they show of the last one. */
export function switchProfile(context: AppContext, account: AccountServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not switch the profile'),
    run: async (...args) => {
      const endpoint = requireEndpoint();
      const { profiles, activeId } = account.profiles.list(endpoint.text);
      const named = profiles.find(({ name }) => name === args[0]);
      const chosen = named ?? (await pickProfile(profiles, activeId));
      if (chosen === undefined) return;
      if (chosen === 'add') await add(context, account);
      else await account.profiles.activate(endpoint.text, chosen.id);
    },
  };
}

/** Adds a profile and signs in with it. */
export function addProfile(context: AppContext, account: AccountServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not add the profile'),
    run: async () => await add(context, account),
  };
}

/** Forgets a profile and its secret. */
export function removeProfile(account: AccountServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not remove the profile'),
    run: async () => {
      const endpoint = requireEndpoint();
      const { profiles, activeId } = account.profiles.list(endpoint.text);
      const removable = profiles.filter(({ id }) => id !== defaultProfileId);
      if (removable.length === 0) throw new UserError(l10n.t('There is only the default profile.'));
      const answer = await askPick<Profile>({
        title: l10n.t('Remove Profile'),
        placeholder: l10n.t('Which profile is to be forgotten?'),
        items: removable.map(profile => itemOf(profile, activeId)),
      });
      if (answer.kind !== 'value') return;
      const { id, name } = answer.value;
      const isSure = await confirmModal(
        l10n.t('Remove the profile {0}?', plainText(name)),
        l10n.t('Its key is deleted from the secret store of this editor. Sandboxes are not touched.'),
        l10n.t('Remove'),
      );
      if (!isSure) return;
      await account.credentials.forget(secretSlot(endpoint.text, { id }));
      await account.profiles.remove(endpoint.text, id);
    },
  };
}

async function add(context: AppContext, account: AccountServices): Promise<void> {
  const endpoint = requireEndpoint();
  const taken = account.profiles.list(endpoint.text).profiles.map(({ name }) => name);
  const title = l10n.t('Add Profile');
  const answer = await askText({
    title,
    prompt: l10n.t('Name of the profile, such as "prod". It stands beside the view and in the status bar.'),
    validate: text => {
      const rule = profileNameViolation(text, taken);
      return rule && nameRuleText(rule);
    },
  });
  if (answer.kind !== 'value') return;
  const checked = await askSecret({
    target: { endpoint, connections: context.connections },
    title,
    clock: context.clock,
    logins: await account.logins(),
  });
  if (!checked) return;
  const profile = newProfile(answer.value, checked.scope);
  await account.profiles.keep(endpoint.text, profile);
  await keepSecret(context, account, endpoint, profile, checked);
  await account.profiles.activate(endpoint.text, profile.id);
}

async function pickProfile(
  profiles: readonly Profile[],
  activeId: string,
): Promise<Profile | 'add' | undefined> {
  const answer = await askPick<Profile | 'add'>({
    title: l10n.t('Switch Profile'),
    placeholder: l10n.t('Which profile is this workspace to use?'),
    items: [
      ...profiles.map(profile => itemOf(profile, activeId)),
      { icon: 'add', label: l10n.t('Add Profile…'), answer: 'add' as const },
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function itemOf(profile: Profile, activeId: string) {
  const icon = profile.id === activeId ? 'check' : 'blank';
  return {
    icon,
    label: plainText(profile.name),
    description: scopeText(profile),
    answer: profile,
  };
}

function scopeText({ scope }: Profile): string {
  if (!scope) return '';
  const { organizationId, organizationName, projectId, projectName } = scope;
  return plainText(`${organizationName ?? organizationId} / ${projectName ?? projectId}`);
}

function nameRuleText(rule: ProfileNameRule): string {
  switch (rule) {
    case 'empty':
      return l10n.t('A name is needed.');
    case 'tooLong':
      return l10n.t('A name has at most {0} characters.', profileNameMaxLength);
    case 'characters':
      return l10n.t('A name has only visible characters.');
    case 'taken':
      return l10n.t('There is a profile of this name.');
  }
}
