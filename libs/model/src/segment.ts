import type { Targeting } from './targeting';

/** A condition with a name, for experiments and flags to stand on. */
export interface Segment {
  key: string;
  name: string;
  description: string | null;
  targeting: Targeting;
  /** Counts the changes of the condition, from 1. */
  version: number;
  created_at: string;
  updated_at: string;
}
