import { l10n, workspace } from 'vscode';
import { askText } from '../../host/editor/dialogs/quickInput';
import { localGit } from './localGit';
import { type AddressProblem, isBranch, readRepository, type Repository } from './model/repository';

/** What is to be cloned. */
export interface Wanted {
  readonly repository: Repository;
  /** Empty for the usual one. */
  readonly branch: string;
}

const totalSteps = 2;

function problemText(problem: AddressProblem): string {
  switch (problem) {
    case 'empty':
      return l10n.t('An address is needed.');
    case 'noAddress':
      return l10n.t('An address begins with https://.');
    case 'password':
      return l10n.t(
        'Leave name and password out of the address. They are asked for if the server wants them.',
      );
    case 'noRepository':
      return l10n.t('The address names no repository.');
  }
}

/** Asks which repository, and which branch of it: those of the workspace by default. Undefined when the user backed out. */
export async function askRepository(): Promise<Wanted | undefined> {
  const own = await ownRepository();
  let typed = own?.address ?? '';
  for (;;) {
    const title = l10n.t('Clone Repository into Sandbox');
    const address = await askText({
      title,
      step: 1,
      totalSteps,
      prompt: l10n.t('Address of the repository'),
      placeholder: 'https://github.com/owner/repository',
      value: typed,
      validate: text => {
        const repository = readRepository(text);
        return typeof repository === 'string' ? problemText(repository) : undefined;
      },
      explain: text => {
        const repository = readRepository(text);
        const isOther = typeof repository === 'object' && repository.url !== text.trim();
        return isOther ? l10n.t('It is cloned from {0}.', repository.url) : undefined;
      },
    });
    if (address.kind !== 'value') return undefined;
    typed = address.value;
    const repository = readRepository(typed);
    if (typeof repository === 'string') return undefined;
    const isOwn = typed === own?.address;
    const branch = await askText({
      title,
      step: 2,
      totalSteps,
      hasBack: true,
      prompt: l10n.t('Branch or tag. Empty for the usual branch'),
      value: isOwn ? own.branch : '',
      validate: text => (isBranch(text.trim()) ? undefined : l10n.t('That is no name of a branch.')),
    });
    if (branch.kind === 'value') return { repository, branch: branch.value.trim() };
    if (branch.kind === 'cancel') return undefined;
  }
}

/** The remote and the branch of the first folder of the workspace. Git runs in a trusted one only. */
async function ownRepository(): Promise<{ readonly address: string; readonly branch: string } | undefined> {
  const [first] = workspace.workspaceFolders ?? [];
  if (first?.uri.scheme !== 'file' || !workspace.isTrusted) return undefined;
  const folder = first.uri.fsPath;
  const [address, branch] = await Promise.all(
    [
      ['remote', 'get-url', 'origin'],
      ['branch', '--show-current'],
    ].map(args => localGit(args, { folder, timeoutMs: 3_000 })),
  );
  const repository = readRepository(address ?? '');
  return typeof repository === 'string'
    ? undefined
    : { address: repository.url, branch: (branch ?? '').trim() };
}
