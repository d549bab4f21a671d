import { l10n } from 'vscode';
import { createLimits, type NameRule, type Violation, type ViolationField } from '../../core/sandbox/rules';

/** A naming rule (API reference section 5). */
export function nameRuleText(rule: NameRule): string {
  switch (rule) {
    case 'empty':
      return l10n.t('A name is needed.');
    case 'tooLong':
      return l10n.t('A name has at most {0} characters.', createLimits.nameMaxLength);
    case 'start':
      return l10n.t('A name starts with a lower-case letter.');
    case 'characters':
      return l10n.t('A name has only lower-case letters, digits and hyphens.');
    case 'end':
      return l10n.t('A name does not end with a hyphen.');
    case 'looksLikeId':
      return l10n.t('A name of exactly 21 letters and digits looks like an id; add a hyphen.');
  }
}

/** A broken rule, with the field and the allowed range. */
export function violationText(violation: Violation): string {
  const field = fieldTitle(violation.field);
  switch (violation.rule) {
    case 'name':
      return nameRuleText(violation.name);
    case 'min':
      return l10n.t('{0}: at least {1}.', field, violation.min);
    case 'max':
      return l10n.t('{0}: at most {1}.', field, violation.max);
    case 'integer':
      return l10n.t('{0}: a whole number is needed.', field);
    case 'number':
      return l10n.t('{0}: a number is needed.', field);
    case 'reserved':
      return l10n.t('{0}: {1} is reserved.', field, violation.value);
    case 'duplicate':
      return l10n.t('{0}: {1} is there twice.', field, violation.value);
    case 'format':
      return l10n.t('{0}: "{1}" is not valid.', field, violation.value);
    case 'excludes':
      return l10n.t('{0}: cannot be combined with a snapshot.', field);
    case 'requires':
      return l10n.t('{0}: a pinned snapshot needs a read-only mount.', field);
  }
}

function fieldTitle(field: ViolationField): string {
  switch (field) {
    case 'name':
      return l10n.t('Name');
    case 'image':
      return l10n.t('Image');
    case 'cpus':
      return l10n.t('CPUs');
    case 'memoryMb':
      return l10n.t('Memory (MB)');
    case 'diskMb':
      return l10n.t('Disk (MB)');
    case 'gpus':
      return l10n.t('GPUs');
    case 'timeoutSecs':
      return l10n.t('Idle timeout (seconds)');
    case 'maxPendingSecs':
      return l10n.t('Longest wait for capacity (seconds)');
    case 'exposedPorts':
      return l10n.t('Exposed ports');
    case 'allowOut':
    case 'denyOut':
      return l10n.t('Network');
    case 'fileSystems':
      return l10n.t('File systems');
  }
}
