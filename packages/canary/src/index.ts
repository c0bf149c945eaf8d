export { CanaryError, type CanaryErrorCode, type CanaryErrorOptions } from './errors/canary-error.ts';
export type {
  CanaryDataDirectory,
  CanaryDelivery,
  CanaryForwarding,
  CanarySession,
  CanarySessionQuery,
  CanarySessions,
} from './gateway/ports.ts';
export { fetchMetrics } from './gateway/requests.ts';
export type { CanaryPlan } from './plan/plan.ts';
export {
  type CanaryReport,
  FAULTS,
  OUTCOMES,
  type Outcome,
  type PlaceReport,
  type SearchSummary,
} from './report/report.ts';
export { type CanaryOptions, runCanary } from './run.ts';
