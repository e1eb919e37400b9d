import { Schema1760000000000 } from './1760000000000-schema';
import { Metrics1763700000000 } from './1763700000000-metrics';
import { Inbox1763800000000 } from './1763800000000-inbox';
import { DeadLetters1763900000000 } from './1763900000000-dead-letters';
import { ExperimentBalances1764000000000 } from './1764000000000-experiment-balances';
import { Tokens1764100000000 } from './1764100000000-tokens';
import { PartitionsFunction1764150000000 } from './1764150000000-partitions-function';
import { Audit1764200000000 } from './1764200000000-audit';
import { Erasure1764300000000 } from './1764300000000-erasure';
import { RateLimits1764350000000 } from './1764350000000-rate-limits';
import { Changes1764400000000 } from './1764400000000-changes';
import { FastIngest1764500000000 } from './1764500000000-fast-ingest';
import { SquaresSinceTheStart1764550000000 } from './1764550000000-squares-since-the-start';
import { UsersAndSegments1764600000000 } from './1764600000000-users-and-segments';
import { Eligibility1764610000000 } from './1764610000000-eligibility';
import { Flags1764620000000 } from './1764620000000-flags';
import { Identities1764630000000 } from './1764630000000-identities';
import { IdentityChains1764640000000 } from './1764640000000-identity-chains';
import { FlagKeys1764645000000 } from './1764645000000-flag-keys';
import { Deletions1764646000000 } from './1764646000000-deletions';
import { Claims1764650000000 } from './1764650000000-claims';

/** In order, by hand: a file that is not named here does not run. */
export const migrations = [
  Schema1760000000000,
  Metrics1763700000000,
  Inbox1763800000000,
  DeadLetters1763900000000,
  ExperimentBalances1764000000000,
  Tokens1764100000000,
  PartitionsFunction1764150000000,
  Audit1764200000000,
  Erasure1764300000000,
  RateLimits1764350000000,
  Changes1764400000000,
  FastIngest1764500000000,
  SquaresSinceTheStart1764550000000,
  UsersAndSegments1764600000000,
  Eligibility1764610000000,
  Flags1764620000000,
  Identities1764630000000,
  IdentityChains1764640000000,
  FlagKeys1764645000000,
  Deletions1764646000000,
  Claims1764650000000,
];
