import { l10n } from 'vscode';
import type { CreateSandboxRequest } from '../core/createRequest';
import type { CommandHandler } from '../host/commandRegistry';
import { UserError } from '../host/messages';
import { withViewProgress } from '../host/progress';
import type { CommandContext } from './commandContext';
import { createAndFind } from './createAndFind';
import { quickDefaults, type QuickCreate } from './createQuestions';
import { refuseInvalid } from './createRefusal';
import { openCreateWizard } from './createWizard';

/** Starts a sandbox: two Enters for the usual one, or no question at all when called with what is wanted. */
export function create(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not create the sandbox'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const wanted = readArgument(args[0]);
      if (!wanted) return (await openCreateWizard(context, {}))?.[0];
      const request = requestOf(wanted);
      refuseInvalid(context, request);
      const id = await withViewProgress(async () => await createAndFind(context, connection, request));
      await context.view.reveal(id);
      return id;
    },
  };
}

/** The request for what was asked. It does not wait for the boot: the row shows that (API reference section 2.2, `wait`). */
function requestOf({ name, image, cpus, memoryMb, timeoutSecs }: QuickCreate): CreateSandboxRequest {
  return {
    ...(name !== undefined && { name }),
    ...(image !== undefined && { image }),
    resources: { cpus, memoryMb },
    timeoutSecs,
    wait: false,
  };
}

/** What a key binding or another extension asked for; members of the wrong type are refused, not dropped. */
function readArgument(value: unknown): QuickCreate | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(value));
  const known: readonly string[] = ['name', 'image', 'cpus', 'memoryMb', 'timeoutSecs'];
  if (![...given.keys()].some(key => known.includes(key))) return undefined;
  return {
    name: optional(given, 'name', 'string'),
    image: optional(given, 'image', 'string'),
    cpus: optional(given, 'cpus', 'number') ?? quickDefaults.cpus,
    memoryMb: optional(given, 'memoryMb', 'number') ?? quickDefaults.memoryMb,
    timeoutSecs: optional(given, 'timeoutSecs', 'number') ?? quickDefaults.timeoutSecs,
  };
}

interface TypeByName {
  string: string;
  number: number;
}

function optional<T extends keyof TypeByName>(
  given: ReadonlyMap<string, unknown>,
  key: string,
  type: T,
): TypeByName[T] | undefined {
  const value = given.get(key);
  if (value === undefined || isOf(value, type)) return value;
  throw new UserError(l10n.t('"{0}" must be a {1}.', key, type));
}

function isOf<T extends keyof TypeByName>(value: unknown, type: T): value is TypeByName[T] {
  return typeof value === type;
}
