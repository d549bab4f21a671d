import { l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import {
  type CreateDraft,
  draftOf,
  freshDefaults,
  lockedFields,
  requestsOf,
} from '../../core/create/createDraft';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import { ApiError } from '../../core/kernel/errors';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { copyText } from '../../host/editor/clipboard';
import type { Answer } from '../../host/editor/quickInput';
import type { Connection } from '../../host/session/connection';
import { errorText, isCancellation, UserError } from '../../text/kit/failureText';
import { askRemedy, type Attempt, attemptCreates } from './attempt';
import { createInputOf } from './createInput';
import { askFields, askReview, createPageCount, type PageChoice, type PageNotice } from './pages';
import { saveAsPreset } from './savePreset';
import { type CreateStage, draftProblems, nameTaken } from './step';
import { createSteps } from './steps';
import { askTyped } from './typedFields';

/** One id alone, as most callers want it. */
export function idOrIds(ids: readonly string[] | undefined): string | readonly string[] | undefined {
  return ids?.length === 1 ? ids[0] : ids;
}

/** How the wizard starts. */
export interface CreateWizardOptions {
  /** What is restored, so that the wizard knows what the snapshot fixes; asked for by `snapshotId` when absent. */
  readonly snapshot?: SandboxSnapshot;
  /** How many sandboxes. */
  readonly count?: number;
  readonly title?: string;
  /** Something the user is to know about what is filled in. */
  readonly notice?: string;
}

/**
 * Opens the create wizard with a request filled in, creates what it ends with and selects it in the view. What the
 * service refuses brings the wizard back as it was left.
 *
 * @param start what is filled in; an empty one is what the official tools send
 * @returns ids of what was created; `undefined` when the user backed out
 */
export async function openCreateWizard(
  context: CommandContext,
  start: CreateSandboxRequest,
  options: CreateWizardOptions = {},
): Promise<readonly string[] | undefined> {
  const connection = await context.connections.require();
  const isRestore = start.snapshotId !== undefined;
  const snapshot =
    options.snapshot ?? (isRestore ? await snapshotOf(connection, start.snapshotId ?? '') : undefined);
  const title = options.title ?? (isRestore ? l10n.t('Restore from Snapshot') : l10n.t('New Sandbox'));
  const stage: CreateStage = { context, connection, title, isTaken: nameTaken(context) };
  const request = Object.keys(start).length === 0 ? freshDefaults : start;
  return await new Wizard(stage, draftOf(request, { count: options.count, snapshot }), options.notice).run();
}

/** Opens the wizard for a sandbox restored from a snapshot. */
export async function openRestoreWizard(
  context: CommandContext,
  snapshot: SandboxSnapshot,
): Promise<readonly string[] | undefined> {
  return await openCreateWizard(
    context,
    { snapshotId: snapshot.id, timeoutSecs: freshDefaults.timeoutSecs },
    { snapshot },
  );
}

async function snapshotOf({ snapshots, signal }: Connection, id: string): Promise<SandboxSnapshot> {
  try {
    return await snapshots.get(id, signal);
  } catch (error) {
    if (ApiError.is(error, 'notFound')) throw new UserError(l10n.t('There is no snapshot {0}.', id));
    throw error;
  }
}

/** Where a wizard is: at a page, sending, or over. */
type Place = 'name' | 'fields' | 'review' | 'create' | 'over';

/** One run: each place changes the draft and leads to another. */
class Wizard {
  private place: Place = 'name';
  /** Where it comes back to when something is refused. */
  private home: 'fields' | 'review' = 'fields';
  private readonly made: string[] = [];
  private notice: PageNotice | undefined;

  constructor(
    private readonly stage: CreateStage,
    private draft: CreateDraft,
    notice: string | undefined,
  ) {
    this.notice = notice === undefined ? undefined : { kind: 'info', text: notice };
  }

  async run(): Promise<readonly string[] | undefined> {
    while (this.place !== 'over') await this.visit(this.place);
    const [first] = this.made;
    if (first === undefined) return undefined;
    await this.stage.context.view.reveal(first);
    return this.made;
  }

  private async visit(place: Exclude<Place, 'over'>): Promise<void> {
    switch (place) {
      case 'name':
        this.take(
          await askTyped(this.stage, this.draft, 'name', { step: 1, totalSteps: createPageCount }),
          'fields',
        );
        return;
      case 'fields':
        this.home = place;
        await this.choose(await askFields(this.stage, this.draft, this.notice), 'name');
        return;
      case 'review':
        this.home = place;
        await this.choose(await askReview(this.stage, this.draft, this.notice), 'fields');
        return;
      case 'create':
        this.place = await this.create();
        return;
    }
  }

  private async choose(choice: Answer<PageChoice>, before: Place): Promise<void> {
    if (choice.kind === 'value') await this.follow(choice.value);
    else this.place = choice.kind === 'back' ? before : 'over';
  }

  private async follow(choice: PageChoice): Promise<void> {
    if (choice.kind === 'field') {
      if (lockedFields(this.draft).has(choice.field)) return;
      this.take(await createSteps[choice.field](this.stage, this.draft), this.home);
      return;
    }
    switch (choice.action) {
      case 'create':
        this.place = 'create';
        return;
      case 'review':
        this.place = 'review';
        return;
      case 'edit':
        this.place = 'fields';
        return;
      case 'copyAsCurl':
        await this.copyAsCurl();
        return;
      case 'savePreset':
        await saveAsPreset(createInputOf(this.draft), this.stage.title);
        return;
    }
  }

  /** Takes what a step answered. Closing a step closes the wizard; going back leaves the draft as it was. */
  private take(answer: Answer<CreateDraft>, next: Place): void {
    if (answer.kind === 'cancel') {
      this.place = 'over';
      return;
    }
    if (answer.kind === 'value' && answer.value !== this.draft) {
      this.draft = answer.value;
      if (this.notice?.kind === 'error') this.notice = undefined;
    }
    this.place = answer.isFinal === true ? 'create' : next;
  }

  /** Sends what is to be created, and says where to go from there. */
  private async create(): Promise<Place> {
    const problems = draftProblems(this.stage, this.draft);
    if (problems.length > 0) return this.comeBack(problems.join(' '));
    const attempt = await attemptCreates(this.stage, requestsOf(this.draft, this.stage.isTaken));
    this.made.push(...attempt.created);
    if (attempt.created.length > 0) await this.remember();
    const [first, ...others] = attempt.failures;
    if (!first) return 'over';
    if (isCancellation(first.error)) throw first.error;
    this.narrowTo(attempt);
    const isPlain = others.length === 0 && this.made.length === 0 && !ApiError.is(first.error, 'quota');
    if (isPlain) return this.comeBack(errorText(first.error));
    switch (await askRemedy(this.stage, attempt, this.made)) {
      case 'stop':
        return 'over';
      case 'retry':
        return 'create';
      case 'change':
        return this.comeBack(errorText(first.error));
    }
  }

  /** What is left to create is what failed. */
  private narrowTo({ failures, created }: Attempt): void {
    const [first] = failures;
    if (!first || created.length === 0) return;
    const isLast = failures.length === 1;
    const request = isLast ? { ...this.draft.request, name: first.request.name } : this.draft.request;
    this.draft = { ...this.draft, request, count: failures.length };
  }

  private comeBack(problem: string): Place {
    this.notice = { kind: 'error', text: problem };
    return this.home;
  }

  private async copyAsCurl(): Promise<void> {
    const { connection, isTaken } = this.stage;
    const commands = requestsOf(this.draft, isTaken).map(request =>
      connection.sandboxes.curlOfCreate(request),
    );
    await copyText(commands.join('\n'));
  }

  /** A restore is not remembered: its snapshot may be gone the next time. */
  private async remember(): Promise<void> {
    if (this.draft.request.snapshotId !== undefined) return;
    await this.stage.context.lastCreate.write(createInputOf(this.draft));
  }
}
