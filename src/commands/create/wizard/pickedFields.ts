import { l10n } from 'vscode';
import { validateCreateRequest } from '../../../core/create/createRequest';
import { gpuModels, formatGpus, parseGpus } from '../../../core/create/gpuList';
import { managedImages } from '../../../core/catalog/image';
import type { CreateDraft } from '../../../core/create/createDraft';
import type { Gpu } from '../../../core/sandbox/sandbox';
import { splitEntries } from '../../../core/sandbox/networkRules';
import { fieldTitle } from '../../../text/create/fieldText';
import { ApiError } from '../../../core/kernel/errors';
import { askMany, askPick, heading, linesOf } from '../../../host/editor/dialogs/quickPick';
import { askText, mapAnswer, type Answer } from '../../../host/editor/dialogs/quickInput';
import { defaultImage } from '../../../text/sandbox/stateText';
import type { Listed } from '../../../core/list/listStatus';
import { partialListText } from '../../../text/kit/listText';
import { plainText } from '../../../text/kit/plainText';
import { createNow, type CreateStage, type CreateStep } from './step';
import { violationText } from '../../../text/create/violationText';

/** A managed image, one registered in the project, or any name. */
export const imageStep: CreateStep = async (stage, draft) => {
  const { catalog, signal } = stage.connection;
  const answer = await askPick<string>({
    ...fieldQuestion(stage, 'image'),
    placeholder: l10n.t('Pick an image, or type the name of another'),
    active: draft.request.image ?? defaultImage,
    items: [
      heading(l10n.t('managed')),
      ...managedImages.map(image => ({
        label: image,
        ...(image === defaultImage && { description: l10n.t('the default') }),
        answer: image,
      })),
    ],
    more: linesOf(catalog.images(signal), images => [
      ...(images.length === 0 ? [] : [heading(l10n.t('registered'))]),
      ...images.map(({ name }) => ({ label: plainText(name), answer: name })),
    ]),
    typed: text => ({ label: l10n.t('Use "{0}"', plainText(text)), answer: text }),
  });
  return mapAnswer(answer, image =>
    withRequest(draft, { image: image === defaultImage ? undefined : image }),
  );
};

/** Template to associate (API reference section 2.2, `template_id`): registered images have one each. */
export const templateStep: CreateStep = async (stage, draft) => {
  const { catalog, signal } = stage.connection;
  const answer = await askPick<string>({
    ...fieldQuestion(stage, 'templateId'),
    placeholder: l10n.t('Pick a template, or type its id'),
    active: draft.request.templateId ?? '',
    items: [{ label: l10n.t('None'), answer: '' }],
    more: linesOf(catalog.images(signal), images =>
      images.flatMap(({ id, name }) =>
        id === undefined ? [] : [{ label: plainText(name), description: plainText(id), answer: id }],
      ),
    ),
    typed: text => ({ label: l10n.t('Use the id "{0}"', plainText(text)), answer: text }),
  });
  return mapAnswer(answer, id => withRequest(draft, { templateId: id === '' ? undefined : id }));
};

/** No GPU, a known model and a count, or a typed list. */
export const gpuStep: CreateStep = async (stage, draft) => {
  const present = draft.request.resources?.gpus ?? [];
  for (;;) {
    const picked = await askPick<string>({
      ...fieldQuestion(stage, 'gpus'),
      placeholder: l10n.t('Pick a model, or type several such as 2 x H100, 1 x A10'),
      active: present.length === 1 ? present[0]?.model : '',
      items: [
        { label: l10n.t('None'), answer: '' },
        ...gpuModels.map(model => ({ label: model, answer: model })),
      ],
      typed: text => {
        const gpus = parseGpus(text);
        return gpus && { label: l10n.t('Use {0}', formatGpus(gpus)), answer: text };
      },
    });
    if (picked.kind !== 'value') return picked;
    if (picked.value === '') return { kind: 'value', value: withGpus(draft, undefined) };
    const isModel = gpuModels.some(model => model === picked.value);
    const gpus = isModel
      ? await askGpuCount(stage, draft, picked.value, present[0]?.count ?? 1)
      : { kind: 'value' as const, value: parseGpus(picked.value) ?? [] };
    if (gpus.kind !== 'back' || gpus.isFinal === true)
      return mapAnswer(gpus, value => withGpus(draft, value));
  }
};

async function askGpuCount(
  stage: CreateStage,
  draft: CreateDraft,
  model: string,
  present: number,
): Promise<Answer<readonly Gpu[]>> {
  const answer = await askText({
    ...fieldQuestion(stage, 'gpus'),
    prompt: l10n.t('How many {0}?', model),
    value: String(present),
    validate: text => {
      if (!/^\d+$/.test(text.trim())) return l10n.t('A whole number is needed.');
      const next = withGpus(draft, [{ model, count: Number(text) }]);
      const broken = validateCreateRequest(next.request).find(({ field }) => field === 'gpus');
      return broken && violationText(broken);
    },
  });
  return mapAnswer(answer, text => [{ model, count: Number(text) }]);
}

function withGpus(draft: CreateDraft, gpus: readonly Gpu[] | undefined): CreateDraft {
  return withRequest(draft, { resources: { ...draft.request.resources, gpus } });
}

/** Secrets of the project. They are typed where the service does not list them. */
export const secretsStep: CreateStep = async (stage, draft) => {
  const { catalog, signal } = stage.connection;
  const present = draft.request.secretNames ?? [];
  const known = await secretsOrNone(stage, () => catalog.secretNames(signal));
  const answer =
    known.entries.length === 0
      ? await askSecretNames(stage, present)
      : await askSecrets(stage, known, present);
  return mapAnswer(answer, names =>
    withRequest(draft, { secretNames: names.length === 0 ? undefined : names }),
  );
};

async function secretsOrNone(
  { context }: CreateStage,
  list: () => Promise<Listed<string>>,
): Promise<Listed<string>> {
  try {
    return await list();
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    context.log.warn(`Secrets cannot be listed (${error.kind}): ${error.message}`);
    return { entries: [], isCut: false };
  }
}

async function askSecrets(
  stage: CreateStage,
  { entries: known, isCut }: Listed<string>,
  present: readonly string[],
): Promise<Answer<readonly string[]>> {
  const missing = present.filter(name => !known.includes(name));
  return await askMany<string>({
    ...fieldQuestion(stage, 'secretNames'),
    placeholder: isCut ? partialListText() : l10n.t('Tick what the sandbox gets as environment variables'),
    items: [...new Set(known), ...missing].map(name => ({
      label: plainText(name),
      ...(missing.includes(name) && { description: l10n.t('not among the secrets of this project') }),
      picked: present.includes(name),
      answer: name,
    })),
  });
}

async function askSecretNames(
  stage: CreateStage,
  present: readonly string[],
): Promise<Answer<readonly string[]>> {
  const answer = await askText({
    ...fieldQuestion(stage, 'secretNames'),
    prompt: l10n.t('The service lists no secrets. Names, separated by commas; empty for none.'),
    placeholder: 'DATABASE_URL, API_TOKEN',
    value: present.join(', '),
  });
  return mapAnswer(answer, splitEntries);
}

/** Who can reach the exposed ports. The public choice says what it means. */
export const accessStep: CreateStep = async (stage, draft) => {
  const ports = (draft.request.exposedPorts ?? []).join(', ');
  const answer = await askPick<boolean>({
    ...fieldQuestion(stage, 'allowUnauthenticatedAccess'),
    placeholder: l10n.t('Who reaches the exposed ports?'),
    active: draft.request.allowUnauthenticatedAccess ?? false,
    items: [
      {
        label: l10n.t('With an API key only'),
        description: l10n.t('requests without a key of the project are refused'),
        answer: false,
      },
      {
        icon: 'warning',
        label: l10n.t('Public'),
        description:
          ports === ''
            ? l10n.t('anyone on the internet reaches every port you will expose, without a key')
            : l10n.t('anyone on the internet reaches {0}, without a key', ports),
        answer: true,
      },
    ],
  });
  return mapAnswer(answer, isPublic =>
    withRequest(draft, { allowUnauthenticatedAccess: isPublic ? true : undefined }),
  );
};

function withRequest(draft: CreateDraft, change: Partial<CreateDraft['request']>): CreateDraft {
  return { ...draft, request: { ...draft.request, ...change } };
}

function fieldQuestion({ title }: CreateStage, field: Parameters<typeof fieldTitle>[0]) {
  return { title: `${title}: ${fieldTitle(field)}`, hasBack: true, finish: createNow() };
}
