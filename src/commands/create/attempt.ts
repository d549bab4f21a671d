import { l10n } from 'vscode';
import type { MadeSandbox } from '../../app/features';
import { groupRows } from '../../core/list/groups';
import { isAbleTo } from '../../core/sandbox/capabilities';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import { ApiError } from '../../core/kernel/errors';
import { droppedOf } from '../../core/create/dropped';
import { mapLimited } from '../../core/kernel/async';
import type { Row } from '../../core/list/rows';
import { BatchError, errorText, isCancellation, UncertainError } from '../../text/kit/failureText';
import { warn } from '../../host/editor/dialogs/messages';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { askPick, heading, type PickHeading, type PickItem } from '../../host/editor/dialogs/quickPick';
import { describeRow, rowName } from '../../text/sandbox/rowText';
import { droppedText } from '../../text/create/droppedText';
import { unendedPublic } from '../../text/create/lostText';
import { plainText } from '../../text/kit/plainText';
import { closeLater } from '../change/closeLater';
import { endOf, type PublicSpan } from '../change/questions/askPublicSpan';
import { createAndFind, type Made } from './createAndFind';
import { whileMaking } from './made';
import type { CreateStage } from './wizard/step';
import { suspendAndFollow } from '../lifecycle/suspend';

/** Creates under way at once. Ephemeral ones are sent one by one, since a lost one is found by what is new in the list. */
const concurrency = 4;

/** A request that failed. */
interface FailedCreate {
  readonly request: CreateSandboxRequest;
  readonly error: unknown;
}

/** A request with what it made. */
interface SentCreate extends Made {
  readonly request: CreateSandboxRequest;
}

/** The outcome of several requests. */
export interface Attempt {
  /** In the order of the requests. */
  readonly created: readonly MadeSandbox[];
  readonly failures: readonly FailedCreate[];
  /** What may have been created; these must not be sent again without a look at the list. */
  readonly uncertain: readonly FailedCreate[];
}

/**
 * Sends each request by itself, with progress in the view, and a way to cancel when it takes long.
 *
 * @param span how long those that are public are to be so, from now
 */
export async function attemptCreates(
  { context, services, connection }: Pick<CreateStage, 'context' | 'services' | 'connection'>,
  requests: readonly CreateSandboxRequest[],
  span: PublicSpan = { kind: 'forever' },
): Promise<Attempt> {
  const closesAtMs = endOf(span, context.clock.now());
  const isNamed = requests.every(({ name }) => name !== undefined);
  const progress = whileMaking(context, connection, creatingText(requests));
  const outcomes = await withViewProgress(
    progress.until(
      mapLimited(requests, isNamed ? concurrency : 1, async (request): Promise<SentCreate | FailedCreate> => {
        const isPublic = request.allowUnauthenticatedAccess === true;
        let isAnswered = false;
        const made = (id: string): void => {
          isAnswered = true;
          const named = [{ id, name: request.name }];
          if (isPublic) void closeLater(context, services.deadlines, connection, named, closesAtMs);
        };
        try {
          const found = await createAndFind(context, services, connection, request, progress.signal, made);
          made(found.id);
          return { request, ...found };
        } catch (error) {
          return { request, error: isPublic ? unendedPublic(error, isAnswered) : error };
        }
      }),
    ),
  );
  const others = outcomes.filter(outcome => 'error' in outcome);
  const created = outcomes.filter(outcome => 'id' in outcome);
  tellDropped(created);
  return {
    created: created.map(({ id, known, request }) => ({
      id,
      known,
      isRestored: request.snapshotId !== undefined,
    })),
    failures: others.filter(({ error }) => !(error instanceof UncertainError)),
    uncertain: others.filter(({ error }) => error instanceof UncertainError),
  };
}

/** Says once what a server accepted and did not take. */
function tellDropped(made: readonly SentCreate[]): void {
  const dropped = made.map(({ request, sandbox }) => (sandbox ? droppedOf(request, sandbox) : []));
  const text = droppedText(
    made.map(({ request }) => request),
    dropped,
  );
  if (text !== undefined) warn(text);
}

function creatingText(requests: readonly CreateSandboxRequest[]): string {
  const [first, ...others] = requests;
  return others.length === 0
    ? l10n.t('Creating {0}…', requestName(first))
    : l10n.t('Creating {0} sandboxes…', requests.length);
}

/** What a request is called where its outcome is told. */
function requestName(request: CreateSandboxRequest | undefined): string {
  return plainText(request?.name ?? l10n.t('an ephemeral sandbox'));
}

/** What went wrong with requests, for the message about it. */
export function batchOf(failures: readonly FailedCreate[], total: number): BatchError {
  return new BatchError(
    failures.map(({ request, error }) => ({ name: plainText(request.name ?? l10n.t('ephemeral')), error })),
    total,
  );
}

/** What the user wants to do about failed requests. */
export type Remedy = 'change' | 'retry' | 'stop';

/**
 * Shows the outcome of each request and asks what to do about those that failed. A sandbox that is suspended to make room
 * is waited for, so that trying again can succeed.
 */
export async function askRemedy(
  stage: CreateStage,
  { failures }: Attempt,
  made: readonly string[],
): Promise<Remedy> {
  let notice: string | undefined;
  for (;;) {
    const chosen = await askPick<Remedy | 'shown' | Row>({
      title: `${stage.title}: ${summary(failures, made.length)}`,
      placeholder: l10n.t('What next? Escape leaves it at that.'),
      items: remedies(stage, failures, made, notice),
    });
    if (chosen.kind !== 'value') return 'stop';
    if (chosen.value === 'shown') continue;
    if (typeof chosen.value === 'string') return chosen.value;
    notice = await makeRoom(stage, chosen.value);
    if (notice === undefined) return 'retry';
  }
}

function summary(failures: readonly FailedCreate[], madeCount: number): string {
  if (madeCount > 0) return l10n.t('{0} of {1} created', madeCount, madeCount + failures.length);
  return failures.some(isQuota) ? l10n.t('the plan does not allow it') : l10n.t('nothing was created');
}

function isQuota({ error }: FailedCreate): boolean {
  return ApiError.is(error, 'quota');
}

/** Whether fewer running sandboxes would help. A limit for each sandbox can only be met by asking for less. */
function isOutOfRoom({ error }: FailedCreate): boolean {
  return ApiError.is(error, 'quota') && !/\bper[- ]sandbox\b/i.test(error.message);
}

type RemedyItem = PickItem<Remedy | 'shown' | Row> | PickHeading;

function remedies(
  stage: CreateStage,
  failures: readonly FailedCreate[],
  made: readonly string[],
  notice: string | undefined,
): readonly RemedyItem[] {
  const [first] = failures;
  const reason = notice ?? (first && errorText(first.error));
  const change: RemedyItem = {
    icon: 'edit',
    label: l10n.t('Change the Request…'),
    ...(reason !== undefined && { detail: plainText(reason, 400) }),
    answer: 'change',
  };
  const retry: RemedyItem = {
    icon: 'refresh',
    label: failures.length === 1 ? l10n.t('Try Again') : l10n.t('Try the {0} Again', failures.length),
    answer: 'retry',
  };
  const rows = failures.some(isOutOfRoom) ? suspendable(stage) : [];
  const nowMs = stage.context.clock.now();
  return [
    change,
    retry,
    ...(rows.length === 0 ? [] : [heading(l10n.t('make room, then try again'))]),
    ...rows.map(row => ({
      icon: 'debug-pause',
      label: l10n.t('Suspend {0}', rowName(row)),
      description: describeRow(row, nowMs),
      answer: row,
    })),
    ...(made.length + failures.length > 1 ? outcomeItems(stage, failures, made) : []),
  ];
}

function outcomeItems(
  { context }: CreateStage,
  failures: readonly FailedCreate[],
  made: readonly string[],
): readonly RemedyItem[] {
  const { rows } = context.store.current;
  return [
    ...(made.length === 0 ? [] : [heading(l10n.t('created'))]),
    ...made.map(id => {
      const row = rows.get(id);
      return { icon: 'pass', label: row ? rowName(row) : plainText(id), answer: 'shown' as const };
    }),
    heading(l10n.t('not created')),
    ...failures.map(({ request, error }) => ({
      icon: 'error',
      label: plainText(request.name ?? l10n.t('ephemeral')),
      description: plainText(errorText(error), 300),
      answer: 'shown' as const,
    })),
  ];
}

/** Sandboxes that can be suspended to make room, the oldest first: they are most likely no longer needed. */
function suspendable({ context }: CreateStage): readonly Row[] {
  return groupRows(context.store.current.rows.values())
    .flatMap(({ rows }) => rows)
    .filter(row => isAbleTo(row, ['canSuspend']))
    .sort((a, b) => (a.sandbox.createdAtMs ?? 0) - (b.sandbox.createdAtMs ?? 0));
}

/** Suspends a sandbox and waits for it. Returns a sentence about what failed, if anything. */
async function makeRoom({ context, connection }: CreateStage, row: Row): Promise<string | undefined> {
  try {
    await withViewProgress(suspendAndFollow(context, connection, [row]));
    return undefined;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return errorText(error);
  }
}
