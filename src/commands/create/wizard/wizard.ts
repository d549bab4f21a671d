import { commands, l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { tlLine } from '../../../app/officialTool';
import {
  type CreateDraft,
  draftOf,
  freshDefaults,
  lockedFields,
  requestsOf,
  withoutPublicAccess,
} from '../../../core/create/createDraft';
import { tlCreate } from '../../../core/create/tlCreate';
import type { CreateSandboxRequest } from '../../../core/create/createRequest';
import { ApiError } from '../../../core/kernel/errors';
import type { MadeSandbox } from '../../../app/features';
import type { SandboxSnapshot } from '../../../core/snapshots/snapshot';
import { copyText } from '../../../host/editor/clipboard';
import { inform, warnOfUncertain } from '../../../host/editor/dialogs/messages';
import type { Answer } from '../../../host/editor/dialogs/quickInput';
import type { Connection } from '../../../host/session/connection';
import { fieldTitle } from '../../../text/create/fieldText';
import { errorText, isCancellation, UserError } from '../../../text/kit/failureText';
import { listText } from '../../../text/kit/listText';
import { nameTaken } from '../../change/questions/askName';
import { followMade } from '../afterCreation';
import { agreeOnOpening, type AgreedOpening } from './agreeOnOpening';
import { askRemedy, type Attempt, attemptCreates, batchOf } from '../attempt';
import { createInputOf } from '../createInput';
import { askFields, askReview, type PageChoice, type PageNotice } from './pages';
import { saveAsPreset } from '../savePreset';
import { type CreateServices, type CreateStage, draftProblems } from './step';
import { createSteps } from './steps';
import { withName } from './typedFields';

/** The id if there is only one, as most callers want it. */
export function idOrIds(ids: readonly string[] | undefined): string | readonly string[] | undefined {
  return ids?.length === 1 ? ids[0] : ids;
}

/** What the wizard starts with besides the request. */
export interface CreateWizardOptions {
  /** The snapshot to restore, which fixes some fields. Read by its id when absent. */
  readonly snapshot?: SandboxSnapshot;
  /** How many sandboxes. */
  readonly count?: number;
  readonly title?: string;
  /** Something the user should know about what is filled in. */
  readonly notice?: string;
}

/**
 * Opens the create wizard with a request filled in, creates the sandboxes and selects the first in the view. When the
 * service refuses a request, the wizard comes back as it was.
 *
 * @param start the request that is filled in; an empty one stands for the defaults of the official tools
 * @returns ids of what was created; `undefined` when the user backed out
 */
export async function openCreateWizard(
  context: AppContext,
  services: CreateServices,
  start: CreateSandboxRequest,
  options: CreateWizardOptions = {},
): Promise<readonly string[] | undefined> {
  const connection = await context.connections.require();
  const isRestore = start.snapshotId !== undefined;
  const snapshot =
    options.snapshot ?? (isRestore ? await snapshotOf(connection, start.snapshotId ?? '') : undefined);
  const title = options.title ?? (isRestore ? l10n.t('Restore from Snapshot') : l10n.t('New Sandbox'));
  const stage: CreateStage = { context, services, connection, title, isTaken: nameTaken(context) };
  const request = Object.keys(start).length === 0 ? freshDefaults : start;
  const server = (await connection.sandboxes.areOpenSource()) ? 'openSource' : undefined;
  const draft = draftOf(request, { count: options.count, snapshot, server });
  return await new Wizard(stage, draft, options.notice).run();
}

async function snapshotOf({ snapshots, signal }: Connection, id: string): Promise<SandboxSnapshot> {
  try {
    return await snapshots.get(id, signal);
  } catch (error) {
    if (ApiError.is(error, 'notFound')) throw new UserError(l10n.t('There is no snapshot {0}.', id));
    throw error;
  }
}

/** Where the wizard is: on a page, sending, or done. */
type Place = 'fields' | 'review' | 'create' | 'over';

/** One run of the wizard. */
class Wizard {
  private place: Place = 'fields';
  /** The page it returns to after a refusal. */
  private home: 'fields' | 'review' = 'fields';
  private readonly made: MadeSandbox[] = [];
  private notice: PageNotice | undefined;
  private opening: AgreedOpening | undefined;

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
    await this.stage.context.view.reveal(first.id);
    return this.ids;
  }

  private get ids(): readonly string[] {
    return this.made.map(({ id }) => id);
  }

  private async visit(place: Exclude<Place, 'over'>): Promise<void> {
    switch (place) {
      case 'fields':
        this.home = place;
        await this.choose(await askFields(this.stage, this.draft, this.notice), 'fields');
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
    if (choice.kind === 'name') {
      this.draft = withName(this.draft, choice.name);
      this.place = 'create';
      return;
    }
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
      case 'copyAsTl':
        await this.copyAsTl();
        return;
      case 'copyAsCurl':
        await this.copyAsCurl();
        return;
      case 'savePreset':
        await saveAsPreset(createInputOf(this.draft), this.stage.title);
        return;
    }
  }

  /** Applies the answer of a step. Closing a step closes the wizard; going back keeps the draft. */
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

  /** Sends the requests, and returns where to go on. */
  private async create(): Promise<Place> {
    const problems = draftProblems(this.stage, this.draft);
    if (problems.length > 0) return this.showProblem(problems.join(' '));
    const agreed = await agreeOnOpening(this.stage, this.draft, this.opening);
    if (!agreed) return this.home;
    this.draft = agreed.draft;
    this.opening = agreed.opening;
    const requests = requestsOf(this.draft, this.stage.isTaken);
    const attempt = await attemptCreates(this.stage, requests, this.opening?.span);
    this.begin(attempt.created);
    if (attempt.created.length > 0) await this.remember();
    if (attempt.uncertain.length > 0) {
      // What may have been created ends it: sent again it could be there twice.
      const told = [...attempt.failures, ...attempt.uncertain].filter(({ error }) => !isCancellation(error));
      warnOfUncertain(batchOf(told, this.draft.count), command => void commands.executeCommand(command));
      return 'over';
    }
    const [first, ...others] = attempt.failures;
    // So does what the user did not wait for.
    if (!first || isCancellation(first.error)) return 'over';
    this.narrowTo(attempt);
    const isPlain = others.length === 0 && this.made.length === 0 && !ApiError.is(first.error, 'quota');
    if (isPlain) return this.showProblem(errorText(first.error));
    switch (await askRemedy(this.stage, attempt, this.ids)) {
      case 'stop':
        return 'over';
      case 'retry':
        return 'create';
      case 'change':
        return this.showProblem(errorText(first.error));
    }
  }

  /** Begins what follows for what was made, while the user may still be asked about what was not. */
  private begin(made: readonly MadeSandbox[]): void {
    const { services, connection } = this.stage;
    followMade(services, { connection, made, isLater: this.made.length > 0 });
    this.made.push(...made);
  }

  /** Leaves in the draft only what failed. */
  private narrowTo({ failures }: Attempt): void {
    const [first] = failures;
    if (!first || failures.length === this.draft.count) return;
    const isLast = failures.length === 1;
    const request = isLast ? { ...this.draft.request, name: first.request.name } : this.draft.request;
    this.draft = { ...this.draft, request, count: failures.length };
    // They are some of those that the user agreed to open.
    if (this.opening) this.opening = { ...this.opening, name: request.name, count: failures.length };
  }

  private showProblem(problem: string): Place {
    this.notice = { kind: 'error', text: problem };
    return this.home;
  }

  private async copyAsTl(): Promise<void> {
    const { connection, isTaken } = this.stage;
    const commands = requestsOf(this.draft, isTaken).map(request => tlCreate(request));
    await copyText(commands.map(({ words }) => tlLine(connection, words)).join('\n'));
    const unsaid = listText(
      [...new Set(commands.flatMap(command => command.unsaid))].map(field => fieldTitle(field)),
    );
    if (unsaid !== '') inform(l10n.t('Copied without what tl has no words for: {0}', unsaid));
  }

  private async copyAsCurl(): Promise<void> {
    const { connection, isTaken } = this.stage;
    const requests = requestsOf(this.draft, isTaken);
    const commands = await Promise.all(requests.map(request => connection.sandboxes.curlOfCreate(request)));
    await copyText(commands.join('\n'));
  }

  /**
   * Remembers the draft for Create from Last, without public access. A restore is left out, since its snapshot may be
   * deleted by then.
   */
  private async remember(): Promise<void> {
    const { request } = this.draft;
    if (request.snapshotId !== undefined) return;
    const kept = { ...this.draft, request: withoutPublicAccess(request) };
    await this.stage.services.lastCreate.write(createInputOf(kept));
  }
}
