import { randomUUID } from 'node:crypto';
import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { reach, type Reached, resolveReachable } from '../../app/reach';
import { sandboxItems } from '../../app/sandboxActions';
import { resolveTarget } from '../../app/targets';
import { nameProblem } from '../../core/files/remotePath';
import { inBackground } from '../../core/kernel/unexpected';
import type { Row } from '../../core/list/rows';
import { ownScriptArgs } from '../../core/processes/ownProcess';
import type { ProcessExit, RunRequest } from '../../core/processes/process';
import { isAbleTo } from '../../core/sandbox/capabilities';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { fileUri } from '../../host/editor/documents/documentUris';
import { askModal, offerAny } from '../../host/editor/dialogs/messages';
import { type Progress, startProgress } from '../../host/editor/dialogs/progress';
import { askText } from '../../host/editor/dialogs/quickInput';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { commandIds } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { exitWords } from '../../text/run';
import { rowName } from '../../text/sandbox/rowText';
import { askRepository, type Wanted } from './askRepository';
import { type Credentials, credentialsFor } from './credentials';
import { CloneOutput, cloneScript, exits, undoScript } from './model/cloneScript';

/** How long a clone may take, in seconds. */
const longestSecs = 6 * 3600;

/** Clones a repository into a sandbox, and offers a terminal or the folder there. */
export function cloneRepository(app: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not clone the repository'),
    run: async (...args) => {
      await app.connections.require();
      const wanted = await askRepository();
      const row = wanted && (await chosenSandbox(app, args));
      const reached = row && (await reach(app, row));
      if (!wanted || !row || !reached) return;
      const folder = await new Clone(wanted, reached, rowName(row)).run();
      if (folder !== undefined) inBackground(offerPlaces(row, folder));
    },
  };
}

async function chosenSandbox(app: AppContext, args: readonly unknown[]): Promise<Row | undefined> {
  const question = (): string => l10n.t('Clone into which sandbox?');
  if (args[0] !== undefined) return await resolveReachable(app, args, question);
  const rows = app.view.groups(app.store.current.rows.values()).map(({ rows: all }) => ({
    rows: all.filter(row => isAbleTo(row, ['canConnect', 'canWake'], false)),
  }));
  const answer = await askPick<Row | 'new'>({
    placeholder: question(),
    items: [
      { icon: 'add', label: l10n.t('New Sandbox…'), answer: 'new' },
      ...sandboxItems(rows, app.clock.now()),
    ],
  });
  if (answer.kind !== 'value') return undefined;
  return answer.value === 'new' ? await newSandbox(app, question) : answer.value;
}

/** Creates one, and waits until it runs. */
async function newSandbox(app: AppContext, question: () => string): Promise<Row | undefined> {
  const id = await commands.executeCommand(commandIds.create);
  if (typeof id !== 'string') return undefined;
  const { poller } = await app.connections.require();
  await poller.follow(id, ({ state }) => state !== 'pending');
  return await resolveTarget(app, [id], {
    anyOf: ['canConnect'],
    needsRest: false,
    question,
    none: () => l10n.t('The new sandbox does not run.'),
  });
}

/** One repository that is cloned into one sandbox. */
class Clone {
  constructor(
    private readonly wanted: Wanted,
    private readonly reached: Reached,
    private readonly sandboxName: string,
  ) {}

  /** The folder that was made; undefined when the user backed out. */
  async run(): Promise<string | undefined> {
    const { name } = this.wanted.repository;
    let folder = name;
    let credentials: Credentials | undefined;
    for (;;) {
      const output = new CloneOutput();
      const exit = await this.attempt(folder, output, credentials);
      if (exit === 'cancelled') return undefined;
      if (exit.exitCode === 0 && output.folder !== undefined) return output.folder;
      if (exit.exitCode === exits.noGit)
        throw new UserError(
          l10n.t('{0} has no git. Install it there, or use an image that has it.', this.sandboxName),
        );
      if (exit.exitCode === exits.exists) {
        const other = await this.askFolder(output.folder ?? folder, name);
        if (other === undefined) return undefined;
        folder = other;
      } else if (output.wantsCredentials) {
        credentials = await this.askCredentials(credentials, output);
        if (!credentials) return undefined;
      } else throw this.failure(output, exit, credentials);
    }
  }

  private async attempt(
    folder: string,
    output: CloneOutput,
    credentials: Credentials | undefined,
  ): Promise<ProcessExit | 'cancelled'> {
    const { repository, branch } = this.wanted;
    const { signal } = this.reached.connection;
    const progress = startProgress(l10n.t('Cloning {0} into {1}', repository.name, this.sandboxName), signal);
    const mark = `cloning-${randomUUID().slice(0, 8)}`;
    const server = credentials === undefined ? '' : new URL(repository.url).origin;
    try {
      return await progress.until(
        this.follow([repository.url, branch, folder, mark, server], output, credentials, progress),
      );
    } catch (error) {
      if (!progress.signal.aborted) throw error;
      if (!signal.aborted) await this.undo(folder, mark);
      return 'cancelled';
    }
  }

  private async follow(
    args: readonly string[],
    output: CloneOutput,
    credentials: Credentials | undefined,
    progress: Progress,
  ): Promise<ProcessExit> {
    const request: RunRequest = {
      command: 'sh',
      args: ownScriptArgs(cloneScript, args),
      env: {
        LC_ALL: 'C',
        GIT_TERMINAL_PROMPT: '0',
        ...(credentials && { TL_CLONE_USER: credentials.user, TL_CLONE_PASSWORD: credentials.password }),
      },
      workingDir: '/',
      timeoutSecs: longestSecs,
    };
    for await (const event of this.reached.client.processes.run(request, progress.signal)) {
      if (event.kind === 'exited') return event;
      const step = event.kind === 'line' ? output.read(event.line) : undefined;
      if (step) progress.report(step.text, step.percent);
    }
    throw new UserError(l10n.t('The connection broke off. What there is of the folder may be incomplete.'));
  }

  /** A failure of this leaves a folder that says by its name what it is. */
  private async undo(folder: string, mark: string): Promise<void> {
    const { client, connection } = this.reached;
    const args = ownScriptArgs(undoScript, [folder, mark]);
    const request = { command: 'sh', args, workingDir: '/', timeoutSecs: 60 };
    await client.processes.runToEnd(request, connection.signal).catch(() => undefined);
  }

  private async askFolder(taken: string, name: string): Promise<string | undefined> {
    const answer = await askText({
      title: l10n.t('Clone Repository into Sandbox'),
      prompt: l10n.t('{0} has {1} already. Name of the new folder', this.sandboxName, plainText(taken, 80)),
      value: `${name}-2`,
      validate: text =>
        nameProblem(text) === undefined && /^[\w.]/.test(text)
          ? undefined
          : l10n.t('That is no name of a folder.'),
    });
    return answer.kind === 'value' ? answer.value : undefined;
  }

  /** Asks before credentials leave this computer. Undefined when the user declines. */
  private async askCredentials(
    refused: Credentials | undefined,
    output: CloneOutput,
  ): Promise<Credentials | undefined> {
    const { repository } = this.wanted;
    const { url, host, mayHaveCredentials } = repository;
    if (refused)
      throw new UserError(
        l10n.t('{0} refused the credentials of this computer. {1}', host, this.reasonOf(output, refused)),
      );
    if (!mayHaveCredentials)
      throw new UserError(
        l10n.t(
          '{0} wants a password, which is not sent without TLS. Use an address that begins with https://.',
          host,
        ),
      );
    const give = l10n.t('Use Credentials');
    const chosen = await askModal(
      l10n.t('Give {0} your credentials for {1}?', this.sandboxName, host),
      l10n.t(
        '{0} wants to know who asks. The sandbox gets your name and password or token for {0} in the environment of this one command, and stores nothing of them. What else runs in the sandbox as the same user can read them meanwhile, and use all that they allow.',
        host,
      ),
      [give],
    );
    if (chosen !== give) return undefined;
    const progress = startProgress(
      l10n.t('Asking for your credentials for {0}', host),
      this.reached.connection.signal,
    );
    const credentials = await progress.until(credentialsFor({ url, host }, progress.signal));
    if (!credentials && !progress.signal.aborted)
      throw new UserError(
        l10n.t(
          'This computer has no credentials for {0}. Clone from it here once, so that git stores them.',
          host,
        ),
      );
    return credentials;
  }

  private failure(output: CloneOutput, exit: ProcessExit, credentials: Credentials | undefined): UserError {
    return new UserError(this.reasonOf(output, credentials) || exitWords(exit));
  }

  /** What git said, without what it was given. */
  private reasonOf({ reason }: CloneOutput, credentials: Credentials | undefined): string {
    const text = credentials ? reason.replaceAll(credentials.password, '…') : reason;
    return plainText(text, 400);
  }
}

async function offerPlaces({ sandbox }: Row, path: string): Promise<void> {
  const [terminal, folder] = [l10n.t('Open Terminal'), l10n.t('Open Folder')];
  const chosen = await offerAny(l10n.t('The repository is in {0}.', plainText(path, 120)), [
    terminal,
    folder,
  ]);
  if (chosen === terminal)
    await commands.executeCommand(commandIds.openTerminalInFolder, { sandboxId: sandbox.id, path });
  else if (chosen === folder) await commands.executeCommand(commandIds.openFolder, fileUri(sandbox.id, path));
}
