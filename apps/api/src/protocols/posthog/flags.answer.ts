import type { Evaluation } from '@app/model';
import type { FlagDetail } from './flags.schema';

/**
 * A flag of PostHog is on or off; one with variants says which, and has a payload. Whoever takes no part in an experiment is told that it
 * is off.
 */
export function flagDetail({ key, value, variant, reason, metadata, experiment }: Evaluation): FlagDetail {
  const isOn = reason !== 'DISABLED' && (typeof value === 'boolean' ? value : variant !== null);
  return {
    key,
    enabled: isOn,
    ...(isOn && typeof value !== 'boolean' && variant !== null && { variant }),
    reason: {
      code: reason.toLowerCase(),
      description: String(metadata.experimentReason ?? metadata.ruleId ?? reason.toLowerCase()),
    },
    metadata: {
      id: String(metadata.flagId ?? metadata.experimentId),
      version: Number(metadata.version),
      ...(isOn && value !== undefined && typeof value !== 'boolean' && { payload: JSON.stringify(value) }),
      has_experiment: experiment !== null,
    },
  };
}
